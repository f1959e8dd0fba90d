"""Mots des attributions : grille de cotation, variante de tension, exclusions du flux."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Territoire(StrEnum):
    """Collectivité dont une règle locale est écrite dans les paramètres."""

    CAVM = "cavm"
    AUTRE = "autre"


class ExclusionFlux(StrEnum):
    """Attributions hors de l'assiette du flux (CCH, R. 441-5). Les travaux n'y sont pas."""

    MUTATION_LOCATAIRE = "mutation_locataire"
    RENOUVELLEMENT_URBAIN = "renouvellement_urbain"
    ORCOD = "orcod"
    HABITAT_INDIGNE = "habitat_indigne"
    VENTE_HLM = "vente_hlm"


@dataclass(frozen=True, slots=True)
class Critere:
    """Critère de cotation. ``obligatoire`` : catégorie prioritaire de L. 441-1. Points négatifs permis."""

    code: str
    label: str
    points: int
    obligatoire: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grille:
    """Grille de cotation, dans la version d'une délibération."""

    id: str
    label: str
    deliberation: date
    critere: tuple[Critere, ...]
    publique: bool = True
    effet_refus: str = ""
