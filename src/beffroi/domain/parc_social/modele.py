"""Mots du parc social : étiquette, résultat d'un contrôle de vente, acquéreur."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


class Etiquette(StrEnum):
    """Étiquette énergie du diagnostic de performance."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"
    F = "f"
    G = "g"


class Territoire(StrEnum):
    """Collectivité dont une règle locale est écrite dans les paramètres."""

    CAVM = "cavm"
    AUTRE = "autre"


class Acquereur(StrEnum):
    """Qui achète."""

    PERSONNE = "personne"
    ORGANISME = "organisme"  # organisme HLM, SEM ou organisme de foncier solidaire


class ResultatVente(StrEnum):
    """Résultat d'un contrôle de vente HLM."""

    INTERDIT_AGE = "interdit_age"
    INTERDIT_CARENCE = "interdit_carence"
    INTERDIT_NATIONAL = "interdit_national"
    INTERDIT_LOCAL = "interdit_local"
    INTERDIT_OPPOSITION_SRU = "interdit_opposition_sru"
    AUTORISE_SOUS_CONTROLE = "autorise_sous_controle"
    INDETERMINE = "indetermine"
    SANS_OBJET = "sans_objet"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_RESULTAT_VENTE[self]


LIBELLE_RESULTAT_VENTE: dict[ResultatVente, str] = {
    ResultatVente.INTERDIT_AGE: "interdite, moins de dix ans",
    ResultatVente.INTERDIT_CARENCE: "interdite, commune carencée",
    ResultatVente.INTERDIT_NATIONAL: "interdite par la loi, énergie",
    ResultatVente.INTERDIT_LOCAL: "interdite par la règle locale, énergie",
    ResultatVente.INTERDIT_OPPOSITION_SRU: "interdite, opposition de la commune",
    ResultatVente.AUTORISE_SOUS_CONTROLE: "possible, sous contrôle",
    ResultatVente.INDETERMINE: "non contrôlée, information manquante",
    ResultatVente.SANS_OBJET: "sans objet",
}


@dataclass(frozen=True, slots=True)
class Rehabilitation:
    """Une réhabilitation : logements, surface moyenne, étiquettes, consommations et émissions avant et après."""

    logements: Annotated[int, Entree("Logements", "logement", minimum=0)]
    surface: Annotated[Decimal | None, Entree("Surface moyenne d'un logement", "m2", minimum=0)] = None
    etiquette_avant: Etiquette | None = None
    etiquette_apres: Etiquette | None = None
    kwh_avant: Annotated[Decimal | None, Entree("Consommation avant", "kwh_m2_an", minimum=0)] = None
    kwh_apres: Annotated[Decimal | None, Entree("Consommation après", "kwh_m2_an", minimum=0)] = None
    co2_avant: Annotated[Decimal | None, Entree("Émissions avant, kg de CO2 par m² et par an", minimum=0)] = None
    co2_apres: Annotated[Decimal | None, Entree("Émissions après, kg de CO2 par m² et par an", minimum=0)] = None
    bbc: bool | None = None
