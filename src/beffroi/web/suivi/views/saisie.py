"""Entry of values: the grid, its writes, the passages, the locks, the history of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from beffroi.domain.nomenclatures.saisie import LIBELLE_STADE, LIBELLE_STATUT, StadeBudget, StatutValeur
from beffroi.domain.suivi.execution import financeurs
from beffroi.domain.suivi.valeur import CleValeur, territoires
from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.web.accounts.droits import droit, peut
from beffroi.web.pilotage.contexte import contexte_page, situation
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
from beffroi.web.suivi.grille import Grille, corps, entete, fragments
from beffroi.web.suivi.mots import accord
from beffroi.web.suivi.saisie import NATURES, VUES, Saisie, lire_saisie
from beffroi.web.tables.selectors.valeur import (
    ChangementCellule,
    decompte_statuts,
    derniere_ecriture,
    historique_cellule,
    verrous,
)
from beffroi.web.tables.services import saisie as ecritures
from beffroi.web.tables.services import valeur as service


def _ecrites(n: int) -> str:
    return f"{accord(n, 'valeur enregistrée')}."


def _lire(request: HttpRequest) -> Saisie:
    return lire_saisie(request, situation(request))


def _retour(request: HttpRequest, s: Saisie, **plus: str) -> HttpResponse:
    return redirect(f"{reverse('saisie', args=[s.programme.id])}?{s.adresse(**plus)}")


def _exercices(s: Saisie) -> list[dict[str, Any]]:
    counts, locks = decompte_statuts(s.programme.id), verrous(s.programme.id)
    out = []
    for e in s.programme.exercices():
        held, lock = counts.get(str(e.annee), {}), locks.get(str(e.annee))
        out.append(
            {
                "exercice": e,
                "brouillons": held.get(StatutValeur.BROUILLON.value, 0),
                "proposees": held.get(StatutValeur.PROPOSE.value, 0),
                "validees": held.get(StatutValeur.VALIDE.value, 0),
                "verrou": lock,
                "pret": bool(held) and set(held) <= {StatutValeur.VALIDE.value},
            }
        )
    return out


def _page(
    request: HttpRequest,
    s: Saisie,
    *,
    fautes: Sequence[Faute] = (),
    entrees: Sequence[Entree] = (),
    bloc: str = "",
    statut: int = 200,
) -> HttpResponse:
    contexte = contexte_page(request, "saisie")
    g = s.grille()
    signatories = s.programme.collectivites
    may_type = peut(request.user, "valeur.saisir", signatories)
    asked = request.GET.get("ligne", "") or request.POST.get("rang", "")
    typed = {e.colonne: e.texte for e in entrees if e.rang == asked}
    base = reverse("saisie", args=[s.programme.id])
    given = [x.statut for x in g.cases.values() if x.chiffre.valeur is not None]
    last = derniere_ecriture(s.programme.id, request.user) if may_type else None
    expected = len(g.saisissables) * len(g.ouvertes)
    contexte |= {
        "s": s,
        "g": g,
        "vues": [v for v in VUES if v[0] != "budget" or s.a_un_budget],
        "vues_budget": s.a_un_budget,
        "stades": [(x.value, LIBELLE_STADE[x]) for x in StadeBudget],
        "financeurs": list(financeurs(s.programme).items()),
        "natures": [(n.value, n.value) for n in NATURES],
        "territoires": [(t, s.noms.get(t, t)) for t in territoires(s.programme)],
        "quartiers": [(f"qpv:{code}", name) for code, name in s.situation.quartiers],
        "mesures": s.mesures_du_theme,
        "corps": corps(g, lien=f"{base}?{s.adresse()}&", modifiable=may_type),
        "entete": entete(g),
        "ligne": formulaire_ligne(g, asked, typed, fautes, s.adresse) if asked and may_type else None,
        "fautes": fautes,
        "bloc": bloc,
        "donnees": len(given),
        "attendues": expected,
        "manquantes": expected - len(given),
        "brouillons": given.count(StatutValeur.BROUILLON),
        "proposees": given.count(StatutValeur.PROPOSE),
        "exercices_suivis": _exercices(s),
        "peut_saisir_valeur": may_type,
        "peut_valider": peut(request.user, "valeur.valider", signatories),
        "peut_verrouiller": peut(request.user, "periode.verrouiller", signatories),
        "derniere": last,
        "instant": last[0].isoformat() if last else "",
        "parametres": s.adresse(),
        "maintenant": timezone.now().isoformat(),
    }
    return render(request, "suivi/saisie.html", contexte, status=statut)


@droit("programme.voir")
def saisie(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The grid."""
    return _page(request, _lire(request))


def _enregistrer(
    request: HttpRequest, s: Saisie, entrees: list[Entree], *, bloc: str = "", fait: str = ""
) -> HttpResponse:
    """Write the entries, all or nothing, and answer the script or the form."""
    g = s.grille()
    source, piece = request.POST.get("source", "").strip()[:300], request.POST.get("piece", "").strip()[:300]
    good, faults = lire_nombres(g, entrees)
    done = None
    if not faults:
        values = [service.Saisie(s.cle(e.rang, e.colonne), v, e.revision, source, piece) for e, v in good]
        try:
            done = service.enregistrer(s.programme, values, auteur=request.user)
        except InvalidInput as err:
            faults = fautes_du_service(g, [e for e, _ in good], err)
    s.relire()
    if done is None:
        return _refuser(request, s, entrees, faults, bloc)
    text = fait or (_ecrites(done.ecrites) if done.ecrites else "Rien n’a changé : les valeurs étaient déjà celles-là.")
    if par_script(request):
        after = fragments(s.grille(), [(e.rang, e.colonne) for e, _ in good])
        undo = done.instant.isoformat() if done.instant and done.ecrites else ""
        return JsonResponse({"message": text, "annuler": undo, **after})
    messages.success(request, text)
    return _retour(request, s)


def _refuser(request: HttpRequest, s: Saisie, entrees: list[Entree], faults: list[Faute], bloc: str) -> HttpResponse:
    if not par_script(request):
        return _page(request, s, fautes=faults, entrees=entrees, bloc=bloc, statut=422)
    g = s.grille()
    seen = {(e.rang, e.colonne): e.revision for e in entrees}
    moved = []
    for f in faults:
        x = g.cases.get((f.rang, f.colonne))
        before = seen.get((f.rang, f.colonne))
        if before is not None and (x.revision if x else 0) != before:
            moved.append((f.rang, f.colonne))
    return refus(faults, conflit=bool(moved), actuelles=fragments(g, moved)["cellules"])


@require_POST
@droit("valeur.saisir")
def saisie_ecrire(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Write some cells."""
    s = _lire(request)
    try:
        entries = lire_cellules(request)
    except InvalidInput as err:
        return _refuser(request, s, [], [Faute(str(p)) for p in err.problems], "")
    return _enregistrer(request, s, entries)


@require_POST
@droit("valeur.saisir")
def saisie_coller(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Write a block pasted from a spreadsheet; a text in a number cell refuses the whole, and names the cell."""
    s = _lire(request)
    text = request.POST.get("bloc", "")
    try:
        entries = lire_collage(request, s.grille())
    except InvalidInput as err:
        told = [
            Faute(p.message[:1].upper() + p.message[1:] + (f" {p.conseil}" if p.conseil else "")) for p in err.problems
        ]
        return _refuser(request, s, [], told, text)
    if not par_script(request):
        entries = _revisions_vues(request, s, entries)
    return _enregistrer(request, s, entries, bloc=text)


def _revisions_vues(request: HttpRequest, s: Saisie, entrees: list[Entree]) -> list[Entree]:
    """Without a script the page tells when it was opened: a cell that another person wrote since is a conflict."""
    opened = parse_datetime(request.POST.get("vu", ""))
    if opened is None:
        return entrees
    out = []
    for e in entrees:
        v = s.valeurs.get(s.cle(e.rang, e.colonne))
        later = v is not None and v.enregistrement is not None and v.enregistrement > opened
        stale = later and v is not None and v.auteur != request.user.nom_affiche
        out.append(Entree(e.rang, e.colonne, e.texte, 0 if stale else None))
    return out


def _instant(request: HttpRequest) -> datetime:
    try:
        found = parse_datetime(request.POST.get("instant", ""))
    except ValueError:
        found = None
    if found is None:
        raise Http404("Cette saisie n’existe pas.")
    return found


@require_POST
@droit("valeur.saisir")
def saisie_annuler(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Undo the last write of the person: compensating values, the history keeps both."""
    s = _lire(request)
    try:
        cells = ecritures.annuler_ecriture(s.programme, _instant(request), auteur=request.user)
    except InvalidInput as err:
        return _refuser(request, s, [], fautes_du_service(s.grille(), [], err), "")
    except BeffroiError as err:
        if par_script(request):
            return refus([Faute(str(err))])
        messages.error(request, str(err))
        return _retour(request, s)
    back = "a repris sa" if len(cells) < 2 else "ont repris leur"
    text = f"Saisie annulée : {accord(len(cells), 'cellule')} {back} valeur d’avant."
    s.relire()
    if par_script(request):
        return JsonResponse({"message": text, "annuler": "", **fragments(s.grille(), [s.place(c) for c in cells])})
    messages.success(request, text)
    return _retour(request, s)


def _changer(request: HttpRequest, depuis: set[StatutValeur], vers: StatutValeur, fait: str) -> HttpResponse:
    """Move the status of one cell, or of every cell of the grid that may pass."""
    s = _lire(request)
    row, column = request.POST.get("rang", ""), request.POST.get("colonne", "")
    keys = [
        v.cle
        for v in s.valeurs.values()
        if v.statut in depuis and v.valeur is not None and v.cle.periode not in s.verrous
    ]
    if row:
        wanted = s.cle(row, column)
        keys = [k for k in keys if k == wanted]
    try:
        n = service.changer_statut(s.programme, keys, vers, auteur=request.user)
    except InvalidInput as err:
        messages.error(request, " ".join(f"{p.message[:1].upper()}{p.message[1:]}" for p in err.problems[:5]))
        return _retour(request, s)
    if n:
        plural = None if not fait.startswith("à ") else f"valeurs {fait}"
        messages.success(request, f"{accord(n, f'valeur {fait}', plural)}.")
    else:
        messages.error(request, "Aucune valeur de cette grille ne peut faire ce passage.")
    if row:
        return redirect(f"{reverse('saisie_cellule', args=[s.programme.id])}?{s.adresse(ligne=row, colonne=column)}")
    return _retour(request, s)


@require_POST
@droit("valeur.saisir")
def saisie_proposer(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Drafts become proposed."""
    return _changer(request, {StatutValeur.BROUILLON}, StatutValeur.PROPOSE, "proposée")


@require_POST
@droit("valeur.valider")
def saisie_valider(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Proposed values become validated."""
    return _changer(request, {StatutValeur.PROPOSE}, StatutValeur.VALIDE, "validée")


@require_POST
@droit("valeur.valider")
def saisie_rendre(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Proposed or validated values go back to draft."""
    return _changer(request, {StatutValeur.PROPOSE, StatutValeur.VALIDE}, StatutValeur.BROUILLON, "à reprendre")


@require_POST
@droit("periode.verrouiller")
def periode_verrouiller(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Close an exercice."""
    s = _lire(request)
    year = request.POST.get("annee", "")
    if year not in {str(e.annee) for e in s.programme.exercices()}:
        raise Http404("Cet exercice n’est pas dans le programme.")
    try:
        service.verrouiller(s.programme, year, auteur=request.user)
        messages.success(request, f"L’exercice {year} est verrouillé : ses valeurs ne changent plus.")
    except InvalidInput as err:
        messages.error(request, " ".join(str(p) for p in err.problems))
    return _retour(request, s)


@require_POST
@droit("periode.verrouiller")
def periode_rouvrir(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Reopen an exercice, with a reason."""
    s = _lire(request)
    year = request.POST.get("annee", "")
    if year not in {str(e.annee) for e in s.programme.exercices()}:
        raise Http404("Cet exercice n’est pas dans le programme.")
    try:
        service.rouvrir(s.programme, year, auteur=request.user, motif=request.POST.get("motif", ""))
        messages.success(request, f"L’exercice {year} est rouvert ; le motif est gardé dans l’historique.")
    except InvalidInput:
        messages.error(request, f"Rouvrir l’exercice {year} demande un motif : écrivez pourquoi, en une ligne.")
    return _retour(request, s)


def _cellule(request: HttpRequest, s: Saisie, g: Grille) -> tuple[str, str, CleValeur]:
    row = request.GET.get("ligne", "") or request.POST.get("rang", "")
    column = request.GET.get("colonne", "") or request.POST.get("colonne", "")
    if g.rang(row) is None or g.colonne(column) is None:
        raise Http404("Cette cellule n’est pas dans la grille.")
    return row, column, s.cle(row, column)


@droit("programme.voir")
def saisie_cellule(request: HttpRequest, programme_id: str) -> HttpResponse:
    """One cell: value, status, source, evidence, history. A fragment for the script, a page otherwise."""
    s = _lire(request)
    g = s.grille()
    if not request.GET.get("ligne"):
        return _page(request, s)
    row, column, key = _cellule(request, s, g)
    signatories = s.programme.collectivites
    value = s.valeurs.get(key)
    contexte = {
        "nom": g.nom(row, column),
        "v": value,
        "chiffre": g.cases[row, column].chiffre if (row, column) in g.cases else None,
        "statut": LIBELLE_STATUT[value.statut] if value and value.valeur is not None else "",
        "unite": g.unite(row, column),
        "fermee": key.periode in s.verrous,
        "histoire": [_trace(e, g.unite(row, column)) for e in historique_cellule(s.programme.id, key)],
        "cle_ligne": row,
        "cle_colonne": column,
        "parametres": s.adresse(),
        "peut_saisir_valeur": peut(request.user, "valeur.saisir", signatories),
        "peut_valider": peut(request.user, "valeur.valider", signatories),
    }
    if par_script(request):
        return render(request, "suivi/_cellule.html", {**contexte, "programme": s.programme})
    return render(request, "suivi/cellule.html", {**contexte_page(request, "saisie"), **contexte, "s": s})


def _montre(texte: Any, unite: str) -> Chiffre:
    if texte is None:
        return Chiffre.manquant(unite)
    value = exact(texte)
    return Chiffre(int(value) if value == value.to_integral_value() else value, unite)


def _trace(c: ChangementCellule, unite: str) -> dict[str, Any]:
    """One line of the history of a cell."""
    e, before, after = c.evenement, c.avant or {}, c.apres
    return {
        "evenement": e,
        "avait": bool(before),
        "avant": _montre(before.get("valeur"), unite) if e.nature == "valeur" else None,
        "apres": _montre(after.get("valeur"), unite) if e.nature == "valeur" else None,
        "statut": LIBELLE_STATUT[StatutValeur(after["statut"])] if e.nature == "statut_valeur" else "",
        "annulation": e.annule_id is not None,
        "annulee": getattr(e, "annule_par", None) is not None,
    }


@require_POST
@droit("valeur.saisir")
def saisie_documenter(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Source and evidence of a cell."""
    s = _lire(request)
    row, column, key = _cellule(request, s, s.grille())
    try:
        ecritures.documenter(
            s.programme,
            [key],
            source=request.POST.get("source", "").strip(),
            piece=request.POST.get("piece", "").strip(),
            auteur=request.user,
        )
        messages.success(request, "Source et pièce enregistrées.")
    except InvalidInput as err:
        messages.error(request, " ".join(f"{p.message[:1].upper()}{p.message[1:]}" for p in err.problems))
    return redirect(f"{reverse('saisie_cellule', args=[s.programme.id])}?{s.adresse(ligne=row, colonne=column)}")
