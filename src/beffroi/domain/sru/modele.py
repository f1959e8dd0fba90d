"""Mots de la loi SRU : états d'une commune, paliers de rattrapage, logements comptés, dépenses déductibles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


class EtatSru(StrEnum):
    """État d'une commune, calculé à partir de faits datés, jamais saisi."""

    NON_SOUMISE = "non_soumise"
    CONFORME = "conforme"
    DEFICITAIRE_EXEMPTEE = "deficitaire_exemptee"
    DEFICITAIRE = "deficitaire"
    OBJECTIF_NON_ATTEINT = "objectif_non_atteint"
    PROCEDURE_CARENCE = "procedure_carence"
    CARENCEE = "carencee"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_ETAT_SRU[self]


LIBELLE_ETAT_SRU: dict[EtatSru, str] = {
    EtatSru.NON_SOUMISE: "non soumise",
    EtatSru.CONFORME: "taux légal atteint",
    EtatSru.DEFICITAIRE_EXEMPTEE: "déficitaire, exemptée",
    EtatSru.DEFICITAIRE: "déficitaire",
    EtatSru.OBJECTIF_NON_ATTEINT: "déficitaire, objectif de la période échue non atteint",
    EtatSru.PROCEDURE_CARENCE: "procédure de carence engagée",
    EtatSru.CARENCEE: "carencée",
}


class MotifChamp(StrEnum):
    """Ce qui fait qu'une commune est soumise, ou ne l'est pas."""

    AGGLOMERATION_OU_EPCI = "agglomeration_ou_epci"
    COMMUNE_ISOLEE = "commune_isolee"
    POPULATION_INSUFFISANTE = "population_insuffisante"
    HORS_PERIMETRE = "hors_perimetre"


class Ecart(StrEnum):
    """Écart entre le taux légal et le taux de la commune, qui commande le taux de rattrapage."""

    NUL = "nul"
    FAIBLE = "faible"
    MOYEN = "moyen"
    FORT = "fort"


class Regime(StrEnum):
    """Régime de rattrapage : une commune qui entre dans le dispositif a des taux réduits."""

    DROIT_COMMUN = "droit_commun"
    ENTREE_EN_COURS = "entree_en_cours"
    PREMIERE_PERIODE = "premiere_periode"
    DEUXIEME_PERIODE = "deuxieme_periode"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_REGIME[self]


LIBELLE_REGIME: dict[Regime, str] = {
    Regime.DROIT_COMMUN: "droit commun",
    Regime.ENTREE_EN_COURS: "commune entrée en cours de période",
    Regime.PREMIERE_PERIODE: "première période pleine",
    Regime.DEUXIEME_PERIODE: "deuxième période pleine",
}


class NatureDepenseDeductible(StrEnum):
    """Dépenses qui viennent en déduction du prélèvement (liste fermée : CCH, L. 302-7 et R. 302-16)."""

    SUBVENTION_FONCIERE = "subvention_fonciere"
    VIABILISATION = "viabilisation"
    DEPOLLUTION = "depollution"
    DEMOLITION = "demolition"
    DESAMIANTAGE = "desamiantage"
    FOUILLE_ARCHEOLOGIQUE = "fouille_archeologique"
    MOINS_VALUE = "moins_value"
    INTERMEDIATION_LOCATIVE = "intermediation_locative"
    AIRE_ACCUEIL = "aire_accueil"
    TERRAIN_FAMILIAL = "terrain_familial"


@dataclass(frozen=True, slots=True)
class Structure:
    """Foyer, résidence sociale, centre d'hébergement : logements autonomes, et lits ou places qui ne le sont pas."""

    nom: Annotated[str, Entree("Nom de la structure")]
    logement_autonome: Annotated[int, Entree("Logements autonomes", "logement", minimum=0)] = 0
    place: Annotated[int, Entree("Lits ou places non autonomes", "place", minimum=0)] = 0


@dataclass(frozen=True, slots=True)
class LogementDate:
    """Des logements dont le décompte s'arrête un certain temps après une date (échéance, vente, levée d'option)."""

    jour: Annotated[date, Entree("Date de l'événement")]
    logement: Annotated[int, Entree("Logements", "logement", minimum=0)]


@dataclass(frozen=True, slots=True)
class DepenseDeductible:
    """Une dépense déclarée par la commune ; ``logement`` : nombre de logements aidés, pour l'intermédiation."""

    nature: Annotated[NatureDepenseDeductible, Entree("Nature de la dépense")]
    montant: Annotated[Decimal, Entree("Montant", "euro", minimum=0)]
    logement: Annotated[int | None, Entree("Logements aidés", "logement", minimum=0)] = None


@dataclass(frozen=True, slots=True)
class CommuneContrat:
    """Une commune d'un contrat mutualisant."""

    nom: Annotated[str, Entree("Commune")]
    objectif_droit_commun: Annotated[int, Entree("Objectif de droit commun", "logement", minimum=0)]
    objectif_contrat: Annotated[int, Entree("Objectif du contrat", "logement", minimum=0)]
    accord: Annotated[bool, Entree("Accord de la commune")] = False
    periodes_precedentes: Annotated[int, Entree("Périodes consécutives déjà mutualisées", "nombre", minimum=0)] = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """Une opération qui change le parc : logements livrés et démolis, dont sociaux, l'année où ils le sont."""

    nom: Annotated[str, Entree("Opération")]
    annee: Annotated[int, Entree("Année de livraison", minimum=1900)]
    logement: Annotated[int, Entree("Logements livrés", "logement", minimum=0)] = 0
    social: Annotated[int, Entree("Dont logements sociaux", "logement", minimum=0)] = 0
    demoli: Annotated[int, Entree("Logements démolis", "logement", minimum=0)] = 0
    social_demoli: Annotated[int, Entree("Dont logements sociaux démolis", "logement", minimum=0)] = 0


@dataclass(frozen=True, slots=True)
class AnneeSru:
    """Une année de la trajectoire, au 1er janvier. ``objectif`` : seulement la première année d'une période."""

    annee: int
    residence_principale: int
    logement_social: int
    taux: Decimal | None
    manquant: int
    objectif: int | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Situation d'une commune à un inventaire. ``prelevement_brut`` : None quand le potentiel fiscal n'est pas donné."""

    etat: EtatSru
    taux: Decimal | None
    taux_legal: Decimal
    manquant: int | None
    part_rattrapage: Decimal | None
    objectif: int | None
    plai_minimum: int | None
    pls_maximum: int | None
    prelevement_brut: Decimal | None = None
