"""Ce que reçoivent et rendent les calculs d'accueil. Un site contient des terrains, un terrain des emplacements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


class TypeAccueil(StrEnum):
    """Équipements que peut prescrire un schéma départemental (loi n° 2000-614, art. 1er)."""

    AIRE_PERMANENTE = "aire_permanente"
    AIRE_GRAND_PASSAGE = "aire_grand_passage"
    TERRAIN_FAMILIAL = "terrain_familial"
    HABITAT_ADAPTE = "habitat_adapte"


LIBELLE_TYPE: dict[TypeAccueil, str] = {
    TypeAccueil.AIRE_PERMANENTE: "aires permanentes d'accueil",
    TypeAccueil.AIRE_GRAND_PASSAGE: "aires de grand passage",
    TypeAccueil.TERRAIN_FAMILIAL: "terrains familiaux locatifs",
    TypeAccueil.HABITAT_ADAPTE: "habitat adapté",
}

# Unité dans laquelle le schéma compte chaque type.
UNITE_TYPE: dict[TypeAccueil, str] = {
    TypeAccueil.AIRE_PERMANENTE: "place",
    TypeAccueil.AIRE_GRAND_PASSAGE: "place",
    TypeAccueil.TERRAIN_FAMILIAL: "terrain",
    TypeAccueil.HABITAT_ADAPTE: "logement",
}


@dataclass(frozen=True, slots=True)
class Prescription:
    """Ce qu'un schéma prescrit et ce qui existe, pour un type : places, terrains ou logements selon le type.

    ``provisoire`` : ouvert sans être définitif, compté à part ; ``travaux`` : en cours de réalisation.
    """

    type: TypeAccueil
    prescrit: Annotated[int, Entree("Prescrit", minimum=0)]
    definitif: Annotated[int, Entree("Réalisé définitif", minimum=0)]
    provisoire: Annotated[int, Entree("Provisoire", minimum=0)] = 0
    travaux: Annotated[int, Entree("En travaux", minimum=0)] = 0


@dataclass(frozen=True, slots=True)
class RealisationType:
    """Réalisation d'un type : taux en fraction, rien quand rien n'est prescrit, et ce qui manque."""

    prescrit: int
    definitif: int
    provisoire: int
    travaux: int
    taux: Decimal | None
    manque: int


@dataclass(frozen=True, slots=True)
class PlaceManquante:
    """Places manquantes par commune et en tout."""

    commune: dict[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Capacite:
    """Capacité d'une aire : emplacements, places (une caravane chacune)."""

    emplacement: int
    place: int
    caravane: int


@dataclass(frozen=True, slots=True)
class ConformiteAire:
    """Conformité de surface d'une aire : surface donnée, surface attendue, conforme ou non."""

    surface: Decimal
    surface_minimale: Decimal
    conforme: bool


@dataclass(frozen=True, slots=True)
class EcheanceSchema:
    """Échéances qui courent de la publication d'un schéma départemental."""

    mise_en_oeuvre: date
    revision: date
