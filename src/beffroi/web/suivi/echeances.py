"""Milestones on the pages: those of an action, those of the programme on a time line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape
from django.utils.safestring import SafeString

from beffroi.domain.programme.modele import FicheAction, Orientation, Programme
from beffroi.domain.suivi.echeance import LIBELLE_ECHEANCE, Echeance, EtatEcheance
from beffroi.kernel.figure import Chiffre
from beffroi.web.pilotage.rendu import sur

LARGEUR, MARGE, LIGNE, HAUT = 1000, 40, 26, 44
_FORMES = {
    EtatEcheance.TENUE: ("est-tenue", "M0-7 7 0 0 7-7 0z"),
    EtatEcheance.EN_RETARD: ("est-retard", "M0-7 7 6H-7z"),
    EtatEcheance.A_VENIR: ("est-avenir", "M0-7 7 0 0 7-7 0z"),
}


def quand(e: Echeance) -> str:
    """When it is due, in words."""
    j = e.jalon
    if j.date:
        return f"{j.date:%d/%m/%Y}"
    if j.annee:
        return f"{j.annee} à {j.annee_fin}" if j.annee_fin else str(j.annee)
    if j.par_an:
        return f"{fois(j.par_an)} par an"
    return j.texte or "date non écrite"


def fois(n: object) -> str:
    """« 2 », « 0,5 »."""
    from beffroi.domain.suivi.valeur import decimales
    from beffroi.kernel.unit import exact

    value = exact(n)  # type: ignore[arg-type]
    return Chiffre(value, "nombre").texte(decimales(value, "nombre"))


def etat_echeance(e: Echeance) -> str:
    """Word of the state; a recurrence says how many were held on those due."""
    if e.recurrente and e.attendu is not None:
        if not e.attendu:
            return "à venir"
        return f"{fois(len(e.tenus))} tenue{'s' if len(e.tenus) > 1 else ''} sur {fois(e.attendu)} à date"
    return LIBELLE_ECHEANCE[e.etat]


@dataclass(frozen=True, slots=True)
class GroupeEcheances:
    """An orientation and the milestones of its actions."""

    orientation: Orientation
    echeances: tuple[Echeance, ...]


def grouper(programme: Programme, toutes: Sequence[Echeance]) -> list[GroupeEcheances]:
    """Milestones by orientation; an orientation without any is left out."""
    out = []
    for o in programme.orientations:
        mine = tuple(e for e in toutes if e.action.orientation == o.id)
        if mine:
            out.append(GroupeEcheances(o, mine))
    return out


def frise(
    programme: Programme, toutes: Sequence[Echeance], au: date, lien: Callable[[FicheAction], str]
) -> SafeString | None:
    """Time line: one row for each action that has a dated milestone; marks are links, the table says the same."""
    dated = [e for e in toutes if e.due is not None]
    if not dated:
        return None
    years = programme.exercices()
    first, last = years[0].debut, years[-1].fin
    span = (last - first).days + 1

    def x(d: date) -> float:
        inside = min(max((d - first).days, 0), span)
        return MARGE + (LARGEUR - 2 * MARGE) * inside / span

    actions = [a for a in programme.actions if any(e.action.id == a.id for e in dated)]
    height = HAUT + LIGNE * len(actions) + 12
    out = [
        f'<svg class="bf-svg bf-frise" viewBox="0 0 {LARGEUR} {height}" role="group" aria-label="Frise des échéances : '
        f'{len(dated)} échéances de {len(actions)} actions ; le tableau dit la même chose">'
    ]
    for e in years:
        left, right = x(e.debut), x(e.fin)
        out.append(
            f'<line class="axe" x1="{left:.1f}" x2="{left:.1f}" y1="{HAUT - 12}" y2="{height}"/>'
            f'<text class="e13 milieu" x="{(left + right) / 2:.1f}" y="{HAUT - 20}">{escape(str(e.annee))}</text>'
        )
    out.append(f'<line class="axe" x1="{x(last):.1f}" x2="{x(last):.1f}" y1="{HAUT - 12}" y2="{height}"/>')
    if first <= au <= last:
        out.append(f'<line class="objectif" x1="{x(au):.1f}" x2="{x(au):.1f}" y1="{HAUT - 12}" y2="{height}"/>')
    for i, a in enumerate(actions):
        y = HAUT + LIGNE * i + LIGNE / 2
        out.append(
            f'<text class="e12 fin" x="{MARGE - 8}" y="{y + 4:.1f}">{escape(a.numero)}</text>'
            f'<line class="bf-piste" x1="{MARGE}" x2="{LARGEUR - MARGE}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        for e in dated:
            if e.action.id == a.id:
                out.append(_marque(e, x, y, lien(a)))
    out.append("</svg>")
    return sur("".join(out))


def _marque(e: Echeance, x: Callable[[date], float], y: float, lien: str) -> str:
    assert e.debut is not None and e.due is not None
    told = escape(f"Action {e.action.numero}, {e.jalon.libelle} : {quand(e)}, {etat_echeance(e)}")
    shape, path = _FORMES.get(e.etat, _FORMES[EtatEcheance.A_VENIR])
    inside = ""
    bar = f'x="{x(e.debut):.1f}" y="{y - 3:.1f}" width="{max(2.0, x(e.due) - x(e.debut)):.1f}" height="6" rx="3"/>'
    if e.recurrente:
        inside += f'<rect class="bf-recurrence {shape}" {bar}'
        inside += "".join(f'<circle class="bf-tenu" cx="{x(t.effet):.1f}" cy="{y:.1f}" r="5"/>' for t in e.tenus)
    else:
        if e.debut != e.due:
            inside += f'<rect class="bf-duree {shape}" {bar}'
        place = e.tenus[0].effet if e.tenus else e.due
        inside += f'<path class="bf-jalon {shape}" d="{path}" transform="translate({x(place):.1f} {y:.1f})"/>'
    return f'<a href="{escape(lien)}#echeances" aria-label="{told}"><title>{told}</title>{inside}</a>'
