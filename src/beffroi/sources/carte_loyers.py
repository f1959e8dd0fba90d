"""Carte des loyers : loyers d'annonce estimés par commune (ANIL, DHUP).

Un loyer de type « maille » est celui de la zone voisine, non de la commune : il est montré avec cette réserve.
"""

from beffroi.kernel.source import Column, Csv, Expectation, FileKey, Fixed, Frequency, Grain, Kind, Measure, Source

_SEGMENTS = {
    "appartement": "appartement",
    "appartement_1_2_pieces": "appartement d'une ou deux pièces",
    "appartement_3_pieces": "appartement de trois pièces et plus",
    "maison": "maison",
}

SOURCE = Source(
    id="carte_loyers",
    label="Carte des loyers, loyers d'annonce par commune",
    producer="ANIL et DHUP",
    licence="Licence Ouverte 2.0",
    page=("https://www.data.gouv.fr/fr/datasets/carte-des-loyers-indicateurs-de-loyers-dannonce-par-commune-en-2025/"),
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee", "segment"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    file_keys=(
        FileKey(
            "segment",
            Kind.TEXTE,
            "Segment du parc locatif privé",
            r"(app12|app3|appartement|app-mef|app|maison|mai)",
            {
                "app12": "appartement_1_2_pieces",
                "app3": "appartement_3_pieces",
                "appartement": "appartement",
                "app-mef": "appartement",
                "app": "appartement",
                "maison": "maison",
                "mai": "maison",
            },
        ),
    ),
    fixed=(Fixed("annee", Kind.ANNEE, "Année de la carte", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("INSEE_C|INSEE",), filled=True),
        Column(
            "loyer_m2", Kind.DECIMAL, "Loyer par m², charges comprises", ("loypredm2",), "euro_m2_mois", minimum=0.01
        ),
        Column("loyer_m2_bas", Kind.DECIMAL, "Borne basse à 95 %", (r"lwr[._]IPm2",), "euro_m2_mois", minimum=0),
        Column("loyer_m2_haut", Kind.DECIMAL, "Borne haute à 95 %", (r"upr[._]IPm2",), "euro_m2_mois", minimum=0),
        Column(
            "type_estimation",
            Kind.TEXTE,
            "Échelle de l'estimation",
            ("TYPPRED",),
            values={"commune": "commune", "maille": "maille", "EPCI": "epci", "epci": "epci"},
        ),
        Column("annonce", Kind.ENTIER, "Annonces dans la commune", ("nbobs_com",), "nombre", minimum=0),
    ),
    measures=(
        *(
            Measure(f"loyer_{s}", f"Loyer d'annonce, {lib}", "loyer_m2", "euro_m2_mois", {"segment": s})
            for s, lib in _SEGMENTS.items()
        ),
        *(
            Measure(f"annonce_{s}", f"Annonces de location, {lib}", "annonce", "nombre", {"segment": s})
            for s, lib in _SEGMENTS.items()
        ),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par commune et segment", "unique"),),
    cog="millesime",
    notes="Loyers d'annonce, charges comprises, logement non meublé ; ni loyer en cours ni loyer du parc social.",
)
