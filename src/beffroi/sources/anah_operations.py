"""Communes couvertes par une opération programmée d'amélioration de l'habitat (Anah)."""

from beffroi.kernel.source import Column, Csv, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="anah_operations",
    label="Communes couvertes par une opération programmée de l'Anah",
    producer="Anah",
    licence="Licence Ouverte 2.0",
    page=("https://www.data.gouv.fr/fr/datasets/liste-des-communes-couvertes-par-une-operation-programmee/"),
    frequency=Frequency.QUOTIDIENNE,
    grain=Grain.PROGRAMME,
    key=("id_programme", "code_commune"),
    format=Csv(separators=(",", ";"), encodings=("utf-8",)),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("com_code",), filled=True),
        Column("code_arrondissement", Kind.CODE_COMMUNE, "Code de l'arrondissement", ("com_arm_code",)),
        Column("id_programme", Kind.CODE, "Identifiant du programme", ("id_programme",), filled=True),
        Column("libelle", Kind.TEXTE, "Nom du programme", ("libelle_programme",)),
        Column("type_programme", Kind.TEXTE, "Type de programme", ("type_programme",)),
        Column("operateur", Kind.TEXTE, "Opérateur", ("operateur",)),
        Column("debut", Kind.DATE, "Début", ("debut_programme",)),
        Column("fin", Kind.DATE, "Fin", ("fin_programme",)),
    ),
    cog="derniere",
)
