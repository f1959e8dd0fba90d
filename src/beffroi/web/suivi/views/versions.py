"""Versions of a programme and their readable differences; two programmes side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from beffroi.domain.nomenclatures.programme import LIBELLE_ACTE
from beffroi.web.accounts.droits import droit
from beffroi.web.pilotage.contexte import Situation, contexte_page
from beffroi.web.suivi.versions import ecarts_versions, face_a_face, identifiants
from beffroi.web.tables.selectors.programme import contenu_version, programme_en_vigueur, versions_de
from beffroi.web.tables.selectors.valeur import elements_suivis


@droit("programme.voir")
def versions(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Versions, and the differences of two of them (the last two unless ``?de=&a=`` ask otherwise)."""
    contexte = contexte_page(request, "programme")
    s: Situation = contexte["situation"]
    known = versions_de(programme_id)
    by_rank = {str(v.rang): v for v in known}
    new = by_rank.get(request.GET.get("a", ""), known[0])
    old = by_rank.get(request.GET.get("de", ""), known[1] if len(known) > 1 else None)
    alive = identifiants(s.programme)
    orphans = {k: n for k, n in elements_suivis(programme_id).items() if k not in alive}
    contexte |= {
        "versions": known,
        "actes": [(LIBELLE_ACTE[a.nature], a) for a in s.programme.actes],
        "ancienne": old,
        "nouvelle": new,
        "orphelines": sum(orphans.values()),
        "elements_retires": len(orphans),
    }
    if old is not None and old.pk != new.pk:
        diff, groups = ecarts_versions(contenu_version(old), contenu_version(new))
        contexte |= {"diff": diff, "groupes": groups}
    return render(request, "suivi/versions.html", contexte)


@droit("programme.voir")
def comparer_programmes(request: HttpRequest, programme_id: str) -> HttpResponse:
    """This programme beside another that the person may open."""
    contexte = contexte_page(request, "programme")
    s: Situation = contexte["situation"]
    others = [p for p in contexte["programmes"] if p.programme != programme_id]
    asked = request.GET.get("avec", "")
    if asked and asked not in {p.programme for p in others}:
        raise Http404("Ce programme n’existe pas, ou vous n’y avez pas accès.")
    other = programme_en_vigueur(asked) if asked else None
    contexte |= {
        "autres": others,
        "autre": other,
        "face": face_a_face(s.programme, other) if other else None,
    }
    return render(request, "suivi/face_a_face.html", contexte)
