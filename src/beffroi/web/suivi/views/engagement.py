"""Commitments of a contract: who, on what, what was seen to be held."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from beffroi.domain.suivi.engagement import EngagementSuivi, engagements_suivis, par_engage
from beffroi.web.accounts.droits import droit, peut, programme_demande
from beffroi.web.pilotage.contexte import Situation, contexte_page
from beffroi.web.pilotage.endroit import endroit
from beffroi.web.pilotage.filtres import Choix
from beffroi.web.pilotage.templatetags.beffroi import adresse_page
from beffroi.web.suivi.constat import constater, reprendre

_CONSTATS = (("constate", "constaté tenu"), ("sans", "sans constat"))


def _choisir(request: HttpRequest, contexte: dict[str, Any]) -> tuple[list[EngagementSuivi], list[EngagementSuivi]]:
    """Every commitment, and those that the filters keep."""
    s: Situation = contexte["situation"]
    every = list(engagements_suivis(s.programme, s.jalons, s.exercice.fin))
    axes = {x.orientation.id: x.orientation for x in every if x.orientation}
    who = Choix.lire(request, "qui", "Qui s’engage", [(q, q) for q in par_engage(every)])
    where = Choix.lire(request, "axe", "Axe", [(i, f"{o.numero}. {o.titre}") for i, o in axes.items()])
    seen = Choix.lire(request, "constat", "Constat", _CONSTATS)
    contexte["choix"] = [who, where, seen]
    kept = [
        x
        for x in every
        if (not who.valeur or who.valeur in x.engages)
        and (not where.valeur or (x.orientation is not None and x.orientation.id == where.valeur))
        and (not seen.valeur or (x.constat is not None) == (seen.valeur == "constate"))
    ]
    return every, kept


@droit("programme.voir")
def engagements(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The list, by axis, and how many commitments each party takes."""
    contexte = contexte_page(request, "programme")
    every, kept = _choisir(request, contexte)
    groups: dict[str, tuple[Any, list[EngagementSuivi]]] = {}
    for x in kept:
        groups.setdefault(x.orientation.id if x.orientation else "", (x.orientation, []))[1].append(x)
    contexte |= {
        "groupes": list(groups.values()),
        "engages": [(q, len(xs), sum(x.constat is not None for x in xs)) for q, xs in par_engage(every).items()],
        "total": len(every),
        "retenus": len(kept),
        "constates": sum(x.constat is not None for x in every),
        "peut_tenir": peut(request.user, "jalon.saisir", contexte["programme"].collectivites),
        "fictif_constats": any(x.constat.fictif for x in every if x.constat),
    }
    return render(request, "suivi/engagements.html", contexte)


@droit("programme.exporter")
def engagements_csv(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The commitments as shown, one row each (UTF-8 with mark, semicolons)."""
    contexte = contexte_page(request, "programme")
    s: Situation = contexte["situation"]
    _, kept = _choisir(request, contexte)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme_id}-engagements.csv"'
    response.write("\ufeff")
    out = csv.writer(response, delimiter=";", lineterminator="\r\n")
    out.writerow(
        ["situation_au", "rang", "axe", "engagement", "engages", "action", "endroit", "constat_effet", "constat_auteur",
         "constat_note", "piece", "donnee_fictive"]
    )  # fmt: skip
    for x in kept:
        c = x.constat
        out.writerow(
            [
                s.exercice.fin.isoformat(),
                x.rang,
                f"{x.orientation.numero}. {x.orientation.titre}" if x.orientation else "",
                x.engagement.texte,
                ", ".join(x.engagement.engages),
                x.action.numero if x.action else "",
                endroit(x.engagement.lieu),
                *((c.effet.isoformat(), c.auteur, c.motif, c.piece) if c else ("", "", "", "")),
                "oui" if c and c.fictif else "non",
            ]
        )
    return response


def _retour(request: HttpRequest, programme_id: str, engagement: str) -> HttpResponse:
    return redirect(adresse_page(request, programme_id, "engagements") + f"#{engagement}")


@require_POST
@droit("jalon.saisir")
def engagement_constater(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Record that a commitment was held on a day."""
    programme = programme_demande(request)
    ident = request.POST.get("engagement", "")
    if all(e.id != ident for e in programme.engagements):
        raise Http404("Cet engagement n’est pas dans le programme.")
    constater(request, programme, ident, "l’engagement a été tenu", "Engagement constaté tenu")
    return _retour(request, programme_id, ident)


@require_POST
@droit("jalon.saisir")
def engagement_annuler(request: HttpRequest, programme_id: str, evenement_id: Any) -> HttpResponse:
    """Cancel a constat made by mistake; both events stay."""
    programme = programme_demande(request)
    event = reprendre(request, programme, evenement_id, [e.id for e in programme.engagements])
    if event is None:
        return redirect("engagements", programme_id=programme_id)
    return _retour(request, programme_id, event.element)
