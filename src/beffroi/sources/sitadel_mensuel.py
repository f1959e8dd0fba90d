"""Sitadel, séries communales mensuelles en date de prise en compte (SDES).

Cette date est celle où l'administration apprend l'acte, non celle de l'acte : ne jamais mêler avec la série annuelle.
"""

from beffroi.kernel.source import Column, Csv, Expectation, Frequency, Grain, Kind, Measure, Source

_TYPES = {
    "Tous Logements": "tous",
    "Individuel pur": "individuel_pur",
    "Individuel groupe": "individuel_groupe",
    "Individuel groupé": "individuel_groupe",
    "Collectif": "collectif",
    "Residence": "residence",
    "Résidence": "residence",
}

SOURCE = Source(
    id="sitadel_mensuel",
    label="Sitadel, logements autorisés et commencés par commune et par mois, en date de prise en compte",
    producer="SDES",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/donnees-mensuelles-communales-de-la-construction-de-logements/",
    address=(
        "https://data.statistiques.developpement-durable.gouv.fr/dido/api/v1/datafiles/"
        "577a8a66-4157-4787-b00a-031b61afea61/csv?millesime={millesime}&withColumnName=true"
    ),
    frequency=Frequency.MENSUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee", "mois", "type_logement"),
    format=Csv(separators=(";",), encodings=("utf-8",)),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODE_INSEE|COMM",), filled=True),
        Column("annee", Kind.ANNEE, "Année de prise en compte", ("ANNEE",), filled=True),
        Column("mois", Kind.ENTIER, "Mois de prise en compte", ("MOIS",), filled=True, minimum=1, maximum=12),
        Column("type_logement", Kind.TEXTE, "Type de logement", ("TYPE_LGT",), filled=True, values=_TYPES),
        Column("logement_autorise", Kind.ENTIER, "Logements autorisés", ("LOG_AUT",), "logement", minimum=0),
        Column("logement_commence", Kind.ENTIER, "Logements commencés", ("LOG_COM",), "logement", minimum=0),
    ),
    measures=(
        Measure(
            "logement_autorise", "Logements autorisés (prise en compte)", "logement_autorise", "logement",
            {"type_logement": "tous"},
        ),
        Measure(
            "logement_commence", "Logements commencés (prise en compte)", "logement_commence", "logement",
            {"type_logement": "tous"},
        ),
    ),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune, mois et type", "unique"),
        Expectation(
            "tous_egale_somme", "« Tous Logements » égale la somme des quatre types", "modalites",
            columns=("type_logement", "tous", "logement_autorise", "logement_commence"),
            parts=("individuel_pur", "individuel_groupe", "collectif", "residence"),
        ),
    ),
    provisional=1,
    cog="derniere",
)  # fmt: skip
