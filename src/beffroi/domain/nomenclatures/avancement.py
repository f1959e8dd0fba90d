"""Deux listes qui ne se mélangent jamais : l'état saisi d'une action et l'appréciation calculée d'un résultat.

Source : maison de l'habitat, convention du projet (« État » est un événement daté, « Appréciation » un calcul).
"""

from enum import StrEnum


class EtatAction(StrEnum):
    """État d'une action, saisi par un événement daté ; aucun calcul ne le change."""

    A_VENIR = "a_venir"
    EN_COURS = "en_cours"
    EN_PAUSE = "en_pause"
    BLOQUEE = "bloquee"
    ABANDONNEE = "abandonnee"
    ACHEVEE = "achevee"


class Appreciation(StrEnum):
    """Appréciation d'un résultat face à son objectif, calculée, jamais saisie."""

    ATTEINT = "atteint"
    EN_BONNE_VOIE = "en_bonne_voie"
    A_SURVEILLER = "a_surveiller"
    EN_RETARD = "en_retard"
    SANS_DONNEE = "sans_donnee"
    SANS_OBJECTIF = "sans_objectif"


LIBELLE_ETAT_ACTION: dict[EtatAction, str] = {
    EtatAction.A_VENIR: "à venir",
    EtatAction.EN_COURS: "en cours",
    EtatAction.EN_PAUSE: "en pause",
    EtatAction.BLOQUEE: "bloquée",
    EtatAction.ABANDONNEE: "abandonnée",
    EtatAction.ACHEVEE: "achevée",
}

LIBELLE_APPRECIATION: dict[Appreciation, str] = {
    Appreciation.ATTEINT: "atteint",
    Appreciation.EN_BONNE_VOIE: "en bonne voie",
    Appreciation.A_SURVEILLER: "à surveiller",
    Appreciation.EN_RETARD: "en retard",
    Appreciation.SANS_DONNEE: "sans donnée",
    Appreciation.SANS_OBJECTIF: "sans objectif",
}
