"""``beffroi servir``: the pages on one's own data; nothing fictitious is loaded."""

from __future__ import annotations

import sys

import click

from beffroi.cli.base import ouvrir_base
from beffroi.cli.demo import preparer_entrepot
from beffroi.cli.serveur import port_libre, servir


@click.command(help="Prépare ce qui manque et sert les pages sur vos données, sans la démonstration.")
@click.option("--sans-serveur", is_flag=True, help="Prépare seulement, sans ouvrir les pages.")
@click.option("--port", default=8000, show_default=True, help="Port de la page.")
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
def commande(sans_serveur: bool, port: int, hote: str) -> None:
    """Entry point of the command."""
    preparer_entrepot()
    ouvrir_base()
    from beffroi.web.accounts.models import Utilisateur

    if not Utilisateur.objects.filter(is_active=True).exists():
        click.echo(
            "Aucun compte n’est ouvert. Ouvrez le vôtre : "
            "./beffroi compte ouvrir prenom.nom SIREN administrateur --prenom Prénom --nom Nom",
            err=True,
        )
    if sans_serveur:
        return
    port = port_libre(hote, port, "servir")
    click.echo(f"  Beffroi est ouvert : http://{hote}:{port}/ (Ctrl-C pour arrêter)")
    sys.exit(servir(hote, port))
