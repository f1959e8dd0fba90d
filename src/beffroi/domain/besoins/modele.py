"""Ce que rendent et reçoivent les calculs de besoins : des nombres, des années, des hypothèses nommées."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


class ProjectionOmphale(StrEnum):
    """Les neuf projections de ménages d'OTELO : trois hypothèses de population × trois de modes de cohabitation.

    Source : Insee, Omphale, telles que nommées par le code public d'OTELO (MTES-MCT/otelo-back).
    """

    CENTRAL_B = "central_b"
    CENTRAL_C = "central_c"
    CENTRAL_H = "central_h"
    PB_B = "pb_b"
    PB_C = "pb_c"
    PB_H = "pb_h"
    PH_B = "ph_b"
    PH_C = "ph_c"
    PH_H = "ph_h"


_POPULATION = {"central": "population centrale", "pb": "population basse", "ph": "population haute"}
_COHABITATION = {"b": "décohabitation basse", "c": "décohabitation centrale", "h": "décohabitation haute"}
LIBELLE_PROJECTION: dict[ProjectionOmphale, str] = {
    p: f"{_POPULATION[p.value.split('_')[0]]}, {_COHABITATION[p.value.split('_')[1]]}" for p in ProjectionOmphale
}


@dataclass(frozen=True, slots=True)
class PointMort:
    """Point mort d'une période, en logements (ou en logements par an pour une valeur annuelle)."""

    renouvellement: Decimal
    variation_residence_secondaire_vacant: Decimal
    desserrement: Decimal
    point_mort: Decimal
    construction: Decimal
    effet_demographique: Decimal


@dataclass(frozen=True, slots=True)
class PointMortPeriode:
    """Point mort de la période, ses valeurs annuelles et les tailles de ménage qui l'expliquent."""

    periode: PointMort
    annuel: PointMort
    taille_menage_debut: Decimal
    taille_menage_fin: Decimal


@dataclass(frozen=True, slots=True)
class BesoinStock:
    """Besoin en stock B1 et ses cinq composantes, en logements."""

    hors_logement: int
    heberge: int
    inadequation_financiere: int
    mauvaise_qualite: int
    inadequation_physique: int
    total: int


_PART = {"minimum": 0, "maximum": 1}


@dataclass(frozen=True, slots=True)
class Hypothese:
    """Taux d'un scénario : de l'année de base et visés, en fraction du parc ; taux annuels de remplacement.

    Une cible laissée vide garde le taux de l'année de base.
    """

    vacance_courte: Annotated[Decimal, Entree("Taux de vacance de courte durée", "part", **_PART)]
    vacance_longue: Annotated[Decimal, Entree("Taux de vacance de longue durée", "part", **_PART)]
    residence_secondaire: Annotated[Decimal, Entree("Taux de résidences secondaires", "part", **_PART)]
    disparition: Annotated[Decimal, Entree("Taux annuel de disparition", "part", **_PART)]
    restructuration: Annotated[Decimal, Entree("Taux annuel de restructuration", "part", **_PART)]
    vacance_courte_cible: Annotated[Decimal | None, Entree("Taux visé de vacance courte", "part", **_PART)] = None
    vacance_longue_cible: Annotated[Decimal | None, Entree("Taux visé de vacance longue", "part", **_PART)] = None
    residence_secondaire_cible: Annotated[
        Decimal | None, Entree("Taux visé de résidences secondaires", "part", **_PART)
    ] = None


@dataclass(frozen=True, slots=True)
class AnneeFlux:
    """Une année du calcul de flux, en logements (``delta_menage`` : ménages, un logement chacun).

    ``logement`` : parc théorique qui loge les ménages aux taux de l'année ; ``parc`` : parc en fin d'année.
    """

    annee: int
    logement: int
    delta_menage: Decimal
    resorption: int
    delta_vacance_courte: int
    delta_vacance_longue: int
    delta_residence_secondaire: int
    construction_neuve: int
    remplacement: int
    besoin: int
    excedent: int
    parc: int


@dataclass(frozen=True, slots=True)
class BesoinFlux:
    """Besoin année par année après l'année de base, année du pic et totaux.

    ``besoin_jusqu_au_pic`` est le total qu'affiche OTELO ; ``besoin_total`` couvre toute la projection.
    """

    annee_base: int
    annee_pic: int
    logement_base: int
    annees: tuple[AnneeFlux, ...]
    besoin_total: int
    besoin_jusqu_au_pic: int
    excedent_total: int

    def besoin(self, debut: int, fin: int) -> int:
        """Besoin cumulé de ``debut`` à ``fin`` inclus : le nombre simple que la territorialisation répartit."""
        return sum(a.besoin for a in self.annees if debut <= a.annee <= fin)
