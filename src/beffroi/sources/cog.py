"""Code officiel géographique : communes au 1er janvier (INSEE)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="cog",
    label="Code officiel géographique, communes",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/information/2560452",
    address="https://www.insee.fr/fr/statistiques/fichier/2560452/v_commune_{millesime}.csv",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("type_commune", "code_commune", "annee"),
    format=Csv(separators=(",",), encodings=("utf-8",)),
    fixed=(Fixed("annee", Kind.ANNEE, "Année du code officiel géographique", "{annee}"),),
    columns=(
        Column(
            "type_commune",
            Kind.TEXTE,
            "Type",
            ("TYPECOM",),
            filled=True,
            values={"COM": "commune", "COMA": "associee", "COMD": "deleguee", "ARM": "arrondissement"},
        ),
        Column("code_commune", Kind.CODE_COMMUNE, "Code", ("COM",), filled=True),
        Column("libelle", Kind.TEXTE, "Nom", ("LIBELLE",), filled=True),
        Column("code_departement", Kind.CODE, "Département", ("DEP",)),
        Column("code_region", Kind.CODE, "Région", ("REG",)),
        Column("code_commune_chef", Kind.CODE, "Commune dont elle dépend", ("COMPARENT",)),
    ),
    expectations=(Expectation("cle_unique", "Une ligne par type et code", "unique"),),
    cog="millesime",
)
