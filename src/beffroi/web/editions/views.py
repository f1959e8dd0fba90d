"""Bilans: choose an exercice, see what is missing, ask, follow, download."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from beffroi.kernel.errors import BeffroiError
from beffroi.reports.build import Document, Tableau, texte_brut
from beffroi.reports.editer import editer, exercice_clos
from beffroi.web.accounts.droits import droit, peut
from beffroi.web.editions.tasks import dossier_editions
from beffroi.web.pilotage.contexte import contexte_page
from beffroi.web.tables.models import Edition
from beffroi.web.tables.selectors.rapport import suivi_edition
from beffroi.web.tables.services.edition import demander

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@droit("programme.voir")
def bilans(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Page of the bilans of a programme."""
    contexte = contexte_page(request, "bilans")
    contexte["editions"] = Edition.objects.filter(programme=programme_id).select_related("demande_par")[:20]
    contexte["peut_editer"] = peut(request.user, "bilan.editer", request.programme.collectivites)
    try:
        exercice_clos(contexte["situation"].entrepot, request.programme, contexte["exercice"].annee)
        if request.programme.objectif() is None:
            raise BeffroiError(
                f"le programme « {request.programme.titre_court} » n'a pas d'objectif territorial à suivre. Ajoutez-en un à "
                "son fichier et rechargez-le : son bilan pourra alors être produit."
            )
    except BeffroiError as e:
        contexte["empeche"] = str(e)
    return render(request, "editions/bilans.html", contexte)


@droit("programme.voir")
def manques(request: HttpRequest, programme_id: str, annee: int) -> HttpResponse:
    """What the bilan of an exercice lacks, and who can give it; the page of bilans asks for it once open."""
    contexte = contexte_page(request, "bilans")
    if annee not in [e.annee for e in request.programme.exercices()]:
        raise Http404("Cette année n'est pas un exercice du programme.")
    try:
        document = editer(
            request.programme,
            annee,
            entrepot=contexte["situation"].entrepot,
            **suivi_edition(request.programme),
        )
    except BeffroiError as e:
        contexte |= {"manques": [], "empeche": str(e)}
    else:
        contexte |= {"manques": informations(document), "annee_bilan": annee}
    alone = request.headers.get("X-Requested-With") != "fetch"
    return render(request, "editions/manques.html" if alone else "editions/_manques.html", contexte)


def informations(document: Document) -> list[dict[str, str]]:
    """Rows of section « Informations manquantes » of a built bilan."""
    section = next(s for s in document.sections if s.id == "manques")
    table = next((b for b in section.blocs if isinstance(b, Tableau)), None)
    rows = [[texte_brut(c.texte) for c in row.cellules] for row in table.lignes] if table else []
    return [{"quoi": r[1], "qui": r[3], "exigee": r[4] == "oui"} for r in rows]


@require_POST
@droit("bilan.editer")
def demander_bilan(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Queue the bilan of an exercice."""
    try:
        annee = int(request.POST.get("annee", ""))
    except ValueError:
        annee = 0
    try:
        demander(request.programme, annee, auteur=request.user)
    except BeffroiError as e:
        messages.error(request, str(e))
    return redirect("bilans", programme_id=programme_id)


@droit("programme.voir")
def suivre(request: HttpRequest, programme_id: str, edition_id: int) -> HttpResponse:
    """Row of an edition, polled while the work goes on."""
    edition = get_object_or_404(Edition, pk=edition_id, programme=programme_id)
    return render(request, "editions/_edition.html", {"edition": edition, "programme": request.programme})


@droit("programme.exporter")
def telecharger(request: HttpRequest, programme_id: str, edition_id: int) -> FileResponse:
    """The file of an edition."""
    edition = get_object_or_404(Edition, pk=edition_id, programme=programme_id, statut=Edition.Statut.PRETE)
    path = dossier_editions() / edition.fichier
    if not path.is_file():
        raise Http404("Ce fichier n'est plus sur le serveur : redemandez le bilan.")
    name = f"bilan-annuel-{programme_id}-{edition.annee}.docx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=DOCX)


@droit("programme.voir")
def apercu(request: HttpRequest, programme_id: str, annee: int) -> HttpResponse:
    """HTML preview of the bilan: the same built document as the DOCX."""
    from beffroi.reports.html import fragment_html

    if annee not in [e.annee for e in request.programme.exercices()]:
        raise Http404("Cette année n'est pas un exercice du programme.")
    contexte = contexte_page(request, "bilans")
    try:
        document = editer(
            request.programme,
            annee,
            entrepot=contexte["situation"].entrepot,
            **suivi_edition(request.programme),
        )
    except BeffroiError as e:
        messages.error(request, str(e))
        return redirect("bilans", programme_id=programme_id)
    contexte |= {
        "document": fragment_html(document),
        "sommaire": [(f"#section-{i}", s.titre) for i, s in enumerate(document.sections, 1)],
    }
    return render(request, "editions/apercu.html", contexte)
