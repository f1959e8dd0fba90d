"""Zonage de la taxe sur les logements vacants, après le décret du 22 décembre 2025 (DGALN)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="zonage_tlv",
    label="Zonage de la taxe sur les logements vacants",
    producer="DGALN",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/fr/datasets/liste-des-communes-selon-le-zonage-tlv-1/",
    frequency=Frequency.PONCTUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du décret", "{annee}"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", (r"CODGEO\d\d",), filled=True),
        Column(
            "zone",
            Kind.TEXTE,
            "Zone",
            (r"Zonage TLV post d.cret .*",),
            filled=True,
            values={
                "1. Zone tendue": "tendue",
                "2. Zone touristique et tendue": "touristique_et_tendue",
                "3. Non tendue": "non_tendue",
            },
        ),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par commune", "unique"),),
    cog="millesime",
)
