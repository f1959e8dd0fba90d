"""Ce que reçoivent et rendent les calculs de vacance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.kernel.convert import Entree

CENTIME = 2  # décimales d'un montant en euros


class SourceVacance(StrEnum):
    """Sources qui comptent des logements vacants. Elles ne se mêlent jamais dans une même série."""

    RECENSEMENT = "recensement"
    LOVAC = "lovac"
    FILOCOM = "filocom"
    RPLS = "rpls"


class Perimetre(StrEnum):
    """Parc sur lequel porte un compte de logements vacants."""

    ENSEMBLE = "ensemble"
    PRIVE = "prive"
    SOCIAL = "social"


class ClasseVacance(StrEnum):
    """Classe d'un logement vacant selon la durée de sa vacance."""

    FRICTIONNELLE = "frictionnelle"
    CONJONCTURELLE = "conjoncturelle"
    STRUCTURELLE = "structurelle"


class Zone(StrEnum):
    """Zone de la taxe : tendue quand la commune est sur la liste du décret, non tendue ailleurs."""

    TENDUE = "tendue"
    NON_TENDUE = "non_tendue"


class TypeTaxe(StrEnum):
    """Taxe sur la vacance : TLV et THLV jusqu'en 2026, TVLH à partir de 2027."""

    TLV = "tlv"
    THLV = "thlv"
    TVLH = "tvlh"


class Instauration(StrEnum):
    """Qui a institué la taxe là où elle est facultative."""

    AUCUNE = "aucune"
    COMMUNE = "commune"
    EPCI = "epci"


class Exoneration(StrEnum):
    """Cas où un logement vacant n'est pas taxé."""

    AUCUNE = "aucune"
    BAILLEUR_SOCIAL = "bailleur_social"
    OCCUPATION = "occupation"
    INVOLONTAIRE = "involontaire"


LIBELLE_EXONERATION: dict[Exoneration, str] = {
    Exoneration.AUCUNE: "aucune",
    Exoneration.BAILLEUR_SOCIAL: "logement d'un organisme HLM ou d'une SEM, attribué sous conditions de ressources",
    Exoneration.OCCUPATION: "occupé plus de quatre-vingt-dix jours de suite dans l'année",
    Exoneration.INVOLONTAIRE: "vacance indépendante de la volonté du propriétaire",
}


@dataclass(frozen=True, slots=True)
class PointVacance:
    """Un compte de logements vacants : source, millésime et périmètre en sont la clé de série."""

    source: SourceVacance
    perimetre: Perimetre
    millesime: Annotated[int, Entree("Millésime")]
    logement_vacant: Annotated[int, Entree("Logements vacants", "logement", minimum=0)]
    parc: Annotated[int | None, Entree("Logements du parc", "logement", minimum=0)] = None

    @property
    def serie(self) -> str:
        """Clé de série en clair : « lovac, parc prive »."""
        return f"{self.source.value}, parc {self.perimetre.value}"


@dataclass(frozen=True, slots=True)
class TauxPublie:
    """Un nombre de vacants et un taux publiés ensemble, taux en fraction, arrondi par l'éditeur."""

    source: Annotated[str, Entree("Source")]
    logement_vacant: Annotated[int, Entree("Logements vacants", "logement", minimum=0)]
    taux: Annotated[Decimal, Entree("Taux publié", "part", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True)
class EvolutionVacance:
    """Écart entre deux points d'une même série, et taux quand le parc est connu."""

    serie: str
    ecart: int
    taux_debut: Decimal | None
    taux_fin: Decimal | None


@dataclass(frozen=True, slots=True)
class ControlePart:
    """Total qu'implique une part publiée, et part réelle dans chaque total connu."""

    total_implique: int
    part: dict[str, Decimal]
    concorde: bool


@dataclass(frozen=True, slots=True)
class ObjectifVacance:
    """Situation d'un objectif « zéro logement vacant supplémentaire »."""

    objectif_fin: int
    ecart_admis: int
    ecart_actuel: int
    remobilisation_par_an: Decimal
    remobilisation_attendue: Decimal
    remobilise: int
    appreciation: Appreciation


@dataclass(frozen=True, slots=True)
class ControleRemobilisation:
    """Sommes de deux ventilations d'un même objectif et leurs écarts à l'objectif écrit."""

    somme_lieu: int
    somme_outil: int
    ecart_lieu: int
    ecart_outil: int
    par_an: Decimal


@dataclass(frozen=True, slots=True)
class TaxeVacance:
    """Taxe due ou non pour un logement : taux en fraction, plafond voté possible, montant en euros."""

    type: TypeTaxe
    due: bool
    motif: str
    taux: Decimal | None
    taux_maximal: Decimal | None
    montant: Decimal | None


def limite_deliberation(annee: int) -> date:
    """Dernier jour pour délibérer d'un impôt local de l'année : avant le 1er octobre de l'année d'avant."""
    return date(annee - 1, 9, 30)
