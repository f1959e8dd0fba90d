"""Recensement de la population, structure par âge, par commune (INSEE, base « évolution et structure de la population »).

Le fichier porte trois recensements (P21, P15, P10) : le plus récent est le premier, lui seul est gardé.
"""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

_AGES = (
    ("population_0_14_ans", "POP0014", "Habitants de moins de 15 ans"),
    ("population_15_29_ans", "POP1529", "Habitants de 15 à 29 ans"),
    ("population_30_44_ans", "POP3044", "Habitants de 30 à 44 ans"),
    ("population_45_59_ans", "POP4559", "Habitants de 45 à 59 ans"),
    ("population_60_74_ans", "POP6074", "Habitants de 60 à 74 ans"),
    ("population_75_89_ans", "POP7589", "Habitants de 75 à 89 ans"),
    ("population_90_ans_et_plus", "POP90P", "Habitants de 90 ans et plus"),
)
_COLONNES = (("population", "POP", "Habitants"), *_AGES)

SOURCE = Source(
    id="recensement_population",
    label="Recensement de la population, structure par âge et par commune",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/8201904",
    address="https://www.insee.fr/fr/statistiques/fichier/8201904/base-cc-evol-struct-pop-{millesime}_csv.zip",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(
        Fixed(
            "annee",
            Kind.ANNEE,
            "Année du recensement (milieu du cycle de cinq ans)",
            "{annee}",
            r"P(?P<annee>\d\d)_POP",
        ),
    ),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODGEO",), filled=True),
        *(Column(n, Kind.DECIMAL, lib, (rf"P\d\d_{c}",), "habitant", minimum=0) for n, c, lib in _COLONNES),
    ),
    measures=tuple(Measure(n, lib, n, "habitant") for n, _, lib in _COLONNES),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune", "unique"),
        Expectation(
            "total_egale_somme",
            "Les habitants égalent la somme des âges",
            "somme",
            columns=("population",),
            parts=tuple(n for n, _, _ in _AGES),
            tolerance=2,
            severity=1,
        ),
    ),
    cog="2024",
    notes="Moyenne de cinq enquêtes annuelles : ne comparer que des recensements séparés de cinq ans au moins.",
)
