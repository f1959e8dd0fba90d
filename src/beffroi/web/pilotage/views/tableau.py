"""Tableau de bord: two minutes before a meeting."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.suivi.budget import cout_programme, couts_orientations
from beffroi.web.accounts.droits import droit
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.pilotage.rendu import ecarts_dessines
from beffroi.web.pilotage.tableau import avancement, blocages, derniers_changements, retard, tuiles


@droit("programme.voir")
def tableau_de_bord(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The page."""
    contexte = contexte_page(request, "tableau")
    situation = contexte["situation"]
    blocked = blocages(situation.actions)
    couts = couts_orientations(situation.programme)
    contexte |= {
        "blocages": blocked[:4],
        "blocages_suite": len(blocked) - 4 if len(blocked) > 4 else 0,
        "changements": derniers_changements(situation),
        "couts": [c for c in couts if c.actions] if any(c.cout.chiffre or c.cout.unitaires for c in couts) else [],
        "cout_total": cout_programme(situation.programme),
    }
    if situation.programme.objectif() is None:
        return render(request, "pilotage/tableau_de_bord.html", contexte)
    suivi = situation.suivi
    behind, ahead = suivi.extremes()
    counts = suivi.decompte()
    secteurs = {s.id: s.nom for s in situation.programme.secteurs}
    contexte |= {
        "suivi": suivi,
        "cumul": suivi.epci.cumul,
        "avancement": avancement(situation),
        "retard": retard(situation),
        "tuiles": tuiles(situation),
        "a_regarder": [
            [(ligne, secteurs.get(ligne.secteur or "", ""), dessin) for ligne, dessin in group]
            for group in ecarts_dessines(behind, ahead)
        ],
        "par_commune": any(x.objectif_annuel.connu for x in suivi.communes),
        "atteints": counts[Appreciation.ATTEINT],
        "renseignees": sum(counts.values()) - counts[Appreciation.SANS_DONNEE] - counts[Appreciation.SANS_OBJECTIF],
    }
    return render(request, "pilotage/tableau_de_bord.html", contexte)
