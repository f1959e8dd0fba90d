"""Versions of a programme and what changed; two programmes side by side."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from beffroi.domain.programme.modele import Programme
from beffroi.domain.programme.versions import Comparaison, comparer
from beffroi.web.accounts.droits import droit, exiger
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.tables.selectors.programme import programme_en_vigueur, programme_version, versions_de


@droit("programme.voir")
def versions(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Every version, and the readable difference between two of them (the last two by default)."""
    rows = versions_de(programme_id)
    ranks = [v.rang for v in rows]
    asked = [int(r) for r in (request.GET.get("de", ""), request.GET.get("a", "")) if r.isdigit()]
    before, after = (
        asked if len(asked) == 2 and set(asked) <= set(ranks) else (ranks[-2:] if len(ranks) > 1 else (0, 0))
    )
    difference: Comparaison | None = None
    if before and before != after:
        old, new = programme_version(programme_id, before), programme_version(programme_id, after)
        if old is None or new is None:
            raise Http404("Cette version n'existe pas.")
        difference = comparer(old, new)
    groups = [
        (genre, list(items))
        for genre, items in groupby(
            sorted(difference.changements if difference else (), key=lambda c: c.genre), key=lambda c: c.genre
        )
    ]
    return render(
        request,
        "pilotage/versions.html",
        contexte_page(request, "programme", versions=rows, de=before, a=after, difference=difference, groupes=groups),
    )


def _ligne(programme: Programme) -> dict[str, object]:
    exercices = programme.exercices()
    objectif = programme.objectif()
    return {
        "programme": programme,
        "periode": f"{exercices[0].annee}-{exercices[-1].annee}",
        "communes": len(programme.communes()),
        "actions": len(programme.actions),
        "orientations": len(programme.orientations),
        "indicateurs": sum(len(a.indicateurs) for a in programme.actions),
        "sans_indicateur": sum(1 for a in programme.actions if not a.indicateurs),
        "sans_pilote": sum(1 for a in programme.actions if not a.pilotes or a.pilote_implicite),
        "reference": objectif.reference.valeur if objectif and objectif.reference else None,
        "reference_libelle": objectif.libelle if objectif else "",
        "unite": objectif.unite if objectif else "",
        "notes": len(programme.notes),
    }


@droit("programme.voir")
def comparer_programmes(request: HttpRequest, programme_id: str) -> HttpResponse:
    """This programme beside another one that the person may read."""
    contexte = contexte_page(request, "programme")
    autre = None
    wanted = request.GET.get("avec", "")
    if wanted and wanted != programme_id:
        autre = programme_en_vigueur(wanted)
        if autre is None:
            raise Http404("Ce programme n'existe pas.")
        exiger(request.user, "programme.voir", autre.collectivites)
    colonnes = [_ligne(contexte["programme"])] + ([_ligne(autre)] if autre else [])
    choix = [p for p in contexte["programmes"] if p.programme != programme_id]
    return render(request, "pilotage/comparer.html", contexte | {"autre": autre, "colonnes": colonnes, "choix": choix})
