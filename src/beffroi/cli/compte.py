"""`beffroi compte`: give an account a role in a collectivité (whoever runs the server decides who enters where)."""

import click

ROLES = ("administrateur", "charge_mission", "lecteur")


@click.group()
def commande() -> None:
    """Donner à un compte un rôle dans une collectivité."""


@commande.command()
@click.argument("identifiant")
@click.argument("siren")
@click.argument("role", type=click.Choice(ROLES))
def role(identifiant: str, siren: str, role: str) -> None:
    """Donner un rôle (administrateur, charge_mission, lecteur) dans la collectivité d’un SIREN."""
    import os

    from beffroi.warehouse.query import Entrepot

    epci = Entrepot.ouvrir().epci(siren)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.web.settings")
    import django

    django.setup()
    from beffroi.web.accounts.services import donner_role

    avant = donner_role(identifiant, epci.siren, role)
    suite = f" (avant\u00a0: {avant})" if avant and avant != role else ""
    click.echo(f"{identifiant} a le rôle «\u00a0{role}\u00a0» pour {epci.nom}{suite}.")
