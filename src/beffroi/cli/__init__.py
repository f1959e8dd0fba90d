"""The command `beffroi`. Sub-commands are imported only when called: `beffroi --help` loads nothing heavy.

To add a command: write `beffroi/cli/<module>.py` with a click command named `commande`, and give it one line in
`COMMANDES`. A command whose module does not exist is neither listed nor accepted.
"""

import gettext
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

# Les phrases de click (« Usage », « Missing argument »…) passent par gettext : on lui donne notre traduction.
os.environ.setdefault("LANGUAGE", "fr")
gettext.bindtextdomain("messages", str(Path(__file__).parent / "langue"))

import click  # noqa: E402 — après bindtextdomain : click peut traduire dès son import


class Entree(NamedTuple):
    """One line of the command list: where the command lives, and its short help."""

    module: str
    aide: str
    attribut: str = "commande"


COMMANDES = {
    "demo": Entree("demo", "Préparer la démonstration, puis l’ouvrir dans le navigateur."),
    "servir": Entree("servir", "Servir les pages sur ses propres données, sans démonstration."),
    "compte": Entree("compte", "Ouvrir un compte, donner un rôle, renouveler un mot de passe, fermer."),
    "territoire": Entree("territoire", "Trouver une commune ou un EPCI, par code ou par nom."),
    "programme": Entree("programme", "Vérifier, charger ou exporter un programme (PLH, CRTE)."),
    "donnees": Entree("donnees", "Télécharger, contrôler et construire les données ouvertes."),
    "observatoire": Entree("observatoire", "Faire le portrait d’un EPCI ou d’une commune de France."),
    "indicateur": Entree("indicateur", "Lister les indicateurs, ou en calculer un."),
    "regle": Entree("regle", "Appliquer une règle et lire son raisonnement."),
    "rapport": Entree("rapport", "Écrire un bilan (DOCX, HTML, JSON)."),
    "docs": Entree("docs", "Générer ou vérifier les pages de référence."),
    "verifier": Entree("verifier", "Vérifier que l’installation est complète."),
    "test": Entree("atelier", "Lancer les tests, puis dire ce qui a été sauté et pourquoi.", "tester"),
    "check": Entree(
        "atelier", "Contrôler format, règles, types, architecture et pages générées, sans rien changer.", "controler"
    ),
    "fix": Entree("atelier", "Mettre en forme le code et régénérer les pages de référence.", "corriger"),
    "bench": Entree("atelier", "Mesurer les vitesses, en rapport à un repère de la même exécution.", "mesurer"),
}


class Paresseux(click.Group):
    """A click group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands whose module exists, in the order of `COMMANDES`."""
        return [nom for nom, entree in COMMANDES.items() if existe(entree)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None when it is unknown or not built."""
        entree = COMMANDES.get(cmd_name)
        if entree is None or not existe(entree):
            return None
        commande = getattr(import_module(f"beffroi.cli.{entree.module}"), entree.attribut)
        assert isinstance(commande, click.Command)
        return commande

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from `COMMANDES` alone, without importing anything."""
        with formatter.section("Commandes"):
            formatter.write_dl([(nom, COMMANDES[nom].aide) for nom in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a `BeffroiError` becomes one sentence on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as erreur:
            from beffroi.kernel.errors import BeffroiError

            if not isinstance(erreur, BeffroiError):
                raise
            click.echo(f"Erreur\u00a0: {erreur}", err=True)
            ctx.exit(2)


def existe(entree: Entree) -> bool:
    """Whether the module (file or folder) of a command is there."""
    chemin = Path(__file__).parent / entree.module
    return chemin.with_suffix(".py").is_file() or (chemin / "__init__.py").is_file()


@click.group(
    cls=Paresseux,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    epilog="Aide d’une commande\u00a0: beffroi COMMANDE --help",
)
@click.version_option(package_name="beffroi", message="beffroi %(version)s")
def main() -> None:
    """Beffroi\u00a0: suivre un programme local de l’habitat ou un CRTE, observer le territoire, écrire le bilan."""
    for flux in (sys.stdout, sys.stderr):  # les sorties sont en UTF-8, même redirigées sous un autre réglage
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(encoding="utf-8")
