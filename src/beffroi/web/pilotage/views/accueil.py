"""The first page, the search, and the pages that say why there is nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from beffroi.reports.map import cle_nom
from beffroi.web.accounts.droits import COMPTE, droit
from beffroi.web.pilotage.contexte import contexte_page, programmes_du_compte


@droit(COMPTE)
def accueil(request: HttpRequest) -> HttpResponse:
    """Go to the only programme, or choose one."""
    found = programmes_du_compte(request)
    if len(found) == 1:
        return redirect("tableau_de_bord", programme_id=found[0].programme)
    return render(request, "pilotage/accueil.html", {"programmes": found})


@droit("programme.voir")
def rechercher(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Communes and actions whose name holds the words asked; a single answer opens at once."""
    asked = request.GET.get("q", "").strip()[:80]
    words = cle_nom(asked).split()
    contexte = contexte_page(request, "", q=asked)
    situation = contexte["situation"]

    def answers(*texts: str) -> bool:
        whole = cle_nom(" ".join(texts))
        return bool(words) and all(w in whole for w in words)

    suivies = situation.suivi.communes if situation.programme.objectif() else ()
    communes = [c for c in suivies if answers(c.territoire.nom, c.territoire.code)]
    actions = [s for s in situation.actions if answers(f"action {s.action.numero}", s.action.titre or "")]
    exact = [c for c in communes if cle_nom(c.territoire.nom) == cle_nom(asked)]
    if exact or len(communes) + len(actions) == 1:
        if exact or communes:
            return redirect("commune", programme_id=programme_id, code=(exact or communes)[0].territoire.code)
        return redirect("fiche_action", programme_id=programme_id, action_id=actions[0].action.id)
    return render(request, "pilotage/recherche.html", contexte | {"communes": communes, "actions": actions})


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
    """500: a page that needs neither database nor account."""
    return render(request, "500.html", status=500)
