"""Plusieurs programmes ensemble : une même action inscrite dans deux programmes est comptée une fois."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from beffroi.domain.programme.modele import FicheAction, Programme


@dataclass(frozen=True, slots=True)
class ActionCommune:
    """Une action et toutes ses inscriptions : (id du programme, fiche), l'origine d'abord."""

    inscriptions: tuple[tuple[str, FicheAction], ...]

    @property
    def fiche(self) -> FicheAction:
        """La fiche d'origine."""
        return self.inscriptions[0][1]


def reference(programme: str, fiche: str) -> str:
    """Adresse d'une fiche entre programmes : ``programme#fiche``."""
    return f"{programme}#{fiche}"


def actions_distinctes(programmes: Iterable[Programme]) -> tuple[ActionCommune, ...]:
    """Les actions de plusieurs programmes, chacune une fois (``identique_a`` suivi de proche en proche).

    Une fiche qui renvoie à un programme absent du lot reste comptée ; une boucle de renvois compte une action.
    """
    fiches = {reference(p.id, a.id): (p.id, a) for p in programmes for a in p.actions}

    def origine(adresse: str) -> str:
        vues: list[str] = []
        while adresse not in vues:
            vues.append(adresse)
            suivante = fiches[adresse][1].identique_a
            if suivante is None or suivante not in fiches:
                return adresse
            adresse = suivante
        return min(vues[vues.index(adresse) :])

    groupes: dict[str, list[str]] = {}
    for adresse in fiches:
        groupes.setdefault(origine(adresse), []).append(adresse)
    return tuple(
        ActionCommune(tuple(fiches[a] for a in [tete, *(x for x in membres if x != tete)]))
        for tete, membres in groupes.items()
    )
