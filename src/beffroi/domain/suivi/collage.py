"""Bloc copié depuis un tableur : lignes séparées par des retours, cellules par des tabulations.

Une cellule dont le texte contient un retour ou une tabulation arrive entre guillemets, les siens doublés.
"""

from __future__ import annotations

import csv
import io

from beffroi.kernel.errors import InvalidInput, Problem

CELLULES_MAXIMUM = 20_000


def lire_bloc(texte: str) -> tuple[tuple[str, ...], ...]:
    """Lignes et cellules d'un bloc collé ; le retour final d'un tableur n'ajoute pas de ligne.

    Raises:
        InvalidInput: rien à coller, ou plus de 20 000 cellules.
    """
    net = texte.replace("\r\n", "\n").replace("\r", "\n")
    if net.endswith("\n"):
        net = net[:-1]
    if not net.strip():
        raise InvalidInput(Problem("il n'y a rien à coller.", conseil="Copiez des cellules dans votre tableur."))
    if net.count("\t") + net.count("\n") >= CELLULES_MAXIMUM:
        raise InvalidInput(
            Problem(
                f"le bloc dépasse {CELLULES_MAXIMUM} cellules.",
                conseil="Collez-le en plusieurs fois, ou importez un classeur.",
            )
        )
    if '"' not in net:
        return tuple(tuple(c.strip() for c in ligne.split("\t")) for ligne in net.split("\n"))
    lecteur = csv.reader(io.StringIO(net, newline=""), delimiter="\t")
    return tuple(tuple(c.strip() for c in ligne) for ligne in lecteur)
