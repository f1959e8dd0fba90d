"""Printing of data, the same for every command: `--format table|json|csv`.

A command decorates itself with `option_format` and ends with `imprimer(colonnes, lignes, format)`. JSON and CSV carry the
raw values (number, ISO date, null); the table shows them through the column's `afficher`.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_args

import click

Format = Literal["table", "json", "csv"]


@dataclass(frozen=True)
class Colonne:
    """A column: its key in JSON and CSV, its title in the table, and how the table shows a value."""

    cle: str
    titre: str = ""
    afficher: Callable[[Any], str] | None = None


option_format = click.option(
    "--format",
    "format",
    type=click.Choice(get_args(Format)),
    default="table",
    show_default=True,
    help="Forme du résultat\u00a0: tableau à lire, JSON, ou CSV (virgule, UTF-8).",
)


def imprimer(
    colonnes: Sequence[Colonne | str],
    lignes: Iterable[Sequence[Any] | Mapping[str, Any]],
    format: str = "table",
) -> None:
    """Print rows on stdout. A row is a sequence in the order of the columns, or a mapping by column key.

    A missing value (None) is an empty cell in the table and in CSV, and null in JSON: never a zero.
    """
    rangs = [c if isinstance(c, Colonne) else Colonne(c) for c in colonnes]
    valeurs = [[r[c.cle] for c in rangs] if isinstance(r, Mapping) else list(r) for r in lignes]
    for rang in valeurs:
        if len(rang) != len(rangs):
            raise ValueError(f"{len(rang)} values for {len(rangs)} columns: {rang!r}")
    if format == "json":
        objets = [{c.cle: brut(v) for c, v in zip(rangs, rang, strict=True)} for rang in valeurs]
        click.echo(json.dumps(objets, ensure_ascii=False, indent=2))
    elif format == "csv":
        tampon = io.StringIO()
        ecrivain = csv.writer(tampon, lineterminator="\n")
        ecrivain.writerow([c.cle for c in rangs])
        ecrivain.writerows([["" if v is None else brut(v) for v in rang] for rang in valeurs])
        click.echo(tampon.getvalue(), nl=False)
    elif format == "table":
        click.echo(tableau(rangs, valeurs))
    else:
        raise ValueError(f"unknown format: {format!r}")


def brut(valeur: Any) -> Any:
    """The value as JSON and CSV carry it: Decimal as a number, date in ISO form, enumeration by its value."""
    if isinstance(valeur, Enum):
        return brut(valeur.value)
    if isinstance(valeur, Decimal):
        return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, list | tuple):
        return [brut(v) for v in valeur]
    if valeur is None or isinstance(valeur, str | int | float | bool | dict):
        return valeur
    return str(valeur)


def tableau(colonnes: Sequence[Colonne], valeurs: Sequence[Sequence[Any]]) -> str:
    """An aligned text table: numbers to the right, text to the left, a rule under the titles."""
    titres = [c.titre or c.cle for c in colonnes]
    textes = [[_montrer(c, v) for c, v in zip(colonnes, rang, strict=True)] for rang in valeurs]
    largeurs = [max(map(largeur, colonne)) for colonne in zip(titres, *textes, strict=True)]
    droite = [
        bool(valeurs) and all(v is None or _nombre(v) for v in colonne) and any(v is not None for v in colonne)
        for colonne in (zip(*valeurs, strict=True) if valeurs else [() for _ in colonnes])
    ]
    sortie = [_ligne(titres, largeurs, droite), "  ".join("─" * w for w in largeurs)]
    sortie += [_ligne(rang, largeurs, droite) for rang in textes]
    return "\n".join(sortie)


def largeur(texte: str) -> int:
    """Columns a text takes in a terminal: combining accents take none, wide signs two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in texte)


def _montrer(colonne: Colonne, valeur: Any) -> str:
    if colonne.afficher is not None:
        return colonne.afficher(valeur)
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Enum):
        return _montrer(colonne, valeur.value)
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, Decimal | float):
        return format(valeur, "f" if isinstance(valeur, Decimal) else "").replace(".", ",").replace("-", "−")
    return " ".join(str(valeur).split())


def _nombre(valeur: Any) -> bool:
    return isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool)


def _ligne(textes: Sequence[str], largeurs: Sequence[int], droite: Sequence[bool]) -> str:
    cellules = []
    for texte, place, a_droite in zip(textes, largeurs, droite, strict=True):
        blanc = " " * (place - largeur(texte))
        cellules.append(blanc + texte if a_droite else texte + blanc)
    return "  ".join(cellules).rstrip()
