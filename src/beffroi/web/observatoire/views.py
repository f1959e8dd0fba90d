"""Views of the simulators and of the portrait of an EPCI. An answer has an address; only ``creer_plh`` writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.domain.programme.ebauche import duree_plh
from beffroi.kernel.errors import InvalidInput, NotFound, NotLoaded
from beffroi.kernel.figure import Chiffre
from beffroi.warehouse.ebauche import ebaucher_plh
from beffroi.warehouse.query import Entrepot, Epci
from beffroi.web.accounts.droits import COMPTE, droit, peut, roles_de
from beffroi.web.observatoire import aides, besoins, comparer, echeances, epci, point_mort, solvabilite, sru
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
from beffroi.web.pilotage.export import en_csv
from beffroi.web.tables.selectors.programme import programmes_de
from beffroi.web.tables.services.programme import creer


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


def _entrepot() -> tuple[Entrepot | None, str]:
    """The warehouse in service, or the sentence that says how to prepare it."""
    try:
        return Entrepot.ouvrir(), ""
    except NotLoaded as e:
        return None, str(e)


def _epci(entrepot: Entrepot, siren: str) -> Epci:
    try:
        return entrepot.epci(siren)
    except NotFound as e:
        raise Http404(str(e)) from e


@droit(COMPTE)
def votre_epci(request: HttpRequest) -> HttpResponse:
    """Choose any EPCI of France; a single answer opens at once. Open data only: any account may read."""
    entrepot, empeche = _entrepot()
    asked = request.GET.get("q", "").strip()[:80]
    found = epci.chercher(entrepot, asked) if entrepot and asked else []
    if len(found) == 1:
        return redirect("portrait", siren=found[0].epci.siren)
    miens = []
    if entrepot and not asked:
        for siren in sorted(roles_de(request.user)):
            miens += [e for e in entrepot.rechercher(siren, 2) if isinstance(e, Epci) and e.siren == siren]
    contexte = {"rubrique": "epci", "q": asked, "reponses": found, "miens": miens, "empeche": empeche}
    return render(request, "observatoire/votre_epci.html", contexte)


def _portrait(request: HttpRequest, siren: str, form: epci.FormulairePlh | None = None) -> HttpResponse:
    entrepot, empeche = _entrepot()
    if entrepot is None:
        return render(request, "observatoire/votre_epci.html", {"empeche": empeche})
    chosen = _epci(entrepot, siren)
    p = epci.portrait_epci(entrepot, siren)
    offered = comparer.comparables(entrepot, p)
    contexte = {
        "rubrique": "epci",
        "situation": entrepot,  # d'où viennent les chiffres
        "epci": chosen,
        "population": Chiffre(chosen.population_municipale, "habitant") if chosen.population_municipale else None,
        "portrait": p,
        "themes": epci.par_theme(entrepot, p),
        "decompte": epci.decompte(p),
        "comparables": offered,
        "comparaison": comparer.comparer(entrepot, chosen, offered, request.GET.get("comparer", "")),
        "nombre": len(p.valeurs),
        "connus": p.decompte.get("valeur", 0),
        "manques": epci.manques(p),
        "suivis": programmes_de(c for c in roles_de(request.user) if c == siren),
        "peut_creer": peut(request.user, "programme.creer", (siren,)),
        "duree": duree_plh(timezone.localdate().year),
        "form": form or epci.FormulairePlh(chosen.nom),
    }
    return render(request, "observatoire/portrait.html", contexte, status=422 if form else 200)


@droit(COMPTE)
def portrait(request: HttpRequest, siren: str) -> HttpResponse:
    """Everything open data say of an EPCI."""
    return _portrait(request, siren)


@droit(COMPTE)
def portrait_csv(request: HttpRequest, siren: str) -> HttpResponse:
    """The portrait in a file."""
    entrepot, empeche = _entrepot()
    if entrepot is None:
        raise Http404(empeche)
    _epci(entrepot, siren)
    rows = list(epci.rangs(entrepot, epci.portrait_epci(entrepot, siren)))
    return en_csv(f"portrait-{siren}", epci.ENTETES, rows)


@require_POST
@droit("programme.creer", par="siren")
def creer_plh(request: HttpRequest, siren: str) -> HttpResponse:
    """Create an empty PLH; a fault comes back beside its field, with what was typed."""
    entrepot, empeche = _entrepot()
    if entrepot is None:
        raise Http404(empeche)
    chosen = _epci(entrepot, siren)
    form = epci.FormulairePlh(chosen.nom, request.POST)
    if form.is_valid():
        try:
            version = creer(ebaucher_plh(entrepot, chosen, *form.choisi), request.user)
        except InvalidInput as e:
            form.refuser(e)
        else:
            messages.success(request, "Le PLH est créé, vide, en version « brouillon ».")
            return redirect("programme", programme_id=version.programme)
    return _portrait(request, siren, form)
