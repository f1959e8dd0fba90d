"""Arithmétique du besoin en flux d'OTELO, sans raisonnement.

Source : code public MTES-MCT/otelo-back (``flow-requirement.service.ts``), lu en janvier 2026, et conventions du
domaine : après l'année du pic, ni la vacance ni les résidences secondaires ne comptent plus.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from beffroi.domain.besoins.arrondi import entier_javascript
from beffroi.domain.besoins.modele import AnneeFlux, BesoinFlux, Hypothese
from beffroi.kernel.errors import InvalidInput, Problem


def verifier_menages(menage: Mapping[int, Decimal]) -> None:
    """Refuse une projection de moins de deux années, ou qui en saute une."""
    annees = sorted(menage)
    if len(annees) <= 1:
        raise InvalidInput(
            Problem(
                "le champ « Ménages projetés » (menage) attend au moins deux années, la première étant celle de base."
            )
        )
    for avant, annee in pairwise(annees):
        if annee - avant != 1:
            raise InvalidInput(
                Problem(f"le champ « Ménages projetés » (menage) saute de {avant} à {annee} : donner chaque année.")
            )


def verifier_hypothese(h: Hypothese) -> None:
    """Refuse des taux qui ne laissent aucune résidence principale."""
    base = h.vacance_courte + h.vacance_longue + h.residence_secondaire
    vise = (
        (h.vacance_courte if h.vacance_courte_cible is None else h.vacance_courte_cible)
        + (h.vacance_longue if h.vacance_longue_cible is None else h.vacance_longue_cible)
        + (h.residence_secondaire if h.residence_secondaire_cible is None else h.residence_secondaire_cible)
    )
    if max(base, vise) >= 1:
        raise InvalidInput(
            Problem(
                "les taux de vacance et de résidences secondaires (hypothese) font 100 % du parc ou plus ; "
                "ils s'écrivent en fraction : 0,08 pour 8 %."
            )
        )


def annee_pic(menage: Mapping[int, Decimal], resorption: Mapping[int, int]) -> int:
    """Année où le cumul des besoins (ménages supplémentaires et résorption du stock) est le plus haut.

    La première en cas d'égalité ; l'année de base si les besoins ne font que baisser.
    """
    annees = sorted(menage)
    meilleur, pic, cumul = Decimal(0), annees[0], Decimal(0)
    for avant, annee in pairwise(annees):
        cumul += menage[annee] - menage[avant] + resorption[annee]
        if cumul > meilleur:
            meilleur, pic = cumul, annee
    return pic


def _trajectoire(base: Decimal, cible: Decimal | None, annees: list[int], pic: int) -> list[Decimal]:
    """Taux de chaque année : droite de l'année de base au pic, puis constant."""
    duree = pic - annees[0]
    if cible is None or cible == base or duree <= 0:
        return [base] * len(annees)
    pas = (cible - base) / duree
    return [base + pas * min(a - annees[0], duree) for a in annees]


def _vacance_longue(variation: Decimal, besoin: Decimal) -> int:
    """Une remise sur le marché ne dépasse pas le besoin de l'année ; nulle quand l'année n'a pas de besoin."""
    if besoin <= 0:
        return 0
    return entier_javascript(max(variation, -besoin))


def calculer_flux(
    *,
    menage: Mapping[int, Decimal],
    parc: int,
    besoin_stock: int,
    duree_resorption: int,
    hypothese: Hypothese,
    hors_logement_a_loger: int = 0,
) -> BesoinFlux:
    """Besoin en flux, année par année.

    Args:
        menage: ménages projetés par année, années consécutives, la première étant l'année de base.
        parc: logements à l'année de base.
        besoin_stock: besoin en stock B1, en logements.
        duree_resorption: années pour le résorber.
        hypothese: taux de base et visés.
        hors_logement_a_loger: ménages B11 + B12 que le parc théorique loge peu à peu, jusqu'à l'horizon (méthode à
            base 2022) ; 0 pour la méthode à base 2021.
    """
    annees = sorted(menage)
    base, dernier_stock = annees[0], annees[0] + duree_resorption
    par_an = entier_javascript(Decimal(besoin_stock) / duree_resorption)
    resorption = {a: par_an if a <= dernier_stock else 0 for a in annees}
    pic = annee_pic(menage, resorption)

    h = hypothese
    courte = _trajectoire(h.vacance_courte, h.vacance_courte_cible, annees, pic)
    longue = _trajectoire(h.vacance_longue, h.vacance_longue_cible, annees, pic)
    secondaire = _trajectoire(h.residence_secondaire, h.residence_secondaire_cible, annees, pic)
    logements = [
        entier_javascript(
            (menage[a] + Decimal(hors_logement_a_loger) * min(a - base, duree_resorption) / duree_resorption)
            / (1 - c - v - s)
        )
        for a, c, v, s in zip(annees, courte, longue, secondaire, strict=True)
    ]
    renouvellement = h.disparition - h.restructuration

    lignes: list[AnneeFlux] = []
    parc_avant = parc
    for i in range(1, len(annees)):
        annee = annees[i]
        delta_menage = menage[annee] - menage[annees[i - 1]]
        residence_principale = delta_menage + resorption[annee]
        d_courte = d_longue = d_secondaire = construction = 0
        remplacement = entier_javascript(parc_avant * renouvellement)
        if annee <= pic:
            apres, avant = logements[i], logements[i - 1]
            d_courte = entier_javascript(apres * courte[i] - avant * courte[i - 1])
            d_longue = _vacance_longue(apres * longue[i] - avant * longue[i - 1], residence_principale)
            d_secondaire = entier_javascript(apres * secondaire[i] - avant * secondaire[i - 1])
            variation = d_courte + d_longue + d_secondaire
            if abs(variation) <= residence_principale:
                construction = entier_javascript(residence_principale + variation)
            total = entier_javascript(Decimal(remplacement + construction))
        else:
            total = entier_javascript(remplacement + residence_principale)
        besoin, excedent = max(0, total), max(0, -total)
        parc_avant = max(0, parc_avant + besoin - excedent)
        lignes.append(
            AnneeFlux(
                annee,
                logements[i],
                delta_menage,
                resorption[annee],
                d_courte,
                d_longue,
                d_secondaire,
                construction,
                remplacement,
                besoin,
                excedent,
                parc_avant,
            )
        )
    return BesoinFlux(
        base,
        pic,
        logements[0],
        tuple(lignes),
        sum(a.besoin for a in lignes),
        sum(a.besoin for a in lignes if a.annee <= pic),
        sum(a.excedent for a in lignes),
    )
