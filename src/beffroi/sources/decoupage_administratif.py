"""Découpage administratif de la France : communes, EPCI et leurs membres, départements, régions (paquet npm d'Etalab)."""

from beffroi.kernel.source import Column, Fixed, Frequency, Grain, Kind, Measure, Packaged, Source

SOURCE = Source(
    id="decoupage_administratif",
    label="Découpage administratif français : communes, EPCI, populations, numéros SIREN",
    producer="INSEE et DGCL, mis en forme par Etalab",
    licence="Licence Ouverte 2.0",
    page="https://github.com/etalab/decoupage-administratif",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Packaged("@etalab/decoupage-administratif", "data"),
    fixed=(Fixed("annee", Kind.ANNEE, "Année des populations, trois ans avant le millésime", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code",), filled=True),
        Column("nom", Kind.TEXTE, "Nom de la commune", ("nom",), filled=True),
        Column("siren_epci", Kind.CODE, "SIREN de l'EPCI à fiscalité propre", ("siren_epci",)),
        Column("population_municipale", Kind.ENTIER, "Population municipale", ("populationMunicipale",), "habitant"),
        Column("population_totale", Kind.ENTIER, "Population totale", ("populationTotale",), "habitant"),
    ),
    measures=(
        Measure("population_municipale", "Population municipale", "population_municipale", "habitant"),
        Measure("population_totale", "Population totale", "population_totale", "habitant"),
    ),
    authority=1,
    cog="millesime",
)
