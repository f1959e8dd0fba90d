"""``beffroi demo``: prepare everything, load the demonstration, serve pages and worker together."""

from __future__ import annotations

import sys
import time

import click

from beffroi.cli.base import ouvrir_base
from beffroi.cli.serveur import port_libre, servir


def _dire(message: str) -> None:
    click.echo(message, err=True)


def preparer_entrepot() -> None:
    """Territories and open data: build what is missing or out of date, saying what is done."""
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.folder import data_folder, mirror_folder, modules_folder

    _dire("Territoires et données publiques…")
    fait = preparer(data_folder(), modules_folder(), miroir=mirror_folder(), progres=lambda m: _dire(f"  {m}"))
    for faute in fait.faults:
        _dire(f"  Refusé\u00a0: {faute}")


@click.command(help="Prépare tout, charge la démonstration et la sert.")
@click.option("--sans-serveur", is_flag=True, help="Prépare seulement, sans ouvrir les pages.")
@click.option("--port", default=8000, show_default=True, help="Port de la page.")
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
def commande(sans_serveur: bool, port: int, hote: str) -> None:
    """Entry point of the command."""
    start = time.monotonic()
    preparer_entrepot()
    _dire("Base de données…")
    ouvrir_base()
    from beffroi.web.demonstration import charger_demonstration

    _dire("Programme de démonstration…")
    comptes = charger_demonstration()
    _dire(f"Prêt en {time.monotonic() - start:.1f} s.".replace(".", ",", 1))
    if sans_serveur:
        return
    port = port_libre(hote, port, "demo")
    click.echo("")
    click.echo(f"  Beffroi est ouvert : http://{hote}:{port}/")
    for c in comptes:
        click.echo(f"  {c.role:<17} identifiant {c.identifiant:<13} mot de passe {c.mot_de_passe}")
    click.echo("  Ces comptes n'existent que sur ce poste ; les personnes sont fictives. Ctrl-C pour arrêter.")
    click.echo("")
    sys.exit(servir(hote, port))
