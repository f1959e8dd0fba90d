"""``Indicator``: a figure that a programme or an observatory follows, declared once.

An indicator is *calculé* (it has a formula on sources or registers), *alimenté par un registre* (it will be counted from
a named register), or *saisi* (a value that someone types each year). Being in the catalogue is not being computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from beffroi.kernel.formula import Term
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency
from beffroi.kernel.unit import unit


class Sense(StrEnum):
    """What is better."""

    UP = "hausse"
    DOWN = "baisse"
    NEUTRAL = "neutre"


class Scope(StrEnum):
    """Smallest scale at which the indicator is read."""

    ADRESSE = "adresse"
    OPERATION = "operation"
    COMMUNE = "commune"
    SECTEUR = "secteur"
    EPCI = "epci"


class Representation(StrEnum):
    """How it is shown."""

    NUMBER = "chiffre"
    SERIES = "serie"
    MAP = "carte"
    TABLE = "tableau"
    BARS = "barres"
    SPLIT = "repartition"


class Feeding(StrEnum):
    """Where the values come from."""

    CALCULE = "calcule"
    REGISTRE = "registre"
    SAISI = "saisi"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared indicator.

    ``id``: ``area.nom_francais``, or the number of the indicator in a programme (« CABBALR-A01-01 »). ``formula``: None
    when nothing computes it. ``computed_by``: id of the computed indicator that gives the values of a programme's own.
    ``register``: name of the register that feeds it. ``source``: natural source, in words. ``open_data``: open dataset that
    the follow-up of the programme hopes for; ``not_computed``: then, why nothing computes the indicator from it and
    where its values come from meanwhile.
    """

    id: str
    label: str
    definition: str
    unit: str
    sense: Sense
    scope: Scope
    frequency: Frequency
    representation: tuple[Representation, ...]
    cautions: str
    legal: LegalRef | None = None
    formula: Term | None = None
    feeding: Feeding = Feeding.CALCULE
    register: str = ""
    computed_by: str = ""
    source: str = ""
    programme: str = ""
    action: str = ""
    block: str = ""
    open_data: str = ""
    not_computed: str = ""
    decimals: int | None = None

    def __post_init__(self) -> None:
        unit(self.unit)
        if self.feeding is Feeding.CALCULE and not self.computed:
            raise ValueError(f"{self.id} : un indicateur calculé a une formule")
        if self.feeding is Feeding.REGISTRE and not self.register:
            raise ValueError(f"{self.id} : quel registre l'alimente ?")
        if self.computed and self.not_computed:
            raise ValueError(f"{self.id} : il est calculé, et dit pourquoi il ne l'est pas")
        if self.open_data and not self.computed and not self.not_computed:
            raise ValueError(f"{self.id} : ni calcul, ni raison, alors qu'un jeu ouvert est attendu ({self.open_data})")

    @property
    def computed(self) -> bool:
        """True when a formula gives the values: its own, or that of ``computed_by``."""
        return self.formula is not None or bool(self.computed_by)

    @property
    def area(self) -> str:
        """Area of the domain: first part of the id."""
        return self.id.split(".", 1)[0]


_INDICATORS: dict[str, Indicator] = {}


def declare(*indicators: Indicator) -> None:
    """Declare indicators; their ids are unique.

    Raises:
        ValueError: two indicators have one id.
    """
    for i in indicators:
        if i.id in _INDICATORS:
            raise ValueError(f"l'indicateur {i.id} est déclaré deux fois")
        _INDICATORS[i.id] = i


def declared() -> dict[str, Indicator]:
    """Every indicator declared by the areas, by id."""
    return dict(_INDICATORS)
