"""Code officiel géographique : fusions de communes, d'après les tables de passage annuelles (INSEE).

Un code ancien (``code_avant``) et le code qui lui succède (``code_apres``), avec l'année d'effet (au 1er janvier).
"""

from beffroi.kernel.source import Column, Csv, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="cog_fusions",
    label="Code officiel géographique, fusions de communes",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/information/2028028",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_avant", "code_apres", "annee"),
    format=Csv(separators=(",", ";"), encodings=("utf-8",)),
    columns=(
        Column("annee", Kind.ANNEE, "Année d'effet", ("ANNEE_MODIF",), filled=True),
        Column("code_avant", Kind.CODE_COMMUNE, "Code avant", ("COM_INI",), filled=True),
        Column("code_apres", Kind.CODE_COMMUNE, "Code après", ("COM_FIN",), filled=True),
        Column("nom_avant", Kind.TEXTE, "Nom avant", ("LIB_COM_INI",)),
        Column("nom_apres", Kind.TEXTE, "Nom après", ("LIB_COM_FIN",)),
    ),
    cog="millesime",
)
