"""A ``Constat`` in HTML, fragment or whole page: the answer, then the numbered steps, each with its text, parameter and value.

Classes ``bf-raison`` and ``bf-avis`` of the theme; every text is escaped and set in French typography. The pages, the
bilan's preview and ``beffroi regle calculer --format html`` share it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from html import escape
from typing import Any

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue
from beffroi.kernel.rule import Constat, Etape, valeur_texte
from beffroi.kernel.unit import unit
from beffroi.reports.typographie import typographier

COURTE = 26  # signs that fit in the column of values; a longer value goes under its label


def texte_html(texte: str) -> str:
    """A text in French typography, escaped."""
    return escape(typographier(texte))


def lien_html(legal: LegalRef) -> str:
    """A legal reference, a link when its address is known."""
    text = texte_html(str(legal))
    return f'<a href="{escape(legal.url)}">{text}</a>' if legal.url.startswith("http") else text


def _par_annee(valeur: Mapping[Any, Any], unite: str) -> str:
    """« 2022 : 120 ; 2023 : 131 logements »: one unit at the end, no separator inside a year."""
    shown = [f"{k}\u00a0:\u00a0{valeur_texte(v, 'nombre' if _number(v) else unite)}" for k, v in valeur.items()]
    word = unit(unite).pluriel if unite else ""
    return " ; ".join(shown) + (f" ({word})" if word else "")


def _number(valeur: Any) -> bool:
    return isinstance(valeur, (int, Decimal)) and not isinstance(valeur, bool)


def valeur_affichee(valeur: Any, unite: str = "") -> str:
    """The value of a step as plain text; a table by year keeps the years whole."""
    if isinstance(valeur, Mapping) and valeur and all(isinstance(k, int) for k in valeur):
        return typographier(_par_annee(valeur, unite))
    return typographier(valeur_texte(valeur, unite))


def _parametre(p: ParameterValue) -> str:
    mark = ' <span class="bf-qual">à vérifier</span>' if p.a_verifier else ""
    return f"{texte_html(p.label)}\u00a0: {escape(valeur_affichee(p.valeur, p.unite))} ({lien_html(p.legal)}){mark}"


def _notes(etape: Etape) -> list[str]:
    cited = {str(p.legal) for p in etape.parametres}
    notes = [texte_html(etape.note)] if etape.note else []
    notes += [_parametre(p) for p in etape.parametres]
    if etape.legal is not None and str(etape.legal) not in cited:
        notes.append(lien_html(etape.legal))
    return notes


def etape_html(etape: Etape) -> str:
    """One step, ``<li>``: label and notes at the left, value at the right (below when it is long)."""
    notes = _notes(etape)
    value = "" if etape.valeur is None else valeur_affichee(etape.valeur, etape.unite)
    side = ""
    if value and len(value) <= COURTE:
        side = f'<span class="v">{escape(value)}</span>'
    elif value:
        notes.insert(0, f'<span class="bf-fort">{escape(value)}</span>')
    elif etape.unite:
        side = '<span class="v"><span class="bf-nr">non renseigné</span></span>'
    told = "".join(f'<span class="bf-note">{n}</span>' for n in notes)
    return f"<li><span>{texte_html(etape.libelle)}{told}</span>{side}</li>"


def etapes_html(etapes: Iterable[Etape]) -> str:
    """The numbered steps, ``<ol class="bf-raison">``; nothing when there is none."""
    steps = "".join(etape_html(e) for e in etapes)
    return f'<ol class="bf-raison">{steps}</ol>' if steps else ""


def avertissements_html(avertissements: Iterable[str]) -> str:
    """The warnings in one box: those of the rule first, then the values to verify, in one sentence."""
    seen = list(dict.fromkeys(avertissements))
    verify = [a for a in seen if a.startswith("« ") and a.endswith(" est à vérifier.")]
    lines = [f"<li>{texte_html(a)}</li>" for a in seen if a not in verify]
    if verify:
        names = " ; ".join(a.removesuffix(" est à vérifier.") for a in verify)
        lines.append(f"<li><b>À vérifier</b>\u00a0: {texte_html(names)}.</li>")
    if not lines:
        return ""
    return f'<div class="bf-avis bf-avertissements"><ul>{"".join(lines)}</ul></div>'


def _simple(valeur: Any) -> bool:
    composed = isinstance(valeur, (Mapping, list, tuple)) or dataclasses.is_dataclass(valeur)
    return isinstance(valeur, (Chiffre, Enum)) or not composed


def reponse_html(constat: Constat) -> str:
    """The sentence of the answer: rule, date, value when it is a single one, text."""
    value = ""
    if _simple(constat.valeur):
        value = f"\u00a0: <strong>{escape(valeur_affichee(constat.valeur, constat.unite))}</strong>"
    return (
        f'<p class="bf-constat-reponse">{texte_html(constat.regle.label)} au {constat.le:%d/%m/%Y}{value} '
        f'<span class="bf-note">{lien_html(constat.regle.legal)}</span></p>'
    )


def constat_html(constat: Constat, *, reponse: bool = True) -> str:
    """The whole answer as a fragment; ``reponse=False`` when the page already gives the sentence."""
    head = reponse_html(constat) if reponse else ""
    return f'<div class="bf-constat">{head}{etapes_html(constat.etapes)}{avertissements_html(constat.avertissements)}</div>'


_STYLE = """
body { font-family: system-ui, sans-serif; line-height: 1.5; color: #1f2b35; background: #f6f2ea; margin: 0; }
main { max-width: 48rem; margin: 0 auto; padding: 2rem 1.5rem; } h1 { font-size: 1.75rem; } a { color: #8e2f1d; }
.bf-constat { background: #fffdf9; border: 1px solid #ddd5c6; border-radius: 6px; padding: 1rem 1.5rem; margin: 0 0 1rem; }
.bf-note { display: block; font-size: .8125rem; color: #4a5964; } .bf-fort, .v { font-weight: 650; } .bf-qual { font-style: italic; }
.bf-raison { padding-left: 1.5rem; margin: 0; } .bf-raison > li { padding: .5rem 0; border-top: 1px solid #ddd5c6; }
.bf-raison > li:first-child { border-top: 0; } .bf-raison .v { float: right; margin-left: 1rem; }
.bf-raison > li::after { content: ""; display: block; clear: both; } .bf-raison > li > span:first-child { display: inline-block; max-width: 34rem; }
.bf-avis { border-left: 4px solid #d9a441; background: #f5e9cf; padding: .75rem 1rem; } .bf-avis ul { margin: 0; padding-left: 1.125rem; }
@media print { body { background: #fff; } }
"""


def document_html(titre: str, constats: Iterable[Constat]) -> str:
    """A page that stands alone, for a file: one answer after the other."""
    title = texte_html(titre)
    body = "\n".join(constat_html(c) for c in constats)
    return (
        f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{title}</h1>\n{body}\n</main></body></html>\n"
    )
