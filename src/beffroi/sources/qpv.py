"""Quartiers prioritaires de la politique de la ville, génération 2024 (ANCT). Décret n° 2023-1314."""

from beffroi.kernel.source import Column, Expectation, Fixed, Frequency, GeoJson, Grain, Kind, Source

SOURCE = Source(
    id="qpv",
    label="Quartiers prioritaires de la politique de la ville",
    producer="ANCT",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
    frequency=Frequency.PONCTUELLE,
    grain=Grain.QUARTIER,
    key=("code_quartier",),
    format=GeoJson(),
    fixed=(Fixed("annee", Kind.ANNEE, "Génération", "{annee}"),),
    columns=(
        Column("code_quartier", Kind.CODE, "Code du quartier", ("code_qp",), filled=True),
        Column("nom", Kind.TEXTE, "Nom du quartier", ("lib_qp",), filled=True),
        Column(
            "codes_communes", Kind.TEXTE, "Codes des communes, séparés par des virgules", ("insee_com",), filled=True
        ),
        Column("contour", Kind.CONTOUR, "Contour", ("contour",), filled=True),
        Column("ouest", Kind.DECIMAL, "Longitude ouest", ("ouest",), minimum=-180, maximum=180),
        Column("sud", Kind.DECIMAL, "Latitude sud", ("sud",), minimum=-90, maximum=90),
        Column("est", Kind.DECIMAL, "Longitude est", ("est",), minimum=-180, maximum=180),
        Column("nord", Kind.DECIMAL, "Latitude nord", ("nord",), minimum=-90, maximum=90),
    ),
    expectations=(Expectation("cle_unique", "Un quartier une fois", "unique"),),
    cog="millesime",
)
