"""Passage between vintages of the official geographic code: what a code of one year is today, and how sure it is.

Every correction carries a status: *fusion* (rows of the former communes are added up), *changement de code*, or
*scission*: a commune that was split is refused at its own scale, never shared out by a guess.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.warehouse.cells import quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREMIERE_ANNEE = 2003


class Statut(IntEnum):
    """Status of the passage of a code."""

    INCHANGE = 0
    FUSION = 1
    CHANGEMENT_DE_CODE = 2
    SCISSION = 3
    INCONNU = 4


LIBELLE_STATUT = {
    Statut.INCHANGE: "code inchangé",
    Statut.FUSION: "communes fusionnées, valeurs additionnées",
    Statut.CHANGEMENT_DE_CODE: "code changé, même territoire",
    Statut.SCISSION: "commune scindée, valeur non répartie",
    Statut.INCONNU: "code inconnu du découpage en service",
}


@dataclass(frozen=True, slots=True)
class Event:
    """On the 1st of January of ``year``, the code ``before`` became ``after`` (one line per successor)."""

    year: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What the code ``code`` of the vintage ``year`` is today.

    ``current`` is None for a commune that was split between several of today's; ``successors`` lists them all.
    """

    code: str
    year: int
    current: str | None
    status: Statut
    successors: tuple[str, ...]


class Cog:
    """The events of a period and the codes in force at its end."""

    def __init__(
        self,
        fusions: Iterable[Event],
        scissions: Iterable[Event],
        current: Iterable[str],
        attached: Mapping[str, str] | None = None,
    ) -> None:
        self.current = frozenset(current)
        self.attached = dict(attached or {})
        self._after: dict[tuple[int, str], set[str]] = {}
        self._split: set[tuple[int, str]] = set()
        self._joined: dict[tuple[int, str], set[str]] = {}
        for e in fusions:
            self._after.setdefault((e.year, e.before), set()).add(e.after)
            self._joined.setdefault((e.year, e.after), set()).add(e.before)
        for e in scissions:
            self._after.setdefault((e.year, e.before), set()).add(e.after)
            self._split.add((e.year, e.before))
        self.years = sorted({y for y, _ in self._after})
        self._when: dict[str, dict[int, bool]] = {}  # code → year of an event → did the code exist before it?
        for (y, before), after in self._after.items():
            self._when.setdefault(before, {})[y] = True
            for code in after:
                self._when.setdefault(code, {}).setdefault(y, False)
        self.codes = frozenset(c for _, c in self._after) | frozenset(a for s in self._after.values() for a in s)

    def passage(self, code: str, year: int) -> Passage:
        """Follow a code from its vintage to today."""
        codes, status = {code}, Statut.INCHANGE
        for y in self._from(code, year):
            nexts: set[str] = set()
            for c in codes:
                after = self._after.get((y, c))
                if after is None:
                    nexts.add(c)
                    continue
                nexts |= after
                if (y, c) in self._split:
                    status = Statut.SCISSION
                elif status is not Statut.SCISSION:
                    (target,) = after if len(after) == 1 else (next(iter(after)),)
                    alone = self._joined.get((y, target), set()) == {c} and target != c
                    status = max(status, Statut.CHANGEMENT_DE_CODE) if alone else Statut.FUSION
            codes = nexts
        if not codes <= self.current:
            codes = {self.attached.get(c, c) for c in codes}
            if status is Statut.INCHANGE and codes <= self.current and code not in self.current:
                status = Statut.FUSION
        successors = tuple(sorted(codes))
        if not codes <= self.current:
            return Passage(code, year, None, Statut.INCONNU, successors)
        if len(codes) > 1 or status is Statut.SCISSION:
            return Passage(code, year, None, Statut.SCISSION, successors)
        return Passage(code, year, successors[0], status, successors)

    def _from(self, code: str, year: int) -> list[int]:
        """Years of the events to apply: those after the vintage; for a code that had already gone, from its end."""
        later = [y for y in self.years if y > year]
        subject = [y for y, existed in self._when.get(code, {}).items() if existed]
        if code in self.current or any(y > year for y in subject):
            return later
        return [y for y in self.years if y >= max(subject)] if subject else later

    def alive(self, code: str, year: int) -> bool:
        """Was this code that of a commune on the 1st of January of ``year``?"""
        later = {y: existed for y, existed in self._when.get(code, {}).items() if y > year}
        return later[min(later)] if later else code in self.current

    def table(self, years: Iterable[int]) -> tuple[list[tuple[object, ...]], list[tuple[str, int, int]]]:
        """Rows (code, year, current, status, successors) that are not trivial, and expected parts of each commune.

        A split commune is kept under the first of its successors, so that a larger territory does not lose it.

        The second list gives (current code, year, number of codes that made it up) where it is not one.
        """
        rows: list[tuple[object, ...]] = []
        expected: list[tuple[str, int, int]] = []
        others = frozenset(self.attached) - self.current
        for year in years:
            parts: dict[str, int] = {}
            for code in sorted(self.codes | others):
                p = self.passage(code, year)
                if p.status is not Statut.INCHANGE:
                    kept = p.successors[0] if p.status is Statut.SCISSION else p.current
                    rows.append((code, year, kept, int(p.status), " ".join(p.successors)))
                if p.current is not None and code in self.codes and self.alive(code, year):
                    parts[p.current] = parts.get(p.current, 0) + 1
            expected += [(c, year, n) for c, n in parts.items() if n > 1]
        return rows, expected


def build_passage(con: DuckDBPyConnection) -> None:
    """Create ``passage`` and ``composante`` from the tables of communes and of events of the open database.

    Without events loaded, only the associated communes of the packaged divisions are known.
    """
    current = [r[0] for r in con.execute("SELECT code FROM commune").fetchall()]
    attached = dict(con.execute("SELECT code, code_commune FROM commune_associee").fetchall())
    fusions = [Event(*r) for r in con.execute("SELECT annee, code_avant, code_apres FROM cog_fusions").fetchall()]
    splits = [Event(*r) for r in con.execute("SELECT annee, code_avant, code_apres FROM cog_scissions").fetchall()]
    cog = Cog(fusions, splits, current, attached)
    last = max([*cog.years, 2026]) + 1
    rows, expected = cog.table(range(PREMIERE_ANNEE, last + 1))
    epci = dict(con.execute("SELECT code, coalesce(siren_epci, code) FROM commune").fetchall())
    marked = [(*r, _spread(r, epci)) for r in rows]
    (place,) = con.execute("SELECT current_setting('temp_directory')").fetchone() or (
        "",
    )  # balayé avec la construction
    with tempfile.TemporaryDirectory(dir=place if place and Path(place).is_dir() else None) as aside:
        first, second = Path(aside) / "passage.csv", Path(aside) / "composante.csv"
        _write(first, ("code", "annee", "code_courant", "statut", "successeurs", "scinde"), marked)
        _write(second, ("code_courant", "annee", "attendues"), expected)
        con.execute(
            f"""CREATE TABLE passage AS SELECT code, annee::SMALLINT AS annee, code_courant, statut::UTINYINT AS statut,
                  scinde::UTINYINT AS scinde, string_split(successeurs, ' ') AS successeurs FROM read_csv({quote(str(first))}, all_varchar=true);
            CREATE TABLE composante AS SELECT code_courant, annee::SMALLINT AS annee, attendues::UTINYINT AS attendues
              FROM read_csv({quote(str(second))}, all_varchar=true)"""
        )


def _spread(row: tuple[object, ...], epci: Mapping[str, str]) -> int:
    """0: not split; 1: split inside one EPCI, which keeps its total; 2: split between several."""
    if row[3] != Statut.SCISSION:
        return 0
    return 1 if len({epci.get(c, c) for c in str(row[4]).split()}) == 1 else 2


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
