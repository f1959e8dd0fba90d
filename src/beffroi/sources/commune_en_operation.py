"""Communes couvertes chaque année par une opération programmée de l'Anah (une ligne par commune et par an)."""

from beffroi.kernel.source import Column, Derived, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="commune_en_operation",
    label="Communes couvertes par une opération programmée, par an",
    producer="Anah",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/liste-des-communes-couvertes-par-une-operation-programmee/",
    frequency=Frequency.QUOTIDIENNE,
    grain=Grain.PROGRAMME,
    key=("code_commune", "annee"),
    format=Derived("anah_operations"),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code_commune",)),
        Column("annee", Kind.ANNEE, "Année où une opération court", ("annee",)),
        Column("operations", Kind.ENTIER, "Opérations en cours", ("operations",), "nombre"),
    ),
    cog="derniere",
)
