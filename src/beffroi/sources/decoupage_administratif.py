"""Découpage administratif de la France : communes, EPCI et leurs membres, départements, régions (paquet npm d'Etalab)."""

from beffroi.kernel.source import Column, Frequency, Grain, Kind, Packaged, Source

SOURCE = Source(
    id="decoupage_administratif",
    label="Découpage administratif français : communes, EPCI, populations, numéros SIREN",
    producer="INSEE et DGCL, mis en forme par Etalab",
    licence="Licence Ouverte 2.0",
    page="https://github.com/etalab/decoupage-administratif",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune",),
    format=Packaged("@etalab/decoupage-administratif", "data"),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code",), filled=True),
        Column("nom", Kind.TEXTE, "Nom de la commune", ("nom",), filled=True),
        Column("siren_epci", Kind.CODE, "SIREN de l'EPCI à fiscalité propre", ("siren_epci",)),
        Column("population_municipale", Kind.ENTIER, "Population municipale", ("populationMunicipale",), "habitant"),
    ),
    cog="millesime",
)
