"""Ce qui se répartit, et ce qui s'audite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree


@dataclass(frozen=True, slots=True)
class Part:
    """Un territoire et son poids dans la répartition, dans n'importe quelle unité commune à tous."""

    nom: Annotated[str, Entree("Territoire")]
    poids: Annotated[Decimal, Entree("Poids", minimum=0)]
    code: Annotated[str, Entree("Code INSEE, départage les ex æquo")] = ""


@dataclass(frozen=True, slots=True)
class CommuneRepartie:
    """Une commune : résidences principales, coefficient foncier, plancher et plafond en logements sur la période."""

    nom: Annotated[str, Entree("Commune")]
    residence_principale: Annotated[Decimal, Entree("Résidences principales", "logement", minimum=0)]
    coefficient_foncier: Annotated[Decimal, Entree("Coefficient foncier", minimum=0)] = Decimal(1)
    plancher: Annotated[Decimal, Entree("Plancher", "logement", minimum=0)] = Decimal(0)
    plafond: Annotated[Decimal | None, Entree("Plafond", "logement", minimum=0)] = None
    code: Annotated[str, Entree("Code INSEE, départage les ex æquo")] = ""


@dataclass(frozen=True, slots=True)
class SecteurReparti:
    """Un secteur : sa part de l'objectif de l'intercommunalité, et ses communes."""

    nom: Annotated[str, Entree("Secteur")]
    part: Annotated[Decimal, Entree("Part du secteur", minimum=0)]
    communes: Annotated[tuple[CommuneRepartie, ...], Entree("Communes du secteur")] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Volume d'un territoire sur la période, et ses valeurs annuelles. ``communes`` : vide pour une commune."""

    nom: str
    total: int
    par_an: tuple[int, ...]
    communes: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class CommuneRevoyure:
    """Une commune à mi-parcours : objectif initial et réalisé sur la période, poids du volume restant."""

    nom: Annotated[str, Entree("Commune")]
    objectif_initial: Annotated[int, Entree("Objectif initial sur la période", "logement", minimum=0)]
    realise: Annotated[int, Entree("Réalisé depuis le début", "logement", minimum=0)]
    poids: Annotated[Decimal, Entree("Poids", minimum=0)]
    plancher: Annotated[Decimal, Entree("Plancher", "logement", minimum=0)] = Decimal(0)
    plafond: Annotated[Decimal | None, Entree("Plafond", "logement", minimum=0)] = None
    code: Annotated[str, Entree("Code INSEE, départage les ex æquo")] = ""


class Niveau(StrEnum):
    """Niveau d'un total imprimé ; une mention est le même nombre écrit ailleurs (texte, titre de colonne)."""

    SECTEUR = "secteur"
    GROUPE = "groupe"
    ENSEMBLE = "ensemble"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class LignePubliee:
    """Une ligne communale d'un tableau publié ; une case vide est absente ou sans valeur, jamais zéro."""

    nom: Annotated[str, Entree("Commune")]
    secteur: Annotated[str, Entree("Secteur")]
    valeurs: Annotated[Mapping[str, Decimal | None], Entree("Valeurs par colonne")]
    groupe: Annotated[str, Entree("Groupe de communes")] = ""


@dataclass(frozen=True, slots=True)
class TotalPublie:
    """Un total imprimé : niveau, nom du secteur ou du groupe (ou endroit de la mention), colonne, valeur."""

    niveau: Annotated[Niveau, Entree("Niveau")]
    colonne: Annotated[str, Entree("Colonne")]
    valeur: Annotated[Decimal, Entree("Total imprimé")]
    nom: Annotated[str, Entree("Secteur, groupe, ou endroit de la mention")] = ""


@dataclass(frozen=True, slots=True)
class RoleColonnes:
    """Rôle des colonnes d'un tableau de production, pour contrôler leur cohérence ; ``annees`` : bornes comprises."""

    annees: Annotated[int, Entree("Années de la période des livraisons", "annee", minimum=1)]
    livraison: Annotated[str, Entree("Colonne des livraisons")] = ""
    livraison_an: Annotated[str, Entree("Colonne des livraisons par an")] = ""
    indice: Annotated[str, Entree("Colonne de l'indice de construction")] = ""
    objectif_an: Annotated[str, Entree("Colonne de l'objectif par an")] = ""
    indice_objectif: Annotated[str, Entree("Colonne de l'indice de l'objectif")] = ""
    part: Annotated[str, Entree("Colonne de la part, en fraction")] = ""


@dataclass(frozen=True, slots=True)
class EcartPublie:
    """Un total imprimé qui n'est pas la somme de ce qu'il totalise ; ``selon`` dit ce qui a été additionné."""

    niveau: Niveau
    nom: str
    colonne: str
    publie: Decimal
    somme: Decimal
    selon: str

    @property
    def ecart(self) -> Decimal:
        """Publié moins somme."""
        return self.publie - self.somme


@dataclass(frozen=True, slots=True)
class Incoherence:
    """Deux valeurs imprimées qui ne vont pas ensemble."""

    nom: str
    nature: str
    detail: str
