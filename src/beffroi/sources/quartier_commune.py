"""Quartiers prioritaires et communes qu'ils touchent, d'après la liste des quartiers (une ligne par couple)."""

from beffroi.kernel.source import Column, Derived, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="quartier_commune",
    label="Communes des quartiers prioritaires de la politique de la ville",
    producer="ANCT",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
    frequency=Frequency.PONCTUELLE,
    grain=Grain.QUARTIER,
    key=("code_quartier", "code_commune"),
    format=Derived("qpv"),
    columns=(
        Column("code_quartier", Kind.CODE, "Code du quartier", ("code_quartier",)),
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code_commune",)),
        Column("annee", Kind.ANNEE, "Génération", ("annee",)),
        Column("principale", Kind.BOOLEEN, "Première commune de la liste du quartier", ("principale",)),
    ),
    cog="millesime",
)
