"""Calendar of a programme: a timeline of the dated steps, its table, its export to an agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from beffroi.domain.programme.modele import FicheAction, Jalon
from beffroi.exchange.calendrier import ics_de
from beffroi.web.accounts.droits import droit
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.pilotage.frise import Trait, frise
from beffroi.web.pilotage.templatetags.beffroi import adresse_page


@dataclass(frozen=True, slots=True)
class Echeance:
    """A step of an action, and when: a span of dates, a number a year, or only words."""

    action: FicheAction
    jalon: Jalon
    debut: date | None
    fin: date | None
    quand: str


def _echeance(action: FicheAction, jalon: Jalon) -> Echeance:
    if jalon.date is not None:
        return Echeance(action, jalon, jalon.date, jalon.date, f"{jalon.date:%d/%m/%Y}")
    if jalon.annee is not None:
        last = jalon.annee_fin or jalon.annee
        words = str(jalon.annee) if last == jalon.annee else f"de {jalon.annee} à {last}"
        return Echeance(action, jalon, date(jalon.annee, 1, 1), date(last, 12, 31), words)
    if jalon.par_an is not None:
        times = format(Decimal(jalon.par_an).normalize(), "f").replace(".", ",")
        return Echeance(action, jalon, None, None, f"{times} fois par an")
    return Echeance(action, jalon, None, None, jalon.texte or "date non écrite")


def echeances(actions: tuple[FicheAction, ...]) -> list[Echeance]:
    """Every step of the programme, in the order of the actions."""
    return [_echeance(a, j) for a in actions for j in a.calendrier]


@droit("programme.voir")
def calendrier(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Timeline and table of the steps written in the programme."""
    contexte = contexte_page(request, "programme")
    programme = contexte["programme"]
    lignes = echeances(programme.actions)
    traits = [
        Trait(
            f"Action {e.action.numero}",
            e.jalon.libelle,
            e.quand,
            e.debut,
            e.fin,
            adresse_page(request, programme_id, "fiche_action", e.action.id),
        )
        for e in lignes
        if e.debut is not None and e.fin is not None
    ]
    exercices = programme.exercices()
    return render(
        request,
        "pilotage/calendrier.html",
        contexte
        | {
            "lignes": lignes,
            "nombre_dates": len(traits),
            "frise": frise(traits, exercices[0].debut, exercices[-1].fin, contexte["exercice"].fin) if traits else "",
        },
    )


@droit("programme.exporter")
def calendrier_ics(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The steps and meetings of the programme, for an agenda."""
    response = HttpResponse(
        ics_de(request.programme, ecrit=timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{programme_id}.ics"'
    return response
