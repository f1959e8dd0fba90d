"""Scénarios d'objectifs : la grille d'un programme, ce qui change, et la version qu'une adoption fait naître.

La grille pose un volume de période par exercice (arrondi du cumul) et un objectif annuel à chaque exercice ; un taux
n'a qu'une case, pour la durée. Les identifiants permanents ne changent pas : le suivi passe à la nouvelle version.
Sources : CCH, art. L. 302-1 et R. 302-1-3 (objectifs par commune) ; L. 302-4 (modification du programme).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from beffroi.domain.nomenclatures.programme import NatureActe, NatureNote, Periodicite
from beffroi.domain.programme.modele import (
    Acte,
    Note,
    ObjectifTerritorial,
    Programme,
    TotalPublie,
    ValeurTerritoire,
)
from beffroi.domain.suivi.valeur import TOTAL, elements, en_unite
from beffroi.domain.territorialisation.repartition import etaler
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.unit import exact


class CleObjectif(NamedTuple):
    """Case d'une grille d'objectifs : id de l'objectif, territoire (« commune:62035 »), exercice ou « total »."""

    objectif: str
    territoire: str
    periode: str


Grille = Mapping[CleObjectif, Decimal | None]


def par_exercice(objectif: ObjectifTerritorial) -> bool:
    """Vrai quand l'objectif se pose par exercice ; un taux ne se pose que pour la durée."""
    return objectif.unite not in ("%", "part", "indice")


def periodes_objectif(programme: Programme, objectif: ObjectifTerritorial) -> tuple[str, ...]:
    """Cases d'un territoire pour un objectif."""
    return tuple(str(e.annee) for e in programme.exercices()) if par_exercice(objectif) else (TOTAL,)


def etalement(valeur: Decimal, annees: int) -> list[Decimal]:
    """Volume de période posé par exercice : entiers par arrondi du cumul ; un volume non entier se divise, au reste près."""
    if valeur == valeur.to_integral_value() and valeur >= 0:
        return [Decimal(v) for v in etaler(int(valeur), annees)]
    part = (valeur / annees).quantize(Decimal("0.01"))
    return [part] * (annees - 1) + [valeur - part * (annees - 1)]


def _cases(
    annees: Sequence[int],
    objectif: ObjectifTerritorial,
    valeur: Decimal | None,
    par_annee: Mapping[int, Decimal] | None,
) -> list[Decimal | None]:
    if not par_exercice(objectif):
        return [None if valeur is None else en_unite(valeur, "part" if objectif.unite == "%" else objectif.unite)]
    if par_annee:
        return [par_annee.get(a) for a in annees]
    if valeur is None:
        return [None] * len(annees)
    if objectif.periodicite is Periodicite.PERIODE:
        return list(etalement(valeur, len(annees)))
    return [valeur] * len(annees)


def territoires_objectif(programme: Programme, objectif: ObjectifTerritorial) -> list[str]:
    """Territoires qui peuvent porter cet objectif : l'EPCI, les secteurs que le programme chiffre, les communes."""
    secteurs = [f"secteur:{v.secteur}" for v in objectif.valeurs if v.secteur]
    return [f"epci:{programme.collectivites[0]}", *secteurs, *(f"commune:{c}" for c in programme.communes())]


def _territoire(v: ValeurTerritoire) -> str:
    return f"commune:{v.commune}" if v.commune else f"secteur:{v.secteur}"


def grille_de(programme: Programme, objectifs: Iterable[str] | None = None) -> dict[CleObjectif, Decimal | None]:
    """Les objectifs d'une version (ou certains), case par case ; ce que le programme n'écrit pas vaut ``None``."""
    found: dict[CleObjectif, Decimal | None] = {}
    voulus = None if objectifs is None else set(objectifs)
    annees = [e.annee for e in programme.exercices()]
    for o in programme.objectifs:
        if voulus is not None and o.id not in voulus:
            continue
        periodes = periodes_objectif(programme, o)
        ecrites = {_territoire(v): v for v in o.valeurs}
        reference = o.reference.valeur if o.reference else None
        for t in territoires_objectif(programme, o):
            v = ecrites.get(t)
            if t.startswith("epci:"):
                cases = _cases(annees, o, reference, None)
            else:
                cases = _cases(annees, o, v.valeur if v else None, v.par_annee if v else None)
            found.update((CleObjectif(o.id, t, p), c) for p, c in zip(periodes, cases, strict=True))
    return found


def cases_possibles(programme: Programme) -> dict[str, tuple[set[str], set[str]]]:
    """Objectif → territoires et périodes qu'une case peut avoir."""
    return {
        o.id: (set(territoires_objectif(programme, o)), set(periodes_objectif(programme, o)))
        for o in programme.objectifs
    }


def ecarts(reference: Grille, scenario: Grille) -> list[CleObjectif]:
    """Cases qui diffèrent, dans l'ordre."""
    return sorted(k for k in {*reference, *scenario} if reference.get(k) != scenario.get(k))


@dataclass(frozen=True, slots=True)
class Total:
    """Total d'un objectif sur un territoire, toute la durée, dans la référence et dans un scénario."""

    objectif: str
    territoire: str
    reference: Decimal | None
    scenario: Decimal | None

    @property
    def ecart(self) -> Decimal | None:
        """Scénario moins référence, quand les deux sont connus."""
        return None if self.reference is None or self.scenario is None else self.scenario - self.reference


def totaliser(grille: Grille) -> dict[tuple[str, str], Decimal | None]:
    """(objectif, territoire) → total sur la durée ; ``None`` si aucune case n'est remplie."""
    sums: dict[tuple[str, str], Decimal | None] = {}
    for k, v in grille.items():
        cle = (k.objectif, k.territoire)
        before = sums.setdefault(cle, None)
        if v is not None:
            sums[cle] = v if before is None else before + v
    return sums


def comparer(reference: Grille, scenario: Grille) -> list[Total]:
    """Totaux qui diffèrent, territoire par territoire."""
    a, b = totaliser(reference), totaliser(scenario)
    return [Total(o, t, a.get((o, t)), b.get((o, t))) for o, t in sorted({*a, *b}) if a.get((o, t)) != b.get((o, t))]


def version_adoptee(
    programme: Programme, scenario: Grille, *, version: str, le: date, nom: str, motif: str
) -> Programme:
    """La version qui naît de l'adoption d'un scénario : mêmes identifiants, valeurs changées, acte daté, note.

    Une valeur inchangée garde son endroit dans le document ; un total imprimé dont un membre change n'est pas repris.

    Raises:
        InvalidInput: rien ne change, ou un territoire n'a d'objectif que certaines années (chacun est nommé).
    """
    reference = grille_de(programme)
    changees = ecarts(reference, scenario)
    if not changees:
        raise InvalidInput(Problem("ce scénario ne change aucun objectif : il n'y a rien à adopter."))
    objectifs: list[ObjectifTerritorial] = []
    problems: list[Problem] = []
    touches = {k.objectif for k in changees}
    for o in programme.objectifs:
        mine = {k.territoire for k in changees if k.objectif == o.id}
        objectifs.append(_objectif(programme, o, scenario, mine, problems) if mine else o)
    if problems:
        raise InvalidInput(problems)
    acte = Acte(nature=NatureActe.MODIFICATION, date=le, libelle=f"{version} : {motif}")
    note = Note(
        id=f"note-adoption-{len(programme.actes) + 1}",
        nature=NatureNote.CONTEXTE,
        texte=f"Objectifs modifiés par le scénario « {nom} » ({len(changees)} cases) : {motif}",
        concerne=tuple(sorted(touches)),
    )
    return replace(
        programme,
        version=version,
        objectifs=tuple(objectifs),
        actes=(*programme.actes, acte),
        notes=(*programme.notes, note),
    )


def _objectif(
    programme: Programme, o: ObjectifTerritorial, scenario: Grille, changes: set[str], problems: list[Problem]
) -> ObjectifTerritorial:
    periodes = periodes_objectif(programme, o)
    written = {_territoire(v): v for v in o.valeurs}
    nouvelles: list[ValeurTerritoire] = []
    for t in territoires_objectif(programme, o)[1:]:
        ancienne = written.get(t)
        if t not in changes:
            nouvelles += [ancienne] if ancienne else []
            continue
        cases = [scenario.get(CleObjectif(o.id, t, p)) for p in periodes]
        if any(c is None for c in cases) and any(c is not None for c in cases):
            vides = ", ".join(p for p, c in zip(periodes, cases, strict=True) if c is None)
            problems.append(
                Problem(
                    f"« {o.libelle} », {_nom(programme, t)} : il manque {vides}.",
                    conseil="Remplissez chaque exercice (0 si rien n'est demandé), ou videz toute la ligne.",
                )
            )
            continue
        valeur, par_annee = _ecrire(programme, o, [c for c in cases if c is not None])
        scale, _, code = t.partition(":")
        nouvelles.append(
            ValeurTerritoire(
                valeur=valeur,
                commune=code if scale == "commune" else None,
                secteur=code if scale == "secteur" else None,
                libre=bool(valeur is None and ancienne and ancienne.libre),
                par_annee=par_annee,
            )
        )
    membres = {s.id: {f"commune:{c}" for c in s.communes} | {f"secteur:{s.id}"} for s in programme.secteurs}
    communes = {t for t in changes if not t.startswith("epci:")}
    totaux = tuple(t for t in o.totaux_publies if (t.secteur and not membres.get(t.secteur, set()) & communes))
    return replace(
        o,
        valeurs=tuple(nouvelles),
        totaux_publies=totaux,
        reference=_reference(programme, o, scenario, periodes) if changes - communes else o.reference,
    )


def _reference(
    programme: Programme, o: ObjectifTerritorial, scenario: Grille, periodes: Sequence[str]
) -> TotalPublie | None:
    epci = f"epci:{programme.collectivites[0]}"
    cases = [v for p in periodes if (v := scenario.get(CleObjectif(o.id, epci, p))) is not None]
    valeur, _ = _ecrire(programme, o, cases)
    return None if valeur is None else TotalPublie(valeur=valeur, libelle="objectif de référence modifié")


def _ecrire(
    programme: Programme, o: ObjectifTerritorial, cases: Sequence[Decimal]
) -> tuple[Decimal | None, dict[int, Decimal] | None]:
    """Valeur du programme, et ses années quand elles ne se déduisent pas d'elle."""
    if not cases:
        return None, None
    if not par_exercice(o):
        return cases[0] * 100 if o.unite == "%" else cases[0], None
    annees = [e.annee for e in programme.exercices()]
    total, n = sum(cases, Decimal(0)), len(annees)
    par_annee = dict(zip(annees, cases, strict=True))
    if o.periodicite is Periodicite.PERIODE:
        return total, None if list(cases) == etalement(total, n) else par_annee
    if len(set(cases)) == 1:
        return cases[0], None
    moyenne = (total / n).quantize(Decimal("0.000001"))
    return exact(moyenne.normalize()), par_annee


def _nom(programme: Programme, territoire: str) -> str:
    scale, _, code = territoire.partition(":")
    if scale == "secteur":
        return next((s.nom for s in programme.secteurs if s.id == code), code)
    return programme.noms_communes.get(code, code)


def unite_objectif(programme: Programme, objectif: str) -> str:
    """Unité dans laquelle un objectif se tape."""
    return elements(programme)[objectif].unite


def reportes(valeurs: Mapping[str, Iterable[int]], objectif: str, annees: Sequence[int]) -> dict[CleObjectif, Decimal]:
    """Cases d'une répartition : territoire → valeurs par exercice."""
    return {
        CleObjectif(objectif, t, str(a)): Decimal(v)
        for t, vs in valeurs.items()
        for a, v in zip(annees, vs, strict=True)
    }
