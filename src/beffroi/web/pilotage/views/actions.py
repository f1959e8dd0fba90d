"""Programme list, fiche-action, change of state."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, LIBELLE_ETAT_ACTION, Appreciation, EtatAction
from beffroi.domain.suivi.action import SituationAction
from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.web.accounts.droits import droit, peut, programme_demande
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.pilotage.fiche import LigneAction, bandes, fiche, lignes_actions, lignes_sru
from beffroi.web.pilotage.filtres import Choix, lire_tri
from beffroi.web.pilotage.formulaires import FormulaireEtat
from beffroi.web.pilotage.templatetags.beffroi import adresse_page
from beffroi.web.suivi.fiche import ailleurs, avec_suivi, complement
from beffroi.web.tables.selectors.action import historique
from beffroi.web.tables.services.action import annuler as annuler_evenement
from beffroi.web.tables.services.action import changer_etat as enregistrer_etat

_ORDRE_ETAT = {e: i for i, e in enumerate((EtatAction.BLOQUEE, EtatAction.EN_PAUSE, EtatAction.EN_COURS,
                                           EtatAction.A_VENIR, EtatAction.ACHEVEE, EtatAction.ABANDONNEE))}  # fmt: skip
_ORDRE_APPRECIATION = {
    a: i
    for i, a in enumerate(
        (
            Appreciation.EN_RETARD,
            Appreciation.A_SURVEILLER,
            Appreciation.EN_BONNE_VOIE,
            Appreciation.ATTEINT,
            Appreciation.SANS_DONNEE,
            Appreciation.SANS_OBJECTIF,
        )
    )
}
_TRIS: dict[str, Any] = {
    "etat": lambda x: _ORDRE_ETAT[x.situation.etat.etat] if x.situation.etat else None,
    "appreciation": lambda x: _ORDRE_APPRECIATION[x.situation.appreciation],
    "budget": lambda x: x.cout.annuel.valeur,
}


def _filtrer(request: HttpRequest, contexte: dict[str, Any]) -> tuple[list[Choix], list[LigneAction]]:
    programme = contexte["programme"]
    choices = [
        Choix.lire(
            request,
            "orientation",
            "Orientation",
            [(o.numero, f"{o.numero}. {o.libelle_court or o.titre}") for o in programme.orientations],
        ),
        Choix.lire(
            request,
            "etat",
            "État",
            [*((e.value, LIBELLE_ETAT_ACTION[e]) for e in EtatAction), ("aucun", "non saisi")],
        ),
        Choix.lire(
            request,
            "appreciation",
            "Appréciation",
            [(a.value, LIBELLE_APPRECIATION[a]) for a in Appreciation if a is not Appreciation.SANS_OBJECTIF],
        ),
    ]
    by_number = {o.numero: o.id for o in programme.orientations}
    orientation, state, judged = (c.valeur for c in choices)

    def kept(s: SituationAction) -> bool:
        typed = s.etat.etat.value if s.etat else "aucun"
        return (
            (not orientation or s.action.orientation == by_number[orientation])
            and (not state or typed == state)
            and (not judged or s.appreciation.value == judged)
        )

    situation = contexte["situation"]
    return choices, lignes_actions(programme, [s for s in situation.actions if kept(s)], situation.renseignes)


@droit("programme.voir")
def programme(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Orientations as bands, actions as rows."""
    contexte = contexte_page(request, "programme")
    choices, rows = _filtrer(request, contexte)
    sort = lire_tri(request, _TRIS)
    contexte |= {
        "choix": choices,
        "filtre": any(c.valeur for c in choices),
        "tri": sort,
        "bandes": bandes(contexte["programme"], sort.appliquer(rows, _TRIS)),
        "nombre": len(rows),
        "lignes_sru": lignes_sru(contexte["programme"]),
    }
    return render(request, "pilotage/programme.html", contexte)


@droit("programme.exporter")
def programme_csv(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The list of actions as shown, one row each, in a file that spreadsheets open (UTF-8 with mark, semicolons)."""
    contexte = contexte_page(request, "programme")
    _, rows = _filtrer(request, contexte)
    orientations = {o.id: o for o in contexte["programme"].orientations}
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme_id}-actions.csv"'
    response.write("\ufeff")
    out = csv.writer(response, delimiter=";", lineterminator="\r\n")
    out.writerow(
        [
            "situation_au", "orientation", "action", "titre", "pilote", "pilote_suppose", "etat", "etat_effet", "motif",
            "donnee_fictive", "appreciation", "budget_par_an_euros", "budget_une_fois_euros",
            "budget_sans_periode_euros", "indicateurs",
        ]
    )  # fmt: skip
    for x in rows:
        s, a = x.situation, x.situation.action
        out.writerow(
            [
                contexte["exercice"].fin.isoformat(),
                orientations[a.orientation].titre,
                a.numero,
                a.titre or "",
                ", ".join(a.pilotes),
                "oui" if a.pilote_implicite else "non",
                LIBELLE_ETAT_ACTION[s.etat.etat] if s.etat else "",
                s.etat.effet.isoformat() if s.etat else "",
                s.etat.motif if s.etat else "",
                "oui" if s.etat and s.etat.fictif else "non",
                LIBELLE_APPRECIATION[s.appreciation],
                *("" if c.valeur is None else c.valeur for c in (x.cout.annuel, x.cout.unique, x.cout.sans_periode)),
                len(a.indicateurs),
            ]
        )
    return response


@droit("programme.exporter")
def programme_fichier(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The programme in its exchange format: to complete, check and load again as another version."""
    from beffroi.exchange.ecriture import yaml_de

    programme = programme_demande(request)
    response = HttpResponse(yaml_de(programme), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme.id}.yaml"'
    return response


def _fiche(
    request: HttpRequest, action_id: str, formulaire: FormulaireEtat | None = None, statut: int = 200
) -> HttpResponse:
    contexte = contexte_page(request, "programme")
    s = contexte["situation"]
    _ = s.valeurs  # read whole, once: the sheet needs the communes too
    current = next((x for x in s.actions if x.action.id == action_id), None)
    if current is None:
        raise Http404("Cette action n’est pas dans le programme.")
    events = historique(s.programme.id, action_id)
    done = request.GET.get("fait", "")
    suivi = complement(s, current.action)
    contexte |= suivi | {
        "peut_tenir": peut(request.user, "jalon.saisir", s.programme.collectivites),
        "f": avec_suivi(fiche(s, current), suivi),
        "ailleurs": ailleurs(s.programme, current.action, contexte["programmes"]),
        "historique": events,
        "fait": next((e for e in events if str(e.pk) == done), None),
        "formulaire": formulaire or FormulaireEtat(initial={"effet": timezone.localdate()}),
        "ouvert": formulaire is not None,
    }
    return render(request, "pilotage/fiche_action.html", contexte, status=statut)


@droit("programme.voir")
def fiche_action(request: HttpRequest, programme_id: str, action_id: str) -> HttpResponse:
    """Everything the programme and the events say about an action."""
    return _fiche(request, action_id)


@require_POST
@droit("action.saisir")
def changer_etat(request: HttpRequest, programme_id: str, action_id: str) -> HttpResponse:
    """Record a dated change of state; a fault comes back beside its field, with what was typed."""
    form = FormulaireEtat(request.POST)
    if form.is_valid():
        etat, effet, motif = form.choisi
        try:
            event = enregistrer_etat(request.programme, action_id, etat, effet, auteur=request.user, motif=motif)
        except InvalidInput as e:
            form.refuser(e)
        except BeffroiError as e:
            raise Http404(str(e)) from e
        else:
            return redirect(adresse_page(request, programme_id, "fiche_action", action_id, fait=event.pk))
    return _fiche(request, action_id, form, 422)


@require_POST
@droit("action.saisir")
def annuler_etat(request: HttpRequest, programme_id: str, action_id: str, evenement_id: Any) -> HttpResponse:
    """Undo an event by a compensating one; both stay in the history."""
    from django.contrib import messages

    try:
        annuler_evenement(request.programme, str(evenement_id), auteur=request.user)
        messages.success(request, "L’événement est annulé ; l’historique garde la trace des deux.")
    except InvalidInput as e:
        messages.error(request, " ".join(f"{p.message[:1].upper()}{p.message[1:]}" for p in e.problems))
    except BeffroiError as e:
        raise Http404(str(e)) from e
    return redirect(adresse_page(request, programme_id, "fiche_action", action_id))
