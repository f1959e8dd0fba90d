"""Valeurs suivies : tout indicateur ou objectif du programme en accepte, par territoire, période et ventilation.

Une valeur absente n'est pas zéro ; un zéro saisi est un zéro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.nomenclatures.saisie import DIMENSION_MESURE, DIMENSIONS, StadeBudget, StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import FINE, Chiffre, Etat
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import UNITS, Nombre

TOTAL = "total"
_NOMBRE = re.compile(r"[+-]?\d{1,13}(\.\d+)?")
_DECIMALES = 6
_CODE_QPV = re.compile(r"Q[A-Z][0-9A-Z]{6}")
_SYMBOLES = {"part": "%", "euro": "€", "hectare": "ha"}


class CleValeur(NamedTuple):
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
    commentaire: str = ""
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


def decouper(ventilation: str) -> dict[str, str]:
    """Lit une ventilation : « stade=paye » donne ``{"stade": "paye"}``."""
    return dict(c.split("=", 1) for c in ventilation.split(";") if "=" in c)


def lire_nombre(texte: str) -> Decimal | None:
    """Lit un nombre tapé ou collé à la française : « 1 234,5 », « 12 % » refusé, cellule vide → ``None``.

    Raises:
        InvalidInput: le texte n'est pas un nombre, ou il a plus de six décimales ; la phrase dit quoi écrire.
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
    lu = Decimal(net)
    if lu != lu.quantize(Decimal(1).scaleb(-_DECIMALES)):
        raise InvalidInput(
            Problem(f"« {brut} » a plus de {_DECIMALES} décimales.", conseil="Arrondissez-le avant de l'écrire.")
        )
    return lu


def lire_valeur(texte: str, unite: str) -> Decimal | None:
    """Lit une valeur dans son unité ; le symbole peut suivre (« 18,2 % », « 1 234 € »). Une part devient une fraction.

    Raises:
        InvalidInput: ce n'est pas un nombre, ou le symbole est celui d'une autre unité.
    """
    net = texte.strip().removesuffix(_SYMBOLES.get(unite, "\0"))
    lu = lire_nombre(net)
    if lu is None and texte.strip():
        raise InvalidInput(
            Problem(f"« {texte.strip()} » n'est pas un nombre.", conseil="Écrivez le nombre avant son symbole.")
        )
    return lu / 100 if lu is not None and unite == "part" else lu


def ecrire_valeur(valeur: Decimal | None, unite: str) -> str:
    """Le texte qu'on tape pour cette valeur : « 1234,5 », « 18,2 » pour une part de 0,182, rien si elle manque."""
    if valeur is None:
        return ""
    return format((valeur * 100 if unite == "part" else valeur).normalize(), "f").replace(".", ",")


def decimales(valeur: Decimal, unite: str) -> int:
    """Nombre de décimales à montrer pour que la valeur saisie se relise telle quelle."""
    return len(ecrire_valeur(valeur, unite).partition(",")[2])


class NatureElement(StrEnum):
    """Ce qu'est un élément qui accepte des valeurs."""

    OBJECTIF = "objectif"
    OBJECTIF_ACTION = "objectif_action"
    INDICATEUR = "indicateur"
    BUDGET = "budget"
    MOYEN = "moyen"


@dataclass(frozen=True, slots=True)
class Mesure:
    """Une quantité d'un élément : sa ventilation (« mesure=euro », ou rien s'il n'y en a qu'une) et son unité."""

    ventilation: str
    unite: str


@dataclass(frozen=True, slots=True)
class Element:
    """Élément du programme qui accepte des valeurs.

    ``mesures`` : une par unité écrite (« logement, € » en fait deux) ; ``cible`` : quantité que le programme demande,
    dans l'unité de la première mesure (fraction pour une part), par exercice ou pour la durée selon ``periodicite``.
    """

    id: str
    libelle: str
    unite: str
    fiche: str | None
    nature: NatureElement = NatureElement.INDICATEUR
    mesures: tuple[Mesure, ...] = ()
    cible: Decimal | None = None
    periodicite: Periodicite | None = None

    def unite_de(self, ventilation: str) -> str:
        """Unité d'une valeur de cet élément, selon sa ventilation."""
        if not ventilation:
            return self.unite
        mesure = decouper(ventilation).get(DIMENSION_MESURE)
        return next((m.unite for m in self.mesures if m.ventilation == f"{DIMENSION_MESURE}={mesure}"), self.unite)


_UNITES_TEXTE = {"€": "euro", "ha": "hectare", "%": "part", "etp": "etp"} | {
    mot: u.id for u in UNITS.values() for mot in (u.singulier.lower(), u.pluriel.lower()) if mot
}


def en_unite(ecrite: Decimal, unite: str) -> Decimal:
    """Valeur d'un programme dans l'unité suivie : un nombre de « % » devient une fraction."""
    return ecrite / 100 if unite == "part" else ecrite


def _unites(texte: str | None) -> tuple[str, ...]:
    """Unités d'un texte du programme : « logement, € » en donne deux ; un mot inconnu se compte en nombre."""
    mots = [m.strip() for m in (texte or "").replace(FINE, " ").split(",")]
    return tuple(dict.fromkeys(_UNITES_TEXTE.get(m.lower(), m if m in UNITS else "nombre") for m in mots))


def _element(
    identifiant: str,
    libelle: str,
    unite: str | None,
    fiche: str,
    nature: NatureElement,
    cible: Decimal | None,
    periodicite: Periodicite | None,
) -> Element:
    unites = _unites(unite)
    mesures: tuple[Mesure, ...] = (Mesure("", unites[0]),)
    if len(unites) > 1:
        mesures = tuple(Mesure(f"{DIMENSION_MESURE}={u}", u) for u in unites)
    cible = None if cible is None else en_unite(cible, unites[0])
    return Element(identifiant, libelle, unites[0], fiche, nature, mesures, cible, periodicite)


def elements(programme: Programme) -> dict[str, Element]:
    """Éléments qui acceptent des valeurs : objectifs territoriaux, objectifs chiffrés des fiches, indicateurs, lignes de
    budget et moyens humains."""
    found: dict[str, Element] = {}
    for o in programme.objectifs:
        unite = _unites(o.unite)[0]
        cible = None if o.reference is None else en_unite(o.reference.valeur, unite)
        mesures = (Mesure("", unite),)
        found[o.id] = Element(o.id, o.libelle, unite, None, NatureElement.OBJECTIF, mesures, cible, o.periodicite)
    for a in programme.actions:
        for q in a.objectifs:
            if q.quantite is not None:
                nature = NatureElement.OBJECTIF_ACTION
                found[q.id] = _element(q.id, q.texte, q.unite, a.id, nature, q.quantite, q.periodicite)
        for i in a.indicateurs:
            found[i.id] = _element(i.id, i.libelle, i.unite, a.id, NatureElement.INDICATEUR, i.cible, i.periodicite)
        for b in a.budget:
            found[b.id] = Element(b.id, b.libelle, "euro", a.id, NatureElement.BUDGET, (Mesure("", "euro"),))
        for m in a.moyens_humains:
            found[m.id] = Element(m.id, m.libelle, "etp", a.id, NatureElement.MOYEN, (Mesure("", "etp"),), m.etp)
    return found


def territoires(programme: Programme) -> dict[str, Territoire]:
    """Territoires qui peuvent porter une valeur : EPCI, secteurs, communes du programme."""
    listed = [Territoire(Echelle.EPCI, s) for s in programme.collectivites]
    listed += [Territoire(Echelle.SECTEUR, s.id, s.nom) for s in programme.secteurs]
    listed += [Territoire(Echelle.COMMUNE, c) for c in programme.communes()]
    return {t.id: t for t in listed}


def quartier(code: str, nom: str = "") -> Territoire | None:
    """Quartier prioritaire désigné par son code (« QN06204M », « QP062041 ») ; ``None`` si ce n'en est pas un.

    Source : code officiel des quartiers prioritaires (ANCT), Q, génération, département ou outre-mer, rang.
    """
    propre = code.strip().upper()
    return Territoire(Echelle.QPV, propre, nom or f"QPV {propre}") if _CODE_QPV.fullmatch(propre) else None


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
        nature, _, code = cle.territoire.partition(":")
        if cle.territoire not in lieux and (nature != Echelle.QPV or quartier(code) is None):
            problems.append(Problem(f"le territoire « {cle.territoire} » n'est pas dans le programme.", ligne=n))
        if cle.periode not in temps:
            problems.append(
                Problem(
                    f"la période « {cle.periode} » n'est pas un exercice du programme.",
                    ligne=n,
                    conseil=f"Exercices : {', '.join(temps)}.",
                )
            )
        problems += [Problem(m, ligne=n) for m in ventilation_fautive(cle.ventilation)]
    return problems


@lru_cache(maxsize=1024)
def ventilation_fautive(texte: str) -> tuple[str, ...]:
    """Ce qui ne va pas dans une ventilation ; rien quand elle est bonne."""
    if not texte:
        return ()
    couples = decouper(texte)
    if texte and ventilation(couples) != texte:
        return (f"la ventilation « {texte} » n'est pas de la forme « dimension=valeur », triée.",)
    fautes = [
        f"« {d} » n'est pas une ventilation connue ({', '.join(DIMENSIONS)})." for d in couples if d not in DIMENSIONS
    ]
    if couples.get("stade", StadeBudget.PREVU) not in set(StadeBudget):
        fautes.append(f"« {couples['stade']} » n'est pas un stade ({', '.join(StadeBudget)}).")
    return tuple(fautes)


def mesures_communales(programme: str, valeurs: Iterable[ValeurSuivie], element: str) -> dict[tuple[str, int], Chiffre]:
    """``(code INSEE, année) → Chiffre`` des valeurs non ventilées d'un élément, pour le suivi des objectifs."""
    found = {}
    for v in valeurs:
        if v.cle.element == element and v.cle.ventilation == "" and v.cle.periode.isdigit():
            echelle, _, code = v.cle.territoire.partition(":")
            if echelle == Echelle.COMMUNE.value:
                found[code, int(v.cle.periode)] = v.chiffre(programme, Territoire(Echelle.COMMUNE, code))
    return found
