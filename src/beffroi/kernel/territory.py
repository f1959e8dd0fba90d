"""Territories: a scale, an official code, a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Echelle(StrEnum):
    """Scale of a territory, from the smallest to the largest."""

    IRIS = "iris"
    QPV = "qpv"
    COMMUNE = "commune"
    SECTEUR = "secteur"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"


@dataclass(frozen=True, slots=True)
class Territoire:
    """A territory. ``code``: INSEE code of a commune, SIREN of an EPCI, or id of a sector in its programme."""

    echelle: Echelle
    code: str
    nom: str = ""

    @property
    def id(self) -> str:
        """Stable identifier, for instance ``commune:62035``."""
        return f"{self.echelle}:{self.code}"

    def __str__(self) -> str:
        return self.nom or self.id
