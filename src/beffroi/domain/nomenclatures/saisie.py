"""Listes fermées de la saisie : statut d'une valeur, stade d'un montant.

Source : pratique des services (brouillon → proposé → validé), comptabilité publique (prévu, voté, engagé, payé).
"""

from enum import StrEnum


class StatutValeur(StrEnum):
    """Où en est une valeur saisie ; le verrou porte sur la période, pas sur la valeur."""

    BROUILLON = "brouillon"
    PROPOSE = "propose"
    VALIDE = "valide"


class StadeBudget(StrEnum):
    """Stade d'un montant."""

    PREVU = "prevu"
    VOTE = "vote"
    ENGAGE = "engage"
    PAYE = "paye"


# Ce par quoi une valeur se ventile ; « mesure » distingue deux unités d'un même indicateur (« logements, € »).
DIMENSION_MESURE = "mesure"
DIMENSIONS: tuple[str, ...] = ("financeur", DIMENSION_MESURE, "nature", "stade")

# Financeurs habituels, à côté de ceux que le programme écrit (clé de la ventilation « financeur »).
FINANCEURS: dict[str, str] = {
    "etat": "État",
    "anah": "Anah",
    "region": "Région",
    "departement": "Département",
    "commune": "Communes",
    "bailleur": "Bailleurs",
    "action_logement": "Action Logement",
    "banque_des_territoires": "Banque des Territoires",
    "europe": "Union européenne",
    "autre": "Autre financeur",
}

LIBELLE_STATUT: dict[StatutValeur, str] = {
    StatutValeur.BROUILLON: "brouillon",
    StatutValeur.PROPOSE: "proposée",
    StatutValeur.VALIDE: "validée",
}

LIBELLE_STADE: dict[StadeBudget, str] = {
    StadeBudget.PREVU: "prévu",
    StadeBudget.VOTE: "voté",
    StadeBudget.ENGAGE: "engagé",
    StadeBudget.PAYE: "payé",
}

# Passages permis ; « retour » au brouillon compris.
PASSAGES: dict[StatutValeur, frozenset[StatutValeur]] = {
    StatutValeur.BROUILLON: frozenset({StatutValeur.PROPOSE}),
    StatutValeur.PROPOSE: frozenset({StatutValeur.VALIDE, StatutValeur.BROUILLON}),
    StatutValeur.VALIDE: frozenset({StatutValeur.BROUILLON}),
}
