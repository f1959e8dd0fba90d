"""Objectives of each commune beside what was authorised, and the same table as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation
from beffroi.domain.nomenclatures.programme import NatureNote
from beffroi.domain.suivi.production import SuiviProduction
from beffroi.web.accounts.droits import droit
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.pilotage.export import en_csv, en_xlsx
from beffroi.web.pilotage.filtres import Choix, lire_tri
from beffroi.web.pilotage.objectifs import (
    TRIS,
    Groupe,
    corps,
    corps_trie,
    entetes,
    groupes,
    objectif_social,
    pied,
    rangs_export,
)
from beffroi.web.pilotage.templatetags.beffroi import adresse_page


def _choisir(request: HttpRequest, suivi: SuiviProduction) -> tuple[list[Choix], list[Groupe]]:
    choices = [
        Choix.lire(request, "secteur", "Secteur", [(s.territoire.code, s.territoire.nom) for s in suivi.secteurs]),
        Choix.lire(
            request,
            "appreciation",
            "Appréciation du cumul",
            [(a.value, LIBELLE_APPRECIATION[a]) for a in Appreciation],
        ),
    ]
    return choices, groupes(suivi, choices[0].valeur, choices[1].valeur)


@droit("programme.voir")
def objectifs(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The table."""
    contexte = contexte_page(request, "objectifs")
    programme = contexte["programme"]
    if programme.objectif() is None:
        return render(request, "pilotage/objectifs.html", contexte)
    suivi, le = contexte["situation"].suivi, contexte["exercice"].fin
    choices, kept = _choisir(request, suivi)
    sort = lire_tri(request, TRIS)
    page = reverse("commune", args=[programme_id, "00000"])
    query = adresse_page(request, programme_id, "objectifs").partition("?")[2]

    def link(code: str) -> str:
        return page.replace("00000", code) + (f"?{query}" if query else "")

    if sort.cle:
        sectors = {s.id: s.nom for s in programme.secteurs}
        body = corps_trie(sort.appliquer([x for g in kept for x in g.lignes], TRIS), le, link, sectors)
    else:
        body = corps(kept, le, link)
    contexte |= {
        "suivi": suivi,
        "choix": choices,
        "filtre": any(c.valeur for c in choices),
        "tri": sort,
        "corps": body,
        "pied": pied(suivi.epci, le, "Ensemble"),
        "nombre": sum(len(g.lignes) for g in kept),
        "colonnes": suivi.epci.annees,
        "groupes": suivi.groupes,
        "totaux": [t for t in suivi.totaux_publies if t.secteur is None],
        "notes": [
            n
            for n in programme.notes
            if suivi.objectif.id in n.concerne and n.nature in (NatureNote.CONTRADICTION, NatureNote.LECTURE)
        ],
        "social": objectif_social(programme),
    }
    return render(request, "pilotage/objectifs.html", contexte)


@droit("programme.exporter")
def objectifs_export(request: HttpRequest, programme_id: str, extension: str) -> HttpResponse:
    """The table as shown (same filters), in CSV or XLSX."""
    if extension not in ("csv", "xlsx"):
        raise Http404("Format inconnu : demandez csv ou xlsx.")
    contexte: dict[str, Any] = contexte_page(request, "objectifs")
    programme, le = contexte["programme"], contexte["exercice"].fin
    if programme.objectif() is None:
        raise Http404("Ce programme n’a pas d’objectif territorial.")
    suivi = contexte["situation"].suivi
    _, kept = _choisir(request, suivi)
    name = f"{programme_id}-objectifs-{contexte['exercice'].annee}"
    rows = rangs_export(suivi, kept, le)
    if extension == "csv":
        return en_csv(name, entetes(suivi), rows)
    ids = {i for c in (suivi.epci.cumul.autorises, suivi.epci.cumul.commences) for i in c.provenance}
    sources = [contexte["situation"].provenance(i).texte() for i in sorted(ids)]
    lecture = [
        ("Situation au", f"{le:%d/%m/%Y}"),
        ("Unité", "logements ; taux : autorisés rapportés à l’objectif à date"),
        ("Objectif de référence", suivi.epci.objectif_annuel.texte(avec_unite=True) + " par an"),
        ("Valeur absente", "« non renseigné » n’est pas zéro ; « sans objet » : aucun objectif à comparer"),
        *(("Source", s) for s in sources),
        *(("Note du programme", n.texte) for n in programme.notes if suivi.objectif.id in n.concerne),
    ]
    return en_xlsx(name, entetes(suivi), rows, titre=f"{programme.titre_court}, objectifs", lecture=lecture)
