"""Ce que reçoivent et rendent les calculs fonciers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class DestinationConsommation(StrEnum):
    """Destination de l'espace consommé, dans les fichiers du portail de l'artificialisation."""

    HABITAT = "habitat"
    ACTIVITE = "activite"
    MIXTE = "mixte"
    INFRASTRUCTURE = "infrastructure"
    INCONNU = "inconnu"


@dataclass(frozen=True, slots=True)
class PlafondConsommation:
    """Plafonds de consommation d'ENAF 2021-2031, en hectares : celui de la loi, celui du SRADDET s'il en donne un."""

    plafond_legal: Decimal
    plafond_sraddet: Decimal | None


@dataclass(frozen=True, slots=True)
class GarantieCommunale:
    """Consommation permise à une commune 2021-2031, en hectares."""

    theorique: Decimal
    garantie: Decimal
    retenu: Decimal


@dataclass(frozen=True, slots=True)
class AvancementConsommation:
    """Consommation d'ENAF depuis 2021 face au plafond ; hectares, et fractions du plafond."""

    consomme: Decimal
    part_consommee: Decimal | None
    part_temps: Decimal
    reste: Decimal
    projet: Decimal
    reste_apres_projet: Decimal


@dataclass(frozen=True, slots=True)
class DensiteOperation:
    """Densité nette et brute (logements par hectare), emprise par logement, part en renouvellement urbain."""

    densite_nette: Decimal
    densite_brute: Decimal | None
    hectare_par_logement: Decimal
    part_renouvellement: Decimal


@dataclass(frozen=True, slots=True)
class EcheanceZan:
    """Dernier jour pour mettre un document d'urbanisme en accord avec la loi, et jours restants."""

    echeance: date
    jours_restants: int
    depassee: bool


class DocumentUrbanisme(StrEnum):
    """Documents soumis à une échéance de mise en accord avec les objectifs de sobriété foncière."""

    SRADDET = "sraddet"
    SCOT = "scot"
    PLU = "plu"
    CARTE_COMMUNALE = "carte_communale"
