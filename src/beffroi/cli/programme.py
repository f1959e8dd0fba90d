"""``beffroi programme``: check, load, export and list programmes (PLH, CRTE)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format

if TYPE_CHECKING:
    from beffroi.domain.programme.modele import Programme
    from beffroi.exchange.controle import Territoires


@click.group(help="Vérifier, charger ou exporter un programme (PLH, CRTE).")
def commande() -> None:
    """Entry point of the command."""


@commande.command(help="Lister les programmes livrés avec Beffroi.")
@option_format
def lister(format: str) -> None:
    """One line per packaged programme."""
    from beffroi import demo
    from beffroi.exchange import lire

    colonnes = [
        Colonne("id", "Identifiant"),
        Colonne("titre", "Titre"),
        Colonne("orientations", "Orientations"),
        Colonne("actions", "Actions"),
        Colonne("indicateurs", "Indicateurs"),
        Colonne("communes", "Communes"),
    ]
    programmes = [lire(chemin) for chemin in demo.programmes()]
    imprimer(colonnes, [_resume(p) for p in programmes], format)


def _resume(p: Programme) -> dict[str, Any]:
    return {
        "id": p.id,
        "titre": p.titre,
        "orientations": len(p.orientations),
        "actions": len(p.actions),
        "indicateurs": sum(len(a.indicateurs) for a in p.actions),
        "communes": len(p.communes()),
    }


@commande.command(help="Lister les fautes d’un fichier, et les totaux du document qui ne concordent pas.")
@click.argument("programme", metavar="FICHIER|ID")
@option_format
def verifier(programme: str, format: str) -> None:
    """Read, check, and put the readings of each total side by side."""
    from beffroi.domain.programme.totaux import comparaisons
    from beffroi.exchange import lire

    p = lire(_chemin(programme), territoires=_territoires())
    toutes = comparaisons(p)
    ecarts = [c for c in toutes if not c.concordante]
    lignes = [
        {
            "element": c.element,
            "libelle": c.libelle,
            "territoire": c.secteur.nom if c.secteur else "Ensemble du territoire",
            "lecture": lecture.libelle,
            "valeur": lecture.valeur,
            "lignes": list(lecture.lignes) if format == "json" else lecture.texte_lignes,
        }
        for c in ecarts
        for lecture in c.lectures
    ]
    if format == "table":
        r = _resume(p)
        click.echo(
            f"{p.titre}\u00a0: aucune faute. {r['orientations']} orientations, {r['actions']} actions, "
            f"{r['indicateurs']} indicateurs, {r['communes']} communes."
        )
        if not ecarts:
            click.echo(f"Totaux comparés\u00a0: {len(toutes)}, tous concordants.")
            return
        click.echo(f"Totaux qui ne concordent pas\u00a0: {len(ecarts)} sur {len(toutes)} comparés.\n")
    imprimer(
        [
            Colonne("element", "Élément"),
            Colonne("libelle", "Libellé", lambda v: v if len(v) <= 48 else v[:47] + "…"),
            Colonne("territoire", "Territoire"),
            Colonne("lecture", "Lecture"),
            Colonne("valeur", "Valeur", _nombre),
            Colonne("lignes", "Lignes du document"),
        ],
        lignes,
        format,
    )


@commande.command(help="Charger un programme dans la base des pages.")
@click.argument("programme", metavar="FICHIER|ID")
def charger(programme: str) -> None:
    """Check, then load a new version; nothing is written when the file has a fault."""
    from beffroi.cli.base import ouvrir_base
    from beffroi.exchange import lire

    p = lire(_chemin(programme), territoires=_territoires())
    ouvrir_base()
    from beffroi.web.tables.services.programme import charger as ecrire

    version, nouvelle = ecrire(p)
    etat = "chargé" if nouvelle else "déjà chargé, rien n’a changé"
    click.echo(f"{p.titre_court}, version « {version.version} »\u00a0: {etat}.")


@commande.command(help="Écrire un programme livré ou un fichier, en YAML canonique ou en JSON.")
@click.argument("programme", metavar="FICHIER|ID")
@click.option("--format", "format", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option(
    "--sortie", type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire\u00a0; à défaut, la sortie."
)
def exporter(programme: str, format: str, sortie: Path | None) -> None:
    """Write the canonical text: export, load and export again give the same bytes."""
    from beffroi.exchange import lire
    from beffroi.exchange.ecriture import json_de, yaml_de

    p = lire(_chemin(programme))
    texte = yaml_de(p) if format == "yaml" else json_de(p)
    if sortie is None:
        click.echo(texte, nl=False)
        return
    sortie.write_text(texte, encoding="utf-8", newline="\n")
    click.echo(f"{sortie}\u00a0: écrit.", err=True)


@commande.command(
    help="Dire ce qui change d’une version à l’autre\u00a0: ajouts, modifications, retraits, déplacements."
)
@click.argument("ancienne", metavar="FICHIER|ID")
@click.argument("nouvelle", metavar="FICHIER|ID")
@option_format
def comparer(ancienne: str, nouvelle: str, format: str) -> None:
    """Compare two versions by permanent ids."""
    from beffroi.domain.programme.versions import comparer as comparer_versions
    from beffroi.exchange import lire
    from beffroi.kernel.errors import InvalidInput, Problem

    avant, apres = lire(_chemin(ancienne)), lire(_chemin(nouvelle))
    if avant.id != apres.id:
        message = f"«\u00a0{avant.id}\u00a0» et «\u00a0{apres.id}\u00a0» ne sont pas deux versions d’un même programme."
        raise InvalidInput(Problem(message, conseil="Comparer deux fichiers qui portent le même identifiant."))
    resultat = comparer_versions(avant, apres)
    if format == "table":
        click.echo(
            f"{apres.titre_court}, de «\u00a0{avant.version}\u00a0» à «\u00a0{apres.version}\u00a0»\u00a0: {resultat.resume}."
        )
        for changement in resultat.changements:
            click.echo(f"  {changement.phrase}")
        return
    colonnes = ["nature", "element", "genre", "champ", "avant", "apres", "phrase"]
    imprimer(colonnes, [{c: getattr(x, c) for c in colonnes} for x in resultat.changements], format)


@commande.command(help="Écrire les échéances et les réunions dues au format ICS, pour un agenda.")
@click.argument("programme", metavar="FICHIER|ID")
@click.option("--sortie", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Fichier .ics à écrire.")
def calendrier(programme: str, sortie: Path) -> None:
    """Write the calendar of a programme."""
    from datetime import UTC, datetime

    from beffroi.exchange import lire
    from beffroi.exchange.calendrier import ics_de

    p = lire(_chemin(programme))
    sortie.write_bytes(ics_de(p, ecrit=datetime.now(UTC).replace(microsecond=0)))
    click.echo(f"{sortie}\u00a0: écrit.", err=True)


def _chemin(programme: str) -> Path:
    """Path of a file, or of a packaged programme given by its id.

    Raises:
        NotFound: neither a file nor the id of a packaged programme.
    """
    from beffroi import demo
    from beffroi.kernel.errors import NotFound

    livres = {chemin.stem: chemin for chemin in demo.programmes()}
    if programme in livres:
        return livres[programme]
    chemin = Path(programme)
    if chemin.exists() or chemin.suffix in (".yaml", ".yml", ".json"):
        return chemin
    raise NotFound(
        f"«\u00a0{programme}\u00a0» n’est ni un fichier ni un programme livré. Programmes livrés\u00a0: {', '.join(livres)}."
    )


def _territoires() -> Territoires | None:
    """Membership of communes, when the reference of territories is installed."""
    from beffroi.exchange.territoires import decoupage

    return decoupage()


def _nombre(valeur: Any) -> str:
    texte = f"{valeur:,f}".replace(",", "\u202f").replace(".", ",")
    return texte.replace("-", "−")
