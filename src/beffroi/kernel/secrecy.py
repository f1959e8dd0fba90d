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


Row = dict[int, Fraction]  # index of a hidden cell → coefficient; key CONSTANT → right-hand side
CONSTANT = -1


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
    for row in _reduced(_rows(cells, sums, names)):
        used = [i for i in row if i != CONSTANT]
        if len(used) == 1:
            return names[used[0]]
    complete = {t: m for t, m in sums.items() if all(cells[k] is not None for k in (t, *m))}
    rows = _rows(cells, complete, names)
    pinned = _pinned([*rows, *_reduced(rows)], len(names))
    return None if pinned is None else names[pinned]


def _rows(cells: Mapping[str, int | None], sums: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[Row]:
    """One equation per sum, on the hidden cells. A missing cell counts as known: it protects nothing."""
    column = {k: i for i, k in enumerate(names)}
    rows = []
    for total, members in sums.items():
        row: Row = {}
        constant = Fraction(0)
        for name, sign in ((total, -1), *((m, 1) for m in members)):
            if name in column:
                row[column[name]] = row.get(column[name], Fraction(0)) + sign
            else:
                constant -= sign * (cells[name] or 0)
        row = {i: v for i, v in row.items() if v}
        if row:
            rows.append(row | {CONSTANT: constant})
    return rows


def _minus(row: Row, factor: Fraction, other: Row) -> Row:
    """``row − factor × other``, zero coefficients left out."""
    result = dict(row)
    for i, v in other.items():
        value = result.get(i, Fraction(0)) - factor * v
        if value or i == CONSTANT:
            result[i] = value
        else:
            result.pop(i, None)
    return result


def _reduced(rows: Sequence[Row]) -> list[Row]:
    """Reduced row echelon form: a row with one unknown gives away its value."""
    pivots: dict[int, Row] = {}
    for row in rows:
        for c in [i for i in row if i in pivots]:
            if c in row:
                row = _minus(row, row[c], pivots[c])
        lead = next((i for i in row if i != CONSTANT), None)
        if lead is None:
            continue
        row = {i: v / row[lead] for i, v in row.items()}
        for c, other in pivots.items():
            if lead in other:
                pivots[c] = _minus(other, other[lead], row)
        pivots[lead] = row
    return list(pivots.values())


def _pinned(rows: Sequence[Row], width: int) -> int | None:
    """Index of an unknown with a single possible value, each unknown being at least 1: bounds carried row by row."""
    low: list[Fraction] = [Fraction(1)] * width
    high: list[Fraction | None] = [None] * width
    terms = [([(i, v) for i, v in row.items() if i != CONSTANT], row[CONSTANT]) for row in rows]
    moved = True
    while moved:
        moved = False
        for used, constant in terms:
            for i, v in used:
                others = [t for t in used if t[0] != i]
                for upper in (True, False):
                    bound = _bound(others, constant, v, low, high, upper=upper)
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
