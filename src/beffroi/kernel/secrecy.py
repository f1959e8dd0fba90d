"""Statistical secrecy of one published table: primary threshold, then complementary suppression.

A cell from 1 to ``threshold − 1`` is hidden; zero is published. A hidden cell must not be found again by subtraction:
other cells are hidden until no linear combination of the published sums gives it back. Nothing is rounded or perturbed.

Source: convention of the project (regles.md, topic 16); the method is the classical cell suppression of official
statistics (primary cells by threshold, secondary cells by the smallest loss).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import Etat


class Suppression(StrEnum):
    """Why a cell is hidden. Never published: a reader must not know which cell is the small one."""

    SEUIL = "seuil"
    PROTECTION = "protection"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell ready to be published: value or none, state, and (for the producer only) why it is hidden."""

    valeur: int | None
    etat: Etat
    suppression: Suppression | None = None


def protect(cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], threshold: int) -> dict[str, Cell]:
    """Hide what must not be published in a table of counts.

    Args:
        cells: every cell of the table, margins and totals included, by name; ``None`` when the count is not known.
            A missing cell stays missing, and is never relied on to protect another.
        sums: name of a total → names of the cells that add up to it. A crossed table gives one entry per row, per
            column and per margin. Leave out the totals that will not be published.
        threshold: smallest count that may be published (zero excepted).

    Returns:
        The same names, in the same order.

    Raises:
        InvalidInput: negative count, unknown name, or a total that is not the sum of its cells.
    """
    _check(cells, sums)
    reasons = {k: Suppression.SEUIL for k, v in cells.items() if v is not None and 0 < v < threshold}
    while (found := _exposed(cells, sums, reasons)) is not None:
        reasons[_least_loss(cells, sums, reasons, found)] = Suppression.PROTECTION
    return {
        k: Cell(None, Etat.SECRET, reasons[k])
        if k in reasons
        else Cell(v, Etat.NON_RENSEIGNE if v is None else Etat.CONNU)
        for k, v in cells.items()
    }


def dominated(values: Sequence[int], minimum: int, share: Fraction) -> bool:
    """True when a total of ``values`` (one per enterprise) must be hidden.

    Fewer than ``minimum`` contributors, or one of them holding strictly more than ``share`` of the total.
    """
    contributors = [v for v in values if v > 0]
    total = sum(contributors)
    return 0 < len(contributors) < minimum or any(v > share * total for v in contributors)


def _check(cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]]) -> None:
    for name, value in cells.items():
        if value is not None and value < 0:
            raise InvalidInput(Problem(f"la cellule « {name} » est négative ({value}) : un effectif est 0 ou plus."))
    for total, members in sums.items():
        unknown = [n for n in (total, *members) if n not in cells]
        if unknown:
            raise InvalidInput(Problem(f"le total « {total} » cite une cellule absente du tableau : « {unknown[0]} »."))
        values = [v for n in members if (v := cells[n]) is not None]
        expected = cells[total]
        if expected is not None and len(values) == len(members) and sum(values) != expected:
            raise InvalidInput(
                Problem(
                    f"le total « {total} » vaut {expected} et la somme de ses cellules {sum(values)} : "
                    "corriger l'un ou l'autre avant de publier."
                )
            )


def _exposed(
    cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], hidden: Mapping[str, Suppression]
) -> str | None:
    """Name of a hidden cell that a reader could compute, or None."""
    forced = _forced_to_one(cells, sums, hidden)
    if forced is not None:
        return forced
    names = [k for k in cells if k in hidden]
    column = {k: i for i, k in enumerate(names)}
    rows = []
    for total, members in sums.items():
        row = [Fraction(0)] * len(names)
        for name, sign in ((total, -1), *((m, 1) for m in members)):
            if name in column:
                row[column[name]] += sign
        if any(row):
            rows.append(row)
    for row in _reduced(rows, len(names)):
        used = [i for i, v in enumerate(row) if v]
        if len(used) == 1:
            return names[used[0]]
    return None


def _forced_to_one(
    cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], hidden: Mapping[str, Suppression]
) -> str | None:
    """Name of a hidden cell that can only be 1, or None.

    A reader knows that a hidden cell is at least 1 (zero is published): when hidden inner cells add up to their
    number, each one is 1. Every published total is taken down to its inner cells, and so is each of their differences
    that elimination gives.
    """
    leaves = [k for k in cells if k not in sums and k in hidden and cells[k]]
    column = {k: i for i, k in enumerate(leaves)}
    rows = []
    for total in sums:
        inner = _inner(total, sums)
        if total not in hidden and cells[total] is not None and all(cells[k] is not None for k in inner):
            rows.append([Fraction(inner.count(k)) for k in leaves])
    for row in (*rows, *_reduced([list(r) for r in rows], len(leaves))):
        used = [k for k in leaves if row[column[k]]]
        if used and all(row[column[k]] > 0 for k in used):
            reached = sum(row[column[k]] * (cells[k] or 0) for k in used)
            if reached == sum(row[column[k]] for k in used):
                return used[0]
    return None


def _inner(name: str, sums: Mapping[str, Sequence[str]]) -> list[str]:
    """Inner cells of a total, through the totals it is made of."""
    if name not in sums:
        return [name]
    return [k for member in sums[name] for k in _inner(member, sums)]


def _reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """Reduced row echelon form: a row with one non-zero entry gives away the value of its unknown."""
    rank = 0
    for c in range(width):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][c]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        lead = rows[rank][c]
        rows[rank] = [v / lead for v in rows[rank]]
        for r, other in enumerate(rows):
            if r != rank and other[c]:
                factor = other[c]
                rows[r] = [a - factor * b for a, b in zip(other, rows[rank], strict=True)]
        rank += 1
    return rows[:rank]


def _least_loss(
    cells: Mapping[str, int | None],
    sums: Mapping[str, Sequence[str]],
    hidden: Mapping[str, Suppression],
    exposed: str,
) -> str:
    """The cell to hide next: smallest published member beside the exposed cell, a total only when none is left."""
    members: dict[str, int] = {}
    totals: dict[str, int] = {}
    for total, parts in sums.items():
        if exposed not in (total, *parts):
            continue
        members |= {m: v for m in parts if m not in hidden and (v := cells[m])}
        if total not in hidden and (value := cells[total]):
            totals[total] = value
    elsewhere = {k: v for k, v in cells.items() if k not in hidden and v}
    pool = {k: v for k, v in members.items() if k not in sums} or members or totals or elsewhere
    return min(pool, key=lambda k: pool[k])
