"""Populations légales des communes (INSEE)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

SOURCE = Source(
    id="populations_legales",
    label="Populations légales des communes",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/6683035",
    address="https://www.insee.fr/fr/statistiques/fichier/6683035/ensemble.zip",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(Fixed("annee", Kind.ANNEE, "Année de la population", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODDEP",), filled=True, suffix=("CODCOM",)),
        Column("population_municipale", Kind.ENTIER, "Population municipale", ("PMUN",), "habitant", minimum=0),
        Column("population_comptee_a_part", Kind.ENTIER, "Population comptée à part", ("PCAP",), "habitant", minimum=0),
        Column("population_totale", Kind.ENTIER, "Population totale", ("PTOT",), "habitant", minimum=0),
    ),
    measures=(
        Measure("population_municipale", "Population municipale", "population_municipale", "habitant"),
        Measure("population_totale", "Population totale", "population_totale", "habitant"),
    ),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune", "unique"),
        Expectation(
            "totale_egale_somme",
            "La population totale égale la municipale plus celle comptée à part",
            "somme",
            columns=("population_totale",),
            parts=("population_municipale", "population_comptee_a_part"),
        ),
    ),
    cog="2022",
)
