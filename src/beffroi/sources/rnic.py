"""Registre national d'immatriculation des copropriétés (Anah).

Les noms des syndics bénévoles sont ceux de personnes : ils ne sont pas gardés. Le fichier ouvert ne dit ni les arrêtés, ni
les impayés, ni l'administration provisoire : il ne dit pas qu'une copropriété est en difficulté.
"""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

SOURCE = Source(
    id="rnic",
    label="Registre national d'immatriculation des copropriétés",
    producer="Anah",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/registre-national-dimmatriculation-des-coproprietes/",
    address="https://www.data.gouv.fr/fr/datasets/r/132ed35f-db38-48d9-a31f-3dd7a0942cd9",
    frequency=Frequency.TRIMESTRIELLE,
    grain=Grain.COPROPRIETE,
    key=("numero",),
    format=Csv(separators=(",", ";"), encodings=("utf-8",)),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du registre", "{annee}"),),
    columns=(
        Column(
            "numero", Kind.CODE, "Numéro d'immatriculation", ("numero_(d_)?immatriculation", "numero_d.immatriculation"),
            filled=True,
        ),
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code_officiel_commune",), filled=True),
        Column(
            "type_syndic", Kind.TEXTE, "Type de syndic",
            ("type_syndic", "type_de_syndic_benevole_professionnel_non_connu"), default="autre",
            values={"professionnel": "professionnel", "bénévole": "benevole", "benevole": "benevole"},
        ),
        Column("lots", Kind.ENTIER, "Lots", ("nombre_total_(de_)?lots",), "nombre", minimum=0),
        Column(
            "lots_habitation", Kind.ENTIER, "Lots d'habitation",
            ("nombre_lots_habitation", "nombre_de_lots_a_usage_d_habitation"), "logement", minimum=0,
        ),
        Column("periode_construction", Kind.TEXTE, "Période de construction", ("periode_(de_)?construction",)),
        Column(
            "mandat", Kind.TEXTE, "Mandat du syndic", ("mandat_en_cours(_dans_la_copropriete)?",), default="autre",
            values={"Mandat en cours": "en_cours", "Pas de mandat en cours": "aucun"},
        ),
        Column("quartier_prioritaire", Kind.CODE, "Quartier prioritaire", ("code_qp_2024",), required=False),
    ),
    measures=(Measure("lots_habitation", "Lots d'habitation", "lots_habitation", "lot"),),
    missing=("", "non connu", "NON_CONNU"),
    expectations=(Expectation("cle_unique", "Une copropriété une fois", "unique"),),
    threshold="rnic",
    cog="derniere",
)  # fmt: skip
