"""Appréciation d'un résultat face à son objectif : calculée sur le quotient exact, jamais sur l'arrondi."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.unit import exact, half_up

PARAMETRES = load_parameters("beffroi.domain.suivi")


@cache
def _seuils(le: date) -> tuple[tuple[Appreciation, Decimal], ...]:
    return (
        (Appreciation.ATTEINT, PARAMETRES("seuil_atteint", le).decimal),
        (Appreciation.EN_BONNE_VOIE, PARAMETRES("seuil_en_bonne_voie", le).decimal),
        (Appreciation.A_SURVEILLER, PARAMETRES("seuil_a_surveiller", le).decimal),
    )


def appreciation(objectif: Chiffre, taux: Chiffre, le: date) -> Appreciation:
    """Rend l'appréciation d'un taux (fraction) face à son objectif.

    Résultat inconnu : *sans donnée*, même si l'objectif est nul. Objectif nul (résultat connu) ou absent :
    *sans objectif*, jamais 0 % ni 100 %.
    """
    if taux.valeur is not None:
        for nom, seuil in _seuils(le):
            if exact(taux.valeur) >= seuil:
                return nom
        return Appreciation.EN_RETARD
    if objectif.valeur is None or taux.etat is Etat.NON_APPLICABLE:
        return Appreciation.SANS_OBJECTIF
    return Appreciation.SANS_DONNEE


def texte_taux(taux: Chiffre, le: date) -> str:
    """Écrit un taux sans décimale, ou avec une seule quand l'arrondi franchirait un seuil (94,84 % : « 94,8 % »)."""
    if taux.valeur is None:
        return "—" if taux.etat is Etat.NON_APPLICABLE else taux.texte()
    value = exact(taux.valeur)
    rounded = half_up(value * 100) / 100
    crosses = any((value >= s) != (rounded >= s) for _, s in _seuils(le))
    return taux.texte(1 if crosses else 0)


def petit_objectif(objectif: Chiffre, le: date) -> bool:
    """Vrai quand l'objectif à date est si petit que le taux n'est qu'indicatif (marque †)."""
    return objectif.valeur is not None and 0 < objectif.valeur < _petit(le)


@cache
def _petit(le: date) -> Decimal:
    return PARAMETRES("petit_objectif", le).decimal
