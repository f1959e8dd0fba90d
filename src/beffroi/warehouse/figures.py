"""Compute a formula on the warehouse in service and hand back ``Chiffre``: state, coverage, provenance, number of rows."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from beffroi.kernel.figure import Chiffre, Couverture, Etat
from beffroi.kernel.formula import Published, Term, additive, atoms
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.source import Derived
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import exact
from beffroi.sources import source, sources
from beffroi.warehouse.compile import COLONNE_ECHELLE, Compiled, compiled
from beffroi.warehouse.query import NOTE_SCISSION, Entrepot
from beffroi.warehouse.relations import RegisterView
from beffroi.warehouse.rows import SEPARATEUR, Context

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

NOTE_NON_ADDITIF = "valeur publiée par commune, qui ne se recalcule pas à une échelle plus large"
NOTE_SANS_SOURCE = "source non chargée"
CHIFFRES_SIGNIFICATIFS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula is computed: scale, territories (none: all of them), communes of each sector."""

    echelle: Echelle
    codes: tuple[str, ...] = ()
    secteurs: tuple[tuple[str, tuple[str, ...]], ...] = ()


def context(entrepot: Entrepot) -> Context:
    """What the shape of the SQL depends on, once per generation."""

    def read() -> Context:
        first = entrepot.lignes("SELECT source, min(fichier) FROM fichier GROUP BY source ORDER BY source")
        states = entrepot.lignes("SELECT source, scinde, partiel FROM etat_source")
        numbers = dict(first)
        for declared in sources():
            if isinstance(declared.format, Derived):
                numbers[declared.id] = numbers.get(declared.format.source, 0)
        return Context(
            tuple(sorted(numbers.items())),
            frozenset(s for s, split, _ in states if split),
            frozenset(s for s, _, part in states if part),
        )

    found = entrepot.garder("contexte", read)
    assert isinstance(found, Context)
    return found


def members(entrepot: Entrepot, echelle: Echelle) -> dict[str, int]:
    """Number of communes of each territory of a scale."""

    def read() -> dict[str, int]:
        if echelle is Echelle.COMMUNE:
            return {}
        if echelle is Echelle.FRANCE:
            where = "length(code_departement) = 2 OR code_departement IN ('971', '972', '973', '974', '976')"
            return {"FR": entrepot.lignes(f"SELECT count(*) FROM commune WHERE {where}")[0][0]}
        column = COLONNE_ECHELLE[echelle]
        return dict(entrepot.lignes(f"SELECT {column}, count(*) FROM commune WHERE {column} IS NOT NULL GROUP BY 1"))

    found = entrepot.garder(f"membres {echelle}", read)
    assert isinstance(found, dict)
    return found


def compute(
    entrepot: Entrepot,
    formula: Term,
    unit: str,
    place: Place,
    periods: Sequence[int] | None = None,
    *,
    dimension: str = "",
    registers: Mapping[str, RegisterView] | None = None,
    le: date | None = None,
) -> Figures:
    """Figures of a formula by (territory, period) or, with a dimension, by (territory, period, value of it).

    Only what has at least one row is there; a caller who asks for given territories completes with ``missing``. The
    query is run here; each ``Chiffre`` is made when it is read.
    """
    plan = compiled(
        formula,
        place.echelle,
        context(entrepot),
        chosen=bool(place.codes) and place.echelle is not Echelle.SECTEUR,
        periods=periods is not None,
        dimension=dimension,
        registers=registers,
    )
    given: dict[str, Any] = {}
    if "$territoires" in plan.sql:
        given["territoires"] = SEPARATEUR.join(place.codes)
    if "$periodes" in plan.sql:
        given["periodes"] = SEPARATEUR.join(map(str, periods or ()))
    if "$groupes" in plan.sql:
        given["groupes"] = SEPARATEUR.join(name for name, codes in place.secteurs for _ in codes)
        given["codes"] = SEPARATEUR.join(c for _, codes in place.secteurs for c in codes)
    rows = entrepot.lignes(plan.sql, given)  # type: ignore[arg-type]
    reader = _Reader(entrepot, formula, unit, place, plan, len(dimension) > 0, le or date.today())
    return Figures(reader, rows)


def columns(
    entrepot: Entrepot,
    formula: Term,
    echelle: Echelle,
    *,
    registers: Mapping[str, RegisterView] | None = None,
    le: date | None = None,
) -> DuckDBPyRelation:
    """The same results for every territory of a scale and every period, as columns: nothing becomes a Python object.

    For maps, exports and comparisons over half a million values. The relation gives Arrow (``__arrow_c_stream__``) or
    Parquet; it belongs to the cursor of this thread and is read before the next question. Columns: ``territoire``,
    ``periode``, ``valeur``, ``renseignes``, ``secrets``, ``partiels``, ``scindes``, ``effectif`` (rows under a median)
    and one mask of files per source (``p0``…). A secret value is blank, as is a median of too few rows.

    Raises:
        NotFound: the formula names a source, register or measure that does not exist.
    """
    plan = compiled(formula, echelle, context(entrepot), chosen=False, periods=False, registers=registers)
    threshold = _threshold(plan.main.declared.threshold if plan.main.declared else "", le or date.today())
    shown = f"CASE WHEN effectif IS NULL OR effectif >= {threshold} THEN valeur END"
    sql = f"SELECT * REPLACE ({shown} AS valeur) FROM ({plan.sql})" if threshold else plan.sql
    return entrepot.connexion().sql(sql)


class Figures(Mapping[tuple[str, ...], Chiffre]):
    """Figures by key, made from the rows of one query when they are read: most callers read a few of them."""

    def __init__(self, reader: _Reader, rows: list[tuple[Any, ...]]) -> None:
        self._reader, self._rows = reader, rows

    @cached_property
    def _index(self) -> dict[tuple[str, ...], tuple[Any, ...]]:
        return {self._reader.key(row): row for row in self._rows}

    def __len__(self) -> int:
        return len(self._index)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._index)

    def __getitem__(self, key: tuple[str, ...]) -> Chiffre:
        return self._reader.figure(key, self._index[key])

    def items(self) -> ItemsView[tuple[str, ...], Chiffre]:
        """Keys and figures, each figure made once."""
        return {key: self._reader.figure(key, row) for key, row in self._index.items()}.items()


class _Reader:
    """Turns rows into figures."""

    def __init__(
        self, entrepot: Entrepot, formula: Term, unit: str, place: Place, plan: Compiled, split: bool, le: date
    ) -> None:
        self.unit, self.place, self.plan, self.split = unit, place, plan, split
        self.additive = additive(formula)
        self.published = any(isinstance(a, Published) for a in atoms(formula)) and place.echelle is not Echelle.COMMUNE
        self.members = members(entrepot, place.echelle) if place.echelle is not Echelle.SECTEUR else {}
        self.sectors = {name: len(codes) for name, codes in place.secteurs}
        lagged = any(a.lag for a in atoms(formula))
        self.blank = (
            f"{NOTE_SANS_SOURCE} (millésime antérieur)" if lagged else "case vide dans le fichier du producteur"
        )
        self.files = entrepot.fichiers()
        rows = "SELECT source, fichier, colonne, remplies FROM remplissage"
        self.filled: dict[tuple[str, int, str], int] = entrepot.garder(
            "remplissage", lambda: {(s, f, c): n for s, f, c, n in entrepot.lignes(rows)}
        )
        self.first = dict(context(entrepot).first_file)
        declared = plan.main.declared
        self.provisional = declared.provisional if declared else 0
        self.threshold = _threshold(declared.threshold if declared else "", le)
        self.cache: dict[tuple[int, ...], tuple[tuple[str, ...], int | None]] = {}

    def key(self, row: tuple[Any, ...]) -> tuple[str, ...]:
        """(territory, period) or (territory, period, value of the dimension) of a row."""
        return (row[0], str(row[1]), str(row[2])) if self.split else (row[0], str(row[1]))

    def figure(self, key: tuple[str, ...], row: tuple[Any, ...]) -> Chiffre:
        """The figure of a row."""
        code, period, rest = row[0], row[1], row[3:] if self.split else row[2:]
        value, known, secrets, partials, cut, count, *masks = rest
        provenance, last = self._provenance(tuple(masks))
        territory = Territoire(self.place.echelle, code)
        if count is not None and self.published:
            return Chiffre(
                None, self.unit, Etat.NON_APPLICABLE, key[1], territory, None, provenance, note=NOTE_NON_ADDITIF
            )
        if count is not None:
            cover: Couverture | None = Couverture(count, count, membre="vente")
            if value is None or count < self.threshold:
                few = count < self.threshold
                note = f"moins de {self.threshold} ventes" if few else self._absent(tuple(masks))
                state = Etat.SECRET if few else Etat.NON_RENSEIGNE
                return Chiffre(None, self.unit, state, key[1], territory, cover, provenance, note=note)
        else:
            total = self.sectors.get(code) or self.members.get(code, 1)
            cover = Couverture(known, total, secrets) if total > 1 else None
            if value is None:
                state, note = self._without(known, secrets, cut)
                if state is Etat.NON_RENSEIGNE:
                    note = note or self._absent(tuple(masks)) or self.blank
                return Chiffre(None, self.unit, state, key[1], territory, cover, provenance, note=note)
        state = Etat.CONNU
        if partials or (self.additive and secrets):
            state = Etat.PARTIEL
        elif last is not None and int(period) - self.plan.main_lag > last - self.provisional:
            state = Etat.PROVISOIRE
        if state is Etat.PARTIEL and not self.additive:
            state = Etat.CONNU
        return Chiffre(number(value), self.unit, state, key[1], territory, cover, provenance)

    def _without(self, known: int, secrets: int, cut: int) -> tuple[Etat, str]:
        if self.published:
            return Etat.NON_APPLICABLE, NOTE_NON_ADDITIF
        if known:
            return Etat.NON_APPLICABLE, "dénominateur nul"
        if cut:
            return Etat.NON_APPLICABLE, NOTE_SCISSION
        return (Etat.SECRET, "") if secrets else (Etat.NON_RENSEIGNE, "")

    def _absent(self, masks: tuple[int, ...]) -> str:
        """Sources without any row for this territory and period, or whose file lacks the column."""
        by_source = dict(zip(self.plan.sources, masks, strict=True))
        none = [n for n, mask in by_source.items() if not mask]
        for r in self.plan.relations:
            if r.column and by_source.get(r.source):
                numbers = [self.first.get(r.source, 0) + b for b in _bits(by_source[r.source])]
                if not any(self.filled.get((r.source, n, r.column)) for n in numbers):
                    none.append(f"{r.source}, sans « {r.column} » dans l'extrait chargé")
        return f"{NOTE_SANS_SOURCE} ({' ; '.join(dict.fromkeys(none))})" if none else ""

    def _provenance(self, masks: tuple[int, ...]) -> tuple[tuple[str, ...], int | None]:
        """Ids of the files, and last year of those of the main source."""
        found = self.cache.get(masks)
        if found is None:
            ids: list[str] = []
            last: int | None = None
            for name, mask in zip(self.plan.sources, masks, strict=True):
                base = self.first.get(name, 0)
                for bit in _bits(mask):
                    identifier, year = self.files[base + bit]
                    ids.append(identifier)
                    if name == self.plan.main.source and year is not None:
                        last = max(last or year, year)
            found = self.cache[masks] = (tuple(ids), last)
        return found


def _bits(mask: int | None) -> list[int]:
    """Ranks of the bits that are set."""
    return [b for b in range((mask or 0).bit_length()) if (mask or 0) >> b & 1]


def _threshold(name: str, le: date) -> int:
    """Smallest number of rows under a median that may be published (a dated parameter of the sources)."""
    if not name:
        return 0
    return load_parameters("beffroi.sources")(f"seuil_{name}", le).entier


def number(value: Any) -> int | Decimal:
    """An exact number; a float of the engine is kept to twelve significant figures, its binary tail is not."""
    if isinstance(value, int):
        return value
    return exact(f"{value:.{CHIFFRES_SIGNIFICATIFS}g}") if isinstance(value, float) else exact(value)


def missing(
    entrepot: Entrepot, formula: Term, unit: str, place: Place, code: str, period: str, communes: Sequence[str]
) -> Chiffre:
    """The figure of a territory without any row: source not loaded there, measure that does not apply, or not given."""
    territory = Territoire(place.echelle, code)
    names = dict.fromkeys(a.source for a in atoms(formula) if not a.ref.startswith("registre."))
    absent, outside = [], True
    for name in names:
        declared = source(name)
        base = declared.format.source if isinstance(declared.format, Derived) else name
        here = entrepot.lignes(
            f"SELECT EXISTS (FROM {name} WHERE code_commune IN (SELECT unnest(string_split($1, chr(31))))), "
            "EXISTS (FROM perimetre p JOIN fichier f USING (fichier) JOIN commune c "
            "ON p.code_departement IN ('*', c.code_departement) WHERE f.source = $2 AND c.code IN (SELECT unnest(string_split($1, chr(31)))))",
            [SEPARATEUR.join(communes), base],
        )[0]
        if not here[0] and not (here[1] and declared.absent == "non_applicable"):
            absent.append(name)
        outside = outside and here[1] and declared.absent == "non_applicable"
    if absent:
        note = f"{NOTE_SANS_SOURCE} ({', '.join(absent)})"
        return Chiffre(None, unit, Etat.NON_RENSEIGNE, period, territory, note=note)
    if outside and names:
        return Chiffre(None, unit, Etat.NON_APPLICABLE, period, territory, note="aucune commune concernée")
    note = f"{NOTE_SANS_SOURCE} (absent de l'extrait chargé)"
    return Chiffre(None, unit, Etat.NON_RENSEIGNE, period, territory, note=note)
