"""Commands of whoever works on Beffroi itself: `test`, `check`, `fix`, `bench`.

They act on a working copy of the repository and call the tools of the development set (requirements/dev.lock).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from beffroi.cli import COMMANDES, existe
from beffroi.cli.sortie import Colonne, imprimer, option_format

PASSER_TOUT = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["--aide"]}


@dataclass(frozen=True)
class Etape:
    """One step of `check` or `fix`: a title, and what runs (a command line, or a function returning faults)."""

    titre: str
    action: Sequence[str] | Callable[[], list[str]]


def depot() -> Path:
    """Root of the working copy. Raises BeffroiError when Beffroi is installed without its repository."""
    racine = Path(__file__).parents[3]
    if not (racine / "pyproject.toml").is_file():
        from beffroi.kernel.errors import BeffroiError

        raise BeffroiError("cette commande travaille sur une copie complète du dépôt, absente ici. Clonez le projet.")
    return racine


def outil(nom: str) -> str:
    """Path of a tool installed beside the running Python."""
    return str(Path(sys.executable).parent / nom)


@click.command(context_settings=PASSER_TOUT)
@click.pass_context
def tester(ctx: click.Context) -> None:
    """Lancer les tests sur deux cœurs\u00a0; ce qui suit est transmis à pytest (chemins, -k, -x…).

    La liste des tests sautés, avec ce qui les débloque, précède la dernière ligne.
    """
    reglages = [] if any(a in ("-n", "--pdb") or a.startswith("-n") for a in ctx.args) else ["-n", "2"]
    pytest = [sys.executable, "-m", "pytest", *reglages, "--dist", "loadgroup"]
    code = 0
    postgres = os.environ.get("BEFFROI_TEST_POSTGRES")
    if postgres and not ctx.args:  # les tables et les pages passent aussi sur PostgreSQL
        click.echo("Tables et pages sur PostgreSQL", err=True)
        code = subprocess.run(
            [*pytest, "-q", "-m", "not navigateur", "--allow-hosts=127.0.0.1", "tests/web"],
            cwd=depot(),
            env=os.environ | {"DATABASE_URL": postgres},
            check=False,
        ).returncode
    ctx.exit(subprocess.run([*pytest, *ctx.args], cwd=depot(), check=False).returncode or code)


@click.command()
def controler() -> None:
    """Contrôler format, règles, types, architecture, pages générées et propreté. Ne change rien."""
    derouler(etapes_de_controle())


@click.command()
def corriger() -> None:
    """Mettre en forme le code, corriger ce qui se corrige seul, régénérer les pages de référence."""
    etapes = [
        Etape("Corrections sûres (ruff)", [outil("ruff"), "check", "--fix", "--quiet", "."]),
        Etape("Format (ruff)", [outil("ruff"), "format", "--quiet", "."]),
    ]
    if existe(COMMANDES["docs"]):
        etapes.append(Etape("Pages de référence", [sys.executable, "-m", "beffroi", "docs", "generer"]))
    derouler(etapes)


@click.command()
@click.argument("noms", nargs=-1)
@option_format
def mesurer(noms: tuple[str, ...], format: str) -> None:
    """Lancer les mesures de benchmarks/ (ou celles nommées) et montrer leurs rapports à un repère.

    Échoue si une mesure dépasse le plafond qu’elle annonce.
    """
    dossier = depot() / "benchmarks"
    scripts = sorted(p for p in dossier.glob("*.py") if not p.name.startswith("_") and (not noms or p.stem in noms))
    inconnus = sorted(set(noms) - {p.stem for p in scripts})
    if inconnus:
        raise click.BadParameter(f"pas de mesure nommée {', '.join(inconnus)} dans benchmarks/.", param_hint="NOMS")
    lignes: list[dict[str, Any]] = []
    rates = []
    for script in scripts:
        click.echo(f"… {script.stem}", err=True)
        fini = subprocess.run(
            [sys.executable, str(script)], cwd=depot(), stdout=subprocess.PIPE, text=True, check=False
        )
        mesures = [json.loads(ligne) for ligne in fini.stdout.splitlines() if ligne.startswith("{")]
        for m in mesures:
            tenu = m.get("plafond") is None or m["rapport"] <= m["plafond"]
            lignes.append(
                {cle: m.get(cle) for cle in ("mesure", "duree_ms", "repere", "repere_ms", "rapport", "plafond")}
            )
            lignes[-1] |= {"script": script.stem, "tenu": tenu}
            if not tenu:
                rates.append(f"{script.stem} ({m['mesure']})")
        if fini.returncode != 0:
            rates.append(f"{script.stem} (arrêté avec le code {fini.returncode})")
        elif not mesures:
            rates.append(f"{script.stem} (aucune mesure écrite)")
    colonnes = [
        Colonne("script", "Script"),
        Colonne("mesure", "Mesure"),
        Colonne("duree_ms", "Durée (ms)", _un_chiffre),
        Colonne("repere", "Repère"),
        Colonne("repere_ms", "Repère (ms)", _un_chiffre),
        Colonne("rapport", "Rapport", _deux_chiffres),
        Colonne("plafond", "Plafond", _deux_chiffres),
        Colonne("tenu", "Tenu"),
    ]
    imprimer(colonnes, lignes, format)
    if rates:
        click.echo(f"Mesures non tenues\u00a0: {' ; '.join(rates)}.", err=True)
        sys.exit(1)


def etapes_de_controle() -> list[Etape]:
    """The steps of `check`, in the order from the fastest to the slowest."""
    from beffroi.cli import proprete

    etapes = [
        Etape(
            "Format (ruff format)", [outil("ruff"), "format", "--check", "--quiet", "--output-format", "concise", "."]
        ),
        Etape("Règles (ruff check)", [outil("ruff"), "check", "--quiet", "--output-format", "concise", "."]),
        Etape("Propreté des fichiers", lambda: proprete.fautes(depot())),
        Etape("Architecture (import-linter)", [outil("lint-imports")]),
        Etape("Types (mypy --strict)", [outil("mypy"), "--strict", "src/beffroi"]),
    ]
    if existe(COMMANDES["docs"]):
        etapes.append(Etape("Pages de référence et glossaire", [sys.executable, "-m", "beffroi", "docs", "verifier"]))
    return etapes


def derouler(etapes: Sequence[Etape]) -> None:
    """Run the steps, show each with its result and time; leave with code 1 if any failed."""
    racine = depot()
    largeur = max(len(e.titre) for e in etapes)
    ratees = []
    for etape in etapes:
        click.echo(f"{etape.titre:<{largeur}}  ", nl=False)
        debut = time.monotonic()
        detail = _lancer(etape, racine)
        click.echo(f"{'bon  ' if detail is None else 'RATÉ '}  {time.monotonic() - debut:5.1f} s".replace(".", ","))
        if detail is not None:
            ratees.append(etape.titre)
            click.echo("".join(f"    {ligne}\n" for ligne in detail.strip().splitlines()), nl=False)
    if ratees:
        click.echo(
            f"À reprendre\u00a0: {', '.join(ratees)}. « ./beffroi fix » corrige format et pages générées.", err=True
        )
        sys.exit(1)
    click.echo("Tout est bon.")


def _lancer(etape: Etape, racine: Path) -> str | None:
    """None when the step is right, otherwise what it said."""
    if callable(etape.action):
        return "\n".join(etape.action()) or None
    fini = subprocess.run(
        etape.action, cwd=racine, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return None if fini.returncode == 0 else fini.stdout or f"arrêté avec le code {fini.returncode}"


def _un_chiffre(valeur: float | None) -> str:
    return "" if valeur is None else f"{valeur:.1f}".replace(".", ",")


def _deux_chiffres(valeur: float | None) -> str:
    return "" if valeur is None else f"{valeur:.2f}".replace(".", ",")
