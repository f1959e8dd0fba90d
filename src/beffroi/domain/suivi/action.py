"""État des actions : le dernier événement daté, à une situation et selon ce qui était connu.

Deux dates sur chaque événement : *effet* (« situation au ») et *enregistrement* (« tel que connu le »).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from beffroi.domain.nomenclatures.avancement import Appreciation, EtatAction
from beffroi.domain.programme.modele import FicheAction, Programme


@dataclass(frozen=True, slots=True)
class EvenementEtat:
    """Un changement d'état d'une action, jamais modifié ni effacé."""

    action: str
    etat: EtatAction
    effet: date
    enregistrement: datetime
    auteur: str
    motif: str = ""
    fictif: bool = False


@dataclass(frozen=True, slots=True)
class SituationAction:
    """Une action à une date : état saisi (ou aucun), appréciation calculée et sa raison."""

    action: FicheAction
    etat: EvenementEtat | None
    appreciation: Appreciation
    raison: str


def etat_au(
    evenements: Iterable[EvenementEtat], au: date, connu_le: datetime | None = None
) -> dict[str, EvenementEtat]:
    """Dernier état de chaque action dont l'effet est au plus tard ``au``.

    ``connu_le`` écarte ce qui a été enregistré après. À effet égal, le dernier enregistré l'emporte.
    """
    derniers: dict[str, EvenementEtat] = {}
    for e in sorted(evenements, key=lambda e: (e.effet, e.enregistrement)):
        if e.effet <= au and (connu_le is None or e.enregistrement <= connu_le):
            derniers[e.action] = e
    return derniers


def _jalon_depasse(action: FicheAction, au: date, tenus: Collection[str]) -> str | None:
    for jalon in action.calendrier:
        if jalon.id in tenus:
            continue
        limite = jalon.date or (date(jalon.annee_fin or jalon.annee, 12, 31) if jalon.annee else None)
        if limite is not None and limite < au:
            return f"échéance dépassée : {jalon.libelle} ({limite:%d/%m/%Y})"
    return None


def situation_actions(
    programme: Programme,
    evenements: Iterable[EvenementEtat],
    au: date,
    *,
    connu_le: datetime | None = None,
    resultats: Mapping[str, Appreciation] | None = None,
    tenus: Collection[str] = (),
) -> tuple[SituationAction, ...]:
    """Situation de chaque action du programme.

    L'appréciation vient du résultat mesuré de l'action s'il y en a un (``resultats`` : id → appréciation) ; sinon
    une échéance datée, passée et non tenue (``tenus`` : ids des jalons tenus), sans état « achevée », la met en
    retard ; sinon elle est *sans donnée*.
    """
    etats = etat_au(evenements, au, connu_le)
    lignes = []
    for action in programme.actions:
        etat = etats.get(action.id)
        mesure = (resultats or {}).get(action.id)
        close = etat is not None and etat.etat in (EtatAction.ACHEVEE, EtatAction.ABANDONNEE)
        depasse = None if close else _jalon_depasse(action, au, tenus)
        if mesure is not None:
            lignes.append(SituationAction(action, etat, mesure, "résultat mesuré face à l'objectif"))
        elif depasse:
            lignes.append(SituationAction(action, etat, Appreciation.EN_RETARD, depasse))
        else:
            lignes.append(SituationAction(action, etat, Appreciation.SANS_DONNEE, "aucun résultat transmis"))
    return tuple(lignes)
