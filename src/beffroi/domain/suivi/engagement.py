"""Engagements d'un contrat (CRTE) : qui s'engage, sur quel axe, et ce qui a été constaté.

Le texte ne date pas un engagement : il est « constaté » le jour où quelqu'un le dit tenu, et sans constat jusque-là,
jamais « en retard ».
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from beffroi.domain.programme.modele import Engagement, FicheAction, Orientation, Programme
from beffroi.domain.suivi.echeance import JalonTenu

SANS_SIGNATAIRE = "engagé non écrit"


@dataclass(frozen=True, slots=True)
class EngagementSuivi:
    """Un engagement, l'axe et l'action où il se rattache, et le constat qui le dit tenu (aucun sinon)."""

    rang: int
    engagement: Engagement
    orientation: Orientation | None
    action: FicheAction | None
    constat: JalonTenu | None

    @property
    def engages(self) -> tuple[str, ...]:
        """Qui s'engage ; « engagé non écrit » quand le texte ne le dit pas."""
        return self.engagement.engages or (SANS_SIGNATAIRE,)


def engagements_suivis(programme: Programme, constats: Iterable[JalonTenu], au: date) -> tuple[EngagementSuivi, ...]:
    """Chaque engagement du programme, dans l'ordre du document, avec ce qui est constaté à une date."""
    tenus = {c.jalon: c for c in sorted(constats, key=lambda c: c.effet, reverse=True) if c.effet <= au}
    axes = {o.id: o for o in programme.orientations}
    actions = {a.id: a for a in programme.actions}
    return tuple(
        EngagementSuivi(i, e, axes.get(e.orientation or ""), actions.get(e.fiche or ""), tenus.get(e.id))
        for i, e in enumerate(programme.engagements, 1)
    )


def par_engage(suivis: Iterable[EngagementSuivi]) -> dict[str, list[EngagementSuivi]]:
    """Engagements de chacun, du plus engagé au moins engagé ; un engagement partagé compte chez chacun."""
    chacun: dict[str, list[EngagementSuivi]] = {}
    for s in suivis:
        for qui in s.engages:
            chacun.setdefault(qui, []).append(s)
    return dict(sorted(chacun.items(), key=lambda x: (x[0] == SANS_SIGNATAIRE, -len(x[1]))))
