"""Échéances dues et tenues : une date, une année, ou un nombre attendu par exercice.

Une échéance est tenue par un événement daté ; une récurrence se compte par exercice. Un texte sans date (« en continu »)
n'est dû à aucun jour : il se montre tel quel, jamais échu.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from beffroi.domain.programme.modele import FicheAction, Jalon, Programme
from beffroi.kernel.period import Exercice


class EtatEcheance(StrEnum):
    """Où en est une échéance à une date."""

    TENUE = "tenue"
    EN_RETARD = "en_retard"
    A_VENIR = "a_venir"
    SANS_DATE = "sans_date"


LIBELLE_ECHEANCE: dict[EtatEcheance, str] = {
    EtatEcheance.TENUE: "tenue",
    EtatEcheance.EN_RETARD: "échue, non constatée",
    EtatEcheance.A_VENIR: "à venir",
    EtatEcheance.SANS_DATE: "sans date",
}


@dataclass(frozen=True, slots=True)
class JalonTenu:
    """Une échéance tenue un jour, saisie par quelqu'un."""

    jalon: str
    effet: date
    enregistrement: datetime
    auteur: str
    motif: str = ""
    piece: str = ""
    id: str = ""
    fictif: bool = False


@dataclass(frozen=True, slots=True)
class Echeance:
    """Une échéance et ce qui a été tenu.

    ``debut`` et ``due`` : bornes du temps où elle est attendue (aucune quand le document ne date rien) ; ``attendu`` :
    fois dues au dernier exercice échu compris (1 pour une date) ; ``tenus`` : ce qui a été tenu à la situation.
    """

    action: FicheAction
    jalon: Jalon
    debut: date | None
    due: date | None
    attendu: Decimal | None
    tenus: tuple[JalonTenu, ...]
    etat: EtatEcheance

    @property
    def recurrente(self) -> bool:
        """Vrai pour un nombre attendu par an."""
        return self.jalon.par_an is not None

    @property
    def manquantes(self) -> Decimal:
        """Fois dues et non tenues."""
        if self.attendu is None or self.etat is EtatEcheance.A_VENIR:
            return Decimal(0)
        return max(Decimal(0), self.attendu - len(self.tenus))


def _bornes(jalon: Jalon) -> tuple[date | None, date | None]:
    if jalon.date is not None:
        return jalon.date, jalon.date
    if jalon.annee is not None:
        return date(jalon.annee, 1, 1), date(jalon.annee_fin or jalon.annee, 12, 31)
    return None, None


def echeances(programme: Programme, tenus: Iterable[JalonTenu], au: date) -> tuple[Echeance, ...]:
    """Chaque échéance du programme à une date, dans l'ordre du document."""
    par_jalon: dict[str, list[JalonTenu]] = {}
    for t in sorted(tenus, key=lambda t: t.effet):
        if t.effet <= au:
            par_jalon.setdefault(t.jalon, []).append(t)
    exercices = programme.exercices()
    echus = [e for e in exercices if e.fin <= au]
    return tuple(
        _echeance(a, j, tuple(par_jalon.get(j.id, ())), au, exercices, echus)
        for a in programme.actions
        for j in a.calendrier
    )


def _echeance(
    action: FicheAction,
    jalon: Jalon,
    tenus: tuple[JalonTenu, ...],
    au: date,
    exercices: Sequence[Exercice],
    echus: Sequence[Exercice],
) -> Echeance:
    debut, due = _bornes(jalon)
    if jalon.date is None and jalon.annee is None and jalon.par_an is not None:
        attendu = jalon.par_an * len(echus)
        debut, due = exercices[0].debut, exercices[-1].fin
        etat = EtatEcheance.A_VENIR if attendu == 0 else EtatEcheance.TENUE
        if attendu > len(tenus):
            etat = EtatEcheance.EN_RETARD
        return Echeance(action, jalon, debut, due, attendu, tenus, etat)
    if tenus:
        return Echeance(action, jalon, debut, due, Decimal(1), tenus, EtatEcheance.TENUE)
    if due is None:
        return Echeance(action, jalon, None, None, None, (), EtatEcheance.SANS_DATE)
    etat = EtatEcheance.EN_RETARD if due < au else EtatEcheance.A_VENIR
    return Echeance(action, jalon, debut, due, Decimal(1), (), etat)
