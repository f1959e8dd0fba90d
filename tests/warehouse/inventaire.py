"""Petits fichiers SRU et DVF, au format exact de leurs producteurs, pour les tests de plusieurs couches."""

from __future__ import annotations

from collections.abc import Iterable

ENTETE_SRU = (
    "hexagone_drom;Region;Departement;Code_Departement;Code_INSEE_commune;Nom_commune;Population_municipale_01_01_2025;"
    "Code_SIREN_EPCI;Nom_EPCI;EPCI_SRU;Code_unité_urbaine;Nom_unité_urbaine;UU_SRU;Commune_isolée_article_L_302_5_CCH;"
    "Commune_sru_au_01_01_2025;Commune_sru_au_01_01_2024;Nombre_lls_ Inventaire_au_01_01_2024;Taux_SRU_au_01_01_2024;"
    "commune_deficitaire;Commune_carencée;Commune_exemptée_2023_2025;Taux_cible_commune_2023_2025;"
    "Prélèvement_net_2025_dont_majoration\n"
)


def ligne_sru(
    code: str, nom: str, lls: int, taux: str, *, deficitaire: int = 1, carencee: int = 0, exemptee: int = 0
) -> str:
    """Une ligne de l'inventaire au 1er janvier 2024."""
    return (
        f"Hexagone;Hauts-de-France;Pas-de-Calais;62;{code};{nom};5000;200072460;CABBALR;1;59702;Béthune;1;0;1;1;"
        f"{lls};{taux};{deficitaire};{carencee};{exemptee};20%;0,00 \n"
    )


SRU = (
    ENTETE_SRU
    + ligne_sru("62035", "ANNEZIN", 300, "11,93%")
    + ligne_sru("62119", "BETHUNE", 4100, "33,41%", deficitaire=0)
    + ligne_sru("62178", "BRUAY-LA-BUISSIERE", 200, "5,00%", exemptee=1)
)

ENTETE_DVF = (
    "id_mutation,date_mutation,numero_disposition,nature_mutation,valeur_fonciere,code_commune,id_parcelle,"
    "lot1_numero,lot2_numero,nombre_lots,code_type_local,type_local,surface_reelle_bati,nombre_pieces_principales,"
    "code_nature_culture,surface_terrain,longitude,latitude\n"
)


def dvf(prix: Iterable[int], code: str = "62119") -> str:
    """Une maison ancienne de 80 m² par prix, vendue en 2025."""
    lignes = [
        f"2025-{i},2025-03-{1 + i % 28:02d},1,Vente,{p},{code},{code}000AB{i:04d},,,0,1,Maison,80,4,S,300,2.63,50.53\n"
        for i, p in enumerate(prix)
    ]
    return ENTETE_DVF + "".join(lignes)
