"""Cartofriches : sites de friches recensés (Cerema), au standard CNIG Friches."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

_STATUTS = {
    "friche potentielle": "potentielle",
    "friche sans projet": "sans_projet",
    "friche avec projet": "avec_projet",
    "friche reconvertie": "reconvertie",
}

SOURCE = Source(
    id="cartofriches",
    label="Cartofriches, sites de friches",
    producer="Cerema",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/sites-references-dans-cartofriches/",
    frequency=Frequency.MENSUELLE,
    grain=Grain.SITE,
    key=("id_site",),
    format=Csv(separators=(";", ","), encodings=("utf-8",)),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du recensement", "{annee}"),),
    columns=(
        Column("id_site", Kind.TEXTE, "Identifiant du site", ("site_id",), filled=True),
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("comm_insee",), filled=True),
        Column("nom", Kind.TEXTE, "Nom du site", ("site_nom",), required=False),
        Column("type_site", Kind.TEXTE, "Type de friche", ("site_type",)),
        Column("statut", Kind.TEXTE, "Statut", ("site_statut",), values=_STATUTS),
        Column("surface", Kind.DECIMAL, "Surface du site", ("unite_fonciere_surface", "site_surface"), "m2", minimum=0),
    ),
    measures=(Measure("surface", "Surface des sites", "surface", "m2"),),
    missing=("", "NA", "NaN", "N/A"),
    expectations=(Expectation("cle_unique", "Un site une fois", "unique"),),
    authority=2,
    cog="derniere",
    notes="Recensement non exhaustif : une commune sans site n'est pas une commune sans friche.",
)
