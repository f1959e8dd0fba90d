"""Timeline in SVG: one row a step, years across, a mark for the situation. Classes of ``theme.css`` only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LARGEUR, RANG, TETE, MARGE = 960, 26, 30, 250


@dataclass(frozen=True, slots=True)
class Trait:
    """A step: what, when (words and dates), and the page it leads to."""

    action: str
    libelle: str
    quand: str
    debut: date
    fin: date
    adresse: str


def frise(traits: Sequence[Trait], debut: date, fin: date, situation: date) -> SafeString:
    """Draw the steps between the first and the last day of the programme (wider if a step lies outside)."""
    first = min(debut, *(t.debut for t in traits)).replace(month=1, day=1)
    last = max(fin, *(t.fin for t in traits))
    days = (last - first).days + 1

    def x(day: date) -> float:
        return round(MARGE + (LARGEUR - MARGE - 4) * (day - first).days / days, 1)

    height = TETE + RANG * len(traits) + 6
    years = format_html_join(
        "",
        '<line class="grille" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="an" x="{3}" y="18">{4}</text>',
        ((x(date(y, 1, 1)), TETE - 8, height, x(date(y, 1, 1)) + 4, str(y)) for y in range(first.year, last.year + 1)),
    )
    rows = format_html_join(
        "",
        '<a href="{0}"><title>{1}, {2} : {3}</title><text class="nom" x="0" y="{4}">{5}</text>'
        '<rect class="trait" x="{6}" y="{7}" width="{8}" height="12" rx="2"/></a>',
        (
            (
                t.adresse,
                t.action,
                t.libelle,
                t.quand,
                TETE + RANG * i + 15,
                _court(f"{t.action.removeprefix('Action ')}. {t.libelle}"),
                x(t.debut),
                TETE + RANG * i + 5,
                max(6.0, round(x(t.fin) - x(t.debut), 1)),
            )
            for i, t in enumerate(traits)
        ),
    )
    mark = x(min(max(situation, first), last))
    return format_html(
        '<svg class="bf-chronologie" viewBox="0 0 {} {}" role="group" aria-label="Frise des échéances, {} lignes ; le tableau '
        'les redit">{}<line class="temps" x1="{}" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        LARGEUR,
        height,
        len(traits),
        years,
        mark,
        mark,
        TETE - 8,
        height,
        rows,
    )


def _court(texte: str, limite: int = 38) -> str:
    return texte if len(texte) <= limite else texte[: limite - 1].rstrip() + "…"
