"""Résultat mesuré d'une action : celui de l'objectif territorial que sa fiche écrit.

Le lien n'est pas supposé : un objectif appartient à la fiche dont les lignes du document le contiennent.
"""

from __future__ import annotations

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.programme.modele import FicheAction, Lieu, ObjectifTerritorial, Programme
from beffroi.domain.suivi.production import SuiviProduction


def _contient(fiche: Lieu, objectif: Lieu) -> bool:
    if fiche.document != objectif.document:
        return False
    if fiche.ligne is not None and objectif.ligne is not None:
        return fiche.ligne <= objectif.ligne <= (fiche.fin or fiche.ligne)
    return fiche.page is not None and fiche.page == objectif.page


def fiche_de_objectif(programme: Programme, objectif: ObjectifTerritorial) -> FicheAction | None:
    """La fiche-action dont les lignes contiennent l'objectif (sa référence d'abord), ou aucune."""
    lieu = (objectif.reference.lieu if objectif.reference else None) or objectif.lieu
    if lieu is None:
        return None
    return next((a for a in programme.actions if a.lieu is not None and _contient(a.lieu, lieu)), None)


def resultats_mesures(suivi: SuiviProduction) -> dict[str, Appreciation]:
    """Action → appréciation du cumul, pour l'objectif suivi."""
    fiche = fiche_de_objectif(suivi.programme, suivi.objectif)
    return {fiche.id: suivi.epci.cumul.appreciation} if fiche else {}


def objectifs_mesures(suivi: SuiviProduction) -> frozenset[str]:
    """Objectifs écrits dans la fiche qui sont l'objectif suivi lui-même : les données ouvertes en donnent le résultat."""
    fiche, reference = fiche_de_objectif(suivi.programme, suivi.objectif), suivi.objectif.reference
    if fiche is None or reference is None or not suivi.epci.cumul.autorises.connu:
        return frozenset()
    return frozenset(q.id for q in fiche.objectifs if q.quantite in (reference.valeur, suivi.epci.total.valeur))
