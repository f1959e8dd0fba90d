"""Statistical secrecy of one published table: primary threshold, then complementary suppression.

A cell from 1 to ``threshold − 1`` is hidden; zero is published. A hidden cell must not be found again by subtraction:
other cells are hidden until no combination of the published sums, nor the fact that a hidden cell is at least 1, gives it
back. Nothing is rounded or perturbed.

Source: convention of the project (regles.md, topic 16); the method is the classical cell suppression of official
statistics (primary cells by threshold, secondary cells by the smallest loss).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

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


Row = list[Fraction]


def _exposed(
    cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], hidden: Mapping[str, Suppression]
) -> str | None:
    """Name of a hidden cell that a reader could compute, or None.

    Three readers are tried: one who subtracts within a sum, one who combines sums, one who also knows that a hidden cell
    is at least 1.
    """
    for total, members in sums.items():
        unknown = [k for k in (*members, total) if k in hidden]
        if len(unknown) == 1:
            return unknown[0]
    names = [k for k in cells if k in hidden]
    combined = _reduced(_rows(cells, sums, names), len(names))
    for row in combined:
        used = [i for i, v in enumerate(row[:-1]) if v]
        if len(used) == 1:
            return names[used[0]]
    complete = {t: m for t, m in sums.items() if all(cells[k] is not None for k in (t, *m))}
    rows = _rows(cells, complete, names)
    pinned = _pinned([*rows, *_reduced(rows, len(names))], len(names))
    return None if pinned is None else names[pinned]


def _rows(cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[Row]:
    """One equation per sum on the hidden cells: coefficients, then the constant. A missing cell counts as known."""
    column = {k: i for i, k in enumerate(names)}
    rows = []
    for total, members in sums.items():
        row = [Fraction(0)] * (len(names) + 1)
        for name, sign in ((total, -1), *((m, 1) for m in members)):
            if name in column:
                row[column[name]] += sign
            else:
                row[-1] -= sign * (cells[name] or 0)
        if any(row[:-1]):
            rows.append(row)
    return rows


def _reduced(rows: Sequence[Row], width: int) -> list[Row]:
    """Reduced row echelon form: a row with one unknown gives away its value."""
    rows = [list(row) for row in rows]
    rank = 0
    for c in range(width):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][c]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        lead = rows[rank][c]
        rows[rank] = [v / lead for v in rows[rank]]
        for r in range(len(rows)):
            factor = rows[r][c]
            if r != rank and factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rows[:rank]


def _pinned(rows: Sequence[Row], width: int) -> int | None:
    """Index of an unknown with a single possible value, each unknown being at least 1: bounds carried row by row."""
    low: list[Fraction] = [Fraction(1)] * width
    high: list[Fraction | None] = [None] * width
    terms = [([(i, v) for i, v in enumerate(row[:-1]) if v], row[-1]) for row in rows]
    moved = True
    while moved:
        moved = False
        for used, constant in terms:
            for i, v in used:
                for upper in (True, False):
                    bound = _bound([t for t in used if t[0] != i], constant, v, low, high, upper=upper)
                    if bound is None:
                        continue
                    current = high[i]
                    if upper and (current is None or bound < current):
                        high[i], moved = bound, True
                    elif not upper and bound > low[i]:
                        low[i], moved = bound, True
    return next((i for i in range(width) if low[i] == high[i]), None)


def _bound(
    others: Sequence[tuple[int, Fraction]],
    constant: Fraction,
    factor: Fraction,
    low: Sequence[Fraction],
    high: Sequence[Fraction | None],
    *,
    upper: bool,
) -> Fraction | None:
    """Largest (or smallest) value of the unknown of coefficient ``factor``; None when nothing limits it."""
    rest = constant
    for j, v in others:
        extreme = low[j] if (v / factor > 0) == upper else high[j]
        if extreme is None:
            return None
        rest -= v * extreme
    value = rest / factor
    return Fraction(floor(value) if upper else ceil(value))


def _least_loss(
    cells: Mapping[str, int | None],
    sums: Mapping[str, Sequence[str]],
    hidden: Mapping[str, Suppression],
    exposed: str,
) -> str:
    """The cell to hide next: smallest published member beside the exposed cell, a total only when none is left.

    Looks first in the sums where the exposed cell is the only hidden one.
    """
    around = [(total, parts) for total, parts in sums.items() if exposed in (total, *parts)]
    alone = [(t, parts) for t, parts in around if sum(k in hidden for k in (t, *parts)) == 1]
    members: dict[str, int] = {}
    totals: dict[str, int] = {}
    for total, parts in alone or around:
        members |= {m: v for m in parts if m not in hidden and (v := cells[m])}
        if total not in hidden and (value := cells[total]):
            totals[total] = value
    elsewhere = {k: v for k, v in cells.items() if k not in hidden and v}
    pool = {k: v for k, v in members.items() if k not in sums} or members or totals or elsewhere
    return min(pool, key=lambda k: pool[k])
