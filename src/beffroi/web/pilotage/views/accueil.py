"""The first page, the search, and the pages that say why there is nothing."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from beffroi.kernel.errors import NotLoaded
from beffroi.web.accounts.droits import COMPTE, droit
from beffroi.web.pilotage.contexte import contexte_page, programmes_du_compte
from beffroi.web.pilotage.templatetags.beffroi import adresse_page
from beffroi.web.suivi.recherche import rechercher as chercher
from beffroi.web.suivi.recherche import seule


@droit(COMPTE)
def accueil(request: HttpRequest) -> HttpResponse:
    """Go to the only programme, or choose one."""
    found = programmes_du_compte(request)
    if len(found) == 1:
        return redirect("tableau_de_bord", programme_id=found[0].programme)
    return render(request, "pilotage/accueil.html", {"programmes": found})


@droit("programme.voir")
def rechercher(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Territories, actions, objectives, indicators and words of the glossary; a single answer opens at once."""
    asked = request.GET.get("q", "").strip()[:80]
    contexte = contexte_page(request, "", q=asked)
    situation = contexte["situation"]
    groups = chercher(situation, asked, lambda name, *args: adresse_page(request, programme_id, name, *args))
    alone = seule(groups)
    if alone:
        return redirect(alone)
    return render(request, "pilotage/recherche.html", contexte | {"groupes": groups})


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "404.html", status=404)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "403.html", {"raison": str(exception)}, status=403)


def requete_refusee(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form sent without its mark of origin (page left open too long, cookies refused)."""
    return render(request, "403.html", {"raison": "", "formulaire": True}, status=403)


def erreur_serveur(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor account. Data to prepare again is said as such, with the command (503)."""
    if isinstance(sys.exc_info()[1], NotLoaded):
        return render(request, "500.html", {"a_preparer": True}, status=503)
    return render(request, "500.html", status=500)
