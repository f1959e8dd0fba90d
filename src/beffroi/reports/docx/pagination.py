"""Count the pages before Word does, so that the table of contents is filled: every section starts on a new page.

Widths come from the metrics of the text font (Calibri, and Carlito which has the same), heights from the styles. All
lengths are in twentieths of a point. The tests compare the result with a real layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from beffroi.reports.build import (
    Bloc,
    CarteTuiles,
    Document,
    Graphique,
    Liste,
    Morceau,
    SautDePage,
    Section,
    Source,
    Tableau,
    Texte,
    Titre,
    Tuiles,
)
from beffroi.reports.docx.styles import A4, LARGEUR, MARGES, PARAGRAPHES
from beffroi.reports.docx.texte import HAUTEUR_COMMUNE, largeurs, solidaire

_CM = 567  # a centimetre
_INTERLIGNE = 1.2207  # natural line height of the font, in its size
_MARGE_CELLULE = 140
_FILET_TITRE = 110  # rule under a heading, and the space above it
# Advance widths of the text font, in thousandths of its size: width → characters. Anything else: a digit.
_CHASSES = {
    226: "' \u00a0\u202f,’.ilîïIÎÏ·", 239: "j", 268: ":;", 304: "()[]f-{}`", 330: "Jt!°", 349: "r", 391: "szr/\\\"",
    421: "cçxL", 453: "yvkÿ", 460: "FS|?Zg", 482: "aàâäEÉÈÊËTY", 498: "eéèêë#*+<=>^_~–−×÷†≥≤", 507: "0123456789$€«»",
    520: "PXKbdhnpquùûüoôö", 543: "CÇRB", 573: "VAÀÂ", 623: "DHG", 650: "UÙÛÜNOÔÖQ", 690: "…&", 720: "%wæ", 799: "m",
    855: "MŒœ", 900: "W@—",
}  # fmt: skip
_CHASSE = {c: w for w, chars in _CHASSES.items() for c in chars}


@dataclass(frozen=True, slots=True)
class Pages:
    """First page of each section, and the total."""

    debut: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class _Boite:
    """A piece that does not split: height, spaces around (the larger of two neighbours counts), tied to the next one,
    repeated header of its table."""

    hauteur: float
    avant: float = 0.0
    apres: float = 0.0
    lie: bool = False
    entete: float = 0.0


@cache
def _metriques(style: str) -> tuple[float, float, float, float]:
    """Size, space before, space after, line spacing of a style."""
    _, _, _, ppr, rpr = PARAGRAPHES[style]
    before, after, line = (float(x) for x in re.findall(r'w:(?:before|after|line)="(\d+)"', ppr)[:3])
    size = float(re.findall(r'w:sz w:val="(\d+)"', rpr)[0]) * 10
    return size, before, after, line / 240


def lignes(texte: Texte, taille: float, largeur: float, *, gras: bool = False) -> int:
    """Number of lines of a text in a width; breaks at spaces and hyphens."""
    count, at = 1, 0.0
    for m in texte or (Morceau(""),):
        heavy = 1.02 if m.gras or gras else 1.0
        for word in re.findall(r"[^ \-]*[ \-]?", m.texte):
            if not word:
                continue
            width = sum(_CHASSE.get(c, 507) for c in word) * taille / 1000 * heavy
            visible = width - (226 * taille / 1000 if word.endswith(" ") else 0)
            if at and at + visible > largeur:
                count, at = count + 1, 0.0
            at += width
    return count


def _paragraphe(style: str, texte: Texte, largeur: float, *, lie: bool = False, retrait: float = 0) -> _Boite:
    size, before, after, line = _metriques(style)
    count = lignes(texte, size, largeur - retrait, gras='<w:b w:val="1"' in PARAGRAPHES[style][4])
    rule = _FILET_TITRE if "<w:bottom" in PARAGRAPHES[style][3] or style == "Beffroi Titre annexe" else 0
    return _Boite(count * size * _INTERLIGNE * line + rule, before, after, lie)


def _boites(bloc: Bloc, orientation: str, hauteur_carte: float, suivant: Bloc | None = None) -> Iterator[_Boite]:
    from beffroi.reports.docx import STYLES, annonce, espace

    width = LARGEUR[orientation]
    if isinstance(bloc, Tableau):
        if bloc.legende:
            yield _paragraphe("caption", (Morceau(f"Tableau 00 – {bloc.legende}"),), width, lie=True)
        followed = isinstance(suivant, Source)
        yield from _tableau(bloc, orientation, followed)
        yield _Boite(espace(suivant), lie=followed)
    elif isinstance(bloc, Tuiles):
        yield _tuiles(bloc)
        yield _Boite(espace(suivant))
    elif isinstance(bloc, Liste):
        style = "List Number" if bloc.numerotee else "List Bullet"
        after = _metriques(style)[2]  # contextual spacing: none between two points
        for i, p in enumerate(bloc.points):
            box = _paragraphe(style, p, width, retrait=397)
            yield _Boite(box.hauteur, box.avant, 0 if i + 1 < len(bloc.points) else after)
    elif isinstance(bloc, Titre):
        yield _paragraphe("heading 2", (Morceau(bloc.texte),), width, lie=True)
    elif isinstance(bloc, Graphique):
        yield _paragraphe("caption", (Morceau(f"Figure 00 – {bloc.legende}"),), width, lie=True)
        yield _Boite(bloc.hauteur * _CM + 60, lie=True)
    elif isinstance(bloc, CarteTuiles):
        yield _paragraphe("caption", (Morceau(f"Figure 00 – {bloc.legende}"),), width, lie=True)
        yield _Boite(hauteur_carte + 60, lie=True)
    elif isinstance(bloc, SautDePage):
        yield _Boite(float("inf"))
    else:
        style = STYLES[type(bloc)]
        inset = 142 if style in ("Beffroi Phrase clé", "Beffroi Manque") else 0
        yield _paragraphe(
            style, bloc.texte, width, retrait=inset, lie=style == "Beffroi Intitulé" or annonce(bloc, suivant)
        )


def _tableau(tableau: Tableau, orientation: str, source: bool) -> Iterator[_Boite]:
    widths = largeurs(tableau, orientation)
    size, before, after, line = _metriques("Beffroi En-tête tableau")
    head = 0.0
    for row in tableau.entetes:
        at, tallest = 0, 1
        for e in row:
            room = sum(widths[at : at + e.colonnes]) - _MARGE_CELLULE
            small = 160 if tableau.dense else size
            tallest = max(tallest, lignes((Morceau(e.texte, gras=True),), small, room))
            at += e.colonnes
        head += before + after + tallest * size * _INTERLIGNE * line + 10
    style = "Beffroi Cellule dense" if tableau.dense else "Beffroi Cellule"
    size, before, after, line = _metriques(style)
    for i, row_ in enumerate(tableau.lignes):
        at, tallest = 0, 1
        for c in row_.cellules:
            room = sum(widths[at : at + c.colonnes]) - _MARGE_CELLULE
            tallest = max(tallest, lignes(c.texte, size, room, gras=row_.genre in ("total", "bande")))
            at += c.colonnes
        height = before + after + tallest * size * _INTERLIGNE * line + 10
        if tableau.id == "communes":
            height = HAUTEUR_COMMUNE
        yield _Boite(height + (head if i == 0 else 0), lie=solidaire(tableau, i, source=source), entete=head)


def _tuiles(bloc: Tuiles) -> _Boite:
    n = len(bloc.tuiles)
    room = (LARGEUR["portrait"] - 113 * (n - 1)) / n - _MARGE_CELLULE
    heights = []
    for t in bloc.tuiles:
        parts = (
            ("Beffroi Tuile libellé", (Morceau(t.libelle),)), ("Beffroi Tuile valeur", t.valeur),
            ("Beffroi Tuile cible", t.cible), ("Beffroi Tuile statut", (Morceau("x"),)), ("Beffroi Tuile source", t.source),
        )  # fmt: skip
        boxes = [_paragraphe(s, x, room) for s, x in parts]
        heights.append(_empiler(boxes))
    return _Boite(max(heights))


def _pages_section(section: Section, hauteur_carte: float) -> int:
    orientation = "paysage" if section.paysage else "portrait"
    top, _, bottom, _ = MARGES[orientation]
    height = (A4[0] if section.paysage else A4[1]) - top - bottom
    title = "Beffroi Titre annexe" if section.annexe else "heading 1"
    number = f"{section.numero}. " if section.numero else ""
    boxes = [_paragraphe(title, (Morceau(number + section.titre),), LARGEUR[orientation], lie=True)]
    following: list[Bloc | None] = [*section.blocs[1:], None]
    for b, after in zip(section.blocs, following, strict=True):
        boxes += _boites(b, orientation, hauteur_carte, after)
    count, at, group, last = 1, 0.0, 0.0, 0.0
    head = 0.0
    for box in boxes:
        if box.hauteur == float("inf"):
            count, at, group, last = count + 1, 0.0, 0.0, 0.0
            continue
        head = head if group else box.entete
        group += max(last, box.avant) + box.hauteur
        last = box.apres
        if box.lie:
            continue
        if at and at + group > height:
            count, at = count + 1, head
        at += group
        group = 0.0
    return count


def _empiler(boites: list[_Boite]) -> float:
    """Height of pieces one under the other."""
    total, last = 0.0, 0.0
    for b in boites:
        total += max(last, b.avant) + b.hauteur
        last = b.apres
    return total + last


def pages(document: Document, hauteur_carte: float) -> Pages:
    """First page of each section and number of pages. ``hauteur_carte``: height of the map, in twentieths of a point."""
    start: dict[str, int] = {}
    at = 3  # cover, then table of contents and reading guide
    for s in document.sections:
        start[s.id] = at
        at += _pages_section(s, hauteur_carte)
    return Pages(start, at - 1)
