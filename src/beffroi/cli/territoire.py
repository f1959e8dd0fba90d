"""`beffroi territoire`: find a commune or an EPCI by code or by name."""

from typing import Any

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("mots", nargs=-1, required=True, metavar="CODE | chercher NOM…")
@option_format
def commande(mots: tuple[str, ...], format: str) -> None:
    """Décrire une commune (code INSEE) ou un EPCI (SIREN) et ses communes ; « chercher NOM » trouve par le nom.

    Accents, casse et tirets n’importent pas : « beffroi territoire chercher bethune ».
    """
    from beffroi.warehouse.query import Entrepot

    entrepot = Entrepot.ouvrir()
    if mots[0] == "chercher" and len(mots) > 1:
        _chercher(entrepot, " ".join(mots[1:]), format)
    elif len(mots) == 1 and mots[0].isdigit() and len(mots[0]) == 9:
        _epci(entrepot, mots[0], format)
    elif len(mots) == 1 and len(mots[0]) == 5 and mots[0][2:].isdigit():
        _commune(entrepot, mots[0].upper(), format)
    else:
        _chercher(entrepot, " ".join(mots), format)


def _nombre(valeur: Any) -> str:
    from beffroi.kernel.figure import nombre

    return "non renseigné" if valeur is None else nombre(valeur)


def _chercher(entrepot: Any, texte: str, format: str) -> None:
    from beffroi.kernel.errors import NotFound
    from beffroi.warehouse.query import Commune

    trouves = entrepot.rechercher(texte)
    if not trouves:
        raise NotFound(f"Aucun territoire ne répond à « {texte} ». Essayez un mot du nom, un code INSEE ou un SIREN.")
    colonnes = [
        Colonne("echelle", "Échelle"),
        Colonne("code", "Code"),
        Colonne("nom", "Nom"),
        Colonne("departement", "Dépt"),
        Colonne("population_municipale", "Population", _nombre),
    ]
    imprimer(
        colonnes,
        [
            (
                "commune" if isinstance(t, Commune) else "epci",
                t.territoire.code,
                t.nom,
                t.code_departement,
                t.population_municipale,
            )
            for t in trouves
        ],
        format,
    )


def _epci(entrepot: Any, siren: str, format: str) -> None:
    epci = entrepot.epci(siren)
    communes = entrepot.communes_epci(siren)
    if format == "table":
        click.echo(
            f"{epci.nom} ({epci.nature}), SIREN {epci.siren} : {len(communes)} communes, "
            f"{_nombre(epci.population_municipale)} habitants (population municipale)."
        )
    _lister(communes, format)


def _commune(entrepot: Any, code: str, format: str) -> None:
    commune = entrepot.commune(code)
    if format == "table" and commune.siren_epci:
        click.echo(f"{commune.nom} est membre de : {entrepot.epci(commune.siren_epci).nom}.")
    _lister([commune], format)


def _lister(communes: list[Any], format: str) -> None:
    colonnes = [
        Colonne("code", "Code"),
        Colonne("nom", "Commune"),
        Colonne("siren", "SIREN"),
        Colonne("siren_epci", "SIREN de l’EPCI"),
        Colonne("population_municipale", "Population municipale", _nombre),
        Colonne("population_totale", "Population totale", _nombre),
    ]
    imprimer(
        colonnes,
        [(c.code, c.nom, c.siren, c.siren_epci, c.population_municipale, c.population_totale) for c in communes],
        format,
    )
