"""``beffroi docs``: write or check the generated reference pages, and the glossary."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from beffroi.cli.atelier import depot


@click.group(help="Générer ou vérifier les pages de référence.")
def commande() -> None:
    """Entry point of the command."""


def _pages() -> dict[Path, str]:
    from beffroi.reports.reference import pages

    return {depot() / "docs" / "reference" / name: text for name, text in pages(depot()).items()}


@commande.command(help="Écrit docs/reference/ depuis les déclarations.")
def generer() -> None:
    """Write the pages that changed; delete generated rule pages whose area is gone."""
    wanted = _pages()
    for path in (depot() / "docs" / "reference" / "regles").glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"écrit : {path.relative_to(depot())}")


@commande.command(help="Vérifie que docs/reference/ est à jour et que le glossaire tient. Ne change rien.")
def verifier() -> None:
    """Fail when a page is stale or the glossary does not hold."""
    from beffroi.reports.glossaire import fautes

    wanted = _pages()
    problems = [
        f"{path.relative_to(depot())} n'est pas à jour : lancez ./beffroi fix."
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    problems += [
        f"{path.relative_to(depot())} ne correspond plus à rien : lancez ./beffroi fix."
        for path in (depot() / "docs" / "reference" / "regles").glob("*.md")
        if path not in wanted
    ]
    problems += fautes(depot())
    for p in problems:
        click.echo(p, err=True)
    sys.exit(1 if problems else 0)
