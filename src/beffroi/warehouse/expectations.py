"""What a whole file must satisfy, checked on the clean Parquet. A failure lowers the quality score; it is never hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beffroi.kernel.source import Expectation, Source
from beffroi.warehouse.cells import name, quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check(con: DuckDBPyConnection, rows: str, source: Source) -> tuple[dict[str, Any], ...]:
    """Expectations that fail: id, label, severity, number of cases, an example."""
    kept = f"(SELECT * FROM {rows} WHERE _rejet IS NULL)"
    failures = []
    for e in source.expectations:
        cases, example = _CHECKS[e.kind](con, kept, rows, source, e)
        if cases:
            failures.append(
                {"id": e.id, "libelle": e.label, "gravite": e.severity, "cas": int(cases), "exemple": str(example)}
            )
    return tuple(failures)


def _row(con: DuckDBPyConnection, sql: str) -> tuple[Any, Any]:
    found = con.execute(sql).fetchone()
    return (found[0], found[1]) if found else (0, "")


def _unique(con: DuckDBPyConnection, kept: str, rows: str, source: Source, e: Expectation) -> tuple[Any, Any]:
    said = "_rejet IN ('ligne répétée', 'plusieurs lignes ont cette clé et des valeurs différentes')"
    return _row(con, f"SELECT count(*), any_value({name(source.key[0])}) FROM {rows} WHERE {said}")


def _lines(con: DuckDBPyConnection, kept: str, rows: str, source: Source, e: Expectation) -> tuple[Any, Any]:
    count, _ = _row(con, f"SELECT count(*), '' FROM {kept}")
    return (0, "") if count >= e.minimum else (e.minimum - count, f"{count} lignes")


def _sum(con: DuckDBPyConnection, kept: str, rows: str, source: Source, e: Expectation) -> tuple[Any, Any]:
    total = name(e.columns[0])
    parts = " + ".join(name(p) for p in e.parts)
    return _row(
        con,
        f"SELECT count(*), any_value({name(source.key[0])}) FROM {kept} WHERE abs({total} - ({parts})) > {e.tolerance}",
    )


def _modalities(con: DuckDBPyConnection, kept: str, rows: str, source: Source, e: Expectation) -> tuple[Any, Any]:
    """Rows of a total equal the sum of the rows of its parts; only groups that have every part are compared."""
    column, total, *values = e.columns
    group = ", ".join(name(k) for k in source.key if k != column)
    parts = ", ".join(quote(p) for p in e.parts)
    cases, example = 0, ""
    for value in values:
        of = f"{name(column)} = {quote(total)}"
        among = f"{name(column)} IN ({parts})"
        n, one = _row(
            con,
            f"""SELECT count(*), any_value(cle) FROM (
                  SELECT {group}, ({group})::VARCHAR AS cle, sum({name(value)}) FILTER ({of}) AS t,
                         sum({name(value)}) FILTER ({among}) AS p, count({name(value)}) FILTER ({among}) AS n
                  FROM {kept} GROUP BY ALL HAVING n = {len(e.parts)} AND abs(t - p) > {e.tolerance})""",
        )
        cases, example = cases + n, example or one
    return cases, example


_CHECKS = {"unique": _unique, "lignes": _lines, "somme": _sum, "modalites": _modalities}
