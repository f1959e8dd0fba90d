"""Mots d'un règlement d'aides. La forme des fichiers ``reglements/*.toml`` est celle de ces classes.

Un règlement compte des champs (ce qu'il faut savoir d'une opération), des aides à niveaux rangés du plus bas au plus
haut, des enveloppes et une matrice de cumul. Montants en euros exacts ; ce que le texte ne dit pas reste vide, avec son
motif (``indefini``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Nature(StrEnum):
    """Nature d'un champ d'opération."""

    ENTIER = "entier"
    NOMBRE = "nombre"
    BOOLEEN = "booleen"
    CHOIX = "choix"


class Comparateur(StrEnum):
    """Comparaison, toujours écrite : rien n'est strict ou large par défaut."""

    INFERIEUR = "<"
    INFERIEUR_OU_EGAL = "<="
    SUPERIEUR = ">"
    SUPERIEUR_OU_EGAL = ">="
    EGAL = "="
    PARMI = "parmi"


class Egalite(StrEnum):
    """Que dit le texte de la valeur exactement égale à la borne ?"""

    DEFINIE = "definie"
    INDEFINIE = "indefinie"  # « moins de 2 500 », puis « plus de 2 500 » : rien sur 2 500


class ChoixNiveau(StrEnum):
    """Comment choisir entre les niveaux d'une aide."""

    PLUS_ELEVE = "plus_eleve"  # le dernier niveau dont toutes les conditions sont remplies
    EXCLUSIF = "exclusif"  # les conditions ne se recouvrent jamais, ce qui est vérifié à la lecture


class Portee(StrEnum):
    """Ce que limite un plafond."""

    DOSSIER = "dossier"
    PROGRAMME = "programme"
    ANNEE = "annee"


class Periode(StrEnum):
    """Durée d'une enveloppe ou d'une ligne de budget."""

    ANNEE = "annee"
    PROGRAMME = "programme"
    UNE_FOIS = "une_fois"


class ApresRefus(StrEnum):
    """Après un dossier que l'enveloppe ne peut payer en entier."""

    SUIVANT = "suivant"  # les dossiers plus petits qui suivent peuvent encore passer
    ARRET = "arret"  # plus aucun dossier n'est servi dans la période


class RegleCumul(StrEnum):
    """Deux aides ensemble."""

    CUMULABLE = "cumulable"
    EXCLUSIF = "exclusif"
    SUBORDONNE = "subordonne"  # la seconde n'est donnée qu'avec la première
    NON_PRECISE = "non_precise"


class EtatAide(StrEnum):
    """Réponse pour une aide."""

    ACCORDABLE = "accordable"
    SANS_AIDE = "sans_aide"
    NON_ELIGIBLE = "non_eligible"
    HORS_PERIODE = "hors_periode"
    INDETERMINE = "indetermine"
    MONTANT_INDEFINI = "montant_indefini"
    ECARTE_PAR_CUMUL = "ecarte_par_cumul"
    ENVELOPPE_EPUISEE = "enveloppe_epuisee"
    LIGNE_BUDGETAIRE = "ligne_budgetaire"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_ETAT_AIDE[self]


LIBELLE_ETAT_AIDE: dict[EtatAide, str] = {
    EtatAide.ACCORDABLE: "accordable",
    EtatAide.SANS_AIDE: "sans aide",
    EtatAide.NON_ELIGIBLE: "non éligible",
    EtatAide.HORS_PERIODE: "hors période",
    EtatAide.INDETERMINE: "information manquante",
    EtatAide.MONTANT_INDEFINI: "montant non donné par le texte",
    EtatAide.ECARTE_PAR_CUMUL: "écartée par le cumul",
    EtatAide.ENVELOPPE_EPUISEE: "enveloppe épuisée",
    EtatAide.LIGNE_BUDGETAIRE: "ligne budgétaire",
}


@dataclass(frozen=True, slots=True)
class Champ:
    """Ce qu'il faut savoir d'une opération. ``mots`` : texte à l'écran des choix dont l'identifiant ne suffit pas."""

    label: str
    nature: Nature
    unite: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choix: tuple[str, ...] = ()
    mots: dict[str, str] = field(default_factory=dict)

    def mot(self, choix: str) -> str:
        """Texte à l'écran d'un choix."""
        return self.mots.get(choix) or choix.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Condition:
    """``champ comparateur valeur``, ou comparaison avec un autre champ (``autre``)."""

    champ: str
    comparateur: Comparateur
    valeur: Any = None
    autre: str = ""
    egalite: Egalite = Egalite.DEFINIE

    def texte(self) -> str:
        """« cout_revient_m2 > 2500 »."""
        droite = self.autre or (", ".join(self.valeur) if isinstance(self.valeur, tuple) else str(self.valeur))
        return f"{self.champ} {self.comparateur} {droite}"


@dataclass(frozen=True, slots=True)
class Niveau:
    """Niveau d'une aide : ``montant`` (× ``par``), ou ``taux`` × ``de`` dans la limite de ``plafond_assiette``.

    ``numero`` : ligne du relevé des aides des documents. ``indefini`` : motif quand le texte ne donne pas le montant,
    avec ``montant_minimum`` et ``montant_maximum`` s'il donne une fourchette. ``assiette_inconnue`` : le texte parle
    d'un plafond d'assiette sans qu'on l'ait lu, le montant n'est alors qu'un maximum.
    """

    label: str = ""
    numero: int | None = None
    conditions: tuple[Condition, ...] = ()
    montant: Decimal | None = None
    par: str = ""
    taux: Decimal | None = None
    de: str = ""
    plafond_assiette: Decimal | None = None
    assiette_inconnue: bool = False
    montant_minimum: Decimal | None = None
    montant_maximum: Decimal | None = None
    indefini: str = ""


@dataclass(frozen=True, slots=True)
class Plafond:
    """Plafond d'une aide et ce qu'il limite."""

    montant: Decimal
    portee: Portee


@dataclass(frozen=True, slots=True)
class Enveloppe:
    """Somme partagée par des aides, servie dans l'ordre des dossiers complets, sans aide partielle."""

    label: str
    montant: Decimal
    periode: Periode
    apres_refus: ApresRefus = ApresRefus.SUIVANT
    lignes: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LigneBudgetaire:
    """Somme inscrite au programme sans être une aide calculée par opération."""

    label: str
    montant: Decimal
    periode: Periode | None = None  # vide quand le texte ne la donne pas
    lignes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Aide:
    """Une aide. ``lignes`` : lignes du document ; ``partage`` : part de chaque payeur, en fraction (« 2/3 »)."""

    id: str
    label: str
    beneficiaire: str
    niveau: tuple[Niveau, ...] = ()
    choix: ChoixNiveau = ChoixNiveau.PLUS_ELEVE
    conditions: tuple[Condition, ...] = ()
    plafond: Plafond | None = None
    enveloppe: str = ""
    partage: dict[str, str] = field(default_factory=dict)
    budget: tuple[LigneBudgetaire, ...] = ()
    numero: int | None = None
    lignes: tuple[int, ...] = ()
    document: str = ""
    du: date | None = None
    au: date | None = None
    note: str = ""

    @property
    def numeros(self) -> tuple[int, ...]:
        """Lignes du relevé des aides couvertes par cette aide."""
        return tuple(n for n in (self.numero, *(x.numero for x in self.niveau)) if n is not None)

    def en_vigueur(self, le: date) -> bool:
        """L'aide existe-t-elle ce jour-là ?"""
        return (self.du is None or self.du <= le) and (self.au is None or le <= self.au)


@dataclass(frozen=True, slots=True)
class Cumul:
    """Règle entre deux aides. ``prioritaire`` : celle qu'on garde quand elles s'excluent."""

    aides: tuple[str, str]
    regle: RegleCumul
    prioritaire: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reglement:
    """Un règlement d'aides, dans une version datée."""

    id: str
    label: str
    financeur: str
    document: str
    du: date
    aide: tuple[Aide, ...]
    au: date | None = None
    champ: dict[str, Champ] = field(default_factory=dict)
    url: str = ""
    deliberation: str = ""
    a_verifier: str = ""
    cumul_par_defaut: RegleCumul = RegleCumul.NON_PRECISE
    enveloppe: dict[str, Enveloppe] = field(default_factory=dict)
    cumul: tuple[Cumul, ...] = ()

    def une(self, identifiant: str) -> Aide | None:
        """L'aide de cet identifiant."""
        return next((a for a in self.aide if a.id == identifiant), None)

    def cumul_de(self, premiere: str, seconde: str) -> Cumul | None:
        """La règle de cumul écrite entre deux aides."""
        return next((c for c in self.cumul if set(c.aides) == {premiere, seconde}), None)
