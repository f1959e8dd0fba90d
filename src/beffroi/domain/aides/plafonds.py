"""Plafonds de ressources par année et par zone, lus dans ``plafonds/*.csv`` : année, zone, source, à vérifier."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from beffroi.kernel.errors import NotFound

TABLES = ("anah", "hlm")


@dataclass(frozen=True, slots=True)
class PlafondRessources:
    """Plafond d'un rang (personnes du ménage ou catégorie), en euros de revenu fiscal de référence."""

    annee: int
    zone: str
    serie: str
    rang: int
    plafond: Decimal
    par_personne: Decimal
    source: str
    adresse: str
    a_verifier: bool
    table: str


@cache
def _table(nom: str) -> dict[tuple[int, str, str], list[PlafondRessources]]:
    texte = (resources.files("beffroi.domain.aides") / "plafonds" / f"{nom}.csv").read_text(encoding="utf-8")
    trouves: dict[tuple[int, str, str], list[PlafondRessources]] = {}
    for ligne in csv.DictReader(texte.splitlines()):
        cle = (int(ligne["annee"]), ligne["zone"], ligne["serie"])
        trouves.setdefault(cle, []).append(
            PlafondRessources(
                *cle,
                rang=int(ligne["rang"]),
                plafond=Decimal(ligne["plafond"]),
                par_personne=Decimal(ligne["par_personne"]),
                source=ligne["source"],
                adresse=ligne["adresse"],
                a_verifier=ligne["a_verifier"] == "oui",
                table=nom,
            )
        )
    return trouves


def plafond_ressources(nom: str, annee: int, zone: str, serie: str, rang: int) -> PlafondRessources:
    """Plafond d'une table (« anah », « hlm »). Au-delà du dernier rang, chaque personne ajoute ``par_personne``.

    Raises:
        NotFound: année, zone ou série absente de la table ; la phrase dit lesquelles existent.
    """
    lignes = _table(nom).get((annee, zone, serie))
    if lignes is None:
        cles = _table(nom)
        connues = ", ".join(dict.fromkeys(f"{a} {z}" for a, z, s in cles if s == serie)) or "aucune"
        raise NotFound(
            f"Pas de plafond « {serie} » pour {annee}, zone « {zone} » (aides/plafonds/{nom}.csv) ; "
            f"années et zones connues : {connues}."
        )
    par_rang = {p.rang: p for p in lignes}
    if rang in par_rang:
        return par_rang[rang]
    dernier = par_rang[max(par_rang)]
    if rang < min(par_rang):
        raise NotFound(
            f"Le rang {rang} n'existe pas dans aides/plafonds/{nom}.csv (de {min(par_rang)} à {max(par_rang)})."
        )
    plafond = dernier.plafond + (rang - dernier.rang) * dernier.par_personne
    return PlafondRessources(
        annee,
        zone,
        serie,
        rang,
        plafond,
        dernier.par_personne,
        dernier.source,
        dernier.adresse,
        dernier.a_verifier,
        nom,
    )


def plafonds_a_verifier() -> tuple[PlafondRessources, ...]:
    """Plafonds des tables dont le texte n'a pas été lu."""
    return tuple(p for nom in TABLES for lignes in _table(nom).values() for p in lignes if p.a_verifier)
