"""``Source``: an open dataset declared as data. Reading, checking and storing it is the work of the warehouse.

A declaration says where the file comes from, how its publisher writes it (separators, encodings, marks of secrecy,
names of columns that change with the vintage), what each column means and which checks a row must pass. It holds no
behaviour: ``warehouse/clean.py`` compiles it to DuckDB, so that a file of millions of rows is read at full speed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from beffroi.kernel.unit import unit

Values = Mapping[str, str]


class Grain(StrEnum):
    """Smallest thing a row of the source describes."""

    COMMUNE = "commune"
    IRIS = "iris"
    QUARTIER = "quartier"
    MUTATION = "mutation"
    SITE = "site"
    COPROPRIETE = "copropriete"
    LOGEMENT = "logement"
    PROGRAMME = "programme"
    EPCI = "epci"


class Frequency(StrEnum):
    """How often the publisher issues a vintage."""

    QUOTIDIENNE = "quotidienne"
    MENSUELLE = "mensuelle"
    TRIMESTRIELLE = "trimestrielle"
    SEMESTRIELLE = "semestrielle"
    ANNUELLE = "annuelle"
    TRIENNALE = "triennale"
    PONCTUELLE = "ponctuelle"


class Kind(StrEnum):
    """How the text of a cell is read."""

    CODE_COMMUNE = "code de commune"  # five characters, leading zero put back
    CODE = "code"  # text kept as it is, guards of spreadsheets removed
    TEXTE = "texte"
    BRUT = "texte tel quel"  # identifiants d'un très gros fichier : ni blancs ôtés ni mots traduits
    ENTIER = "nombre entier"
    DECIMAL = "nombre"  # decimal comma or point, blanks of thousands removed
    TAUX = "taux en %"  # « 35,28% » or « 35,28 » read as the fraction 0.3528
    ANNEE = "année"
    DATE = "date"
    BOOLEEN = "oui ou non"
    CONTOUR = "contour"  # WKB, repaired where the publisher's polygon was not valid


NON_ADDITIFS = ("part", "indice", "euro_m2", "euro_m2_mois", "euro_an", "euro_mois", "pour_mille_habitants")
NUMERIC = (Kind.ENTIER, Kind.DECIMAL, Kind.TAUX)


@dataclass(frozen=True, slots=True)
class Column:
    """One column kept from the file.

    ``header``: regular expressions (case-insensitive, whole name) accepted for the published name; a named group
    ``annee`` makes the column a family, one published column per year, stored as rows; two digits are years of this
    century and ``shift`` is added (a stock dated one vintage later). ``values``: published word → ours; any other
    word rejects the row (``default``: what it becomes instead). ``suffix``: published names of a second column whose
    text ends the code (département, then commune within it). ``minimum`` and ``maximum`` are included, in the stored unit (a rate is a fraction).
    """

    name: str
    kind: Kind
    meaning: str
    header: tuple[str, ...]
    unit: str = ""
    required: bool = True
    filled: bool = False
    minimum: float | None = None
    maximum: float | None = None
    values: Values = field(default_factory=dict)
    default: str | None = None
    shift: int = 0
    secret: bool = False
    suffix: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit:
            unit(self.unit)
        for pattern in self.header:
            re.compile(pattern)

    @property
    def additive(self) -> bool:
        """True when values of several communes may be added: counts, surfaces; not rates, medians or prices per m²."""
        return self.kind in (Kind.ENTIER, Kind.DECIMAL) and self.unit not in NON_ADDITIFS

    @property
    def family(self) -> bool:
        """True when the file repeats this column once per year."""
        return any("(?P<annee>" in h for h in self.header)

    def match(self, published: str) -> re.Match[str] | None:
        """Match of the published name with one of the accepted names, or None."""
        text = published.strip().strip('"').strip()
        for pattern in self.header:
            found = re.fullmatch(pattern, text, re.IGNORECASE)
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class FileKey:
    """A key column that stands in the name of the file (segment of rents, year of sales)."""

    name: str
    kind: Kind
    meaning: str
    pattern: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A column whose value is the same for the whole file: the year of a census, taken from the vintage.

    ``value`` may hold ``{annee}``: the first four digits of the vintage; ``header`` takes it from the named group of
    the published header (``P(?P<annee>\\d\\d)_LOG``) when the file itself says it.
    """

    name: str
    kind: Kind
    meaning: str
    value: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A series of the source: a column, its unit, and the rows it is read from (``where``: column → value)."""

    id: str
    label: str
    column: str
    unit: str
    where: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Csv:
    """Delimited text. ``separators`` and ``encodings`` are tried in order; ``ended``: the publisher ends the last
    line with a line break, so a file without it was cut."""

    separators: tuple[str, ...] = (";",)
    encodings: tuple[str, ...] = ("utf-8",)
    ended: bool = True


@dataclass(frozen=True, slots=True)
class GeoJson:
    """A collection of features. Columns are read from ``properties``; the outline is repaired and offered as six more:
    ``contour`` (WKB), ``ouest``, ``sud``, ``est``, ``nord`` (degrees), ``surface_contour`` (m²)."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """Data that comes inside a package installed with the project (npm or Python), read in place at build time."""

    package: str
    path: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows worked out from another source by a published method, at build time (sales from the lines of DVF)."""

    source: str


@dataclass(frozen=True, slots=True)
class Break:
    """A break in a series: figures before and after ``year`` do not compare."""

    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a whole file must satisfy. ``severity``: 0 information … 3 refuses the file.

    Kinds: ``unique`` (key without duplicates), ``lignes`` (at least ``minimum`` rows), ``somme`` (``total`` equals the
    sum of ``parts`` within ``tolerance``), ``modalites`` (``total`` row of ``column`` equals the sum of the others).
    """

    id: str
    label: str
    kind: str
    columns: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    minimum: float = 0
    tolerance: float = 0
    severity: int = 2


@dataclass(frozen=True, slots=True)
class Source:
    """An open dataset.

    ``authority`` (0 to 2): 2 the producer of the statistic, 1 a republication. ``provisional``: number of last years
    still to be revised. ``address``: pattern of the download address, with ``{millesime}``. ``covers``: the members
    expected for a full coverage, in words. ``absent``: what a commune without a row means for this source
    (``non_renseigne``, or ``non_applicable`` when the file lists only the communes concerned). ``cog``: vintage of the
    codes of communes: a year, ``millesime`` (that of the file) or ``derniere`` (that of the year of each row).
    """

    id: str
    label: str
    producer: str
    licence: str
    page: str
    frequency: Frequency
    grain: Grain
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...] = ()
    format: Csv | GeoJson | Packaged | Derived = field(default_factory=Csv)
    address: str = ""
    file_keys: tuple[FileKey, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    marks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    threshold: str = ""
    breaks: tuple[Break, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    provisional: int = 0
    authority: int = 2
    absent: str = "non_renseigne"
    cog: str = ""
    period: str = "annee"
    notes: str = ""

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) != len(names):
            raise ValueError(f"{self.id} : deux colonnes de même nom ({names})")
        for key in self.key:
            if key not in names:
                raise ValueError(f"{self.id} : la clé « {key} » n'est pas une colonne")
        for m in self.measures:
            unit(m.unit)
            for name in (m.column, *m.where):
                if name not in names:
                    raise ValueError(f"{self.id}.{m.id} : « {name} » n'est pas une colonne")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stored columns, in order: file keys, fixed, year of a family, columns."""
        year = ("annee",) if self.family else ()
        return (
            *(k.name for k in self.file_keys),
            *(f.name for f in self.fixed),
            *year,
            *(c.name for c in self.columns),
        )

    @property
    def family(self) -> bool:
        """True when some columns are repeated by year and stored as rows."""
        return any(c.family for c in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: no such column (a fault of a declaration).
        """
        for c in self.columns:
            if c.name == name:
                return c
        raise KeyError(f"{self.id}.{name}")

    def measure(self, identifier: str) -> Measure:
        """The measure of that id.

        Raises:
            KeyError: no such measure; the sentence lists those that exist.
        """
        for m in self.measures:
            if m.id == identifier:
                return m
        known = ", ".join(m.id for m in self.measures)
        raise KeyError(f"la source {self.id} n'a pas de mesure « {identifier} » ; mesures : {known}")
