"""Ce que rendent et reçoivent les calculs de marché : mutations DVF, prix, ménages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree

MOIS_PAR_AN = 12
CENTIME = 2  # décimales d'un montant en euros


class NatureMutation(StrEnum):
    """Natures de mutation de DVF (DGFiP), sous leur libellé d'origine ; « VEFA » est accepté à la lecture."""

    VENTE = "Vente"
    VEFA = "Vente en l'état futur d'achèvement"
    TERRAIN = "Vente terrain à bâtir"
    ADJUDICATION = "Adjudication"
    EXPROPRIATION = "Expropriation"
    ECHANGE = "Echange"


class Segment(StrEnum):
    """Ce dont on compare les prix : type de logement et ancien ou neuf (VEFA), ou terrain à bâtir."""

    MAISON_ANCIENNE = "maison_ancienne"
    APPARTEMENT_ANCIEN = "appartement_ancien"
    MAISON_NEUVE = "maison_neuve"
    APPARTEMENT_NEUF = "appartement_neuf"
    TERRAIN = "terrain"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_SEGMENT[self]


LIBELLE_SEGMENT: dict[Segment, str] = {
    Segment.MAISON_ANCIENNE: "maisons anciennes",
    Segment.APPARTEMENT_ANCIEN: "appartements anciens",
    Segment.MAISON_NEUVE: "maisons neuves (VEFA)",
    Segment.APPARTEMENT_NEUF: "appartements neufs (VEFA)",
    Segment.TERRAIN: "terrains à bâtir",
}


class MotifExclusion(StrEnum):
    """Pourquoi une mutation n'entre pas dans les prix ; le premier filtre qui l'écarte est compté."""

    NATURE = "nature"
    SANS_LOGEMENT = "sans_logement"
    PLUSIEURS_LOCAUX = "plusieurs_locaux"
    PRIX_ABSENT = "prix_absent"
    SURFACE_ABSENTE = "surface_absente"
    SURFACE_MINIMALE = "surface_minimale"
    PRIX_MINIMAL = "prix_minimal"
    PRIX_M2_MINIMAL = "prix_m2_minimal"
    PRIX_M2_MAXIMAL = "prix_m2_maximal"
    ECART_INTERQUARTILE = "ecart_interquartile"


LIBELLE_EXCLUSION: dict[MotifExclusion, str] = {
    MotifExclusion.NATURE: "nature de mutation non retenue (échange, expropriation)",
    MotifExclusion.SANS_LOGEMENT: "aucun logement dans la mutation",
    MotifExclusion.PLUSIEURS_LOCAUX: "plusieurs locaux hors dépendances",
    MotifExclusion.PRIX_ABSENT: "prix absent",
    MotifExclusion.SURFACE_ABSENTE: "surface absente",
    MotifExclusion.SURFACE_MINIMALE: "surface sous le minimum",
    MotifExclusion.PRIX_MINIMAL: "prix sous le minimum",
    MotifExclusion.PRIX_M2_MINIMAL: "prix au m² sous le minimum",
    MotifExclusion.PRIX_M2_MAXIMAL: "prix au m² au-dessus du maximum",
    MotifExclusion.ECART_INTERQUARTILE: "prix au m² trop loin des quartiles",
}


@dataclass(frozen=True, slots=True)
class LigneMutation:
    """Une ligne de DVF : une parcelle ou un local d'une mutation. ``valeur`` est celle de toute la mutation."""

    id_mutation: str
    nature: str
    valeur: Annotated[Decimal | None, Entree("Valeur foncière", "euro", minimum=0)] = None
    type_local: str = ""
    surface: Annotated[Decimal | None, Entree("Surface réelle bâtie", "m2", minimum=0)] = None
    cle_local: str = ""
    parcelle: str = ""
    surface_terrain: Annotated[Decimal | None, Entree("Surface de terrain", "m2", minimum=0)] = None


@dataclass(frozen=True, slots=True)
class PrixSegment:
    """Prix au m² d'un segment (croissants), médianes et nombre de mutations après tous les filtres.

    ``publiable`` : assez de mutations pour être montré. ``prix_median`` en euros, ``surface_mediane`` en m²
    (bâtie, ou de terrain pour un terrain).
    """

    prix_m2: tuple[Decimal, ...]
    n: int
    mediane_m2: Decimal | None
    prix_median: Decimal | None
    surface_mediane: Decimal | None
    publiable: bool


@dataclass(frozen=True, slots=True)
class PrixMedian:
    """Prix par segment et mutations écartées par motif."""

    segment: dict[Segment, PrixSegment]
    exclusion: dict[MotifExclusion, int]
    mutation: int


@dataclass(frozen=True, slots=True)
class Niveau:
    """Un niveau d'observation du prix, du plus fin au plus large : « commune, 1 an », « EPCI, 3 ans »."""

    libelle: str
    n: Annotated[int, Entree("Mutations", "vente", minimum=0)]
    mediane: Annotated[Decimal | None, Entree("Prix médian", "euro_m2", minimum=0)]


@dataclass(frozen=True, slots=True)
class PrixPubliable:
    """Prix retenu et niveau qui le donne ; rien quand aucun niveau n'a assez de mutations."""

    niveau: str | None
    n: int | None
    mediane: Decimal | None


@dataclass(frozen=True, slots=True)
class Solvabilite:
    """Du revenu au prix accessible : euros par an, par mois, capital, prix hors frais."""

    revenu_annuel: Decimal
    mensualite: Decimal
    capital: Decimal
    budget: Decimal
    prix_accessible: Decimal


@dataclass(frozen=True, slots=True)
class PartAccessible:
    """Ventes dont le prix est accessible, nombre et part ; la part manque quand il y a trop peu de ventes."""

    vente_accessible: int
    vente: int
    part: Decimal | None


@dataclass(frozen=True, slots=True)
class TauxEffort:
    """Taux d'effort brut (loyer et charges) et net (aide déduite), en fraction du revenu."""

    brut: Decimal
    net: Decimal
    depasse_seuil: bool


@dataclass(frozen=True, slots=True)
class VulnerabiliteEnergetique:
    """Part du revenu disponible que prend l'énergie du logement, et si elle dépasse le seuil."""

    part: Decimal
    vulnerable: bool
