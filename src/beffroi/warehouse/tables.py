"""One table of the warehouse per source, with the communes of today and the number of the file each row comes from.

Where several files tell of one commune and year, the newest vintage wins, then the publisher's own file; rows of two
files are never mixed in one commune and year. Rows of former communes are added up under today's code: what may be
added is, what may not (a rate, a median) becomes blank; a split commune keeps its code and is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beffroi.kernel.source import Grain, Kind, Source
from beffroi.warehouse.cells import TYPES, name, quote
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import Entry

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SANS_PASSAGE = ("cog", "cog_fusions", "cog_scissions", "qpv")
AJOUTEES = (("fichier", "SMALLINT"), ("scinde", "UTINYINT"), ("partiel", "BOOLEAN"))


def stored(declared: Source) -> list[tuple[str, str]]:
    """Names and SQL types of the columns of a source, without those the warehouse adds."""
    year = [("annee", "SMALLINT")] if declared.family else []
    out = [(k.name, TYPES[k.kind]) for k in declared.file_keys]
    out += [(k.name, TYPES[k.kind]) for k in declared.fixed] + year
    for c in declared.columns:
        out.append((c.name, TYPES[c.kind]))
        if c.secret and declared.marks:
            out.append((f"{c.name}_secret", "BOOLEAN"))
    return out


def communal(declared: Source) -> bool:
    """True when each row describes one commune and year, so that former communes can be added up."""
    return declared.grain is Grain.COMMUNE and declared.id not in SANS_PASSAGE and "annee" in declared.names


def create_empty(con: DuckDBPyConnection, declared: Source) -> None:
    """The table of a source that has no file: no row, same columns."""
    listed = ", ".join(f"{name(n)} {t}" for n, t in (*stored(declared), *AJOUTEES))
    con.execute(f"CREATE TABLE {name(declared.id)} ({listed})")


def create(con: DuckDBPyConnection, folder: Folder, declared: Source, entries: list[Entry], numbers: list[int]) -> None:
    """The table of a source from its clean files, the best first."""
    if not entries:
        create_empty(con, declared)
        return
    columns = [n for n, _ in stored(declared)]
    listed = ", ".join(name(n) for n in columns)
    union = " UNION ALL ".join(
        f"SELECT {listed}, CAST({number} AS SMALLINT) AS fichier, {rank} AS _rang, {_vintage(declared, e)} AS _cog "
        f"FROM read_parquet({quote(str(folder.root / e.clean))}) WHERE _rejet IS NULL"
        for rank, (e, number) in enumerate(zip(entries, numbers, strict=True))
    )
    picked = f"SELECT * FROM ({union})"
    if len(entries) > 1:
        by = ", ".join(name(k) for k in _keys(declared, columns))
        picked = (
            f"WITH tout AS ({union}), meilleur AS (SELECT {by}, min(_rang) AS _rang FROM tout GROUP BY ALL) "
            f"SELECT tout.* FROM tout JOIN meilleur USING ({by}, _rang)"
        )
    create_from(con, declared, picked)


def _keys(declared: Source, columns: list[str]) -> list[str]:
    keys: list[str] = [k for k in ("code_commune", "annee") if k in columns]
    return (keys or [declared.key[0]]) + [k.name for k in declared.file_keys if k.name not in keys]


def sorting(declared: Source) -> list[str]:
    """Order of the rows on disk. A question asks for one modality (« tous », « collectif »): its rows are together."""
    keys = list(dict.fromkeys((*_keys(declared, [n for n, _ in stored(declared)]), *declared.key)))
    if not communal(declared):
        return keys
    return sorted(keys, key=lambda k: k in ("code_commune", "annee"))


def create_from(con: DuckDBPyConnection, declared: Source, picked: str) -> None:
    """The table of a source from SQL that gives its columns, ``fichier`` and ``_cog`` (year of the codes)."""
    columns = [n for n, _ in stored(declared)]
    listed = ", ".join(name(n) for n in columns)
    order = ", ".join(name(k) for k in sorting(declared))
    if declared.id in SANS_PASSAGE or "code_commune" not in columns:
        body = f"SELECT {listed}, fichier, CAST(0 AS UTINYINT) AS scinde, false AS partiel FROM ({picked})"
    elif not communal(declared):
        moved = ", ".join(
            "coalesce(p.code_courant, t.code_commune) AS code_commune" if n == "code_commune" else f"t.{name(n)}"
            for n in columns
        )
        body = (
            f"SELECT {moved}, t.fichier, coalesce(p.scinde, 0)::UTINYINT AS scinde, false AS partiel "
            f"FROM ({picked}) t LEFT JOIN passage p ON p.code = t.code_commune AND p.annee = t._cog"
        )
    else:
        body = _merged(declared, columns, picked)
    con.execute(f"CREATE TABLE {name(declared.id)} AS SELECT * FROM ({body}) ORDER BY {order}")


def _vintage(declared: Source, entry: Entry) -> str:
    """SQL of the year of the codes of communes."""
    if declared.cog == "derniere":
        return "annee" if "annee" in declared.names else f"{entry.vintage[:4]}"
    return declared.cog if declared.cog.isdigit() else entry.vintage[:4]


def _merged(declared: Source, columns: list[str], picked: str) -> str:
    """SQL that adds up the rows of former communes; other rows go through untouched."""
    known = {c.name: c for c in declared.columns}
    key = [k for k in columns if k in declared.key]
    grouped: list[str] = []
    plain: list[str] = []
    gaps: list[str] = []  # une partie des anciennes communes seulement est renseignée : « au moins »
    for column in columns:
        ident = name(column)
        plain.append(ident)
        if column in key:
            grouped.append(ident)
        elif column.endswith("_secret"):
            grouped.append(f"bool_or({ident}) AS {ident}")
        elif column in known and known[column].additive:
            kind = TYPES[known[column].kind]
            hidden = f"NOT bool_or({name(column + '_secret')})" if f"{column}_secret" in columns else "true"
            grouped.append(
                f"CAST(CASE WHEN count({ident}) > 0 AND {hidden} THEN sum({ident}) END AS {kind}) AS {ident}"
            )
            gaps.append(f"count({ident}) BETWEEN 1 AND count(*) - 1")
        elif column in known and known[column].kind in (Kind.TEXTE, Kind.CODE, Kind.BOOLEEN):
            grouped.append(f"CASE WHEN count(DISTINCT {ident}) = 1 THEN any_value({ident}) END AS {ident}")
        else:
            grouped.append(f"CASE WHEN count(*) = 1 THEN any_value({ident}) END AS {ident}")
    by = ", ".join(name(k) for k in key)
    return f"""
      WITH ligne AS (
        SELECT t.* REPLACE (coalesce(p.code_courant, t.code_commune) AS code_commune),
               coalesce(p.scinde, 0)::UTINYINT AS scinde, t._cog AS _an
        FROM ({picked}) t LEFT JOIN passage p ON p.code = t.code_commune AND p.annee = t._cog
      ), touche AS (SELECT DISTINCT code_courant FROM passage WHERE code_courant IS NOT NULL)
      SELECT {", ".join(plain)}, fichier, scinde, false AS partiel FROM ligne
      WHERE code_commune NOT IN (FROM touche)
      UNION ALL
      SELECT g.* EXCLUDE (_n, _an, _trou), coalesce(g._n < e.attendues, false) OR g._trou AS partiel FROM (
        SELECT {", ".join(grouped)}, min(fichier) AS fichier, max(scinde) AS scinde, count(*) AS _n, min(_an) AS _an,
               {" OR ".join(gaps) or "false"} AS _trou
        FROM ligne WHERE code_commune IN (FROM touche) GROUP BY {by}
      ) g LEFT JOIN composante e ON e.code_courant = g.code_commune AND e.annee = g._an"""
