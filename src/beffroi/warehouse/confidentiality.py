"""Secrecy of a local table before anything shows it: page, export and parent territories are protected together.

A publisher's marks are kept as they are (``<column>_secret``) and never added up as if they were zero. A table that we
count ourselves (register, statistical table) goes through here: the method is that of ``kernel/secrecy.py``, applied once
to the cells, the margins and the totals of every territory that will be published, so that none can be found from others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.secrecy import Cell, protect

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """Cells ready to be published, by (territory, modality); ``TOTAL`` is the margin. ``sums``: what adds up to what."""

    cells: Mapping[tuple[str, str], Cell]
    sums: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]

    def chiffre(self, territoire: str, modalite: str, unite: str, periode: str = "") -> Chiffre:
        """The figure of a cell: its value, *secret*, or *non renseigné*; with one modality, the margin is that one."""
        cell = self.cells.get((territoire, modalite)) or next(c for (t, _), c in self.cells.items() if t == territoire)
        return Chiffre(cell.valeur, unite, cell.etat, periode)

    @property
    def cachees(self) -> int:
        """Number of hidden cells."""
        return sum(1 for c in self.cells.values() if c.etat is Etat.SECRET)


def protect_table(
    effectifs: Mapping[tuple[str, str], int | None], parents: Mapping[str, Sequence[str]], seuil: int
) -> ProtectedTable:
    """Protect a table of counts by commune and modality, with its margins and every parent territory.

    Args:
        effectifs: (commune, modality) → count; ``None`` when nobody gave it.
        parents: territory → the territories that make it up (EPCI of communes, then département of EPCI…).
        seuil: smallest count that may be published, zero excepted (``sources/parametres.toml``).

    Raises:
        InvalidInput: a negative count.
    """
    communes = list(dict.fromkeys(c for c, _ in effectifs))
    modalities = list(dict.fromkeys(m for _, m in effectifs))
    cells: dict[tuple[str, str], int | None] = {(c, m): effectifs.get((c, m)) for c in communes for m in modalities}
    sums: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def add(total: tuple[str, str], members: Sequence[tuple[str, str]]) -> None:
        values = [cells[m] for m in members]
        cells[total] = None if None in values else sum(v for v in values if v is not None)
        sums[total] = tuple(members)

    for parent, members in _ordered(parents, communes):
        for m in modalities:
            add((parent, m), [(child, m) for child in members])
    for territory in dict.fromkeys(t for t, _ in cells) if len(modalities) > 1 else ():
        add((territory, TOTAL), [(territory, m) for m in modalities])
    names = {key: "\x1f".join(key) for key in cells}
    equations = {names[t]: [names[m] for m in members] for t, members in sums.items()}
    # La marge d'un parent est aussi la somme de celles de ses membres : cette équation découle des précédentes.
    given = {names[k]: v for k, v in cells.items()}
    hidden = protect(given, equations, seuil)
    return ProtectedTable({k: hidden[names[k]] for k in cells}, sums)


def _ordered(parents: Mapping[str, Sequence[str]], communes: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Parents after their members; a member that the table does not know is left out."""
    done: dict[str, list[str]] = {}
    known = set(communes)
    todo = {p: list(m) for p, m in parents.items()}
    while todo:
        ready = [p for p, members in todo.items() if not any(m in todo for m in members)]
        if not ready:
            break
        for p in ready:
            done[p] = [m for m in todo.pop(p) if m in known]
            known.add(p)
    return [(p, m) for p, m in done.items() if m]
