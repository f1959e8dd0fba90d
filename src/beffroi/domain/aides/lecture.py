"""Lire un règlement d'aides : du TOML au modèle, avec des phrases qui nomment le fichier, l'aide et le champ."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from beffroi.domain.aides.modele import (
    Champ,
    Comparateur,
    Condition,
    Egalite,
    Enveloppe,
    Nature,
    Periode,
    Portee,
    Reglement,
)
from beffroi.domain.aides.verification import fautes
from beffroi.kernel.convert import from_mapping
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.unit import UNITS

ORDRES = frozenset(set(Comparateur) - {Comparateur.EGAL, Comparateur.PARMI})


def lire_reglement(texte: str, fichier: str) -> Reglement:
    """Lire le contenu TOML d'un règlement.

    Raises:
        InvalidInput: TOML illisible, champ inconnu ou manquant, valeur d'un mauvais type ou d'une mauvaise unité,
            conditions qui se recouvrent, boucle de cumul ; toutes les fautes trouvées, une phrase chacune.
    """
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as e:
        raise InvalidInput(Problem(f"ce règlement n'est pas du TOML valide ({e}).", fichier)) from e
    try:
        reglement = from_mapping(Reglement, brut, "règlement")
    except InvalidInput as e:
        raise InvalidInput([replace(p, fichier=fichier) for p in e.problems]) from e
    reglement, problemes = _typer(reglement)
    problemes = problemes or fautes(reglement)
    if problemes:
        raise InvalidInput([Problem(p, fichier) for p in problemes])
    return reglement


def _valeur(champ: Champ, nom: str, condition: Condition) -> Any:
    """Valeur d'une condition dans le type de son champ ; lève ValueError avec la phrase."""
    brute = condition.valeur
    if champ.nature is Nature.CHOIX:
        if condition.comparateur in ORDRES:
            raise ValueError(f"« {nom} » est une liste de choix : comparateur « = » ou « parmi ».")
        valeurs = tuple(brute) if isinstance(brute, list) else (brute,)
        inconnue = [v for v in valeurs if v not in champ.choix]
        if inconnue:
            raise ValueError(f"« {inconnue[0]} » n'est pas un choix de « {nom} » ({', '.join(champ.choix)}).")
        return valeurs
    if champ.nature is Nature.BOOLEEN:
        if not isinstance(brute, bool) or condition.comparateur is not Comparateur.EGAL:
            raise ValueError(f'« {nom} » est vrai ou faux : écrire « comparateur = "=" » et true ou false.')
        return brute
    if condition.comparateur is Comparateur.PARMI:
        raise ValueError(f"« {nom} » est un nombre : « parmi » ne convient pas.")
    if isinstance(brute, (bool, float)) or not isinstance(brute, (str, int)):
        raise ValueError(f"la borne de « {nom} » s'écrit entre guillemets, elle reste exacte ; reçu : {brute!r}.")
    try:
        nombre = Decimal(brute)
    except InvalidOperation:
        raise ValueError(f"la borne de « {nom} » n'est pas un nombre : « {brute} ».") from None
    if champ.unite == "part" and not 0 <= nombre <= 1:
        raise ValueError(f"la borne de « {nom} » est une part, en fraction (0,20 pour 20 %) ; reçu : {brute}.")
    return nombre


def _conditions(
    reglement: Reglement, ou: str, conditions: Iterable[Condition]
) -> tuple[tuple[Condition, ...], list[str]]:
    bonnes, problemes = [], []
    for c in conditions:
        connus = [n for n in (c.champ, c.autre) if n and n not in reglement.champ]
        if connus:
            problemes.append(
                f"{ou} : la condition « {c.texte()} » cite le champ « {connus[0]} », que le règlement ne déclare pas ; "
                f"ajouter [champ.{connus[0]}]."
            )
            continue
        champ = reglement.champ[c.champ]
        if (c.valeur is None) == (not c.autre):
            problemes.append(
                f"{ou} : la condition sur « {c.champ} » demande « valeur » ou « autre », et un seul des deux."
            )
            continue
        if c.autre:
            autre = reglement.champ[c.autre]
            if (champ.nature, champ.unite) != (autre.nature, autre.unite) or c.comparateur is Comparateur.PARMI:
                problemes.append(
                    f"{ou} : « {c.champ} » et « {c.autre} » n'ont pas la même unité, ils ne se comparent pas."
                )
                continue
            bonnes.append(c)
            continue
        if c.egalite is Egalite.INDEFINIE and c.comparateur not in ORDRES:
            problemes.append(f"{ou} : « egalite = indefinie » n'a de sens qu'avec <, <=, > ou >= ({c.texte()}).")
            continue
        try:
            bonnes.append(replace(c, valeur=_valeur(champ, c.champ, c)))
        except ValueError as e:
            problemes.append(f"{ou} : {e}")
    return tuple(bonnes), problemes


def _typer(reglement: Reglement) -> tuple[Reglement, list[str]]:
    problemes: list[str] = []
    for nom, champ in reglement.champ.items():
        if champ.unite and champ.unite not in UNITS:
            problemes.append(f"[champ.{nom}] : unité « {champ.unite} » inconnue ; unités : {', '.join(UNITS)}.")
        inconnus = [m for m in champ.mots if m not in champ.choix]
        if inconnus:
            problemes.append(
                f"[champ.{nom}] : « mots » donne un texte à « {inconnus[0]} », qui n'est pas un choix de ce champ."
            )
        if (champ.nature is Nature.CHOIX) != bool(champ.choix):
            problemes.append(f"[champ.{nom}] : « choix » va avec « nature = choix », et elle seule.")
    enveloppes = dict(reglement.enveloppe)
    aides = []
    for aide in reglement.aide:
        ou = f"aide « {aide.id} »"
        communes, fautives = _conditions(reglement, ou, aide.conditions)
        problemes += fautives
        niveaux = []
        for rang, niveau in enumerate(aide.niveau, 1):
            siennes, fautives = _conditions(reglement, f"{ou}, niveau {rang}", niveau.conditions)
            problemes += fautives
            niveaux.append(replace(niveau, conditions=siennes, label=niveau.label or f"niveau {rang}"))
        enveloppe = aide.enveloppe
        if aide.plafond is not None and aide.plafond.portee is not Portee.DOSSIER:
            # Un plafond par an ou par programme est une enveloppe propre à l'aide.
            if enveloppe:
                problemes.append(
                    f"{ou} : un plafond « {aide.plafond.portee} » et une enveloppe disent deux fois la même chose."
                )
            enveloppe = aide.id
            enveloppes[aide.id] = Enveloppe(aide.label, aide.plafond.montant, Periode(aide.plafond.portee.value))
        aides.append(replace(aide, conditions=communes, niveau=tuple(niveaux), enveloppe=enveloppe))
    return replace(reglement, aide=tuple(aides), enveloppe=enveloppes), problemes


@cache
def reglements() -> dict[str, tuple[Reglement, ...]]:
    """Règlements livrés avec Beffroi : identifiant → versions par date."""
    trouves: dict[str, list[Reglement]] = {}
    dossier = resources.files("beffroi.domain.aides") / "reglements"
    for fichier in sorted(dossier.iterdir(), key=lambda f: f.name):
        if fichier.name.endswith(".toml"):
            lu = lire_reglement(fichier.read_text(encoding="utf-8"), f"aides/reglements/{fichier.name}")
            trouves.setdefault(lu.id, []).append(lu)
    return {k: tuple(sorted(v, key=lambda r: r.du)) for k, v in sorted(trouves.items())}


def reglement(identifiant: str, le: date) -> Reglement:
    """Version d'un règlement livré en vigueur ce jour-là.

    Raises:
        NotFound: identifiant inconnu, ou aucune version ce jour-là.
    """
    versions = reglements().get(identifiant)
    if not versions:
        raise NotFound(f"Le règlement « {identifiant} » n'existe pas ; règlements : {', '.join(reglements())}.")
    for version in reversed(versions):
        if version.du <= le and (version.au is None or le <= version.au):
            return version
    periodes = ", ".join(
        f"{v.du:%d/%m/%Y} – {v.au:%d/%m/%Y}" if v.au else f"depuis le {v.du:%d/%m/%Y}" for v in versions
    )
    raise NotFound(f"Le règlement « {versions[0].label} » n'a pas de version au {le:%d/%m/%Y} ; versions : {periodes}.")


def reglements_a_verifier() -> tuple[Reglement, ...]:
    """Règlements livrés dont une date ou un barème reste à vérifier."""
    return tuple(r for versions in reglements().values() for r in versions if r.a_verifier)
