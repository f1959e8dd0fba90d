"""`beffroi donnees`: take, check and build the open data."""

from pathlib import Path

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format

dossier = click.Path(path_type=Path, file_okay=False)


@click.group()
def commande() -> None:
    """Prendre, contrôler et construire les données ouvertes."""


@commande.command()
@click.option("--miroir", type=dossier, envvar="BEFFROI_MIROIR", help="Dossier d'un miroir local (avec miroir.toml).")
@click.option("--donnees", type=dossier, envvar="BEFFROI_DONNEES", help="Dossier des données.")
def actualiser(miroir: Path | None, donnees: Path | None) -> None:
    """Prendre ce qui a changé, le nettoyer, et mettre en service un nouvel entrepôt."""
    import sys

    from beffroi.warehouse.build import preparer

    fait = preparer(donnees=donnees, miroir=miroir, progres=lambda phrase: click.echo(f"… {phrase}", err=True))
    for faute in fait.faults:
        click.echo(f"Refusé : {faute}", err=True)
    click.echo(
        "Nouvel entrepôt en service." if fait.rebuilt else "Rien n’a changé : l’entrepôt en service reste le même."
    )
    if fait.faults:
        sys.exit(1)


@commande.command("extraire-demo")
@click.option("--miroir", type=dossier, envvar="BEFFROI_MIROIR", required=True, help="Dossier du miroir local.")
@click.option("--sortie", type=dossier, help="Dossier où écrire (par défaut celui de la démonstration).")
@option_format
def extraire_demo(miroir: Path, sortie: Path | None, format: str) -> None:
    """Refaire les petites tables de la démonstration à partir d’un miroir."""
    import tempfile

    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.demonstration import TABLES
    from beffroi.warehouse.extract import extract
    from beffroi.warehouse.query import Entrepot

    with tempfile.TemporaryDirectory() as essai:
        fait = preparer(Path(essai), miroir=miroir, demonstration=False)
        for faute in fait.faults:
            raise faute
        entrepot = Entrepot.ouvrir(Path(essai))
        communes = [r[0] for r in entrepot.lignes("SELECT code_commune FROM tuile ORDER BY code_commune")]
        ecrits = extract(entrepot, communes, sortie or TABLES)
    imprimer([Colonne("fichier", "Fichier écrit")], [(p.name,) for p in ecrits], format)
