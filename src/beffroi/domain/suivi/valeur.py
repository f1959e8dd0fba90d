"""Valeurs suivies : tout indicateur ou objectif du programme en accepte, par territoire, période et ventilation.

Une valeur absente n'est pas zéro ; un zéro saisi est un zéro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import UNITS, Nombre

TOTAL = "total"
_NOMBRE = re.compile(r"[+-]?\d{1,14}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True, order=True)
class CleValeur:
    """Ce qu'une valeur mesure.

    ``element`` : id permanent d'un indicateur, d'un objectif ou d'une ligne budgétaire ; ``territoire`` :
    ``commune:62035``, ``secteur:…``, ``epci:…``, ``qpv:…`` ; ``periode`` : année de l'exercice, ou ``total`` ;
    ``ventilation`` : couples triés « dimension=valeur » séparés par « ; » (vide : aucune).
    """

    element: str
    territoire: str
    periode: str
    ventilation: str = ""


@dataclass(frozen=True, slots=True)
class ValeurSuivie:
    """Une valeur, avec qui l'a donnée, d'après quoi, et où elle en est."""

    cle: CleValeur
    valeur: Decimal | None
    unite: str
    statut: StatutValeur = StatutValeur.BROUILLON
    source: str = ""
    piece: str = ""
    auteur: str = ""
    enregistrement: datetime | None = None
    revision: int = 0
    fictif: bool = False
    note: str = field(default="", compare=False)

    def chiffre(self, programme: str, territoire: Territoire | None = None) -> Chiffre:
        """La valeur comme chiffre ; un brouillon est provisoire."""
        origine = (f"saisie:{programme}/{self.cle.element}",)
        if self.valeur is None:
            return Chiffre.manquant(self.unite, periode=self.cle.periode, territoire=territoire, provenance=origine)
        entier = self.valeur == self.valeur.to_integral_value()
        valeur: Nombre = int(self.valeur) if entier else self.valeur
        etat = Etat.CONNU if self.statut is StatutValeur.VALIDE else Etat.PROVISOIRE
        return Chiffre(valeur, self.unite, etat, self.cle.periode, territoire, provenance=origine, fictif=self.fictif)


def ventilation(couples: Mapping[str, str]) -> str:
    """Écrit une ventilation sous sa forme unique : « financeur=anah;stade=paye »."""
    return ";".join(f"{k}={v}" for k, v in sorted(couples.items()) if v)


def lire_nombre(texte: str) -> Decimal | None:
    """Lit un nombre tapé ou collé à la française : « 1 234,5 », « 12 % » refusé, cellule vide → ``None``.

    Raises:
        InvalidInput: le texte n'est pas un nombre ; la phrase dit quoi écrire.
    """
    brut = texte.strip()
    if brut == "":
        return None
    net = brut
    for espace in ("\u202f", "\u00a0", " ", "\u2009"):
        net = net.replace(espace, "")
    net = net.replace("\u2212", "-").replace(",", ".")
    if not _NOMBRE.fullmatch(net):
        raise InvalidInput(
            Problem(
                f"« {brut} » n'est pas un nombre.",
                conseil="Écrivez des chiffres seuls (1 234,5), ou laissez vide si la valeur n'est pas connue.",
            )
        )
    return Decimal(net)


@dataclass(frozen=True, slots=True)
class Element:
    """Élément du programme qui accepte des valeurs."""

    id: str
    libelle: str
    unite: str
    fiche: str | None


_UNITES_TEXTE = {
    "nombre": "nombre",
    "€": "euro",
    "ha": "hectare",
    "%": "part",
    "logements": "logement",
    "logement": "logement",
    "places": "place",
    "ménages": "menage",
    "dossiers": "dossier",
    "etp": "etp",
    "ETP": "etp",
}


def elements(programme: Programme) -> dict[str, Element]:
    """Éléments du programme qui acceptent des valeurs : objectifs territoriaux, indicateurs, lignes budgétaires."""
    found: dict[str, Element] = {o.id: Element(o.id, o.libelle, o.unite, None) for o in programme.objectifs}
    for a in programme.actions:
        for i in a.indicateurs:
            unite = _UNITES_TEXTE.get(i.unite or "", i.unite if i.unite in UNITS else "nombre") or "nombre"
            found[i.id] = Element(i.id, i.libelle, unite, a.id)
        for b in a.budget:
            found[b.id] = Element(b.id, b.libelle, "euro", a.id)
    return found


def territoires(programme: Programme) -> dict[str, Territoire]:
    """Territoires qui peuvent porter une valeur : EPCI, secteurs, communes du programme."""
    listed = [Territoire(Echelle.EPCI, s) for s in programme.collectivites]
    listed += [Territoire(Echelle.SECTEUR, s.id, s.nom) for s in programme.secteurs]
    listed += [Territoire(Echelle.COMMUNE, c) for c in programme.communes()]
    return {t.id: t for t in listed}


def periodes(programme: Programme) -> tuple[str, ...]:
    """Périodes admises : l'année de chaque exercice, et ``total``."""
    return (*(str(e.annee) for e in programme.exercices()), TOTAL)


def controler(programme: Programme, cles: Iterable[CleValeur]) -> list[Problem]:
    """Dit, clé par clé, ce qui n'existe pas dans le programme (élément, territoire, période)."""
    connus, lieux, temps = elements(programme), territoires(programme), periodes(programme)
    problems = []
    for n, cle in enumerate(cles, 1):
        if cle.element not in connus:
            problems.append(Problem(f"l'élément « {cle.element} » n'est pas dans le programme.", ligne=n))
        if cle.territoire not in lieux and not cle.territoire.startswith("qpv:"):
            problems.append(Problem(f"le territoire « {cle.territoire} » n'est pas dans le programme.", ligne=n))
        if cle.periode not in temps:
            problems.append(
                Problem(
                    f"la période « {cle.periode} » n'est pas un exercice du programme.",
                    ligne=n,
                    conseil=f"Exercices : {', '.join(temps)}.",
                )
            )
    return problems


def mesures_communales(programme: str, valeurs: Iterable[ValeurSuivie], element: str) -> dict[tuple[str, int], Chiffre]:
    """``(code INSEE, année) → Chiffre`` des valeurs non ventilées d'un élément, pour le suivi des objectifs."""
    found = {}
    for v in valeurs:
        if v.cle.element == element and v.cle.ventilation == "" and v.cle.periode.isdigit():
            echelle, _, code = v.cle.territoire.partition(":")
            if echelle == Echelle.COMMUNE.value:
                found[code, int(v.cle.periode)] = v.chiffre(programme, Territoire(Echelle.COMMUNE, code))
    return found
