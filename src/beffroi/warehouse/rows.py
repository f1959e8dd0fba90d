"""Sub-queries of a compiled formula: the rows of one group of atoms, one per commune and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beffroi.kernel.formula import Atom, Count
from beffroi.kernel.territory import Echelle
from beffroi.warehouse.relations import Relation

if TYPE_CHECKING:
    from sqlglot.expressions import Select

# Lists go as one text: DuckDB looks for absent libraries at every element of a Python list it binds.
SEPARATEUR = "\x1f"
TERRITOIRES = "unnest(string_split($territoires, chr(31)))"
PERIODES = "TRY_CAST(unnest(string_split($periodes, chr(31))) AS INTEGER)"
GROUPES = "unnest(string_split($groupes, chr(31)))"
CODES = "unnest(string_split($codes, chr(31)))"

# Une commune scindée est refusée à son échelle, gardée par l'EPCI qui contient tous ses morceaux (voir cog.py).
SCISSION_ADMISE = {Echelle.COMMUNE: 0, Echelle.SECTEUR: 0, Echelle.EPCI: 1}


@dataclass(frozen=True, slots=True)
class Context:
    """What the warehouse in service holds, as far as the shape of the SQL depends on it: first file number of each
    source, sources with split communes, sources with incomplete mergers."""

    first_file: tuple[tuple[str, int], ...] = ()
    split: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Read:
    """One sub-query: atoms of one source read from the same rows."""

    alias: str
    atoms: tuple[Atom, ...]
    relations: tuple[Relation, ...]


def rows(read: Read, scale: Echelle, context: Context, periods: bool, dimension: str, among: bool) -> Select:
    """Rows of one group of atoms: code_commune, periode, [modalite], one column per atom, secrecy, file.

    ``among``: only the communes of ``membre``.
    """
    from sqlglot import condition, exp, select

    r, atom = read.relations[0], read.atoms[0]
    keep = SCISSION_ADMISE.get(scale, 2)
    split = r.source in context.split and not r.register

    annee = "CAST(annee AS INTEGER)" if r.register else "annee"  # une vue de SQLite ne dit pas toujours ses types

    def value(column: str) -> str:
        if r.register:
            return f"CAST({column} AS DOUBLE)"
        return f"CASE WHEN scinde <= {keep} THEN {column} END" if split else column

    shown = ["code_commune", f"{annee} + {atom.lag} AS periode" if atom.lag else f"{annee} AS periode"]
    grouped = r.rows or bool(_loose(r, dimension)) or isinstance(atom, Count)
    if dimension:
        shown.append(f"{dimension} AS modalite")
    secrets = " OR ".join(dict.fromkeys(s.secret for s in read.relations if s.secret))
    for i, (a, rel) in enumerate(zip(read.atoms, read.relations, strict=True)):
        if isinstance(a, Count):
            shown.append(f"count(*) AS {read.alias}_v{i}")
        elif grouped:
            shown.append(f"sum({value(rel.column)}) AS {read.alias}_v{i}")
        else:
            shown.append(f"{value(rel.column)} AS {read.alias}_v{i}")
    if secrets:
        shown.append(f"({'bool_or(' if grouped else ''}{secrets}{')' if grouped else ''}) AS {read.alias}_s")
    if r.source in context.partial:
        shown.append(f"{'bool_or(partiel)' if grouped else 'partiel'} AS {read.alias}_p")
    if split:
        cut = f"scinde > {keep}"
        shown.append(f"{f'bool_or({cut})' if grouped else cut} AS {read.alias}_x")
    if r.files:
        shown.append(f"{'min(fichier)' if grouped else 'fichier'} AS {read.alias}_f")
    query = select(*shown).from_(exp.to_table(r.table))
    for column, wanted in r.where:
        if column != dimension:
            query = query.where(exp.column(column).eq(exp.Literal.string(wanted)))
    if periods and not atom.last and atom.span == 1:
        year = f"{annee} + {atom.lag}" if atom.lag else annee
        query = query.where(condition(f"{year} IN (SELECT {PERIODES})", dialect="duckdb"))
    if among:
        query = query.where("code_commune IN (SELECT code_commune FROM membre)")
    if grouped:
        query = query.group_by("code_commune", annee, *([dimension] if dimension else []))
    if isinstance(atom, Count) and not r.register:
        query = _zeros(query, read, r, periods, among)
    if r.register and r.zeros:
        query = _register_zeros(query, read, r)
    return _spanned(query, read, context, dimension) if atom.span > 1 else query


def _loose(r: Relation, dimension: str) -> set[str]:
    """Keys of the source that the formula leaves free: several rows per commune and year."""
    return set(r.keys) - {c for c, _ in r.where} - {dimension}


def _zeros(query: Select, read: Read, r: Relation, periods: bool, among: bool) -> Select:
    """A commune covered by the file and without any row has none: 0. Elsewhere nothing is said."""
    from sqlglot import select

    years = f"SELECT DISTINCT annee + {read.atoms[0].lag} AS periode FROM {r.table}"
    if periods:
        years += f" WHERE annee + {read.atoms[0].lag} IN (SELECT {PERIODES})"
    covered = select("c.code AS code_commune", "n.periode").distinct().from_("commune AS c")
    covered = covered.join("perimetre AS p", on="p.code_departement = c.code_departement OR p.code_departement = '*'")
    covered = covered.join("fichier AS f", on=f"f.fichier = p.fichier AND f.source = '{r.base}'")
    covered = covered.join(f"({years}) AS n", on="true", dialect="duckdb")
    if among:
        covered = covered.where("c.code IN (SELECT code_commune FROM membre)")
    names = ["coalesce(z.code_commune, k.code_commune) AS code_commune", "coalesce(z.periode, k.periode) AS periode"]
    names += [f"coalesce(k.{read.alias}_v{i}, 0) AS {read.alias}_v{i}" for i in range(len(read.atoms))]
    names += [
        f"coalesce(k.{read.alias}_f, (SELECT min(fichier) FROM fichier WHERE source = '{r.base}')) AS {read.alias}_f"
    ]
    filled = select(*names).from_("zone AS z")
    filled = filled.join(
        "compte AS k", on="k.code_commune = z.code_commune AND k.periode = z.periode", join_type="full"
    )
    return filled.with_("compte", as_=query).with_("zone", as_=covered)


def _register_zeros(query: Select, read: Read, r: Relation) -> Select:
    from sqlglot import exp, select

    codes = exp.Array(expressions=[exp.Literal.string(c) for c in sorted(r.zeros)])
    zone = select(f"unnest({codes.sql('duckdb')}) AS code_commune")
    names = ["z.code_commune", "n.periode"]
    names += [f"coalesce(k.{read.alias}_v{i}, 0) AS {read.alias}_v{i}" for i in range(len(read.atoms))]
    years = f"SELECT DISTINCT CAST(annee AS INTEGER) + {read.atoms[0].lag} AS periode FROM {r.table}"
    filled = select(*names).from_("zone AS z").join(f"({years}) AS n", on="true", dialect="duckdb")
    filled = filled.join(
        "compte AS k", on="k.code_commune = z.code_commune AND k.periode = n.periode", join_type="left"
    )
    return filled.with_("compte", as_=query).with_("zone", as_=zone)


def _spanned(query: Select, read: Read, context: Context, dimension: str) -> Select:
    """Sum of the last years; a year that is missing leaves the sum unknown."""
    from sqlglot import select

    atom = read.atoms[0]
    by = "PARTITION BY code_commune" + (", modalite" if dimension else "")
    over = f"({by} ORDER BY periode RANGE BETWEEN {atom.span - 1} PRECEDING AND CURRENT ROW)"
    shown = ["code_commune", "periode", *(["modalite"] if dimension else [])]
    for i in range(len(read.atoms)):
        v = f"{read.alias}_v{i}"
        shown.append(f"CASE WHEN count({v}) OVER {over} = {atom.span} THEN sum({v}) OVER {over} END AS {v}")
    r = read.relations[0]
    if any(s.secret for s in read.relations):
        shown.append(f"bool_or({read.alias}_s) OVER {over} AS {read.alias}_s")
    if r.source in context.partial:
        shown.append(f"bool_or({read.alias}_p) OVER {over} AS {read.alias}_p")
    if r.source in context.split:
        shown.append(f"bool_or({read.alias}_x) OVER {over} AS {read.alias}_x")
    if r.files:
        shown.append(f"{read.alias}_f")
    return select(*shown).from_(query.subquery("brut"))
