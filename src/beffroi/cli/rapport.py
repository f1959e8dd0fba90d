"""``beffroi rapport``: write a bilan (DOCX, HTML, JSON)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from beffroi.domain.programme.modele import Programme
    from beffroi.reports.build import Document

FORMATS = ("docx", "html", "json")


@click.group(help="Écrire un bilan (DOCX, HTML, JSON).")
def commande() -> None:
    """Entry point of the command."""


@commande.command("bilan-annuel", help="Écrire le bilan annuel d’un programme, à la fin d’un exercice.")
@click.option(
    "--programme", "programme_id", required=True, metavar="ID|FICHIER", help="Identifiant ou fichier YAML du programme."
)
@click.option("--annee", type=int, required=True, help="Année de l’exercice, par exemple 2022.")
@click.option("--sortie", type=click.Path(path_type=Path), required=True, help="Fichier à écrire.")
@click.option(
    "--format", "format", type=click.Choice(FORMATS), help="Par défaut, selon l’extension du fichier, sinon docx."
)
def bilan_annuel(programme_id: str, annee: int, sortie: Path, format: str | None) -> None:
    """Build the document once, write it in one format, whole or not at all."""
    from beffroi.reports.editer import editer

    chosen = _format(sortie, format)
    _dossier(sortie)
    programme, followed = _programme(programme_id)
    document = editer(programme, annee, **followed)
    size = _ecrire(document, sortie, chosen)
    click.echo(f"{sortie}\u00a0: {document.meta.titre} – {document.meta.sous_titre}, {_poids(size)}.")
    if document.meta.fictif:
        click.echo("Ce document contient des données fictives, signalées comme telles.")


def _format(sortie: Path, format: str | None) -> str:
    if format:
        return format
    extension = sortie.suffix.lower().lstrip(".")
    if extension and extension not in FORMATS:
        raise click.UsageError(
            f"Le format «\u00a0{extension}\u00a0» n’existe pas\u00a0; formats\u00a0: {', '.join(FORMATS)}."
        )
    return extension or "docx"


def _dossier(sortie: Path) -> None:
    from beffroi.kernel.errors import InvalidInput, Problem

    if sortie.is_dir():
        raise InvalidInput(
            Problem("c'est un dossier, pas un fichier.", str(sortie), conseil="Ajoutez un nom de fichier.")
        )
    if not sortie.absolute().parent.is_dir():
        raise InvalidInput(
            Problem(
                f"le dossier « {sortie.absolute().parent} » n'existe pas.",
                conseil="Créez-le, ou choisissez-en un autre.",
            )
        )


def _programme(identifiant: str) -> tuple[Programme, dict[str, Any]]:
    """A YAML file given by its path; else the version in the database with its follow-up; else a packaged programme."""
    from beffroi import demo
    from beffroi.exchange import lire
    from beffroi.kernel.errors import NotFound

    path = Path(identifiant)
    if path.suffix in (".yaml", ".yml", ".json"):
        return lire(path), {}
    stored = _en_base(identifiant)
    if stored is not None:
        return stored
    packaged = {p.stem: p for p in demo.programmes()}
    if identifiant in packaged:
        return lire(packaged[identifiant]), {}
    raise NotFound(f"Le programme « {identifiant} » n'existe pas ; programmes livrés : {', '.join(sorted(packaged))}.")


def _en_base(identifiant: str) -> tuple[Programme, dict[str, Any]] | None:
    """Programme and follow-up of the database, when there is one on this machine."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.web.settings")
    import django
    from django.conf import settings
    from django.db import DatabaseError, connection

    django.setup()
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).is_file():
        return None
    from beffroi.web.tables.selectors.programme import programme_en_vigueur
    from beffroi.web.tables.selectors.rapport import suivi_edition

    try:
        programme = programme_en_vigueur(identifiant)
        return (programme, suivi_edition(programme)) if programme is not None else None
    except DatabaseError:
        return None  # tables not made yet: nothing was loaded here


def _ecrire(document: Document, sortie: Path, format: str) -> int:
    from beffroi.warehouse.folder import write_atomic

    if format == "docx":
        from beffroi.reports.docx import octets_docx

        content = octets_docx(document)
    elif format == "html":
        from beffroi.reports.html import page_html

        content = page_html(document).encode()
    else:
        import json

        from beffroi.reports.build import en_json

        content = (json.dumps(en_json(document), ensure_ascii=False, indent=1) + "\n").encode()
    write_atomic(sortie, content)
    return len(content)


def _poids(octets: int) -> str:
    from beffroi.kernel.figure import FINE, nombre
    from beffroi.kernel.unit import ceiling, exact

    return f"{nombre(ceiling(exact(octets) / 1000))}{FINE}ko"
