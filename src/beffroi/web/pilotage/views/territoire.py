"""The map with its table, and the page of a commune."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from beffroi.domain.suivi.appreciation import appreciation
from beffroi.domain.suivi.transmis import resultats_commune
from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Chiffre, ratio
from beffroi.web.accounts.droits import droit
from beffroi.web.observatoire.sru import bloc_sru
from beffroi.web.pilotage.commune import (
    carte_situation,
    ecrits_constats,
    ecrits_social,
    graphique,
    groupes_de,
    lignes_exercices,
    publics,
)
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.pilotage.filtres import Choix, lire_tri
from beffroi.web.pilotage.objectifs import TRIS, corps_communes
from beffroi.web.pilotage.templatetags.beffroi import adresse_page
from beffroi.web.pilotage.territoire import VALEURS, carte
from beffroi.web.tables.selectors.valeur import valeurs


@droit("programme.voir")
def territoire(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Carte en tuiles, its table one tab away."""
    contexte = contexte_page(request, "territoire")
    situation = contexte["situation"]
    if situation.programme.objectif() is None:
        return render(request, "pilotage/territoire.html", contexte)
    choix = Choix.lire(request, "valeur", "Valeur", VALEURS)
    value = choix.valeur or "appreciation"
    page = reverse("commune", args=[programme_id, "00000"])
    query = adresse_page(request, programme_id, "territoire").partition("?")[2]

    def link(code: str) -> str:
        return page.replace("00000", code) + (f"?{query}" if query else "")

    sort = lire_tri(request, TRIS, "commune")
    secteurs = {s.id: s.nom for s in situation.programme.secteurs}
    suivi = situation.suivi
    contexte |= {
        "suivi": suivi,
        "valeur": value,
        "libelle_valeur": dict(VALEURS)[value],
        "valeurs": VALEURS,
        "carte": carte(situation, value, link),
        "tri": sort,
        "corps": corps_communes(sort.appliquer(suivi.communes, TRIS), link, secteurs),
    }
    return render(request, "pilotage/territoire.html", contexte)


@droit("programme.voir")
def commune(request: HttpRequest, programme_id: str, code: str) -> HttpResponse:
    """What the programme asks of a commune, and what is known of it."""
    contexte = contexte_page(request, "territoire")
    situation, le = contexte["situation"], contexte["exercice"].fin
    if situation.programme.objectif() is None:
        raise Http404("Ce programme n’a pas d’objectif par commune.")
    suivi = situation.suivi
    try:
        line = suivi.commune(code)
    except NotFound as e:
        raise Http404(str(e)) from e
    secteur = next((s for s in suivi.secteurs if s.territoire.code == line.secteur), None)
    card = next(iter(situation.entrepot.communes([code])), None)
    population = None
    if card is not None and card.population_municipale is not None:
        population = Chiffre(card.population_municipale, "habitant")

    def judge(due: Chiffre, done: Chiffre) -> object:
        return appreciation(due, ratio(done, due), le)

    contexte |= {
        "suivi": suivi,
        "x": line,
        "secteur": secteur,
        "membres": next((s.communes for s in situation.programme.secteurs if s.id == line.secteur), ()),
        "lignes": lignes_exercices(line, judge),
        "graphique": graphique(situation, line),
        "carte": carte_situation(situation, code),
        "population": population,
        "social": ecrits_social(situation.programme, code),
        "transmis": resultats_commune(
            situation.programme,
            valeurs(programme_id, territoires=[f"commune:{code}"]),
            contexte["exercice"],
            code,
        ),
        "constats": ecrits_constats(situation.programme, code),
        "appartenances": groupes_de(situation.programme, code),
        "publics": publics(situation, code),
        "sru": bloc_sru(
            request.GET,
            situation.entrepot,
            code,
            line.territoire.nom,
            date.today(),
            adresse_page(request, programme_id, "simuler_sru", commune=code),
        ),
    }
    return render(request, "pilotage/commune.html", contexte)
