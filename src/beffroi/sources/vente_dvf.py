"""Ventes tirées des lignes de DVF par la méthode publiée (Etalab, « Statistiques DVF »), une ligne par vente retenue.

Voir ``domain/marches`` pour la même méthode en clair, et ``warehouse/dvf.py`` pour son calcul sur des millions de lignes.
"""

from beffroi.kernel.source import Column, Derived, Frequency, Grain, Kind, Measure, Source

_SEGMENTS = {
    "maison_ancienne": "maison ancienne",
    "appartement_ancien": "appartement ancien",
    "maison_neuve": "maison neuve (VEFA)",
    "appartement_neuf": "appartement neuf (VEFA)",
    "terrain": "terrain à bâtir",
}

SOURCE = Source(
    id="vente_dvf",
    label="Ventes de logements et de terrains à bâtir, d'après DVF",
    producer="DGFiP et Etalab, calcul par la méthode « Statistiques DVF »",
    licence="Licence Ouverte 2.0 et conditions propres à DVF",
    page="https://www.data.gouv.fr/fr/datasets/statistiques-dvf/",
    frequency=Frequency.SEMESTRIELLE,
    grain=Grain.MUTATION,
    key=("id_mutation",),
    format=Derived("geo_dvf"),
    columns=(
        Column("id_mutation", Kind.TEXTE, "Identifiant de la mutation", ("id_mutation",)),
        Column("annee", Kind.ANNEE, "Année de la vente", ("annee",)),
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code_commune",)),
        Column("segment", Kind.TEXTE, "Segment", ("segment",), values={k: k for k in _SEGMENTS}),
        Column("prix", Kind.DECIMAL, "Prix de la vente", ("prix",), "euro"),
        Column("surface", Kind.DECIMAL, "Surface bâtie, ou du terrain à bâtir", ("surface",), "m2"),
        Column("prix_m2", Kind.DECIMAL, "Prix au m²", ("prix_m2",), "euro_m2"),
    ),
    measures=tuple(
        Measure(f"{colonne}_{s}", f"{libelle}, {mot}", colonne, unite, {"segment": s})
        for s, mot in _SEGMENTS.items()
        for colonne, libelle, unite in (
            ("prix_m2", "Prix au m²", "euro_m2"),
            ("prix", "Prix", "euro"),
            ("surface", "Surface", "m2"),
        )
    ),
    threshold="dvf",
    cog="derniere",
)
