"""Mots de la gouvernance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from beffroi.kernel.convert import Entree


@dataclass(frozen=True, slots=True)
class Instance:
    """Une instance du programme : son nom, le minimum de réunions par an qu'il fixe, les dates tenues.

    ``ensembles`` : nombre de territoires dans lesquels ce minimum vaut (deux réunions par an et par commune).
    """

    nom: Annotated[str, Entree("Instance")]
    minimum_par_an: Annotated[int, Entree("Réunions par an au moins", "reunion", minimum=0)]
    tenues: Annotated[tuple[date, ...], Entree("Réunions tenues")] = ()
    ensembles: Annotated[int, Entree("Territoires où le minimum vaut", minimum=1)] = 1


@dataclass(frozen=True, slots=True)
class SuiviInstance:
    """Réunions dues et tenues d'une instance. ``prochaine`` : date à laquelle la suivante sera due."""

    nom: str
    dues: int
    tenues: int
    manquantes: int
    conforme: bool
    prochaine: date | None
