"""Local corrections of a commune: both values, history, withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from beffroi.domain.suivi.valeur import lire_valeur
from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.web.accounts.droits import droit, peut
from beffroi.web.pilotage.contexte import Situation, contexte_page
from beffroi.web.suivi.correction import FormulaireCorrection, montrer, publies
from beffroi.web.tables.selectors.correction import corrections_commune
from beffroi.web.tables.services.correction import corriger_valeur, retirer


def _commune(s: Situation, code: str) -> Any:
    if code not in s.programme.communes():
        raise Http404("Cette commune n’est pas dans le programme.")
    found = next(iter(s.entrepot.communes([code])), None)
    if found is None:
        raise Http404("Cette commune n’existe pas.")
    return found


def _collectivite(s: Situation, code: str) -> str:
    """EPCI of the commune among the signatories."""
    for siren in s.programme.collectivites:
        if any(c.code == code for c in s.entrepot.communes_epci(siren)):
            return siren
    return s.programme.collectivites[0]


def _page(
    request: HttpRequest, code: str, formulaire: FormulaireCorrection | None = None, statut: int = 200
) -> HttpResponse:
    contexte = contexte_page(request, "territoire")
    s: Situation = contexte["situation"]
    commune = _commune(s, code)
    published = publies(s, code)
    shown = montrer(corrections_commune(s.programme.collectivites, code), published)
    contexte |= {
        "commune": commune,
        "publies": published,
        "en_vigueur": [c for c in shown if c.correction.retiree_le is None],
        "retirees": [c for c in shown if c.correction.retiree_le is not None],
        "formulaire": formulaire or FormulaireCorrection(publies=published),
        "peut_corriger": peut(request.user, "correction.saisir", s.programme.collectivites),
        "avec_fiche": s.programme.objectif() is not None,
    }
    return render(request, "suivi/corrections.html", contexte, status=statut)


@droit("programme.voir")
def corrections(request: HttpRequest, programme_id: str, code: str) -> HttpResponse:
    """Corrections of a commune, and the form to add one."""
    return _page(request, code)


@require_POST
@droit("correction.saisir")
def corriger(request: HttpRequest, programme_id: str, code: str) -> HttpResponse:
    """Record a local value over a published one."""
    s: Situation = contexte_page(request, "territoire")["situation"]
    _commune(s, code)
    form = FormulaireCorrection(request.POST, publies=publies(s, code))
    if not form.is_valid():
        return _page(request, code, form, 422)
    chosen = form.publie
    if chosen is None:
        form.add_error("annee", "Cette donnée n’est pas chargée pour cette année : choisissez une année publiée.")
        return _page(request, code, form, 422)
    published, figure = chosen
    try:
        value = lire_valeur(form.cleaned_data["valeur"], figure.unite)
        if value is None:
            raise InvalidInput([])
    except InvalidInput as e:
        form.add_error("valeur", " ".join(str(p) for p in e.problems) or "Donnez la valeur locale.")
        return _page(request, code, form, 422)
    vintages = [p.partition("@")[2] for p in figure.provenance if "@" in p]
    try:
        corriger_valeur(
            _collectivite(s, code),
            published.source,
            published.mesure,
            f"commune:{code}",
            form.cleaned_data["annee"],
            value,
            figure,
            millesime=(vintages[0] if vintages else "inconnu")[:20],
            motif=form.cleaned_data["motif"].strip(),
            piece=form.cleaned_data["piece"].strip(),
            auteur=request.user,
        )
    except InvalidInput as e:
        form.refuser(e)
        return _page(request, code, form, 422)
    messages.success(request, "La correction est enregistrée ; la valeur publiée reste à côté.")
    return redirect("corrections", programme_id=programme_id, code=code)


@require_POST
@droit("correction.saisir")
def correction_retirer(request: HttpRequest, programme_id: str, code: str, correction_id: int) -> HttpResponse:
    """Withdraw a correction: the published value comes back."""
    s: Situation = contexte_page(request, "territoire")["situation"]
    _commune(s, code)
    mine = {c.pk: c for c in corrections_commune(s.programme.collectivites, code)}
    if correction_id not in mine:
        raise Http404("Cette correction n’existe pas.")
    try:
        retirer(mine[correction_id].collectivite, correction_id, auteur=request.user)
        messages.success(request, "La correction est retirée : la valeur publiée est de nouveau en vigueur.")
    except BeffroiError as e:
        messages.error(request, str(e))
    return redirect("corrections", programme_id=programme_id, code=code)
