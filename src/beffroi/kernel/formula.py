"""Formulas as data: what an indicator computes, without saying how. ``warehouse/compile.py`` turns them into SQL.

A term names a measure of a source (``lovac.parc_prive``) or of a register (``registre.vente_hlm.logement``). A rate is
always the quotient of two sums, computed again at every scale. A commune whose value is hidden or unknown in one of the
terms leaves all of them; the coverage says how many remain. A median is taken on rows (sales), never on medians.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has a value for a territory and a period."""


@dataclass(frozen=True, slots=True)
class Atom(Term):
    """A measure read from rows.

    ``where`` narrows the rows (column, value); ``lag``: years before the period; ``last``: the last year known at the period instead of
    that very year (populations, surfaces); ``span``: number of years added up, the period being the last of them.
    """

    ref: str
    where: Where = ()
    lag: int = 0
    last: bool = False
    span: int = 1

    @property
    def source(self) -> str:
        """Id of the source, or of the register with its prefix."""
        return self.ref.rpartition(".")[0] or self.ref

    @property
    def measure(self) -> str:
        """Id of the measure in its source; empty when rows of the source are counted."""
        return self.ref.rpartition(".")[2] if "." in self.ref else ""


@dataclass(frozen=True, slots=True)
class Sum(Atom):
    """Sum over the communes of a territory."""


@dataclass(frozen=True, slots=True)
class Count(Atom):
    """Number of rows (sites, copropriétés, neighbourhoods): a number of dwellings only where a row is one (RPLS)."""


@dataclass(frozen=True, slots=True)
class Published(Atom):
    """A value published for a commune that cannot be recomputed above it (a median income, a poverty rate)."""


@dataclass(frozen=True, slots=True)
class Median(Atom):
    """Median of rows; its number of rows goes with it, and it is hidden below the threshold of the source."""


@dataclass(frozen=True, slots=True)
class Quantile(Atom):
    """Quantile ``q`` of rows (linear interpolation)."""

    q: float = 0.5


@dataclass(frozen=True, slots=True)
class Mean(Term):
    """Mean of a value published by commune, weighted by another measure (rents weighted by main homes)."""

    value: Sum
    weight: Sum


@dataclass(frozen=True, slots=True)
class Plus(Term):
    """Sum of terms of one unit."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Minus(Term):
    """Difference of two terms of one unit."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Ratio(Term):
    """Quotient of two terms, times ``scale``. A zero denominator gives no value."""

    numerator: Term
    denominator: Term
    scale: float = 1


@dataclass(frozen=True, slots=True)
class Divided(Term):
    """A term divided by a number: m² read in hectares, a sum of five years read as a mean per year."""

    term: Term
    by: int


class Change(StrEnum):
    """How a change is counted."""

    ABSOLUE = "absolue"
    RELATIVE = "relative"
    ANNUELLE = "annuelle"  # mean per year, in the unit of the term
    TAUX_ANNUEL = "taux_annuel"  # compound rate per year


@dataclass(frozen=True, slots=True)
class Delta(Term):
    """Change of a term over ``years`` years; communes known at both ends only."""

    term: Term
    years: int
    change: Change = Change.ABSOLUE


def Share(part: Term, whole: Term) -> Ratio:  # noqa: N802 — se lit comme les autres termes
    """A part of a whole, as a fraction."""
    return Ratio(part, whole)


def atoms(term: Term) -> Iterator[Atom]:
    """Atoms of a formula, in reading order, those of the start of a change included."""
    if isinstance(term, Delta):
        yield from atoms(term.term)
        yield from atoms(shifted(term.term, term.years))
        return
    if isinstance(term, Atom):
        yield term
        return
    for value in parts_of(term):
        yield from atoms(value)


def parts_of(term: Term) -> Iterator[Term]:
    """Terms directly inside a term."""
    for f in fields(term):
        value: Any = getattr(term, f.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Term):
                yield part


def shifted(term: Term, years: int) -> Term:
    """The same term ``years`` years before; what is read « last known » moves with the period."""
    if isinstance(term, Atom):
        return replace(term, lag=term.lag + years)
    changes: dict[str, Any] = {}
    for f in fields(term):
        value: Any = getattr(term, f.name)
        if isinstance(value, Term):
            changes[f.name] = shifted(value, years)
        elif isinstance(value, tuple) and value and isinstance(value[0], Term):
            changes[f.name] = tuple(shifted(v, years) for v in value)
    return replace(term, **changes)


def additive(term: Term) -> bool:
    """True when a hidden member leaves « au moins N »: the formula is a plain sum."""
    if isinstance(term, Plus):
        return all(additive(t) for t in term.terms)
    if isinstance(term, Divided):
        return additive(term.term)
    return isinstance(term, Sum)


def text(term: Term) -> str:
    """The formula in words, for the reference pages: « logement_vacant (lovac) ÷ parc_prive (lovac) »."""
    if isinstance(term, Atom):
        words = {Median: "médiane de ", Quantile: "quantile de ", Count: "nombre de lignes de "}.get(type(term), "")
        limits = ", ".join(v for _, v in term.where)
        when = f", {term.lag} ans avant" if term.lag else ""
        when += ", dernière valeur connue" if term.last else ""
        when += f", somme de {term.span} ans" if term.span > 1 else ""
        place = f"{term.source}{f' : {limits}' if limits else ''}{when}"
        return f"{words}{term.measure} ({place})" if term.measure else f"{words}{place}"
    if isinstance(term, Mean):
        return f"moyenne de {text(term.value)} pondérée par {text(term.weight)}"
    if isinstance(term, Plus):
        return " + ".join(text(t) for t in term.terms)
    if isinstance(term, Minus):
        return f"{text(term.left)} − {text(term.right)}"
    if isinstance(term, Ratio):
        scale = f" × {term.scale:g}" if term.scale != 1 else ""
        return f"{_paren(term.numerator)} ÷ {_paren(term.denominator)}{scale}"
    if isinstance(term, Divided):
        return f"{_paren(term.term)} ÷ {term.by:,}".replace(",", "\u202f")
    if isinstance(term, Delta):
        return f"évolution {term.change.replace('_', ' ')} sur {term.years} ans de {_paren(term.term)}"
    raise TypeError(f"terme inconnu : {term!r}")


def _paren(term: Term) -> str:
    return text(term) if isinstance(term, Atom) else f"({text(term)})"
