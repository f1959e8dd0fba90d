"""SQL that reads one cell: a published text becomes a typed value, or the reason why the row is refused.

Each expression is evaluated once per row by DuckDB; a reason is built only for the rows that fail.
"""

from __future__ import annotations

from beffroi.kernel.source import NUMERIC, Column, Kind, Source

ESPACES = " \u00a0\u202f€\u0080"
TYPES: dict[Kind, str] = {
    Kind.CODE_COMMUNE: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.TEXTE: "VARCHAR",
    Kind.BRUT: "VARCHAR",
    Kind.ENTIER: "BIGINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.TAUX: "DOUBLE",
    Kind.ANNEE: "SMALLINT",
    Kind.DATE: "DATE",
    Kind.BOOLEEN: "BOOLEAN",
    Kind.CONTOUR: "BLOB",
}
_ATTENDU: dict[Kind, str] = {
    Kind.CODE_COMMUNE: "un code de commune de cinq caractères",
    Kind.ENTIER: "un nombre entier",
    Kind.DECIMAL: "un nombre",
    Kind.TAUX: "un taux en %",
    Kind.ANNEE: "une année entre 1850 et 2100",
    Kind.DATE: "une date",
    Kind.BOOLEEN: "oui ou non",
    Kind.CONTOUR: "un contour fermé",
}


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A name as an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def words(source: Source, column: Column) -> list[str]:
    """Texts that carry no value in this column: blanks of the publisher, marks of secrecy."""
    marks = source.marks if column.secret else ()
    return [w for w in (*source.missing, *marks) if w]


def typed(column: Column, raw: str, suffix: str | None = None) -> str:
    """SQL of the typed value; NULL when the text is blank, secret or cannot be read."""
    kind = column.kind
    if suffix is not None:
        rest = f"CAST(5 - length({raw}) AS INTEGER)"
        return f"{raw} || lpad(right({suffix}, {rest}), {rest}, '0')"
    if column.values:
        cases = " ".join(f"WHEN {quote(k)} THEN {quote(v)}" for k, v in column.values.items())
        other = "" if column.default is None else f" ELSE {quote(column.default)}"
        text = f"CASE trim({raw}) {cases}{other} END"
        return text if kind is not Kind.BOOLEEN else f"CAST({text} AS BOOLEAN)"
    if kind is Kind.ENTIER:
        return (
            f"coalesce(TRY_CAST({raw} AS BIGINT), "
            f"TRY_CAST(regexp_replace(translate({raw}, {quote(ESPACES)}, ''), '[.,]0+$', '') AS BIGINT))"
        )
    if kind is Kind.DECIMAL:
        plain = f"TRY_CAST({raw} AS DOUBLE)"  # la seconde lecture ne sert qu'aux cases que la première n'a pas lues
        return f"coalesce({plain}, TRY_CAST(translate({raw}, {quote(',' + ESPACES)}, '.') AS DOUBLE))"
    if kind is Kind.TAUX:
        return f"TRY_CAST(translate({raw}, {quote(',%' + ESPACES)}, '.') AS DOUBLE) / 100"
    if kind is Kind.ANNEE:
        return f"TRY_CAST(left({raw}, 4) AS SMALLINT)"  # une date dit son année
    if kind is Kind.DATE:
        return f"coalesce(TRY_CAST({raw} AS DATE), CAST(TRY_STRPTIME({raw}, '%d/%m/%Y') AS DATE))"
    if kind is Kind.BOOLEEN:
        return (
            f"CASE WHEN lower({raw}) IN ('1', 'oui', 'true', 'vrai', 'o') THEN true "
            f"WHEN lower({raw}) IN ('0', 'non', 'false', 'faux', 'n') THEN false END"
        )
    if kind is Kind.CODE_COMMUNE:
        return f"CASE length({raw}) WHEN 5 THEN {raw} WHEN 4 THEN '0' || {raw} ELSE {_unguarded(raw)} END"
    if kind is Kind.CODE:
        return _unguarded(raw)
    if kind is Kind.CONTOUR:
        return f"TRY(unhex({raw}))"
    if kind is Kind.BRUT:
        return raw
    return f"trim({raw})"


def _unguarded(raw: str) -> str:
    """Codes protected for spreadsheets: « ="60057" » becomes « 60057 »."""
    return f"CASE WHEN {raw} LIKE '=%' THEN trim({raw}, '=\"') ELSE trim({raw}) END"


def is_secret(source: Source, raw: str) -> str:
    """SQL: is this cell hidden by the publisher?"""
    return f"coalesce({raw} IN ({', '.join(quote(m) for m in source.marks)}), false)"


def reasons(source: Source, column: Column, raw: str, value: str) -> list[tuple[str, str]]:
    """Pairs (SQL condition, SQL text of the reason) under which the row is refused for this column."""
    shown = quote(column.name)
    out: list[tuple[str, str]] = []
    blank = words(source, column)
    if column.filled:
        out.append((f"{raw} IS NULL", f"{shown} || ' est vide'"))
    unread = f"{value} IS NULL AND {raw} IS NOT NULL"
    if blank:
        unread += f" AND trim({raw}) NOT IN ({', '.join(quote(b) for b in blank)})"
    if column.values and column.default is None:
        known = quote(f" », attendu : {', '.join(dict.fromkeys(column.values))}")
        out.append((unread, f"{shown} || ' vaut « ' || {raw} || {known}"))
    elif column.kind in _ATTENDU:
        out.append((unread, f"{shown} || ' vaut « ' || {raw} || ' », attendu : {_ATTENDU[column.kind]}'"))
    if column.kind is Kind.CODE_COMMUNE:
        bad = (
            f"CASE WHEN TRY_CAST({value} AS UINTEGER) IS NOT NULL THEN length({value}) <> 5 "
            f"WHEN {value} IS NOT NULL THEN NOT regexp_matches({value}, '^2[AB][0-9]{{3}}$') ELSE false END"
        )
        out.append((bad, f"{shown} || ' vaut « ' || {raw} || ' », attendu : {_ATTENDU[column.kind]}'"))
    if column.kind is Kind.ANNEE:
        bad = f"{value} NOT BETWEEN 1850 AND 2100"
        out.append((bad, f"{shown} || ' vaut « ' || {raw} || ' », attendu : {_ATTENDU[column.kind]}'"))
    if column.kind in NUMERIC:
        if column.minimum is not None:
            out.append(
                (
                    f"{value} < {column.minimum}",
                    f"{shown} || ' vaut « ' || {raw} || ' », inférieur à {_bound(column, column.minimum)}'",
                )
            )
        if column.maximum is not None:
            out.append(
                (
                    f"{value} > {column.maximum}",
                    f"{shown} || ' vaut « ' || {raw} || ' », supérieur à {_bound(column, column.maximum)}'",
                )
            )
    return out


def _bound(column: Column, bound: float) -> str:
    return f"{bound * 100:g} %" if column.kind is Kind.TAUX else f"{bound:g}".replace(".", ",")
