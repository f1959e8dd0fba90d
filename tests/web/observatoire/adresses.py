"""Adresses de simulations complètes, une par simulateur : ce qu'un lien partagé porte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

Valeurs = Mapping[str, str | Sequence[str]]

SRU: dict[str, str | Sequence[str]] = {
    "commune": "62035",
    "le": "2026-01-01",
    "residence_principale": "5 412",
    "logement_social": "985",
    "taux_legal": "25",
    "soumise": "oui",
    "exemptee": "non",
    "carencee": "non",
    "regime": "droit_commun",
    "couverte_plh": "oui",
    "potentiel_fiscal_habitant": "",
    "annee_depart": "2026",
    "annees": "6",
    "solde_residence_principale": "30",
    "solde_logement_social": "0",
}
OPERATION: dict[str, str | Sequence[str]] = {
    "op_nom": ["Rue des Écoles", ""],
    "op_annee": ["2028", ""],
    "op_logement": ["60", ""],
    "op_social": ["40", ""],
    "op_demoli": ["", ""],
    "op_social_demoli": ["", ""],
}
BESOINS: dict[str, str | Sequence[str]] = {
    "epci": "200072460",
    "a_nom": "Fil de l'eau",
    "a_menage": "2021 ; 80000\n2022 ; 80300",
    "a_parc": "88500",
    "a_besoin_stock": "1200",
    "a_duree_resorption": "20",
    "a_hors_logement_a_loger": "0",
    "a_vacance_courte": "9",
    "a_vacance_longue": "0",
    "a_residence_secondaire": "0,5",
    "a_disparition": "0,25",
    "a_restructuration": "0,1",
    "completer": "non",
    "le": "2026-01-01",
}
POINT_MORT: dict[str, str | Sequence[str]] = {
    "mode": "composantes",
    "renouvellement": "109",
    "desserrement": "643",
    "variation_residence_secondaire_vacant": "127",
    "effet_demographique": "-32",
    "le": "2026-01-01",
}
SOLVABILITE: dict[str, str | Sequence[str]] = {
    "commune": "62119",
    "nature_revenu": "par_uc",
    "revenu": "10500",
    "personne_14_ans": "2",
    "enfant": "1",
    "taux_annuel": "3,3",
    "duree_annees": "25",
    "taux_effort": "35",
    "apport": "0",
    "pret_taux_zero": "0",
    "neuf": "non",
    "segment": "maison_ancienne",
    "surface": "",
    "loyer_m2": "",
    "charge": "0",
    "aide": "0",
    "le": "2026-01-01",
}
AIDES: dict[str, str | Sequence[str]] = {
    "reglement": "cavm",
    "nature": "acquisition_amelioration",
    "logement": "1",
    "montant_travaux": "120000",
    "prix_achat": "100000",
    "cout_revient_m2": "2600",
    "fonds_propres": "21",
    "secteur_acv_pvd": "oui",
    "aide": "acquisition_amelioration",
    "le": "2024-01-15",
}
ECHEANCES: dict[str, str | Sequence[str]] = {
    "horloge": "habitat_indigne.autorisation_prealable",
    "depot": "2026-11-02",
    "le": "2026-11-24",
}


def adresse(simulateur: str, *valeurs: Valeurs, **changes: str | Sequence[str]) -> str:
    """« simuler/sru/?calculer=1&… », les derniers changements l'emportant."""
    merged: dict[str, str | Sequence[str]] = {"calculer": "1"}
    for v in valeurs:
        merged |= v
    return f"simuler/{simulateur}/?{urlencode(merged | changes, doseq=True)}"


NOMINALES = {
    "sru": adresse("sru", SRU, OPERATION),
    "besoins": adresse(
        "besoins",
        BESOINS,
        a_menage="2021 ; 80000\n2022 ; 80300\n2023 ; 80600",
        b_nom="Volontaire",
        b_menage="2021 ; 80000\n2022 ; 80600\n2023 ; 81200",
    ),
    "point-mort": adresse("point-mort", POINT_MORT),
    "solvabilite": adresse("solvabilite", SOLVABILITE, surface="60", loyer_m2="9,5"),
    "aides": adresse("aides", AIDES),
    "echeances": adresse("echeances", ECHEANCES),
}
