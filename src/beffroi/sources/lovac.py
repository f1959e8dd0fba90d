"""LOVAC en données ouvertes : logements vacants du parc privé, par commune (DGALN, Cerema).

Un millésime AA décrit les vacants au 1er janvier de l'année AA − 1. Le parc total du fichier porte l'étiquette AA − 1 :
il est rangé avec le millésime AA, comme le fait le producteur pour ses taux.
"""

from beffroi.kernel.source import Break, Column, Csv, Expectation, Frequency, Grain, Kind, Measure, Source

SOURCE = Source(
    id="lovac",
    label="LOVAC, logements vacants du parc privé par commune",
    producer="DGALN et Cerema",
    licence="Licence Ouverte 2.0",
    page=(
        "https://www.data.gouv.fr/fr/datasets/"
        "logements-vacants-du-parc-prive-par-commune-departement-region-france-de-2020-a-2026/"
    ),
    address="https://www.data.gouv.fr/fr/datasets/r/2e0417b4-902d-4c60-90e7-bf5df148cb87",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", (r"CODGEO_\d\d",), filled=True),
        Column(
            "logement_vacant",
            Kind.ENTIER,
            "Logements privés vacants",
            (r"pp_vacant_(?P<annee>\d\d)",),
            "logement",
            minimum=0,
            secret=True,
        ),
        Column(
            "logement_vacant_plus_2_ans",
            Kind.ENTIER,
            "Logements privés vacants depuis plus de deux ans",
            (r"pp_vacant_plus_2ans_(?P<annee>\d\d)",),
            "logement",
            minimum=0,
            secret=True,
        ),
        Column(
            "parc_prive",
            Kind.ENTIER,
            "Logements du parc privé",
            (r"(?:ff_)?pp_total_(?P<annee>\d\d)",),
            "logement",
            minimum=0,
            shift=1,
            secret=True,
        ),
    ),
    measures=(
        Measure("logement_vacant", "Logements privés vacants", "logement_vacant", "logement"),
        Measure(
            "logement_vacant_plus_2_ans",
            "Logements privés vacants depuis plus de deux ans",
            "logement_vacant_plus_2_ans",
            "logement",
        ),
        Measure("parc_prive", "Logements du parc privé", "parc_prive", "logement"),
    ),
    marks=("s",),
    threshold="lovac",
    breaks=(
        Break(2023, "disparition de la taxe d'habitation sur les résidences principales, source GMBI"),
        Break(2025, "données sources prises avant la chaîne de traitement fiscale"),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par commune et millésime", "unique"),),
    cog="millesime",
    notes="Valeurs de moins de onze logements secrètes, et d'autres masquées pour ne pas les trahir.",
)
