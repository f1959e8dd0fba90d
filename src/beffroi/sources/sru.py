"""Inventaire SRU : communes soumises, taux de logements sociaux, cible, carence (DHUP).

Seules les communes du périmètre figurent au fichier : une commune absente n'y est pas soumise, elle n'a pas zéro logement.
"""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source


def _drapeau(nom: str, sens: str, entete: str) -> Column:
    return Column(nom, Kind.BOOLEEN, sens, (entete,), required=False)


SOURCE = Source(
    id="sru",
    label="Inventaire SRU des logements locatifs sociaux",
    producer="DHUP",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/communes-et-inventaire-sru/",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";", ","), encodings=("utf-8", "cp1252")),
    fixed=(
        Fixed(
            "annee",
            Kind.ANNEE,
            "Année de l'inventaire (au 1er janvier)",
            "{annee}",
            header=r"Taux_SRU_au_01_01_(?P<annee>\d{4})",
        ),
    ),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("Code_INSEE_commune",), filled=True),
        Column("logement_social", Kind.ENTIER, "Logements sociaux", ("Nombre_lls.*",), "logement", minimum=0),
        Column("taux", Kind.TAUX, "Taux de logements sociaux", (r"Taux_SRU_au.*",), "part", minimum=0, maximum=1),
        Column(
            "taux_cible", Kind.TAUX, "Taux à atteindre", ("Taux_cible.*",), "part", required=False, minimum=0, maximum=1
        ),
        _drapeau("soumise", "Commune du périmètre SRU", r"Commune_sru_au_01_01_\d{4}"),
        _drapeau("deficitaire", "Commune déficitaire", r"commune_deficitaire.*"),
        _drapeau("carencee", "Commune en état de carence", r"commune_carenc.e.*"),
        _drapeau("exemptee", "Commune exemptée", r"commune_exempt.e.*"),
        Column(
            "prelevement_net",
            Kind.DECIMAL,
            "Prélèvement net, majoration comprise",
            ("Pr.l.vement_net.*",),
            "euro",
            required=False,
            minimum=0,
        ),
    ),
    measures=(
        Measure("logement_social", "Logements sociaux de l'inventaire SRU", "logement_social", "logement"),
        Measure("taux", "Taux SRU", "taux", "part"),
        Measure("taux_cible", "Taux SRU à atteindre", "taux_cible", "part"),
        Measure("prelevement_net", "Prélèvement SRU net", "prelevement_net", "euro"),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par commune", "unique"),),
    absent="non_applicable",
    cog="millesime",
    notes="Des taux aberrants existent dans le fichier du producteur : ces lignes sont refusées et gardées à part.",
)
