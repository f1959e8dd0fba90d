"""Taux de logements sociaux dans les communes (Caisse des Dépôts, d'après le RPLS)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

SOURCE = Source(
    id="taux_logement_social",
    label="Taux de logements sociaux dans les communes",
    producer="Caisse des Dépôts",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/r/b0d30277-3a14-4673-a988-2fa6c11e030c",
    address="https://www.data.gouv.fr/fr/datasets/r/b0d30277-3a14-4673-a988-2fa6c11e030c",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";", ","), encodings=("utf-8",)),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du taux", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code[_ ]commune",), filled=True),
        Column(
            "taux",
            Kind.TAUX,
            "Logements sociaux dans les résidences principales",
            ("taux_logements_sociaux_pct", r"Taux de logements sociaux \(%\)"),
            "part",
            minimum=0,
            maximum=1,
        ),
    ),
    measures=(Measure("taux", "Taux de logements sociaux", "taux", "part"),),
    expectations=(Expectation("cle_unique", "Une ligne par commune", "unique"),),
    authority=1,
    cog="millesime",
    notes="Taux publié au point près ; ce n'est pas l'inventaire SRU, qui seul fonde une obligation.",
)
