"""Budget by action, year and funder; calendar of milestones and its ICS file; what is missing and who can give it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from beffroi.domain.nomenclatures.saisie import LIBELLE_STADE, StadeBudget
from beffroi.domain.programme.modele import FicheAction, Programme
from beffroi.domain.suivi.echeance import EtatEcheance
from beffroi.domain.suivi.execution import financeurs
from beffroi.domain.suivi.manque import LIBELLE_MANQUE, NatureManque, par_personne
from beffroi.web.accounts.droits import droit, peut, programme_demande
from beffroi.web.pilotage.contexte import Situation, contexte_page
from beffroi.web.pilotage.filtres import Choix
from beffroi.web.pilotage.templatetags.beffroi import adresse_page
from beffroi.web.suivi.budget import calendrier_montre, page_budget
from beffroi.web.suivi.constat import constater, reprendre
from beffroi.web.suivi.echeances import frise, grouper
from beffroi.web.suivi.fiche import echeances_montrees, manques_situation


@droit("programme.voir")
def budget(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Planned, voted, committed, paid."""
    contexte = contexte_page(request, "programme")
    s: Situation = contexte["situation"]
    p = s.programme
    given = s.valeurs
    funders = financeurs(p)
    choices = [
        Choix.lire(request, "annee", "Exercice", [(str(e.annee), e.libelle) for e in p.exercices()]),
        Choix.lire(request, "financeur", "Financeur", list(funders.items())),
    ]
    contexte |= {
        "page": page_budget(p, given, choices[0].valeur, choices[1].valeur),
        "choix": choices,
        "stades": [LIBELLE_STADE[x] for x in StadeBudget],
        "calendrier": calendrier_montre(p),
        "peut_saisir_valeur": peut(request.user, "valeur.saisir", p.collectivites),
        "a_des_lignes": any(a.budget for a in p.actions),
    }
    return render(request, "suivi/budget.html", contexte)


@droit("programme.voir")
def calendrier(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Milestones owed and held, on a time line and in a table."""
    contexte = contexte_page(request, "programme")
    s: Situation = contexte["situation"]

    def link(a: FicheAction) -> str:
        return adresse_page(request, programme_id, "fiche_action", a.id)

    every = s.echeances
    contexte |= {
        "frise": frise(s.programme, every, s.exercice.fin, link),
        "groupes": [(g.orientation, echeances_montrees(list(g.echeances))) for g in grouper(s.programme, every)],
        "retards": sum(e.etat is EtatEcheance.EN_RETARD for e in every),
        "tenues": sum(e.etat is EtatEcheance.TENUE for e in every),
        "total_echeances": len(every),
    }
    return render(request, "suivi/calendrier.html", contexte)


@droit("programme.exporter")
def calendrier_ics(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The milestones as a calendar file."""
    from beffroi.exchange.calendrier import ics_de

    programme = programme_demande(request)
    body = ics_de(programme, ecrit=datetime.now(UTC).replace(microsecond=0))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme_id}-echeances.ics"'
    return response


def _action_de(programme: Programme, jalon: str) -> FicheAction:
    for a in programme.actions:
        if any(j.id == jalon for j in a.calendrier):
            return a
    raise Http404("Cette échéance n’est pas dans le programme.")


def _fiche(request: HttpRequest, programme_id: str, action: FicheAction) -> HttpResponse:
    return redirect(adresse_page(request, programme_id, "fiche_action", action.id) + "#echeances")


@require_POST
@droit("jalon.saisir")
def jalon_tenir(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Record that a milestone was held."""
    programme = programme_demande(request)
    jalon = request.POST.get("jalon", "")
    action = _action_de(programme, jalon)
    constater(request, programme, jalon, "l’échéance a été tenue", "Échéance tenue")
    return _fiche(request, programme_id, action)


@require_POST
@droit("jalon.saisir")
def jalon_annuler(request: HttpRequest, programme_id: str, evenement_id: Any) -> HttpResponse:
    """Cancel a milestone held by mistake; both events stay."""
    programme = programme_demande(request)
    owned = [j.id for a in programme.actions for j in a.calendrier]
    event = reprendre(request, programme, evenement_id, owned)
    if event is None:
        return redirect("calendrier", programme_id=programme_id)
    return _fiche(request, programme_id, _action_de(programme, event.element))


@droit("programme.voir")
def manques(request: HttpRequest, programme_id: str) -> HttpResponse:
    """What the exercice lacks, per person or function, or per action."""
    contexte = contexte_page(request, "saisie")
    s: Situation = contexte["situation"]
    every = manques_situation(s, s.valeurs)
    nature = Choix.lire(request, "nature", "Ce qui manque", [(n.value, LIBELLE_MANQUE[n]) for n in NatureManque])
    pilots = list(dict.fromkeys(q for a in s.programme.actions for q in a.pilotes))
    who = Choix.lire(request, "qui", "Pilote", [(q, q) for q in pilots])
    kept = [m for m in every if not nature.valeur or m.nature.value == nature.valeur]
    people = par_personne(kept)
    if who.valeur:
        people = {who.valeur: people.get(who.valeur, [])}
    groups = []
    for name, rows in people.items():
        actions: dict[str, list[Any]] = {}
        for m in rows:
            actions.setdefault(m.action.id, []).append(m)
        if actions:
            groups.append((name, [(ms[0].action, ms) for ms in actions.values()], len(rows)))
    contexte |= {"groupes": groups, "choix": [nature, who], "nombre_manques": sum(n for _, _, n in groups)}
    return render(request, "suivi/manques.html", contexte)
