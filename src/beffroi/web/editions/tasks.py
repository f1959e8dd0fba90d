"""Jobs run by the worker."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django_tasks import task

from beffroi.kernel.errors import BeffroiError
from beffroi.web.tables.models import Edition
from beffroi.web.tables.selectors.programme import programme_en_vigueur
from beffroi.web.tables.selectors.rapport import suivi_edition
from beffroi.web.tables.services.edition import avancer, echouer, terminer

journal = logging.getLogger(__name__)


def dossier_editions() -> Path:
    """Folder of the files made."""
    return Path(settings.DONNEES) / "editions"


@task()
def produire(edition_id: int) -> None:
    """Make the document of an edition; the file appears whole or not at all."""
    from beffroi.reports.docx import ecrire_docx
    from beffroi.reports.editer import editer

    edition = Edition.objects.get(pk=edition_id)
    try:
        avancer(edition_id, "Lecture du programme et des chiffres", 10)
        programme = programme_en_vigueur(edition.programme)
        if programme is None:
            raise BeffroiError("Ce programme n'existe plus : rechargez-le, puis redemandez le bilan.")
        document = editer(programme, edition.annee, **suivi_edition(programme))
        avancer(edition_id, "Mise en page", 60)
        folder = dossier_editions()
        folder.mkdir(parents=True, exist_ok=True)
        name = f"bilan-{edition.programme}-{edition.annee}-{edition_id}.docx"
        descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        os.close(descriptor)
        try:
            ecrire_docx(document, Path(temporary))
            Path(temporary).replace(folder / name)
        finally:
            Path(temporary).unlink(missing_ok=True)
        terminer(edition_id, name)
    except BeffroiError as e:
        echouer(edition_id, str(e))
    except Exception:
        journal.exception("édition %s", edition_id)
        echouer(edition_id, "Le bilan n'a pas pu être produit. Réessayez ; si cela recommence, transmettez le journal.")
