"""Consommation d'espaces naturels, agricoles et forestiers, par commune et par an (Cerema).

Le flux « naf24art25 » est celui de l'année 2024 (du 1er janvier 2024 au 1er janvier 2025). La fenêtre se déplace : le
millésime 2025 commence en 2011. Les valeurs sont en m².
"""

from beffroi.kernel.source import Column, Csv, Expectation, Frequency, Grain, Kind, Measure, Source

_DESTINATIONS = (
    ("habitat", "hab", "à destination de l'habitat"),
    ("activite", "act", "à destination de l'activité"),
    ("mixte", "mix", "à destination mixte"),
    ("ferroviaire", "fer", "pour le ferroviaire"),
    ("routier", "rou", "pour les routes"),
    ("inconnu", "inc", "de destination inconnue"),
)


def _entetes(gauche: str) -> tuple[str, ...]:
    """Les flux d'un an seulement : « naf23art24 », jamais les cumuls « naf11art25 »."""
    return tuple(gauche.format(a=f"(?P<annee>{a:02d})", z=f"{a + 1:02d}") for a in range(9, 60))


SOURCE = Source(
    id="conso_enaf",
    label="Consommation d'espaces naturels, agricoles et forestiers",
    producer="Cerema",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/6a01b9280dd2d45907e5fc61/",
    address="https://www.data.gouv.fr/fr/datasets/r/b258feec-f8ff-4e0a-93b3-baf1fe46ef66",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(",", ";"), encodings=("utf-8",)),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("idcom",), filled=True),
        Column("surface_commune", Kind.DECIMAL, "Surface de la commune", (r"surfcom\d{4}",), "m2", minimum=0),
        Column("total", Kind.DECIMAL, "Espaces consommés", _entetes("naf{a}art{z}"), "m2", minimum=0),
        *(
            Column(nom, Kind.DECIMAL, f"Espaces consommés {sens}", _entetes(f"art{{a}}{code}{{z}}"), "m2", minimum=-10)
            for nom, code, sens in _DESTINATIONS
        ),
    ),
    measures=(
        Measure("total", "Espaces consommés", "total", "m2"),
        *(Measure(nom, f"Espaces consommés {sens}", nom, "m2") for nom, _, sens in _DESTINATIONS),
        Measure("surface_commune", "Surface de la commune", "surface_commune", "m2"),
    ),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune et par an", "unique"),
        Expectation(
            "total_egale_somme",
            "Le flux égale la somme des six destinations",
            "somme",
            columns=("total",),
            parts=tuple(n for n, _, _ in _DESTINATIONS),
            tolerance=3,
        ),
    ),
    provisional=1,
    cog="millesime",
    notes="La part de destination inconnue peut valoir −1 ou −2 m² par arrondi du producteur : gardée telle quelle.",
)
