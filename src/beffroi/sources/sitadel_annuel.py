"""Sitadel, séries communales annuelles en date réelle (SDES).

Deux séries distinctes : logements autorisés et logements commencés. Une case vide n'est pas un zéro : la dernière
année n'a pas encore de logements commencés. Une commune absente du fichier est « non renseignée ».
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
_LIBELLES = {
    "tous": "",
    "individuel_pur": " en individuel pur",
    "individuel_groupe": " en individuel groupé",
    "collectif": " en collectif",
    "residence": " en résidence",
}


def _mesures() -> tuple[Measure, ...]:
    suffixes = {t: "" if t == "tous" else f"_{t}" for t in _LIBELLES}
    return tuple(
        Measure(f"{colonne}{suffixes[t]}", f"{libelle}{_LIBELLES[t]}", colonne, unite, {"type_logement": t})
        for colonne, libelle, unite in (
            ("logement_autorise", "Logements autorisés", "logement"),
            ("logement_commence", "Logements commencés", "logement"),
            ("surface_autorisee", "Surface de plancher autorisée", "m2"),
            ("surface_commencee", "Surface de plancher commencée", "m2"),
        )
        for t in _LIBELLES
    )


SOURCE = Source(
    id="sitadel_annuel",
    label="Sitadel, logements autorisés et commencés par commune et par an, en date réelle",
    producer="SDES",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/r/0debc675-369e-4d32-aec6-8716d48d64e7",
    address=(
        "https://data.statistiques.developpement-durable.gouv.fr/dido/api/v1/datafiles/"
        "9c90a880-4ba0-49b4-b99d-d7dd6c810dd0/csv?millesime={millesime}&withColumnName=true"
    ),
    frequency=Frequency.MENSUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee", "type_logement"),
    format=Csv(separators=(";",), encodings=("utf-8",)),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("COMM|CODE_INSEE",), filled=True),
        Column("annee", Kind.ANNEE, "Année de l'autorisation ou de l'ouverture du chantier", ("ANNEE",), filled=True),
        Column("type_logement", Kind.TEXTE, "Type de logement", ("TYPE_LGT",), filled=True, values=_TYPES),
        Column("logement_autorise", Kind.ENTIER, "Logements autorisés", ("LOG_AUT",), "logement", minimum=0),
        Column("logement_commence", Kind.ENTIER, "Logements commencés", ("LOG_COM",), "logement", minimum=0),
        Column("surface_autorisee", Kind.ENTIER, "Surface de plancher autorisée", ("SDP_AUT",), "m2", minimum=0),
        Column("surface_commencee", Kind.ENTIER, "Surface de plancher commencée", ("SDP_COM",), "m2", minimum=0),
    ),
    measures=_mesures(),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune, année et type", "unique", severity=3),
        Expectation(
            "tous_egale_somme",
            "« Tous Logements » égale la somme des quatre types",
            "modalites",
            columns=("type_logement", "tous", "logement_autorise", "logement_commence"),
            parts=("individuel_pur", "individuel_groupe", "collectif", "residence"),
        ),
    ),
    provisional=1,
    cog="derniere",
    notes=(
        "Les 18 à 24 derniers mois sont révisés ; les mises en chantier sont sous-déclarées. Ne pas mêler avec la "
        "série mensuelle, qui suit la date de prise en compte."
    ),
)
