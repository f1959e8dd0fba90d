"""Exchange of programmes: read, check (line, column), write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beffroi.domain.programme.modele import Programme
    from beffroi.exchange.controle import Territoires


def lire(chemin: str | Path, *, territoires: Territoires | None = None) -> Programme:
    """Read and check a programme file (YAML or JSON).

    Args:
        chemin: path of the file.
        territoires: knows the communes of an EPCI; without it, membership is not checked.

    Raises:
        InvalidInput: every fault of the file, each with line and column; nothing is returned half-read.
    """
    from beffroi.exchange.noeuds import lire_texte

    fichier = Path(chemin)
    return lire_contenu(lire_texte(fichier), fichier.name, territoires=territoires)


def lire_contenu(texte: str, fichier: str, *, territoires: Territoires | None = None) -> Programme:
    """Same as `lire`, from a text already in memory (an upload); ``fichier`` names it in the faults."""
    from beffroi.domain.programme.modele import Programme
    from beffroi.exchange.lecture import Lecteur
    from beffroi.exchange.noeuds import Fautes, composer
    from beffroi.exchange.verification import verifier

    fautes = Fautes(fichier)
    lecteur = Lecteur(fautes)
    racine = composer(texte, fichier)
    programme = lecteur.objet(Programme, racine, "programme")
    verifier(programme, lecteur, fautes, territoires)
    fautes.lever()
    assert isinstance(programme, Programme)
    return programme
