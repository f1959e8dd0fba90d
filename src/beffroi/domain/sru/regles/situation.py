"""Situation d'une commune à un inventaire : tout ce que sa page et le bilan montrent, en un seul raisonnement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from beffroi.domain.sru.modele import Ecart, EtatSru, Regime, Situation
from beffroi.domain.sru.regles.carence import etat_commune
from beffroi.domain.sru.regles.champ import PERIODE_3DS
from beffroi.domain.sru.regles.objectif import (
    LogementSocial,
    ResidencePrincipale,
    TauxLegal,
    appliquer_part,
    bornes_financement,
    ecart_au_taux,
    part_rattrapage,
    taux_et_manquant,
)
from beffroi.domain.sru.regles.prelevement import prelevement_brut
from beffroi.kernel.convert import Entree
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule


@rule(
    id="sru.situation",
    label="Situation d'une commune au regard de la loi SRU",
    legal=LegalRef("CCH", "L. 302-5 à L. 302-8"),
    since=PERIODE_3DS,
)
def situation(
    etapes: Etapes,
    *,
    le: date,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    soumise: Annotated[bool, Entree("Commune soumise")] = True,
    exemptee: Annotated[bool, Entree("Commune exemptée")] = False,
    carencee: Annotated[bool, Entree("Commune carencée")] = False,
    regime: Annotated[Regime, Entree("Régime de rattrapage")] = Regime.DROIT_COMMUN,
    couverte_plh: Annotated[bool, Entree("Commune couverte par un programme local de l'habitat")] = True,
    potentiel_fiscal_habitant: Annotated[
        Decimal | None, Entree("Potentiel fiscal par habitant", "euro", minimum=0)
    ] = None,
) -> Situation:
    """Taux, logements manquants, objectif triennal, répartition PLAI/PLS, prélèvement brut et état.

    L'objectif est celui d'une période dont l'inventaire de référence est celui donné. Le prélèvement brut demande le
    potentiel fiscal par habitant, en euros ; il n'est jamais supposé.
    """
    taux, manquant = taux_et_manquant(etapes, le, residence_principale, logement_social, taux_legal)
    ecart = ecart_au_taux(etapes, le, residence_principale, logement_social, taux_legal)
    deficitaire = ecart is not Ecart.NUL
    etat = etat_commune(
        soumise=soumise,
        deficitaire=deficitaire,
        exemptee=exemptee,
        information=None,
        arrete=le if carencee else None,
        fin_majoration=None,
        objectif_atteint=None,
        le=le,
    )
    etapes.ajouter("État", etat)
    if etat in (EtatSru.NON_SOUMISE, EtatSru.DEFICITAIRE_EXEMPTEE):
        return Situation(etat, taux, taux_legal, manquant, None, None, None, None)
    if not deficitaire or manquant == 0:
        etapes.ajouter("Objectif triennal", 0, "logement", note="le taux légal est atteint")
        return Situation(etat, taux, taux_legal, manquant, None, 0, 0, 0)
    part = part_rattrapage(le, ecart, regime)
    objectif = appliquer_part(etapes, manquant, part)
    plai, pls, *_ = bornes_financement(etapes, le, objectif, taux, couverte_plh)
    brut = None
    if potentiel_fiscal_habitant is not None:
        brut = prelevement_brut(etapes, le, manquant, potentiel_fiscal_habitant)
    return Situation(etat, taux, taux_legal, manquant, part.decimal, objectif, plai, pls, brut)
