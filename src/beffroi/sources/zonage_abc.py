"""Zonage ABC des communes : tension du marché du logement (DHUP)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="zonage_abc",
    label="Zonage ABC des communes",
    producer="DHUP",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/liste-des-communes-selon-le-zonage-abc/",
    frequency=Frequency.PONCTUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(Fixed("annee", Kind.ANNEE, "Année de l'arrêté", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODGEO",), filled=True),
        Column(
            "zone",
            Kind.TEXTE,
            "Zone",
            (r"Zonage (ABC )?en vigueur depuis le .*",),
            filled=True,
            values={"Abis": "Abis", "A bis": "Abis", "A": "A", "B1": "B1", "B2": "B2", "C": "C"},
        ),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par commune", "unique"),),
    cog="millesime",
)
