"""From the raw bytes of a publisher to one clean Parquet, in a single pass of DuckDB.

Rows that fail a check stay out of every figure and are kept, with their line and the reason, in a file beside
(``….rejets.parquet``). Marks of secrecy become a column ``<name>_secret``; a blank stays a blank.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.source import Csv, Source
from beffroi.warehouse import cells
from beffroi.warehouse.folder import disk_error, refused_write
from beffroi.warehouse.reading import Header, advice, bad_byte, open_bytes, plain_file, read_header

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REJETS_GARDES = 1000
PART_REJETS_MAX = 0.2
MOTIF_MAX = 300  # caractères d'un motif dans une phrase


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Result of a cleaning: rows kept, rows rejected, expectations that fail with their detail."""

    path: Path
    rows: int
    rejected: int
    failures: tuple[dict[str, Any], ...]


def clean(
    raw: Path, source: Source, vintage: str, target: Path, *, name: str = "", sample: bool = False, threads: int = 0
) -> Cleaned:
    """Read, type and check a raw file; write ``target`` (Parquet), and the rejected rows beside it.

    Args:
        raw: file as published (plain, gzip or zip).
        source: its declaration.
        vintage: vintage of the file (« 2026-06 »), from which a year may be read.
        target: Parquet to write; it appears only when complete.
        name: name of the file in messages.
        sample: a sample of format, where refused rows are expected.

    Raises:
        InvalidInput: the file cannot be the one declared, or too many rows fail; nothing is written.
        BeffroiError: the disk is full or read-only.
    """
    import duckdb

    name = name or raw.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".nettoyage-") as work:
            aside = Path(work)
            con = duckdb.connect(config={"threads": threads} if threads else {})
            try:
                con.execute(f"SET temp_directory = {cells.quote(str(aside))}")
                result = _clean(con, raw, source, vintage, aside, name, sample)
                for left in aside.glob("*.parquet"):
                    left.replace(
                        target.with_name(target.name.removesuffix(".parquet") + left.name.removeprefix("propre"))
                    )
                return Cleaned(target, *result)
            finally:
                con.close()
    except duckdb.Error as e:
        raise _sentence(e, raw, source, name) from e
    except OSError as e:
        raise disk_error(e, target) from e


def _clean(
    con: DuckDBPyConnection, raw: Path, source: Source, vintage: str, aside: Path, name: str, sample: bool
) -> tuple[int, int, tuple[dict[str, Any], ...]]:
    from beffroi.warehouse.expectations import check

    stage = aside / "propre.parquet"
    with plain_file(raw, source, aside) as plain:
        if isinstance(source.format, Csv):
            line, number = _delimited(con, plain, source, vintage, aside, name, stage)
        else:
            from beffroi.warehouse.features import as_table

            table, found = as_table(plain, source, aside, name)
            con.execute(_copy(table, found, source, vintage, name, stage, numbered=True))
            line, number = found.line, _nothing
        rows, rejected = _one(con, f"SELECT count(*), count(_rejet) FROM {_parquet(stage)}")
        if rows == 0:
            raise InvalidInput(Problem("ce fichier n'a aucune ligne de données.", name, conseil=advice(source)))
        rejected += _duplicates(con, stage, source, number)
        if rejected:
            _keep_rejected(con, stage, aside / "propre.rejets.parquet")
            if rejected > rows * PART_REJETS_MAX and not sample:
                first = con.execute(f"SELECT _rejet, _ligne FROM {_parquet(stage)} WHERE _rejet IS NOT NULL LIMIT 1")
                reason, at = first.fetchone() or ("", None)
                raise _too_many(rejected, rows, str(reason), int(at or line + 1), source, name)
        failures = check(con, _parquet(stage), source)
    return rows - rejected, rejected, failures


def _too_many(rejected: int, rows: int, reason: str, at: int, source: Source, name: str) -> InvalidInput:
    """The refusal of a file too many rows of which fail, with the first of them in one line."""
    reason = re.sub(r"[\x00-\x1f]+", " ", reason)
    if len(reason) > MOTIF_MAX:
        reason = f"{reason[:MOTIF_MAX]}…"
    delimited = isinstance(source.format, Csv)
    what = "ligne" if delimited else "objet"
    feminine, plural = "e" if delimited else "", "s" if rejected > 1 else ""
    first = "" if rejected == 1 else " ; le premier" if not delimited else " ; la première"
    where = "" if delimited else f" (objet n° {at - 1})"
    said = f"{rejected} {what}{plural} sur {rows} {'sont' if plural else 'est'} refusé{feminine}{plural}{first}"
    return InvalidInput(Problem(f"{said}{where} : {reason}.", name, at if delimited else None, conseil=advice(source)))


def _parquet(path: Path) -> str:
    return f"read_parquet({cells.quote(str(path))})"


def _one(con: DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _delimited(
    con: DuckDBPyConnection, plain: Path, source: Source, vintage: str, aside: Path, name: str, stage: Path
) -> tuple[int, Callable[[], None]]:
    """Load delimited text into ``stage``; return the line of the header, and what numbers the rows if they are not."""
    import duckdb

    header = read_header(plain, source, name)
    readable = plain
    if header.encoding != "utf-8":
        readable = _transcode(plain, header.encoding, aside)
    try:
        con.execute(_copy(readable, header, source, vintage, name, stage, numbered=source.family))
    except duckdb.Error as e:
        if header.encoding == "utf-8" and "cp1252" in _encodings(source) and _is_encoding(e):
            readable = _transcode(plain, "cp1252", aside)
            con.execute(_copy(readable, header, source, vintage, name, stage, numbered=source.family))
        else:
            raise

    def number() -> None:
        con.execute(_copy(readable, header, source, vintage, name, stage, numbered=True))

    bad = _one(con, f"SELECT count(_rejet) FROM {_parquet(stage)}")[0]
    if bad and not source.family:  # the lines of the rejected rows: a second pass, only when there are some
        number()
    return header.line, _nothing if bad or source.family else number


def _nothing() -> None:
    """The rows have their lines already."""


def _encodings(source: Source) -> tuple[str, ...]:
    return source.format.encodings if isinstance(source.format, Csv) else ()


def _is_encoding(error: Exception) -> bool:
    return "not utf-8 encoded" in str(error) or "unicode" in str(error).lower()


def _transcode(path: Path, encoding: str, aside: Path) -> Path:
    target = aside / "utf8.csv"
    with open_bytes(path) as src, target.open("w", encoding="utf-8", newline="") as dst:
        while chunk := src.read(1 << 22):
            dst.write(chunk.decode(encoding, errors="replace"))
    return target


def read_sql(path: Path, header: Header) -> str:
    """SQL of the raw rows: every cell as text, columns ``c0``, ``c1``…; rows of another width are an error."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.names)))
    return (
        f"read_csv({cells.quote(str(path))}, delim={cells.quote(header.separator)}, quote='\"', escape='\"', "
        f"header=false, skip={header.line}, columns={{{columns}}}, auto_detect=false, null_padding=false, "
        "strict_mode=true, max_line_size=4000000)"
    )


def _copy(path: Path, header: Header, source: Source, vintage: str, name: str, stage: Path, *, numbered: bool) -> str:
    """The COPY that types, checks and writes, in one pass."""
    rows = read_sql(path, header)
    if numbered:
        rows = f"(SELECT *, CAST(row_number() OVER () AS INTEGER) + {header.line} AS _ligne FROM {rows})"
    years = sorted({f.year for f in header.columns if f.year is not None})
    if source.family:
        selects = [_select(source, vintage, name, header, "lignes", year, numbered) for year in years]
        body = f"WITH lignes AS MATERIALIZED (FROM {rows}) " + " UNION ALL ".join(selects)
    else:
        body = _select(source, vintage, name, header, rows, None, numbered)
    return f"COPY ({body}) TO {cells.quote(str(stage))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


def constants(source: Source, vintage: str, name: str, published: tuple[str, ...]) -> list[str]:
    """SQL of the columns that are the same for the whole file: read from its name, its header or its vintage."""
    out = []
    for key in source.file_keys:
        found = re.search(key.pattern, Path(name).name, re.IGNORECASE)
        if found is None:
            raise InvalidInput(
                Problem(
                    f"« {key.meaning} » se lit dans le nom du fichier, qui ne le dit pas "
                    f"(attendu : {', '.join(key.values) or key.pattern}).",
                    name,
                    conseil="Redonnez au fichier le nom qu'il a chez le producteur.",
                )
            )
        text = found.group(1)
        value = key.values.get(text.lower(), text)
        out.append(f"CAST({cells.quote(value)} AS {cells.TYPES[key.kind]}) AS {cells.name(key.name)}")
    for fixed in source.fixed:
        said = (re.fullmatch(fixed.header, p.strip(), re.IGNORECASE) for p in published if fixed.header)
        year = next((m.group("annee") for m in said if m), vintage)
        value = fixed.value.replace("{annee}", f"20{year}" if len(year) == 2 else year[:4])
        out.append(f"CAST({cells.quote(value)} AS {cells.TYPES[fixed.kind]}) AS {cells.name(fixed.name)}")
    return out


def _select(
    source: Source,
    vintage: str,
    name: str,
    header: Header,
    rows: str,
    year: int | None,
    numbered: bool,
) -> str:
    """SELECT of the typed columns and of the reason for refusing the row (``_rejet``, NULL when it is kept)."""
    at = {f.column.name: f"c{f.index}" for f in header.columns if f.year is None or f.year == year}
    ends = {f.column.name: f"c{f.suffix}" for f in header.columns if f.suffix is not None}
    inner, outer, cases = [], [], []
    for column in source.columns:
        raw = at.get(column.name)
        ident = cells.name(column.name)
        if raw is None:
            outer.append(f"CAST(NULL AS {cells.TYPES[column.kind]}) AS {ident}")
            if column.secret and source.marks:
                outer.append(f"false AS {cells.name(column.name + '_secret')}")
            continue
        inner += [raw] if raw not in inner else []
        inner.append(f"{cells.typed(column, raw, ends.get(column.name))} AS {ident}")
        outer.append(ident)
        if column.secret and source.marks:
            outer.append(f"{cells.is_secret(source, raw)} AS {cells.name(column.name + '_secret')}")
        cases += [f"WHEN {cond} THEN {text}" for cond, text in cells.reasons(source, column, raw, ident)]
    front = constants(source, vintage, name, header.names) + ([f"CAST({year} AS SMALLINT) AS annee"] if year else [])
    reject = f"CASE {' '.join(cases)} END" if cases else "NULL"
    line = "_ligne" if numbered else "CAST(NULL AS INTEGER) AS _ligne"
    kept = ", ".join([*front, *outer, f"CAST({reject} AS VARCHAR) AS _rejet", line])
    return f"SELECT {kept} FROM (SELECT {', '.join(inner)}{', _ligne' if numbered else ''} FROM {rows})"


def _duplicates(con: DuckDBPyConnection, stage: Path, source: Source, number: Callable[[], None]) -> int:
    """Refuse repeated keys: identical rows are kept once, rows that disagree are all refused. Returns how many."""
    if not any(e.kind == "unique" for e in source.expectations):
        return 0
    key = ", ".join(cells.name(k) for k in source.key)
    twice = _one(
        con,
        f"SELECT count(*) FROM (SELECT 1 FROM {_parquet(stage)} WHERE _rejet IS NULL GROUP BY {key} HAVING count(*) > 1)",
    )[0]
    if not twice:
        return 0
    number()
    data = ", ".join(cells.name(n) for n in source.names if n not in source.key)
    same = f"count(DISTINCT ({data})) OVER (PARTITION BY _rejet IS NULL, {key})" if data else "1"
    before = _one(con, f"SELECT count(_rejet) FROM {_parquet(stage)}")[0]
    copy = stage.with_name("double.parquet")
    con.execute(
        f"""COPY (SELECT * EXCLUDE (_rang, _n, _sortes) REPLACE (CASE
              WHEN _rejet IS NOT NULL OR _n = 1 THEN _rejet
              WHEN _sortes > 1 THEN 'plusieurs lignes ont cette clé et des valeurs différentes'
              WHEN _rang > 1 THEN 'ligne répétée' END AS _rejet)
            FROM (SELECT *, row_number() OVER (PARTITION BY _rejet IS NULL, {key} ORDER BY _ligne) AS _rang,
                         count(*) OVER (PARTITION BY _rejet IS NULL, {key}) AS _n, {same} AS _sortes
                  FROM {_parquet(stage)})) TO {cells.quote(str(copy))} (FORMAT parquet, COMPRESSION zstd)"""
    )
    copy.replace(stage)
    return int(_one(con, f"SELECT count(_rejet) FROM {_parquet(stage)}")[0]) - int(before)


def _keep_rejected(con: DuckDBPyConnection, stage: Path, target: Path) -> None:
    con.execute(
        f"COPY (SELECT _ligne, _rejet, * EXCLUDE (_ligne, _rejet) FROM {_parquet(stage)} WHERE _rejet IS NOT NULL "
        f"ORDER BY _ligne LIMIT {REJETS_GARDES}) TO {cells.quote(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )


def _sentence(error: Exception, raw: Path, source: Source, name: str) -> Exception:
    """Turn what DuckDB says of a file into a sentence with its line."""
    text = str(error)
    full = refused_write(text)
    if full is not None:
        return disk_error(full, raw)
    line = re.search(r"(?:CSV Error on Line|Line): ?(\d+)", text)
    at = int(line.group(1)) if line else None
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if widths:
        return InvalidInput(
            Problem(
                f"cette ligne a {widths.group(2)} cases au lieu de {widths.group(1)} : le fichier est tronqué ou abîmé.",
                name,
                at,
                conseil=advice(source),
            )
        )
    if _is_encoding(error):
        return _find_bad_byte(raw, source, name) or InvalidInput(
            Problem("ce fichier a un autre encodage que celui attendu.", name, at, conseil=advice(source))
        )
    if "unterminated quote" in text.lower() or "quote" in text.lower():
        return InvalidInput(
            Problem(
                "un guillemet n'est pas refermé : le fichier est tronqué ou abîmé.", name, at, conseil=advice(source)
            )
        )
    return InvalidInput(
        Problem(f"ce fichier ne peut pas être lu ({text.splitlines()[0]}).", name, at, conseil=advice(source))
    )


def _find_bad_byte(raw: Path, source: Source, name: str) -> Exception | None:
    line = 0
    with open_bytes(raw) as f:
        for content in f:
            try:
                content.decode("utf-8")
            except UnicodeDecodeError as e:
                return bad_byte(content, e.start, _encodings(source), name, line)
            line += 1
    return None
