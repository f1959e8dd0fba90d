"""Views of the simulators. Everything is a GET: an answer has an address, and nothing is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from beffroi.web.accounts.droits import droit
from beffroi.web.observatoire import aides, besoins, echeances, point_mort, solvabilite, sru
from beffroi.web.observatoire.simulateurs import (
    AIDES,
    BESOINS,
    ECHEANCES,
    POINT_MORT,
    SOLVABILITE,
    SRU,
    Simulateur,
    liens,
    onglets,
)
from beffroi.web.pilotage.contexte import contexte_page, situation


def _fil(request: HttpRequest, programme_id: str, titre: str = "") -> list[tuple[str, str]]:
    p = situation(request).programme
    steps = [
        (p.titre_court, reverse("tableau_de_bord", args=[programme_id])),
        ("Observatoire : simuler", reverse("simuler", args=[programme_id])),
    ]
    return [*steps, (titre, "")] if titre else steps


def _rendre(request: HttpRequest, programme_id: str, simulateur: Simulateur, gabarit: str, **plus: Any) -> HttpResponse:
    contexte = contexte_page(
        request,
        "simuler",
        simulateur=simulateur,
        fil=_fil(request, programme_id, simulateur.titre),
        onglets=onglets(simulateur, programme_id),
        **plus,
    )
    return render(request, f"observatoire/{gabarit}.html", contexte)


@droit("simuler")
def simuler(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The list of simulators."""
    contexte = contexte_page(request, "simuler", simulateurs=liens(programme_id), fil=_fil(request, programme_id))
    return render(request, "observatoire/index.html", contexte)


@droit("simuler")
def simuler_sru(request: HttpRequest, programme_id: str) -> HttpResponse:
    """SRU trajectory of a commune."""
    page = sru.simuler(request, situation(request))
    return _rendre(
        request, programme_id, SRU, "sru",
        choix=page.choix, form=page.form, operations=page.operations, resultat=page.resultat,
    )  # fmt: skip


@droit("simuler")
def simuler_besoins(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Needs of an EPCI, one or two scenarios."""
    page = besoins.simuler(request, situation(request))
    return _rendre(
        request, programme_id, BESOINS, "besoins",
        choix=page.choix, form=page.form, rangees=page.rangees, resultat=page.resultat, large=True,
    )  # fmt: skip


@droit("simuler")
def simuler_point_mort(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Point mort of a period."""
    page = point_mort.simuler(request, situation(request))
    return _rendre(
        request, programme_id, POINT_MORT, "point_mort",
        choix=page.choix, mode=page.mode, modes=page.modes, form=page.form, resultat=page.resultat,
    )  # fmt: skip


@droit("simuler")
def simuler_solvabilite(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Solvency of a household, and of the same household at each decile."""
    page = solvabilite.simuler(request, situation(request))
    return _rendre(
        request, programme_id, SOLVABILITE, "simulateur", choix=page.choix, form=page.form, resultat=page.resultat
    )


@droit("simuler")
def simuler_aides(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Aids of a règlement for an operation."""
    page = aides.simuler(request, situation(request))
    return _rendre(
        request, programme_id, AIDES, "par_choix",
        choix=page.choix, cle="reglement", valeur=page.reglement.id if page.reglement else "",
        form=page.form, resultat=page.resultat,
    )  # fmt: skip


@droit("simuler")
def simuler_echeances(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Deadlines that follow known dates."""
    page = echeances.simuler(request, situation(request))
    return _rendre(
        request, programme_id, ECHEANCES, "par_choix",
        choix=page.choix, cle="horloge", valeur=page.horloge, form=page.form, resultat=page.resultat,
    )  # fmt: skip
