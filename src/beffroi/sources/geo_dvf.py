"""Demandes de valeurs foncières géolocalisées (DGFiP, mises en forme par Etalab).

Une ligne est une parcelle ou un local d'une mutation ; le prix est celui de toute la mutation, répété sur chaque ligne :
il ne s'additionne jamais. La Moselle, le Bas-Rhin, le Haut-Rhin et Mayotte ne sont pas couverts.
"""

from beffroi.kernel.source import Column, Csv, Frequency, Grain, Kind, Source

SOURCE = Source(
    id="geo_dvf",
    label="Demandes de valeurs foncières géolocalisées",
    producer="DGFiP et Etalab",
    licence="Licence Ouverte 2.0 et conditions propres à DVF",
    page="https://www.data.gouv.fr/fr/datasets/demandes-de-valeurs-foncieres-geolocalisees/",
    address="https://files.data.gouv.fr/geo-dvf/latest/csv/{millesime}/full.csv.gz",
    frequency=Frequency.SEMESTRIELLE,
    grain=Grain.MUTATION,
    key=("id_mutation",),
    format=Csv(separators=(",",), encodings=("utf-8",)),
    columns=(
        Column("id_mutation", Kind.BRUT, "Identifiant de la mutation", ("id_mutation",), filled=True),
        Column("date_mutation", Kind.DATE, "Date de la mutation", ("date_mutation",), filled=True),
        Column("annee", Kind.ANNEE, "Année de la mutation", ("date_mutation",), filled=True),
        Column("nature_mutation", Kind.BRUT, "Nature de la mutation", ("nature_mutation",), filled=True),
        Column("valeur_fonciere", Kind.DECIMAL, "Prix de toute la mutation", ("valeur_fonciere",), "euro", minimum=0),
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("code_commune",), filled=True),
        Column("id_parcelle", Kind.BRUT, "Parcelle", ("id_parcelle",)),
        Column("numero_disposition", Kind.BRUT, "Disposition", ("numero_disposition",)),
        Column("lot1_numero", Kind.BRUT, "Premier lot", ("lot1_numero",)),
        Column("lot2_numero", Kind.BRUT, "Deuxième lot", ("lot2_numero",)),
        Column("nombre_lots", Kind.ENTIER, "Nombre de lots", ("nombre_lots",), "nombre", minimum=0),
        Column("code_type_local", Kind.ENTIER, "Type de local (1 à 4)", ("code_type_local",), minimum=1, maximum=4),
        Column("surface_bati", Kind.DECIMAL, "Surface bâtie", ("surface_reelle_bati",), "m2", minimum=0),
        Column("nombre_pieces", Kind.ENTIER, "Pièces principales", ("nombre_pieces_principales",), minimum=0),
        Column("code_culture", Kind.BRUT, "Nature de culture", ("code_nature_culture",)),
        Column("surface_terrain", Kind.DECIMAL, "Surface du terrain", ("surface_terrain",), "m2", minimum=0),
        Column("longitude", Kind.DECIMAL, "Longitude", ("longitude",), minimum=-180, maximum=180),
        Column("latitude", Kind.DECIMAL, "Latitude", ("latitude",), minimum=-90, maximum=90),
    ),
    threshold="dvf",
    cog="derniere",
    notes=(
        "Prix nets vendeur, taxe sur la valeur ajoutée comprise, hors frais. Cinq dernières années seulement ; "
        "ni réidentification, ni indexation par les moteurs de recherche (LPF, art. R*112 A-3)."
    ),
)
