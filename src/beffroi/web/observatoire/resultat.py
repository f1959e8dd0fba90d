"""What a simulator answers: a sentence first, then a drawing, tables, a timeline, and the reasoning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.rule import Constat
from beffroi.kernel.unit import Nombre
from beffroi.reports.constat import avertissements_html, etapes_html, texte_html
from beffroi.reports.typographie import typographier
from beffroi.web.pilotage.rendu import chiffre, sur


@dataclass(frozen=True, slots=True)
class Colonne:
    """Head of a column; ``num`` aligns at the right, ``ton`` colours a gap by its sign, which is written."""

    titre: str
    num: bool = True
    signe: bool = False


@dataclass(frozen=True, slots=True)
class Cellule:
    """A cell already written."""

    html: SafeString
    num: bool


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row: head, cells; ``forte`` for a total or the current row."""

    entete: str
    cellules: tuple[Cellule, ...]
    forte: bool = False


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table with its caption and note."""

    id: str
    titre: str
    premiere: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[Ligne, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dessin:
    """A drawing with its title and key."""

    id: str
    titre: str
    svg: SafeString
    legende: str = ""


@dataclass(frozen=True, slots=True)
class Raisonnement:
    """Steps of a rule under a title; folded when it is a secondary one."""

    id: str
    titre: str
    etapes: SafeString
    avertissements: SafeString
    regle: str
    replie: bool = False


@dataclass(frozen=True, slots=True)
class Echeance:
    """A date of the timeline: what, its text and parameter, past or coming."""

    jour: date
    libelle: str
    delai: str
    nature: str  # « saisie », « calculée », « jour »
    note: SafeString


@dataclass(frozen=True, slots=True)
class Resultat:
    """The whole answer. ``avis``: sentences to read before using it (source not loaded, hypothesis taken)."""

    phrase: SafeString
    precision: SafeString
    avis: tuple[str, ...] = ()
    dessins: tuple[Dessin, ...] = ()
    tableaux: tuple[Tableau, ...] = ()
    echeances: tuple[Echeance, ...] = ()
    raisonnements: tuple[Raisonnement, ...] = ()


def fort(valeur: Nombre | None, unite: str, decimales: int | None = None, *, signe: bool = False) -> str:
    """A value in bold with its unit, for a sentence."""
    return f"<strong>{dit(valeur, unite, decimales, signe=signe)}</strong>"


def dit(valeur: Nombre | None, unite: str, decimales: int | None = None, *, signe: bool = False) -> str:
    """A value with its unit, for a sentence."""
    c = Chiffre.manquant(unite) if valeur is None else Chiffre(valeur, unite)
    return c.texte(decimales, signe=signe, avec_unite=True)


def phrase(html: str) -> SafeString:
    """A sentence of ours in French typography, whose quoted texts were already escaped by ``mot``."""
    hidden = re.sub(r"&(#?\w+);", "\ue000\\1\ue001", html)  # l'espace fine ne doit pas couper une entité
    return sur(re.sub("\ue000(#?\\w+)\ue001", r"&\1;", typographier(hidden)))


def mot(texte: str) -> str:
    """A name quoted in a sentence, in French typography, escaped."""
    return escape(typographier(texte))


def tableau(
    identifiant: str,
    titre: str,
    premiere: str,
    colonnes: Sequence[Colonne],
    lignes: Sequence[tuple[str, Sequence[Any]]],
    *,
    note: str = "",
    fortes: Sequence[int] = (),
) -> Tableau:
    """A table of figures and texts; a ``Chiffre`` is written by the only function that may do so."""
    rows = []
    for rang, (head, cells) in enumerate(lignes):
        written = []
        for column, cell in zip(colonnes, cells, strict=True):
            if isinstance(cell, Chiffre):
                html = chiffre(cell, signe=column.signe, ton=column.signe)
            else:
                html = cell if isinstance(cell, SafeString) else sur(texte_html(str(cell)))
            written.append(Cellule(html, column.num))
        rows.append(Ligne(head, tuple(written), rang in fortes))
    return Tableau(identifiant, titre, premiere, tuple(colonnes), tuple(rows), note)


def raisonnement(constat: Constat, titre: str = "", *, replie: bool = False, suffixe: str = "") -> Raisonnement:
    """The steps of a constat, with its text; ``suffixe`` tells two constats of one rule apart in the page."""
    identifier = "r-" + constat.regle.id.replace(".", "-").replace("_", "-") + suffixe
    legal = str(constat.regle.legal)
    return Raisonnement(
        identifier,
        titre or constat.regle.label,
        sur(etapes_html(constat.etapes)),
        sur(avertissements_html(constat.avertissements)),
        typographier(f"{constat.regle.label} ({legal}), au {constat.le:%d/%m/%Y}"),
        replie,
    )
