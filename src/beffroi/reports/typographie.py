"""French typography of every text that an edition prints: spaces, quotes, apostrophes, minus, ligatures.

Figures come already written by ``Chiffre.texte``; this pass takes care of the words around them and of what a
programme quotes. It is idempotent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from beffroi.kernel.figure import FINE, INSECABLE

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"'"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"\b([Nn])oeu"), r"\1œu"),
    (re.compile(r"\b([CcSs])oeur"), r"\1œur"),
    (re.compile(r"\b([Oo])euvre"), "œuvre"),
    (re.compile(r"« ?(?=\S)|«[\u00a0\u202f]"), f"«{INSECABLE}"),
    (re.compile(r"[ \u00a0\u202f]?»"), f"{INSECABLE}»"),
    (re.compile(r"(?<=[^\s\u00a0\u202f])[ \u00a0\u202f]?(?=[;!?](?:\s|$))"), FINE),
    (re.compile(r"(?<=[\w)»”…†%€\]])[ \u202f]:(?=\s|$)"), f"{INSECABLE}:"),
    (re.compile(r"(?<=\d)[ \u00a0\u202f]?%"), f"{FINE}%"),
    (re.compile(r"(?<=\d)[ \u00a0\u202f]?€"), f"{FINE}€"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), FINE),
    (re.compile(r"(?<![\w-])-(?=\d)"), "−"),
    (re.compile(r"\b([LRD])\.[ \u00a0]?(?=\d)"), rf"\1.{INSECABLE}"),
    (re.compile(r"\bn°[ \u00a0]?"), f"n°{INSECABLE}"),
    (re.compile(r"\b(DDTM|art\.|action|section|sections|Tableau|Figure|page) (?=\d)"), rf"\1{INSECABLE}"),
    (re.compile(r"(?<=\d) (?=(?:logements?|communes?|habitants?|LLS|ans?|secteurs?|actions?)\b)"), INSECABLE),
    (re.compile(r" (?=[–—] )"), INSECABLE),
)


@lru_cache(maxsize=4096)
def typographier(texte: str) -> str:
    """The text with French spaces (U+202F, U+00A0), « », ’, …, −, œ."""
    for pattern, replacement in _RULES:
        texte = pattern.sub(replacement, texte)
    return texte


def enumeration(mots: Iterable[str], lien: str = "et") -> str:
    """« a », « a et b », « a, b et c »."""
    items = list(mots)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {lien} {items[-1]}"


_LETTRES = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
    "vingt",
]
_ORDINAUX = [
    "premier",
    "deuxième",
    "troisième",
    "quatrième",
    "cinquième",
    "sixième",
    "septième",
    "huitième",
    "neuvième",
    "dixième",
]


def en_lettres(nombre: int, feminin: bool = False) -> str:
    """A small count in letters (up to twenty), in digits beyond: « sept », « une », « 46 »."""
    if nombre == 1 and feminin:
        return "une"
    return _LETTRES[nombre] if 0 <= nombre < len(_LETTRES) else str(nombre)


def accord(nombre: int, mot: str) -> str:
    """A count of the document and its word: « 1 secteur », « 20 communes » (regular plurals only)."""
    return f"{nombre} {mot}{'s' if nombre > 1 else ''}"


def ordinal(rang: int) -> str:
    """« premier », « quatrième », « 11e »."""
    return _ORDINAUX[rang - 1] if 1 <= rang <= len(_ORDINAUX) else f"{rang}e"


def majuscule(texte: str) -> str:
    """First letter as a capital, the rest untouched."""
    return texte[:1].upper() + texte[1:]
