"""Export and import of the entry workbook: nothing is written before the preview is accepted."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.domain.suivi.valeur import elements
from beffroi.exchange.classeur import TAILLE_MAXIMALE, generer
from beffroi.exchange.saisie import Changement
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.web.accounts.droits import droit
from beffroi.web.pilotage.contexte import Situation, contexte_page, situation
from beffroi.web.pilotage.export import XLSX
from beffroi.web.suivi.classeur import (
    PORTEES,
    Lecture,
    cases,
    cles_grille,
    cles_theme,
    ecritures,
    garder,
    lire,
    oublier,
    reprendre,
)
from beffroi.web.suivi.entrees import Faute
from beffroi.web.suivi.mots import accord
from beffroi.web.suivi.saisie import lire_saisie, noms_territoires
from beffroi.web.tables.selectors.valeur import contenus, dernier_import
from beffroi.web.tables.services.classeur import importer

MONTREES = 100


@droit("programme.exporter")
def saisie_classeur(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The workbook of the grid shown, or of its whole theme, with the present values."""
    s = lire_saisie(request, situation(request))
    whole = request.GET.get("portee") == "theme"
    keys = cles_theme(s) if whole else cles_grille(s)
    held = contenus(programme_id, {k.element for k in keys})
    title = f"{s.programme.titre_court}, saisie"
    cells = cases(s.programme, keys, s.noms, held, s.verrous)
    body = generer(cells, programme=programme_id, titre=title, cree=timezone.now().replace(tzinfo=None))
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{programme_id}-saisie.xlsx"'
    return response


def _formulaire(request: HttpRequest, fautes: list[Faute] | None = None, statut: int = 200) -> HttpResponse:
    contexte = contexte_page(request, "saisie")
    s = lire_saisie(request, contexte["situation"])
    contexte |= {"s": s, "parametres": s.adresse(), "portees": PORTEES, "fautes": fautes or []}
    return render(request, "suivi/import.html", contexte, status=statut)


@droit("valeur.saisir")
def saisie_import(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Choose a workbook, then see what it would do."""
    if request.method != "POST":
        return _formulaire(request)
    sent = request.FILES.get("classeur")
    if sent is None:
        return _formulaire(request, [Faute("Choisissez le classeur à importer (.xlsx).")], 422)
    if sent.size > TAILLE_MAXIMALE:
        return _formulaire(request, [Faute("Le fichier dépasse 30 Mo : découpez-le par thème.")], 422)
    body = sent.read()
    s: Situation = situation(request)
    try:
        read = lire(s.programme, noms_territoires(s), body, sent.name)
    except InvalidInput as e:
        return _formulaire(request, [Faute(str(p)) for p in e.problems], 422)
    token = garder(programme_id, request.user.pk, body)
    return _apercu(request, read, token)


def _valeur(v: Any, unite: str) -> Chiffre:
    if v is None:
        return Chiffre.manquant(unite)
    value = exact(v)
    if unite == "part":
        value = value / 100
    return Chiffre(int(value) if value == value.to_integral_value() else value, unite)


def _lignes(s: Situation, changements: tuple[Changement, ...]) -> list[dict[str, Any]]:
    known, names = elements(s.programme), noms_territoires(s)
    out = []
    for c in changements[:MONTREES]:
        e = known[c.cle.element]
        unite = e.unite_de(c.cle.ventilation)
        out.append(
            {
                "element": e.libelle,
                "territoire": names.get(c.cle.territoire, c.cle.territoire),
                "periode": c.cle.periode,
                "avant": _valeur(c.avant[0], unite),
                "apres": _valeur(c.apres[0], unite),
                "textes": c.avant[0] == c.apres[0],
                "place": f"ligne {c.ligne}",
            }
        )
    return out


def _apercu(
    request: HttpRequest, read: Lecture, jeton: str, *, change: bool = False, statut: int = 200
) -> HttpResponse:
    contexte = contexte_page(request, "saisie")
    s: Situation = contexte["situation"]
    a = read.apercu
    contexte |= {
        "lu": read,
        "apercu": a,
        "nouvelles": _lignes(s, a.nouvelles),
        "changees": _lignes(s, a.changees),
        "nombre_nouvelles": len(a.nouvelles),
        "nombre_changees": len(a.changees),
        "nombre_rejetees": len(a.rejetees),
        "rejetees": [str(p).removeprefix(f"{read.nom}, ") for p in a.rejetees[:MONTREES]],
        "a_ecrire": len(a.nouvelles) + len(a.changees),
        "jeton": jeton,
        "deja": dernier_import(s.programme.id, read.empreinte),
        "change": change,
    }
    return render(request, "suivi/apercu_import.html", contexte, status=statut)


@require_POST
@droit("valeur.saisir")
def saisie_importer(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Write what the preview announced; if values changed meanwhile, show the new preview instead."""
    token = request.POST.get("jeton", "")
    body = reprendre(programme_id, request.user.pk, token)
    if body is None:
        messages.error(request, "Ce classeur n’attend plus : choisissez-le de nouveau.")
        return redirect("saisie_import", programme_id=programme_id)
    s: Situation = situation(request)
    read = lire(s.programme, noms_territoires(s), body, request.POST.get("nom", "classeur.xlsx")[:200])
    if read.marque != request.POST.get("marque", ""):
        return _apercu(request, read, token, change=True, statut=409)
    a = read.apercu
    try:
        done = importer(
            s.programme,
            ecritures(s.programme, (*a.nouvelles, *a.changees)),
            fichier=read.nom,
            empreinte=read.empreinte,
            rejetees=len(a.rejetees),
            auteur=request.user,
        )
    except InvalidInput as e:
        return _formulaire(request, [Faute(str(p)) for p in e.problems[:20]], 422)
    oublier(programme_id, request.user.pk, token)
    text = f"{accord(done.nouvelles, 'valeur nouvelle')}, {accord(done.changees, 'valeur changée')}."
    if a.rejetees:
        text += f" {accord(len(a.rejetees), 'ligne rejetée', 'lignes rejetées')} : rien n’en a été écrit."
    messages.success(request, text)
    return redirect("saisie", programme_id=programme_id)


@droit("valeur.saisir")
def saisie_rejets(request: HttpRequest, programme_id: str, jeton: str) -> HttpResponse:
    """Rows refused by the preview, as a file: line, column, what is wrong, what to do."""
    body = reprendre(programme_id, request.user.pk, jeton)
    if body is None:
        raise Http404("Ce classeur n’attend plus.")
    s: Situation = situation(request)
    read = lire(s.programme, noms_territoires(s), body, request.GET.get("nom", "classeur.xlsx")[:200])
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme_id}-lignes-rejetees.csv"'
    response.write("\ufeff")
    out = csv.writer(response, delimiter=";", lineterminator="\r\n")
    out.writerow(["ligne", "colonne", "faute", "que_faire"])
    for p in read.apercu.rejetees:
        out.writerow([p.ligne, p.colonne, p.message, p.conseil or ""])
    return response
