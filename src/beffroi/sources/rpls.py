"""Répertoire des logements locatifs des bailleurs sociaux, au logement (SDES).

Une ligne est un logement : ici, compter les lignes, c'est compter des logements. Le fichier ouvert ne dit ni le bailleur,
ni l'occupation, ni le loyer, ni les ventes ; seul le millésime en cours est servi.
"""

from beffroi.kernel.source import Column, Csv, Fixed, Frequency, Grain, Kind, Source

_PIECES = {1: "1_2_pieces", 2: "1_2_pieces", 3: "3_4_pieces", 4: "3_4_pieces"}
_TAILLES = {
    texte: _PIECES.get(n, "5_pieces_et_plus") for n in range(1, 20) for texte in dict.fromkeys((f"{n}", f"{n:02d}"))
}

SOURCE = Source(
    id="rpls",
    label="Répertoire des logements locatifs des bailleurs sociaux, au logement",
    producer="SDES",
    licence="Licence Ouverte 2.0",
    page=(
        "https://www.data.gouv.fr/fr/datasets/"
        "donnees-detaillees-au-logement-du-repertoire-des-logements-locatifs-des-bailleurs-sociaux-rpls/"
    ),
    address=(
        "https://data.statistiques.developpement-durable.gouv.fr/dido/api/v1/datafiles/"
        "f3c2f2cb-8fb1-40fd-8733-964247744c9a/csv?millesime={millesime}&withColumnName=true"
    ),
    frequency=Frequency.ANNUELLE,
    grain=Grain.LOGEMENT,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8",)),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du répertoire (au 1er janvier)", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("DEPCOM",), filled=True),
        Column(
            "taille",
            Kind.TEXTE,
            "Taille du logement, d'après ses pièces",
            ("NBPIECE",),
            values=_TAILLES,
            default="autre",
        ),
        Column("quartier_prioritaire", Kind.CODE, "Quartier prioritaire (2024)", ("PLG_QP24",), required=False),
    ),
    cog="millesime",
    notes="Une ligne par logement, sans identifiant ; ni bailleur, ni occupation, ni loyer, ni vente.",
)
