"""``beffroi compte``: open an account, give or take back a role, renew a password, close."""

from __future__ import annotations

import click

from beffroi.cli.base import ouvrir_base
from beffroi.cli.sortie import Colonne, imprimer, option_format

ROLES = ("administrateur", "charge_mission", "lecteur")
argument_role = click.argument("role", type=click.Choice(ROLES))
argument_siren = click.argument("siren", metavar="SIREN")


@click.group(help="Ouvrir un compte, donner un rôle, renouveler un mot de passe, fermer.")
def commande() -> None:
    """Entry point of the command."""


def _nom_epci(siren: str) -> str:
    """Name of the EPCI; refused when the territories in service do not know it."""
    from beffroi.kernel.errors import NotLoaded
    from beffroi.warehouse.query import Entrepot

    try:
        return Entrepot.ouvrir().epci(siren).nom
    except NotLoaded:  # rien n’est préparé : le SIREN seul sera contrôlé
        return siren


def _montrer(identifiant: str, mot_de_passe: str) -> None:
    click.echo(f"  identifiant   {identifiant}")
    click.echo(f"  mot de passe  {mot_de_passe}")
    click.echo("Il ne sera plus montré. La personne le change sur « Mon compte ».", err=True)


@commande.command(help="Ouvrir un compte et lui donner un rôle ; le mot de passe, tiré au sort, s’affiche une fois.")
@click.argument("identifiant")
@argument_siren
@argument_role
@click.option("--prenom", default="", help="Prénom montré dans les pages.")
@click.option("--nom", default="", help="Nom montré dans les pages.")
@click.option("--courriel", default="", help="Adresse électronique.")
def ouvrir(identifiant: str, siren: str, role: str, prenom: str, nom: str, courriel: str) -> None:
    """Create an account."""
    ouvrir_base()
    from beffroi.web.accounts.services import ouvrir as creer

    name = _nom_epci(siren)
    fait = creer(identifiant, siren, role, prenom=prenom, nom=nom, courriel=courriel)
    click.echo(f"Compte ouvert pour {fait.compte.nom_affiche}, {role}, {name}.")
    _montrer(identifiant, fait.mot_de_passe)


@commande.command(help="Donner à un compte un rôle dans une collectivité.")
@click.argument("identifiant")
@argument_siren
@argument_role
def role(identifiant: str, siren: str, role: str) -> None:
    """Give a role."""
    ouvrir_base()
    from beffroi.web.accounts.services import compte, donner_role

    name = _nom_epci(siren)
    change = donner_role(compte(identifiant), siren, role)
    click.echo(f"{name}\u00a0: rôle «\u00a0{role}\u00a0» donné." if change else "Ce rôle était déjà le sien.")


@commande.command(help="Retirer à un compte son rôle dans une collectivité.")
@click.argument("identifiant")
@argument_siren
def retirer(identifiant: str, siren: str) -> None:
    """Take a role back."""
    ouvrir_base()
    from beffroi.web.accounts.services import compte, donner_role

    change = donner_role(compte(identifiant), siren, None)
    click.echo("Rôle retiré." if change else "Ce compte n’y avait pas de rôle.")


@commande.command("mot-de-passe", help="Tirer un nouveau mot de passe.")
@click.argument("identifiant")
def mot_de_passe(identifiant: str) -> None:
    """Renew a password."""
    ouvrir_base()
    from beffroi.web.accounts.services import compte, renouveler

    _montrer(identifiant, renouveler(compte(identifiant)))


@commande.command(help="Fermer un compte ; ce qu’il a saisi reste, avec son nom.")
@click.argument("identifiant")
@click.option("--rouvrir", is_flag=True, help="Le rouvrir.")
def fermer(identifiant: str, rouvrir: bool) -> None:
    """Close an account."""
    ouvrir_base()
    from beffroi.web.accounts.services import compte
    from beffroi.web.accounts.services import fermer as clore

    clore(compte(identifiant), ouvert=rouvrir)
    click.echo("Compte rouvert." if rouvrir else "Compte fermé.")


@commande.command(help="Lister les comptes et leurs rôles.")
@option_format
def lister(format: str) -> None:
    """One line per account and collectivité."""
    ouvrir_base()
    from beffroi.web.accounts.models import Utilisateur

    colonnes = [
        Colonne("identifiant", "Identifiant"),
        Colonne("nom", "Nom"),
        Colonne("collectivite", "Collectivité"),
        Colonne("role", "Rôle"),
        Colonne("ouvert", "Ouvert"),
        Colonne("fictif", "Fictif"),
    ]
    rows = []
    for u in Utilisateur.objects.prefetch_related("affectations").order_by("username"):
        given = [(a.collectivite, a.role) for a in u.affectations.all()] or [("", "")]
        rows += [
            {
                "identifiant": u.username,
                "nom": u.nom_affiche,
                "collectivite": siren,
                "role": held,
                "ouvert": "oui" if u.is_active else "non",
                "fictif": "oui" if u.fictif else "non",
            }
            for siren, held in sorted(given)
        ]
    imprimer(colonnes, rows, format)
