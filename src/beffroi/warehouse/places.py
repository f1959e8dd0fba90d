"""Communes and EPCI of France as the warehouse gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from beffroi.kernel.territory import Echelle, Territoire

COLONNES_COMMUNE = "code, nom, siren, siren_epci, code_departement, code_region, codes_postaux, population_municipale, population_totale"
COLONNES_EPCI = (
    "siren, nom, type, population_municipale, population_totale, nombre_communes, code_departement, code_region"
)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of France. ``code``: INSEE code; populations of the packaged vintage (municipale, totale)."""

    code: str
    nom: str
    siren: str | None
    siren_epci: str | None
    code_departement: str
    code_region: str
    codes_postaux: tuple[str, ...]
    population_municipale: int | None
    population_totale: int | None

    @property
    def territoire(self) -> Territoire:
        """The commune as a territory."""
        return Territoire(Echelle.COMMUNE, self.code, self.nom)


@dataclass(frozen=True, slots=True)
class Epci:
    """An EPCI à fiscalité propre. ``nature``: CC, CA, CU, METRO or MET69; département of most of its communes."""

    siren: str
    nom: str
    nature: str
    population_municipale: int | None
    population_totale: int | None
    nombre_communes: int
    code_departement: str
    code_region: str

    @property
    def territoire(self) -> Territoire:
        """The EPCI as a territory."""
        return Territoire(Echelle.EPCI, self.siren, self.nom)


def commune_de(row: tuple[Any, ...]) -> Commune:
    """A commune from a row of ``COLONNES_COMMUNE``."""
    code, nom, siren, siren_epci, departement, region, postaux, municipale, totale = row
    return Commune(code, nom, siren, siren_epci, departement, region, tuple(postaux or ()), municipale, totale)
