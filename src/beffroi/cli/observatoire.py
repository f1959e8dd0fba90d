"""`beffroi observatoire`: the portrait of any EPCI or commune of France."""

from collections import Counter
from pathlib import Path

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format


@click.command()
@click.argument("territoire", nargs=-1, required=True, metavar="SIREN | CODE | NOM…")
@click.option(
    "--miroir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="BEFFROI_MIROIR",
    help="Dossier d’un miroir local.",
)
@click.option("--comparer", help="Indicateur à comparer : département, région, France, EPCI semblables.")
@click.option("--creer-plh", is_flag=True, help="Écrire le fichier d’un PLH vide de cet EPCI, au lieu du portrait.")
@click.option("--debut", type=int, help="Première année du PLH vide\u00a0; à défaut, l’an prochain.")
@click.option("--sortie", type=click.Path(path_type=Path, dir_okay=False), help="Fichier du PLH vide.")
@option_format
def commande(
    territoire: tuple[str, ...],
    miroir: Path | None,
    comparer: str | None,
    creer_plh: bool,
    debut: int | None,
    sortie: Path | None,
    format: str,
) -> None:
    """« Votre EPCI en une minute » : prépare les données, puis montre tout ce qu’elles disent d’un territoire."""
    from beffroi.cli.indicateur import COLONNES, ligne
    from beffroi.warehouse import Observatoire
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.portrait import portrait

    fait = preparer(miroir=miroir, progres=lambda phrase: click.echo(f"… {phrase}", err=True))
    for faute in fait.faults:
        click.echo(f"Refusé\u00a0: {faute}", err=True)
    observatoire = Observatoire.ouvrir()
    choisi = observatoire.territoire(" ".join(territoire))
    if creer_plh:
        _creer_plh(observatoire, choisi, debut, sortie)
        return
    if comparer:
        _comparer(observatoire, comparer, choisi, format)
        return
    p = portrait(observatoire, choisi)
    if format == "table":
        click.echo(
            f"{choisi.nom} ({choisi.territoire.code})\u00a0: {len(p.communes)} commune(s), "
            f"{_nombre(choisi.population_municipale)} habitants (population municipale)."
        )
    colonnes = [Colonne("indicateur", "Indicateur"), *COLONNES[1:]]
    imprimer(colonnes, [(v.indicateur.label, *ligne(observatoire, v)[1:]) for v in p.valeurs], format)
    if format == "table":
        _suite(observatoire, p)


def _creer_plh(observatoire: "object", choisi: "object", debut: int | None, sortie: Path | None) -> None:
    """Write the empty PLH; an existing file is never overwritten."""
    from datetime import date

    from beffroi.exchange.ecriture import yaml_de
    from beffroi.kernel.errors import BeffroiError
    from beffroi.warehouse.ebauche import ebaucher_plh
    from beffroi.warehouse.observatory import Observatoire
    from beffroi.warehouse.query import Epci

    assert isinstance(observatoire, Observatoire)
    if not isinstance(choisi, Epci):
        siren = getattr(choisi, "siren_epci", None)
        conseil = f" Donnez son SIREN\u00a0: {siren}." if siren else " Cette commune n’est dans aucun EPCI."
        raise BeffroiError(f"Un PLH est celui d’un EPCI, pas d’une commune.{conseil}")
    p = ebaucher_plh(observatoire.entrepot, choisi, debut or date.today().year + 1)
    chemin = sortie or Path(f"{p.id}.yaml")
    try:
        with chemin.open("x", encoding="utf-8", newline="\n") as fichier:
            fichier.write(yaml_de(p))
    except FileExistsError:
        raise BeffroiError(f"«\u00a0{chemin}\u00a0» existe déjà\u00a0: donnez un autre nom avec --sortie.") from None
    except OSError as e:
        raise BeffroiError(f"«\u00a0{chemin}\u00a0» ne peut pas être écrit ({e.strerror}).") from e
    inventaire = p.inventaire_sru
    click.echo(f"{chemin}\u00a0: écrit. {p.titre}, version «\u00a0{p.version}\u00a0».")
    click.echo(
        f"{len(p.communes())} commune(s), {len(p.sections)} parties à écrire, {len(p.objectifs)} objectifs non renseignés, "
        + (
            "inventaire SRU non chargé."
            if inventaire is None
            else f"{len(inventaire.communes)} commune(s) à l’inventaire SRU {inventaire.annee}."
        )
    )
    click.echo(
        f"Vérifiez-le\u00a0: beffroi programme verifier {chemin}. Chargez-le\u00a0: beffroi programme charger {chemin}"
    )


def _nombre(valeur: int | None) -> str:
    from beffroi.kernel.figure import nombre

    return "?" if valeur is None else nombre(valeur)


def _suite(observatoire: "object", p: "object") -> None:
    """Counts and compliance matrix, under the table."""
    from beffroi.warehouse.portrait import Portrait

    assert isinstance(p, Portrait)
    compte = Counter(p.decompte)
    click.echo("")
    click.echo(
        f"{sum(compte.values())} indicateurs\u00a0: " + ", ".join(f"{n} {mot}" for mot, n in compte.most_common()) + "."
    )
    click.echo("")
    click.echo("Observatoire de l’habitat et du foncier (CCH, art. R. 302-1-4 et L. 302-1 III)")
    imprimer(
        [
            Colonne("bloc", "Analyse ou inventaire"),
            Colonne("presence", "État"),
            Colonne("jeux", "Jeux et date des données"),
        ],
        [
            (c.bloc.libelle, c.presence.libelle, " ; ".join(f"{nom} ({d:%d/%m/%Y})" for nom, d in c.jeux))
            for c in p.conformite
        ],
    )


def _comparer(observatoire: "object", identifiant: str, choisi: "object", format: str) -> None:
    from beffroi.cli.indicateur import couverture
    from beffroi.warehouse.comparison import compare
    from beffroi.warehouse.observatory import Observatoire
    from beffroi.warehouse.query import Commune, Epci

    assert isinstance(observatoire, Observatoire)
    assert isinstance(choisi, Commune | Epci)
    c = compare(observatoire, identifiant, choisi)
    lignes = [("ce territoire", c.territoire.nom, c.chiffre), *(("repère", t.nom, f) for t, f in c.reperes)]
    lignes += [("semblable", t.nom, f) for t, f in c.similaires]
    imprimer(
        [Colonne("role", "Rôle"), Colonne("territoire", "Territoire"), Colonne("periode", "Période"),
         Colonne("valeur", "Valeur"), Colonne("couverture", "Couverture")],
        [(r, n, f.periode, f.texte(c.indicateur.decimals, avec_unite=True), couverture(f)) for r, n, f in lignes],
        format,
    )  # fmt: skip
    if format == "table" and c.rang is not None:
        click.echo(f"Rang {c.rang} sur {c.classes} (du plus haut au plus bas), {c.quintile}e cinquième depuis le bas.")
