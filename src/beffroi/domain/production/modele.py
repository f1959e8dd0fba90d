"""Mots de la production : règle d'un groupe de communes, matrice de part sociale, conformité, canaux d'un objectif."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


class Sens(StrEnum):
    """Ce que fait le taux d'un groupe : un minimum, un maximum, ou une simple orientation qui n'empêche rien."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    INDICATIF = "indicatif"


class Conformite(StrEnum):
    """Conformité d'une opération à la règle de son groupe."""

    CONFORME = "conforme"
    NON_CONFORME = "non_conforme"
    INFORMATION = "information"
    EXEMPTEE = "exemptee"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return {"non_conforme": "non conforme", "exemptee": "exemptée", "information": "pour information"}.get(
            self.value, self.value
        )


class StatutProgrammation(StrEnum):
    """Ce qu'un projet de logement social demande dans une commune déjà très dotée."""

    LIBRE = "libre"
    ECHANGE_REQUIS = "echange_requis"
    JUSTIFIE = "justifie"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return {"echange_requis": "échange requis avec le délégataire", "justifie": "justifié"}.get(
            self.value, self.value
        )


class Justification(StrEnum):
    """Besoins qui peuvent justifier du logement social dans une commune déjà très dotée."""

    RECONSTITUTION = "reconstitution"
    PUBLIC_SPECIFIQUE = "public_specifique"
    DIVERSIFICATION_TYPOLOGIQUE = "diversification_typologique"


@dataclass(frozen=True, slots=True)
class RegleGroupe:
    """Règle d'un groupe de communes, telle que le programme la fixe ; ``taux`` en fraction des logements."""

    nom: Annotated[str, Entree("Groupe de communes")]
    sens: Annotated[Sens, Entree("Sens du taux")]
    taux: Annotated[Decimal, Entree("Part de logements sociaux", "part", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True)
class CelluleMatrice:
    """Cellule d'une matrice de part sociale. Bornes fermées en bas, ouvertes en haut ; haut absent : sans limite.

    ``taux`` absent et ``libre`` : le programme laisse la commune libre. Une cellule absente de la matrice est un tiret du
    document : elle demande un réglage.
    """

    population_minimum: Annotated[int, Entree("Population, à partir de", "habitant", minimum=0)]
    part_minimum: Annotated[Decimal, Entree("Part sociale du parc, à partir de", "part", minimum=0, maximum=1)]
    population_maximum: Annotated[int | None, Entree("Population, moins de", "habitant", minimum=0)] = None
    part_maximum: Annotated[Decimal | None, Entree("Part sociale du parc, moins de", "part", minimum=0)] = None
    taux: Annotated[Decimal | None, Entree("Part sociale de la production", "part", minimum=0, maximum=1)] = None
    libre: Annotated[bool, Entree("Commune libre")] = False


@dataclass(frozen=True, slots=True)
class ObjectifSocial:
    """Objectif social d'une commune ; quand la construction neuve n'en porte qu'une part, taux et rythme de celle-ci."""

    nom: Annotated[str, Entree("Commune")]
    objectif: Annotated[int, Entree("Objectif de logements sociaux sur la période", "logement", minimum=0)]
    taux_neuf: Annotated[
        Decimal | None, Entree("Part sociale de la production neuve", "part", minimum=0, maximum=1)
    ] = None
    objectif_an: Annotated[Decimal | None, Entree("Objectif de production par an", "logement_par_an", minimum=0)] = None


@dataclass(frozen=True, slots=True)
class PartTerritoire:
    """Production et résidences principales d'un territoire, pour comparer son poids dans l'une et dans les autres."""

    nom: Annotated[str, Entree("Territoire")]
    production: Annotated[Decimal, Entree("Production", minimum=0)]
    residence_principale: Annotated[Decimal, Entree("Résidences principales", minimum=0)]
