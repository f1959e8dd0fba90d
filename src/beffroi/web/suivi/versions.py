"""Versions of a programme read side by side, and two programmes compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from beffroi.domain.programme.ensemble import actions_distinctes
from beffroi.domain.programme.modele import FicheAction, Programme
from beffroi.domain.programme.versions import Changement, Comparaison, NatureChangement, comparer
from beffroi.domain.suivi.budget import cout_programme
from beffroi.domain.suivi.scenario import unite_objectif
from beffroi.domain.suivi.valeur import en_unite
from beffroi.kernel.figure import Chiffre
from beffroi.web.suivi.objectifs import chiffre

LIBELLES: dict[NatureChangement, str] = {
    NatureChangement.AJOUTE: "Ajouté",
    NatureChangement.MODIFIE: "Modifié",
    NatureChangement.RETIRE: "Retiré",
    NatureChangement.DEPLACE: "Déplacé",
}
_GENRES = {
    "Programme": "Programme",
    "Orientation": "Orientations",
    "FicheAction": "Actions",
    "ObjectifTerritorial": "Objectifs par territoire",
    "ObjectifAction": "Objectifs des fiches",
    "IndicateurProgramme": "Indicateurs",
    "LigneBudgetaire": "Budget",
    "LigneCalendrier": "Calendrier budgétaire",
    "Jalon": "Échéances",
    "Mesure": "Mesures",
    "MoyenHumain": "Moyens humains",
    "Secteur": "Secteurs",
    "Note": "Notes de lecture",
}


@dataclass(frozen=True, slots=True)
class GroupeChangements:
    """Changes of one kind of element, in the order of the programme."""

    libelle: str
    changements: tuple[tuple[str, Changement], ...]


def ecarts_versions(ancienne: Programme, nouvelle: Programme) -> tuple[Comparaison, list[GroupeChangements]]:
    """Diff of two versions, by kind of element."""
    diff = comparer(ancienne, nouvelle)
    groups: dict[str, list[tuple[str, Changement]]] = {}
    for c in diff.changements:
        groups.setdefault(_GENRES.get(c.genre, "Autres éléments"), []).append((LIBELLES[c.nature], c))
    order = list(dict.fromkeys([*_GENRES.values(), "Autres éléments"]))
    return diff, [GroupeChangements(name, tuple(groups[name])) for name in order if name in groups]


def identifiants(programme: Programme) -> set[str]:
    """Permanent ids of a version: objectives, actions and what they hold."""
    found = {o.id for o in programme.objectifs} | {a.id for a in programme.actions}
    for a in programme.actions:
        parts: Iterable[Iterable[object]] = (a.objectifs, a.indicateurs, a.budget, a.moyens_humains, a.calendrier)
        found |= {x.id for part in parts for x in part}  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class LigneFace:
    """A line of the comparison of two programmes: label, figure or words of each."""

    libelle: str
    gauche: Chiffre | str
    droite: Chiffre | str


def _compte(n: int, unite: str = "nombre") -> Chiffre:
    return Chiffre(n, unite)


def _periode(p: Programme) -> str:
    years = p.exercices()
    return f"{years[0].annee}-{years[-1].annee}"


def _ecrit(c: Chiffre) -> Chiffre | str:
    return c if c.connu else "aucun montant qui s’additionne"


def _reference(p: Programme) -> Chiffre | str:
    objectif = p.objectif()
    if objectif is None or objectif.reference is None:
        return "aucun"
    unite = unite_objectif(p, objectif.id)
    total = chiffre(en_unite(objectif.reference.valeur, unite), unite).texte(avec_unite=True)
    return f"{total}, {objectif.libelle}"


_LIGNES: tuple[tuple[str, Callable[[Programme], Chiffre | str]], ...] = (
    ("Nature", lambda p: p.nature.value.upper()),
    ("Exercices", _periode),
    ("Version", lambda p: p.version),
    ("Communes", lambda p: _compte(len(p.communes()))),
    ("Secteurs", lambda p: _compte(sum(not s.groupe for s in p.secteurs))),
    ("Orientations, volets ou axes", lambda p: _compte(len(p.orientations))),
    ("Actions", lambda p: _compte(len(p.actions))),
    ("Indicateurs écrits", lambda p: _compte(sum(len(a.indicateurs) for a in p.actions))),
    ("Actions sans indicateur", lambda p: _compte(sum(not a.indicateurs for a in p.actions))),
    ("Actions sans pilote écrit", lambda p: _compte(sum(not a.pilotes or a.pilote_implicite for a in p.actions))),
    ("Objectif de référence", _reference),
    ("Objectifs par territoire", lambda p: _compte(len(p.objectifs))),
    ("Lignes de budget", lambda p: _compte(sum(len(a.budget) for a in p.actions))),
    ("Budget écrit par an", lambda p: _ecrit(cout_programme(p).annuel)),
    ("Budget écrit en une fois", lambda p: _ecrit(cout_programme(p).unique)),
    ("Échéances écrites", lambda p: _compte(sum(len(a.calendrier) for a in p.actions))),
    ("Engagements écrits", lambda p: _compte(len(p.engagements))),
    ("Notes de lecture", lambda p: _compte(len(p.notes))),
)


@dataclass(frozen=True, slots=True)
class ActionFace:
    """An action of each side where they are the same one, else of one side only."""

    gauche: FicheAction | None
    droite: FicheAction | None


@dataclass(frozen=True, slots=True)
class FaceAFace:
    """Two programmes side by side."""

    lignes: tuple[LigneFace, ...]
    communes_partagees: int
    distinctes: int
    partagees: tuple[ActionFace, ...]


def face_a_face(gauche: Programme, droite: Programme) -> FaceAFace:
    """Compare what two programmes write; an action in both counts once."""
    actions = actions_distinctes((gauche, droite))
    shared = []
    for a in actions:
        sides = dict(a.inscriptions)
        if len(sides) == 2:
            shared.append(ActionFace(sides.get(gauche.id), sides.get(droite.id)))
    return FaceAFace(
        tuple(LigneFace(label, read(gauche), read(droite)) for label, read in _LIGNES),
        len(set(gauche.communes()) & set(droite.communes())),
        len(actions),
        tuple(shared),
    )
