"""Where an atom of a formula is read: table, column, rows, marks of secrecy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from beffroi.kernel.errors import NotFound
from beffroi.kernel.formula import Atom, Count
from beffroi.kernel.source import Derived, Grain, Source
from beffroi.sources import source

REGISTRE = "registre."


@dataclass(frozen=True, slots=True)
class RegisterMeasure:
    """A column of the view of a register, and the rows it is read from."""

    column: str
    unit: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterView:
    """One SQL view of a register: ``code_commune``, ``annee``, and its measures (several rows per commune and year).

    ``communes``: perimeter in which the register is kept; a commune of it without row has 0, elsewhere nothing is said.
    """

    table: str
    label: str
    measures: Mapping[str, RegisterMeasure]
    communes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Relation:
    """How to read an atom."""

    source: str
    table: str
    column: str
    unit: str
    where: tuple[tuple[str, str], ...]
    secret: str = ""
    rows: bool = False  # several rows per commune and year: sales, sites, records of a register
    register: bool = False
    base: str = ""  # source whose files say what is covered
    files: bool = True
    keys: tuple[str, ...] = ()
    declared: Source | None = None
    zeros: frozenset[str] = field(default_factory=frozenset)


def relation(atom: Atom, registers: Mapping[str, RegisterView] | None = None) -> Relation:
    """The relation of an atom.

    Raises:
        NotFound: unknown source, register or measure (a fault of a declaration).
    """
    if atom.ref.startswith(REGISTRE):
        return _register(atom, registers or {})
    name, measure = atom.source, atom.measure
    declared = source(name)
    base = declared.format.source if isinstance(declared.format, Derived) else declared.id
    rows = declared.grain is not Grain.COMMUNE
    if isinstance(atom, Count):
        return Relation(name, name, "", "nombre", atom.where, rows=True, base=base, declared=declared)
    try:
        m = declared.measure(measure)
    except KeyError as e:
        raise NotFound(f"{e.args[0]}.") from None
    column = declared.column(m.column)
    secret = f"{m.column}_secret" if column.secret and declared.marks else ""
    where = tuple(sorted({**m.where, **dict(atom.where)}.items()))
    keys = tuple(k for k in declared.key if k not in ("code_commune", "annee"))
    return Relation(name, name, m.column, m.unit, where, secret, rows, base=base, keys=keys, declared=declared)


def _register(atom: Atom, registers: Mapping[str, RegisterView]) -> Relation:
    full = atom.ref.removeprefix(REGISTRE)
    name, _, measure = full.partition(".")
    view = registers.get(name)
    if view is None:
        raise NotFound(f"Le registre « {name} » n'est pas relié à l'entrepôt.")
    found = view.measures.get(measure)
    if found is None and not isinstance(atom, Count):
        raise NotFound(f"Le registre « {name} » n'a pas de mesure « {measure} ».")
    where = tuple(sorted({**dict(found.where if found else ()), **dict(atom.where)}.items()))
    column, unit = (found.column, found.unit) if found else ("", "nombre")
    return Relation(
        f"{REGISTRE}{name}", view.table, column, unit, where, rows=True, register=True, files=False, zeros=view.communes
    )
