"""Objectives: the grid in force, scenarios beside it, comparison, re-allocation, adoption."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from beffroi.domain.programme.modele import ObjectifTerritorial
from beffroi.domain.suivi.revoyure import Repartition, poids_objectif, repartir_volume, revoir
from beffroi.domain.suivi.scenario import grille_de, par_exercice, unite_objectif
from beffroi.kernel.errors import BeffroiError, InvalidInput, Problem
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.web.accounts.droits import droit, peut, programme_demande
from beffroi.web.pilotage.contexte import Situation, contexte_page, situation
from beffroi.web.suivi.entrees import (
    Entree,
    Faute,
    fautes_du_service,
    lire_cellules,
    lire_collage,
    lire_nombres,
    par_script,
    refus,
)
from beffroi.web.suivi.formulaires import formulaire_ligne
from beffroi.web.suivi.grille import corps, entete, fragments
from beffroi.web.suivi.mots import accord
from beffroi.web.suivi.objectifs import GrilleObjectifs, chiffre, cle_colonne, lignes_comparees, lire_objectifs
from beffroi.web.suivi.saisie import noms_territoires
from beffroi.web.tables.models import Scenario
from beffroi.web.tables.selectors.scenario import (
    derniere_ecriture_scenario,
    grille_scenario,
    scenario,
    scenarios,
)
from beffroi.web.tables.services import scenario as service

View = Callable[..., HttpResponse]
CLES = (("reference", "Poids actuels de l’objectif"), ("residence", "Résidences principales (recensement)"))


def _avec_scenario(view: View) -> View:
    """Give the view the scenario of its address; one of another programme does not exist."""

    @wraps(view)
    def inner(request: HttpRequest, programme_id: str, scenario_id: int) -> HttpResponse:
        found = scenario(programme_id, scenario_id)
        if found is None:
            raise Http404("Ce scénario n’existe pas.")
        return view(request, found)

    return cast(View, inner)


def _dire(request: HttpRequest, erreur: BeffroiError) -> None:
    if isinstance(erreur, InvalidInput):
        told = [
            f"{p.message[:1].upper()}{p.message[1:]}{f' {p.conseil}' if p.conseil else ''}" for p in erreur.problems
        ]
        messages.error(request, " ".join(told[:6]))
    else:
        messages.error(request, str(erreur))


def _parametres(g: GrilleObjectifs, request: HttpRequest) -> str:
    kept = {"objectif": g.objectif} if g.objectif else {}
    if request.GET.get("au", "").isdigit():
        kept["au"] = request.GET["au"]
    return urlencode(kept)


@droit("programme.voir")
def objectifs_grille(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Objectives of the version in force, and the scenarios beside it."""
    contexte = contexte_page(request, "objectifs")
    s: Situation = contexte["situation"]
    g = lire_objectifs(request, s)
    grid = g.grille() if g.programme.objectifs else None
    contexte |= {
        "g": grid,
        "choisi": g.objectif,
        "corps": corps(grid) if grid else "",
        "entete": entete(grid) if grid else "",
        "scenarios": scenarios(programme_id),
        "peut_preparer": peut(request.user, "objectif.saisir", s.programme.collectivites),
    }
    return render(request, "suivi/objectifs.html", contexte)


@require_POST
@droit("objectif.saisir")
def scenario_creer(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Create a scenario from the version in force or from another scenario."""
    programme = programme_demande(request)
    source = request.POST.get("depart", "")
    start = scenario(programme_id, int(source)) if source.isdigit() else None
    try:
        made = service.creer(
            programme,
            request.POST.get("nom", ""),
            motif=request.POST.get("motif", ""),
            auteur=request.user,
            depart=start,
        )
    except InvalidInput as e:
        _dire(request, e)
        return redirect("objectifs_grille", programme_id=programme_id)
    messages.success(request, f"Le scénario « {made.nom} » est créé ; la version en vigueur ne change pas.")
    return redirect("scenario", programme_id=programme_id, scenario_id=made.pk)


def _page(
    request: HttpRequest,
    found: Scenario,
    *,
    fautes: Sequence[Faute] = (),
    entrees: Sequence[Entree] = (),
    bloc: str = "",
    statut: int = 200,
) -> HttpResponse:
    contexte = contexte_page(request, "objectifs")
    s: Situation = contexte["situation"]
    g = lire_objectifs(request, s, found)
    grid = g.grille()
    signatories = s.programme.collectivites
    may = peut(request.user, "objectif.saisir", signatories) and found.statut == Scenario.Statut.BROUILLON
    asked = request.GET.get("ligne", "") or request.POST.get("rang", "")
    typed = {e.colonne: e.texte for e in entrees if e.rang == asked}
    params = _parametres(g, request)
    here = reverse("scenario", args=[s.programme.id, found.pk])
    changed = sum(x.change for x in grid.cases.values())
    last = derniere_ecriture_scenario(found, request.user) if may else None
    contexte |= {
        "scenario": found,
        "g": grid,
        "choisi": g.objectif,
        "corps": corps(grid, lien=f"{here}?{params}&" if may else "", modifiable=may),
        "entete": entete(grid),
        "ligne": formulaire_ligne(grid, asked, typed, fautes) if asked and may else None,
        "fautes": fautes,
        "bloc": bloc,
        "changees": changed,
        "peut_preparer": may,
        "peut_adopter": peut(request.user, "objectif.adopter", signatories) and found.statut == "brouillon",
        "parametres": params,
        "derniere": last,
        "maintenant": timezone.now().isoformat(),
        "aujourdhui": timezone.localdate().isoformat(),
        "repartissables": [o for o in s.programme.objectifs if par_exercice(o)] if s.programme.communes() else [],
        "cles": CLES,
        "trace": _trace(s, found),
        "depassee": found.statut == "brouillon" and found.version_depart != s.programme.version,
    }
    return render(request, "suivi/scenario.html", contexte, status=statut)


def _trace(s: Situation, found: Scenario) -> list[dict[str, Any]]:
    """Re-allocations of a scenario, with figures ready to print."""
    names, known = noms_territoires(s), {o.id: o for o in s.programme.objectifs}
    out = []
    for t in found.trace:
        if t["objectif"] not in known:
            continue
        unite = unite_objectif(s.programme, t["objectif"])

        def figure(text: str | None, unite: str = unite) -> Chiffre:
            return chiffre(None if text is None else exact(text), unite)

        rows = [
            {
                "nom": names.get(x["territoire"], x["territoire"]),
                "initial": figure(x.get("initial")),
                "realise": figure(x["realise"]) if "realise" in x else None,
                "nouveau": figure(x["nouveau"]),
                "reste": figure(x["reste"]) if "reste" in x else None,
            }
            for x in t["lignes"]
        ]
        out.append(
            {
                **t,
                "ancre": f"trace{len(out)}",
                "le": date.fromisoformat(t["le"]),
                "objectif_libelle": known[t["objectif"]].libelle,
                "volume": figure(t["total"]),
                "rangs": rows,
                "revoyure": any(r["realise"] for r in rows),
                "cle_libelle": dict(CLES).get(t["cle"], t["cle"]),
            }
        )
    return out


@droit("programme.voir")
@_avec_scenario
def scenario_voir(request: HttpRequest, found: Scenario) -> HttpResponse:
    """A scenario, its grid, what it changes, how it was found."""
    return _page(request, found)


def _retour(request: HttpRequest, found: Scenario, g: GrilleObjectifs) -> HttpResponse:
    return redirect(f"{reverse('scenario', args=[found.programme, found.pk])}?{_parametres(g, request)}")


def _refuser(
    request: HttpRequest, found: Scenario, entrees: list[Entree], faults: list[Faute], bloc: str = ""
) -> HttpResponse:
    if not par_script(request):
        return _page(request, found, fautes=faults, entrees=entrees, bloc=bloc, statut=422)
    grid = lire_objectifs(request, situation(request), found).grille(calculs=False)
    seen = {(e.rang, e.colonne): e.revision for e in entrees}
    moved = []
    for f in faults:
        x = grid.cases.get((f.rang, f.colonne))
        before = seen.get((f.rang, f.colonne))
        if before is not None and (x.revision if x else 0) != before:
            moved.append((f.rang, f.colonne))
    return refus(faults, conflit=bool(moved), actuelles=fragments(grid, moved)["cellules"])


def _reponse(g: GrilleObjectifs, cells: list[tuple[str, str]], message: str, undo: str) -> JsonResponse:
    g.restreindre(cells)
    grid = g.grille(calculs=False)
    answer = fragments(grid, cells)
    answer["calcules"] = {f"{r}|{c}": str(html) for (r, c), html in g.touchees(cells).items()}
    return JsonResponse({"message": message, "annuler": undo, **answer})


def _enregistrer(request: HttpRequest, found: Scenario, entrees: list[Entree], bloc: str = "") -> HttpResponse:
    g = lire_objectifs(request, situation(request), found)
    grid = g.axes()
    good, faults = lire_nombres(grid, entrees)
    done = None
    if not faults:
        cells = [service.CaseSaisie(g.cle(e.rang, e.colonne), v, e.revision) for e, v in good]
        try:
            done = service.ecrire(g.programme, found, cells, auteur=request.user)
        except InvalidInput as err:
            faults = fautes_du_service(grid, [e for e, _ in good], err)
    if done is None:
        return _refuser(request, found, entrees, faults, bloc)
    text = f"{accord(done.changees, 'objectif enregistré')}." if done.changees else "Rien n’a changé."
    if par_script(request):
        return _reponse(g, [(e.rang, e.colonne) for e, _ in good], text, done.evenement)
    messages.success(request, text)
    return _retour(request, found, g)


@require_POST
@droit("objectif.saisir")
@_avec_scenario
def scenario_ecrire(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Write some cells of a scenario."""
    try:
        entries = lire_cellules(request)
    except InvalidInput as err:
        return _refuser(request, found, [], [Faute(str(p)) for p in err.problems])
    return _enregistrer(request, found, entries)


@require_POST
@droit("objectif.saisir")
@_avec_scenario
def scenario_coller(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Write a block pasted from a spreadsheet."""
    text = request.POST.get("bloc", "")
    grid = lire_objectifs(request, situation(request), found).axes()
    try:
        entries = lire_collage(request, grid)
    except InvalidInput as err:
        told = [Faute(f"{p.message[:1].upper()}{p.message[1:]} {p.conseil or ''}".strip()) for p in err.problems]
        return _refuser(request, found, [], told, text)
    return _enregistrer(request, found, entries, text)


@require_POST
@droit("objectif.saisir")
@_avec_scenario
def scenario_annuler(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Undo the last write of the person."""
    g = lire_objectifs(request, situation(request), found)
    try:
        cells = service.annuler_ecriture(g.programme, found, request.POST.get("instant", ""), auteur=request.user)
    except (BeffroiError, ValueError) as err:
        told = str(err) if isinstance(err, BeffroiError) else "Cette saisie n’existe pas."
        if par_script(request):
            return refus([Faute(told)])
        messages.error(request, told)
        return _retour(request, found, g)
    back = "a repris sa" if len(cells) < 2 else "ont repris leur"
    text = f"Saisie annulée : {accord(len(cells), 'case')} {back} valeur d’avant."
    if par_script(request):
        return _reponse(g, [(k.territoire, cle_colonne(k.objectif, k.periode)) for k in cells], text, "")
    messages.success(request, text)
    return _retour(request, found, g)


def _poids(s: Situation, found: Scenario, objectif: ObjectifTerritorial, cle: str) -> dict[str, Decimal]:
    if cle == "residence":
        values = s.entrepot.valeurs_communales("recensement_logement", "residence_principale", s.programme.communes())
        return {code: exact(c.valeur) for code, c in values.items() if c.valeur is not None}
    return poids_objectif(grille_scenario(found), objectif.id)


def _volume(request: HttpRequest) -> int:
    text = request.POST.get("total", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    if not text.isdigit() or len(text) > 9:
        raise InvalidInput(
            Problem(
                f"« {request.POST.get('total', '')} » n'est pas un volume entier.",
                conseil="Écrivez un nombre de logements sur toute la durée.",
            )
        )
    return int(text)


def _calculer(request: HttpRequest, s: Situation, found: Scenario) -> tuple[Repartition, str]:
    objectif = s.programme.objectif(request.POST.get("objectif", "") or "-")
    if objectif is None or not par_exercice(objectif):
        raise InvalidInput(Problem("choisissez l'objectif à répartir."))
    key = request.POST.get("cle", "reference")
    weights, total, today = _poids(s, found, objectif, key), _volume(request), timezone.localdate()
    before = grille_scenario(found)
    if request.POST.get("revoyure") != "oui":
        return repartir_volume(s.programme, objectif, before, total, weights, today), key
    if objectif.id != s.programme.objectif_reference:
        raise InvalidInput(
            Problem(
                "le réalisé n'est suivi commune par commune que pour l'objectif de référence.",
                conseil="Répartissez cet objectif sans revoyure.",
            )
        )
    done = {(code, year): int(c.valeur) for (code, year), c in s.series.autorises.items() if c.valeur is not None}
    return revoir(s.programme, objectif, before, total, done, s.exercice.annee, weights, today), key


@require_POST
@droit("objectif.saisir")
@_avec_scenario
def scenario_repartir(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Spread a volume in cascade, or re-allocate at mid-course what is left to do; the trace is kept."""
    s = situation(request)
    g = lire_objectifs(request, s, found)
    try:
        r, key = _calculer(request, s, found)
        done = service.repartir(
            s.programme, found, r, auteur=request.user, cle=key, motif=request.POST.get("motif", "").strip()[:500]
        )
    except BeffroiError as e:
        _dire(request, e)
        return _retour(request, found, g)
    messages.success(
        request, f"Répartition écrite : {accord(done.changees, 'case changée')}. Sa trace est gardée plus bas."
    )
    return _retour(request, found, g)


@droit("programme.voir")
@_avec_scenario
def scenario_comparer(request: HttpRequest, found: Scenario) -> HttpResponse:
    """A scenario beside the version in force, or beside another scenario."""
    contexte = contexte_page(request, "objectifs")
    s: Situation = contexte["situation"]
    others = [x for x in scenarios(found.programme) if x.pk != found.pk]
    asked = request.GET.get("avec", "")
    other = next((x for x in others if str(x.pk) == asked), None)
    before = grille_scenario(other) if other else grille_de(s.programme)
    contexte |= {
        "scenario": found,
        "autre": other,
        "autres": others,
        "lignes": lignes_comparees(s, before, grille_scenario(found)),
    }
    return render(request, "suivi/comparaison.html", contexte)


@require_POST
@droit("objectif.saisir")
@_avec_scenario
def scenario_abandonner(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Give a scenario up."""
    try:
        service.abandonner(found, motif=request.POST.get("motif", "").strip(), auteur=request.user)
        messages.success(request, f"Le scénario « {found.nom} » est abandonné ; il reste lisible.")
    except InvalidInput as e:
        _dire(request, e)
    return redirect("scenario", programme_id=found.programme, scenario_id=found.pk)


@require_POST
@droit("objectif.adopter")
@_avec_scenario
def scenario_adopter(request: HttpRequest, found: Scenario) -> HttpResponse:
    """Adopt a scenario by a dated act: a new version of the programme."""
    try:
        when = parse_date(request.POST.get("date", ""))
    except ValueError:
        when = None
    programme = programme_demande(request)
    if when is None:
        messages.error(request, "Donnez la date de l’acte, par exemple 14/12/2022.")
        return redirect("scenario", programme_id=found.programme, scenario_id=found.pk)
    try:
        row = service.adopter(
            programme,
            found,
            version=request.POST.get("version", ""),
            le=when,
            motif=request.POST.get("motif", ""),
            piece=request.POST.get("piece", ""),
            auteur=request.user,
        )
    except InvalidInput as e:
        _dire(request, e)
        return redirect("scenario", programme_id=found.programme, scenario_id=found.pk)
    messages.success(
        request, f"Le scénario est adopté : la version « {row.version} » est en vigueur, l’ancienne reste consultable."
    )
    return redirect("objectifs_grille", programme_id=found.programme)
