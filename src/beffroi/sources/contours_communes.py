"""Contours simplifiés des communes (IGN Admin Express, simplifiés)."""

from beffroi.kernel.source import Column, Expectation, Fixed, Frequency, GeoJson, Grain, Kind, Measure, Source

SOURCE = Source(
    id="contours_communes",
    label="Contours simplifiés des communes",
    producer="IGN, simplifié par france-geojson",
    licence="Licence Ouverte 2.0",
    page="https://github.com/gregoiredavid/france-geojson",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=GeoJson(),
    fixed=(Fixed("annee", Kind.ANNEE, "Année des limites", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code", "insee_com"), filled=True),
        Column("contour", Kind.CONTOUR, "Contour", ("contour",), filled=True),
        Column("ouest", Kind.DECIMAL, "Longitude ouest", ("ouest",), minimum=-180, maximum=180),
        Column("sud", Kind.DECIMAL, "Latitude sud", ("sud",), minimum=-90, maximum=90),
        Column("est", Kind.DECIMAL, "Longitude est", ("est",), minimum=-180, maximum=180),
        Column("nord", Kind.DECIMAL, "Latitude nord", ("nord",), minimum=-90, maximum=90),
        Column("surface", Kind.DECIMAL, "Surface du contour simplifié", ("surface_contour",), "m2", minimum=0),
    ),
    measures=(Measure("surface", "Surface du contour simplifié", "surface", "m2"),),
    expectations=(Expectation("cle_unique", "Une commune une fois", "unique"),),
    authority=1,
    cog="millesime",
    notes="Contours simplifiés : la surface est approchée à un ou deux pour cent près.",
)
