"""Formulas to SQL: an expression tree built with sqlglot and rendered for DuckDB.

One statement whatever the number of territories and periods. Members are communes: a commune counts only where every
term of the formula is known there (``renseignes``), so that both terms of a rate rest on the same communes. Columns of
the result: territoire, periode, [modalite], valeur, renseignes, secrets, partiels, scindes, effectif (rows
under a median), and one mask of files per source (``p_<n>``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from beffroi.kernel.formula import (
    Atom,
    Change,
    Count,
    Delta,
    Divided,
    Mean,
    Median,
    Minus,
    Plus,
    Published,
    Quantile,
    Ratio,
    Sum,
    Term,
    atoms,
    parts_of,
    shifted,
)
from beffroi.kernel.territory import Echelle
from beffroi.warehouse.relations import RegisterView, Relation, relation
from beffroi.warehouse.rows import CODES, GROUPES, PERIODES, TERRITOIRES, Context, Read, rows

if TYPE_CHECKING:
    from sqlglot.expressions import Select

COLONNE_ECHELLE = {
    Echelle.COMMUNE: "code",
    Echelle.EPCI: "siren_epci",
    Echelle.DEPARTEMENT: "code_departement",
    Echelle.REGION: "code_region",
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL text and what is needed to read its rows: sources of the masks in order, relations of the atoms."""

    sql: str
    sources: tuple[str, ...]
    main: Relation
    main_lag: int
    relations: tuple[Relation, ...] = ()


class _Registers(dict[str, RegisterView]):
    """Views by name, hashable so that compiled statements can be kept."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self)))


def compiled(
    formula: Term,
    scale: Echelle,
    context: Context,
    *,
    chosen: bool,
    periods: bool,
    dimension: str = "",
    registers: Mapping[str, RegisterView] | None = None,
) -> Compiled:
    """Compile a formula for a scale. Parameters of the statement: ``$territoires`` (when ``chosen``), ``$periodes``
    (when ``periods``), ``$codes`` and ``$groupes`` (sectors): each a text of members joined by ``SEPARATEUR``.

    Raises:
        NotFound: the formula names a source, register or measure that does not exist.
    """
    named = registers if isinstance(registers, _Registers) else _Registers(registers or {})
    return _compiled(formula, scale, context, chosen, periods, dimension, named)


@lru_cache(maxsize=512)
def _compiled(
    formula: Term, scale: Echelle, context: Context, chosen: bool, periods: bool, dimension: str, registers: _Registers
) -> Compiled:
    from sqlglot import select

    every = list(dict.fromkeys(atoms(formula)))
    if all(
        a.last for a in every
    ):  # tout est « dernière valeur connue » : les années du premier terme font les périodes
        head = replace(every[0], last=False)
        formula = _swap(formula, every[0], head)
        every = list(dict.fromkeys(atoms(formula)))
    main = min(every, key=lambda a: (a.last, every.index(a)))
    reads = _reads(every, main, dimension, registers)
    holistic: dict[Atom, int] = {a: i for i, a in enumerate(a for a in every if isinstance(a, Median | Quantile))}
    sums = {a: i for i, a in enumerate(a for a in every if a not in holistic)}
    every_relation = [r for read in reads for r in read.relations] + [relation(a, registers) for a in holistic]
    sources = tuple(dict.fromkeys(r.source for r in every_relation if r.files))
    builder = _Builder(scale, context, chosen, periods, dimension, sources)
    query = select()
    if not builder.direct:
        query = query.with_("membre", as_=builder.members(), copy=False)
    parts = []
    if sums:
        additive = [r for r in reads if r.atoms[0] in sums]
        query = builder.additive(query, additive, sums, list(_means(formula)))
        parts.append("somme")
    for atom, rank in holistic.items():
        query = query.with_(f"rang_{rank}", as_=builder.ranked(atom, relation(atom, registers), rank), copy=False)
        parts.append(f"rang_{rank}")
    query = builder.final(query, parts, formula, sums, holistic, main)
    return Compiled(query.sql("duckdb"), sources, relation(main, registers), main.lag, tuple(every_relation))


def _means(term: Term) -> Iterator[tuple[Atom, Atom]]:
    """Weighted means of a formula: value and weight."""
    if isinstance(term, Mean):
        yield term.value, term.weight
    elif isinstance(term, Delta):
        yield from _means(term.term)
        yield from _means(shifted(term.term, term.years))
    elif not isinstance(term, Atom):
        for part in parts_of(term):
            yield from _means(part)


def _swap(term: Term, old: Atom, new: Atom) -> Term:
    """The same formula with one atom in place of another."""
    if isinstance(term, Atom):
        return new if term == old else term
    changes: dict[str, object] = {}
    for f in fields(term):
        value = getattr(term, f.name)
        if isinstance(value, Term):
            changes[f.name] = _swap(value, old, new)
        elif isinstance(value, tuple):
            changes[f.name] = tuple(_swap(v, old, new) if isinstance(v, Term) else v for v in value)
    return replace(term, **changes)


def _reads(every: list[Atom], main: Atom, dimension: str, registers: _Registers) -> list[Read]:
    """Group the atoms that read the same rows; the group of the main atom first."""
    groups: dict[tuple[object, ...], list[Atom]] = {}
    for atom in every:
        if isinstance(atom, Median | Quantile):
            continue
        r = relation(atom, registers)
        where = tuple(w for w in r.where if w[0] != dimension)
        kind = "compte" if isinstance(atom, Count) else "mesure"
        groups.setdefault((r.table, where, atom.lag, atom.last, atom.span, kind), []).append(atom)
    ordered = sorted(groups.values(), key=lambda g: (main not in g, g[0].last))
    return [Read(f"a{i}", tuple(g), tuple(relation(a, registers) for a in g)) for i, g in enumerate(ordered)]


@dataclass(frozen=True, slots=True)
class _Builder:
    scale: Echelle
    context: Context
    chosen: bool
    periods: bool
    dimension: str
    sources: tuple[str, ...]

    @property
    def direct(self) -> bool:
        """Every commune is its own territory and nobody chose some: the rows themselves are the members."""
        return self.scale is Echelle.COMMUNE and not self.chosen

    def members(self) -> Select:
        """Communes of each territory."""
        from sqlglot import select

        if self.scale is Echelle.SECTEUR:
            return select(f"{GROUPES} AS territoire", f"{CODES} AS code_commune", dialect="duckdb")
        if self.scale is Echelle.FRANCE:
            query = select("'FR' AS territoire", "code AS code_commune").from_("commune")
            return query.where(
                "length(code_departement) = 2 OR code_departement IN ('971', '972', '973', '974', '976')"
            )
        column = COLONNE_ECHELLE[self.scale]
        query = (
            select(f"{column} AS territoire", "code AS code_commune").from_("commune").where(f"{column} IS NOT NULL")
        )
        return query.where(f"{column} IN (SELECT {TERRITOIRES})", dialect="duckdb") if self.chosen else query

    def additive(
        self, query: Select, reads: list[Read], sums: Mapping[Atom, int], means: list[tuple[Atom, Atom]]
    ) -> Select:
        """CTE ``somme``: sums over members known in every term, coverage, secrecy, masks of files."""
        from sqlglot import select

        for read in reads:
            query = query.with_(
                read.alias, as_=rows(read, self.scale, self.context, self.periods, self.dimension, self.chosen)
            )
        head, *others = reads
        direct = self.direct
        inner = select().from_(head.alias if direct else "membre AS m")
        if not direct:
            inner = inner.join(head.alias, on=f"{head.alias}.code_commune = m.code_commune")
        for read in others:
            on = f"{read.alias}.code_commune = {head.alias}.code_commune"
            if self.dimension:
                on += f" AND {read.alias}.modalite = {head.alias}.modalite"
            if read.atoms[0].last and not head.atoms[0].last:
                inner = inner.join(
                    f"{read.alias}", on=f"{on} AND {head.alias}.periode >= {read.alias}.periode", join_type="asof left"
                )
            else:
                inner = inner.join(
                    f"{read.alias}", on=f"{on} AND {read.alias}.periode = {head.alias}.periode", join_type="left"
                )
        place = {a: f"{read.alias}.{read.alias}_v{i}" for read in reads for i, a in enumerate(read.atoms)}
        known = " AND ".join(f"{place[a]} IS NOT NULL" for a in sums)
        secret = [_flag(r, "s", head) for r in reads if any(s.secret for s in r.relations)]
        cut = [_flag(r, "x", head) for r in reads if r.relations[0].source in self.context.split]
        partial = [_flag(r, "p", head) for r in reads if r.relations[0].source in self.context.partial]
        hidden = f"({' OR '.join(secret)}) AND NOT ({known})" if secret else ""
        single = len(sums) == 1
        shown = [f"{head.alias}.code_commune AS territoire" if direct else "m.territoire", f"{head.alias}.periode"]
        if self.dimension:
            shown.append(f"{head.alias}.modalite")
        for atom, rank in sums.items():
            v = place[atom]
            if direct:  # un terme inconnu rend déjà toute la formule inconnue : rien à écarter d'une somme
                shown.append(f"{v} AS s{rank}")
            elif isinstance(atom, Published):
                shown.append(f"max({v}) AS s{rank}")
            else:
                shown.append(f"sum({v}) AS s{rank}" if single else f"sum({v}) FILTER (WHERE {known}) AS s{rank}")
        for value, weight in means:
            product = f"CAST({place[value]} AS DOUBLE) * {place[weight]}"
            shown.append(
                f"{product} AS w{sums[value]}" if direct else f"sum({product}) FILTER (WHERE {known}) AS w{sums[value]}"
            )
        split = " OR ".join(cut)
        if direct:
            shown.append(f"{_one_byte(split)} AS scindes")
            shown.append(f"{_one_byte(known)} AS renseignes")
            shown.append(f"{_one_byte(hidden)} AS secrets")
            shown.append(f"{_one_byte(' OR '.join(partial))} AS partiels")
        else:
            shown.append(f"count(*) FILTER (WHERE {split}) AS scindes" if split else "0 AS scindes")
            shown.append(
                f"count({place[next(iter(sums))]}) AS renseignes"
                if single
                else f"count(*) FILTER (WHERE {known}) AS renseignes"
            )
            shown.append(f"count(*) FILTER (WHERE {hidden}) AS secrets" if hidden else "0 AS secrets")
            shown.append(f"count(*) FILTER (WHERE {' OR '.join(partial)}) AS partiels" if partial else "0 AS partiels")
        for rank, name in enumerate(self.sources):
            base = dict(self.context.first_file).get(name, 0)
            bits = " | ".join(_bit(r, base, head) for r in reads if r.relations[0].source == name)
            mask = bits or "CAST(0 AS UBIGINT)"
            shown.append(f"{mask} AS p{rank}" if direct else f"bit_or({mask}) AS p{rank}")
        for text in shown:
            inner = inner.select(text, dialect="duckdb", copy=False)
        if self.periods and head.atoms[0].span > 1:
            inner = inner.where(f"{head.alias}.periode IN (SELECT {PERIODES})", dialect="duckdb")
        if not direct:
            by = ["m.territoire", f"{head.alias}.periode", *([f"{head.alias}.modalite"] if self.dimension else [])]
            inner = inner.group_by(*by)
        return query.with_("somme", as_=inner)

    def ranked(self, atom: Atom, r: Relation, rank: int) -> Select:
        """Median or quantile of the rows of each territory and period, with their number."""
        from sqlglot import exp, select

        q = atom.q if isinstance(atom, Quantile) else 0.5
        base = dict(self.context.first_file).get(r.base, 0)
        place = "t.code_commune" if self.direct else "m.territoire"
        shown = [
            f"{place} AS territoire",
            f"t.annee + {atom.lag} AS periode" if atom.lag else "t.annee AS periode",
            f"quantile_cont(CAST(t.{r.column} AS DOUBLE), {q}) AS h{rank}",
            f"count(t.{r.column}) AS n{rank}",
            f"bit_or({_mask('t.fichier', base)}) AS f{rank}",
        ]
        by = [place, "t.annee"]
        if self.dimension:
            shown.insert(2, f"t.{self.dimension} AS modalite")
            by.append(f"t.{self.dimension}")
        query = select(*shown, dialect="duckdb").from_(exp.to_table(r.table, alias="t"))
        if not self.direct:
            query = query.join("membre AS m", on="m.code_commune = t.code_commune")
        for column, wanted in r.where:
            if column != self.dimension:
                query = query.where(exp.column(column, table="t").eq(exp.Literal.string(wanted)))
        if self.periods:
            query = query.where(f"t.annee + {atom.lag} IN (SELECT {PERIODES})", dialect="duckdb")
        return query.group_by(*by)

    def final(
        self,
        query: Select,
        parts: list[str],
        formula: Term,
        sums: Mapping[Atom, int],
        holistic: Mapping[Atom, int],
        main: Atom,
    ) -> Select:
        """Join the parts, evaluate the formula."""
        first, *others = sorted(
            parts, key=lambda p: not ((p == "somme" and main in sums) or p == f"rang_{holistic.get(main)}")
        )
        query = query.from_(first)
        carried = bool(sums) and all(a.last for a in sums) and main not in sums
        for part in others:
            on = f"{part}.territoire = {first}.territoire AND {part}.periode = {first}.periode"
            if self.dimension:
                on += f" AND {part}.modalite = {first}.modalite"
            if part == "somme" and carried:  # « dernière valeur connue » à chaque période de la médiane
                later = f"{first}.periode >= {part}.periode"
                on = on.replace(f"{part}.periode = {first}.periode", later)
            query = query.join(
                part, on=on, join_type="asof left" if part == "somme" and carried else "left", copy=False
            )
        shown = [f"{first}.territoire", f"{first}.periode", *([f"{first}.modalite"] if self.dimension else [])]
        shown.append(f"{expression(formula, sums, holistic, self.scale)} AS valeur")
        summed = "somme" in parts
        blank = "CAST(NULL AS UTINYINT)"
        shown += [
            f"somme.{c}" if summed else f"{blank} AS {c}" for c in ("renseignes", "secrets", "partiels", "scindes")
        ]
        counts = ", ".join(f"rang_{i}.n{i}" for i in holistic.values())
        shown.append(f"{f'least({counts})' if len(holistic) > 1 else counts or blank} AS effectif")
        ranked: dict[str, list[str]] = {}
        for atom, i in holistic.items():
            mask = f"rang_{i}.f{i}"
            if first != f"rang_{i}":
                mask = f"coalesce({mask}, CAST(0 AS UBIGINT))"
            ranked.setdefault(atom.source, []).append(mask)
        for rank, name in enumerate(self.sources):
            masks = ([f"somme.p{rank}"] if summed else []) + ranked.get(name, [])
            shown.append(f"{' | '.join(masks) or 'CAST(0 AS UBIGINT)'} AS p{rank}")
        for text in shown:
            query = query.select(text, dialect="duckdb", copy=False)
        return query


def _flag(read: Read, which: str, head: Read) -> str:
    """A mark of a read (secrecy, split, partial); a read joined on the left may have no row, hence no mark."""
    mark = f"{read.alias}.{read.alias}_{which}"
    return mark if read is head else f"coalesce({mark}, false)"


def _bit(read: Read, base: int, head: Read) -> str:
    """The file of a read as a mask of one bit."""
    bit = _mask(f"{read.alias}.{read.alias}_f", base)
    return bit if read is head else f"coalesce({bit}, CAST(0 AS UBIGINT))"


def _mask(number: str, base: int) -> str:
    """One bit for a file number; both sides in 64 bits, or DuckDB shifts in 128."""
    return f"(CAST(1 AS UBIGINT) << CAST({number} - {base} AS UBIGINT))"


def _one_byte(condition: str) -> str:
    """A condition on one commune as 0 or 1, in the smallest type: half a million of them are written at once."""
    return f"CAST({condition} AS UTINYINT)" if condition else "CAST(0 AS UTINYINT)"


def expression(term: Term, sums: Mapping[Atom, int], holistic: Mapping[Atom, int], scale: Echelle) -> str:
    """SQL of the value of a term from the sums (``s0``…) and the medians (``h0``…)."""

    def sql(t: Term) -> str:
        if isinstance(t, Published) and scale is not Echelle.COMMUNE:
            return "NULL"
        if isinstance(t, Median | Quantile):
            return f"rang_{holistic[t]}.h{holistic[t]}"
        if isinstance(t, Sum | Count | Published):
            return f"somme.s{sums[t]}"
        if isinstance(t, Mean):
            return f"somme.w{sums[t.value]} / nullif(CAST(somme.s{sums[t.weight]} AS DOUBLE), 0)"
        if isinstance(t, Plus):
            return "(" + " + ".join(sql(x) for x in t.terms) + ")"
        if isinstance(t, Minus):
            return f"({sql(t.left)} - {sql(t.right)})"
        if isinstance(t, Ratio):
            scaled = f" * {t.scale!r}" if t.scale != 1 else ""
            return f"(CAST({sql(t.numerator)} AS DOUBLE){scaled} / nullif(CAST({sql(t.denominator)} AS DOUBLE), 0))"
        if isinstance(t, Divided):
            return f"(CAST({sql(t.term)} AS DOUBLE) / {t.by})"
        if isinstance(t, Delta):
            after, before = sql(t.term), sql(shifted(t.term, t.years))
            if t.change is Change.ABSOLUE:
                return f"({after} - {before})"
            if t.change is Change.ANNUELLE:
                return f"(CAST({after} - {before} AS DOUBLE) / {t.years})"
            ratio = f"(CAST({after} AS DOUBLE) / nullif(CAST({before} AS DOUBLE), 0))"
            if t.change is Change.RELATIVE:
                return f"({ratio} - 1)"
            return f"(CASE WHEN {ratio} > 0 THEN pow({ratio}, CAST(1 AS DOUBLE) / {t.years}) END - 1)"
        raise TypeError(f"terme inconnu : {t!r}")

    return sql(term)
