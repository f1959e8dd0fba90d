"""Jeux de données ouverts : un fichier par jeu, qui porte une déclaration ``SOURCE``.

Aucun fichier n'est lu ici : ces modules disent ce que publie le producteur ; l'entrepôt lit, contrôle et range.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from beffroi.kernel.errors import NotFound
from beffroi.kernel.source import Source


@cache
def identifiants() -> tuple[str, ...]:
    """Identifiants des sources déclarées, dans l'ordre alphabétique, sans en importer aucune."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


@cache
def source(identifiant: str) -> Source:
    """La source de cet identifiant.

    Raises:
        NotFound: aucune source de ce nom ; la phrase dit lesquelles existent.
    """
    if identifiant not in identifiants():
        raise NotFound(f"La source « {identifiant} » n'existe pas ; sources connues : {', '.join(identifiants())}.")
    declaree = importlib.import_module(f"{__name__}.{identifiant}").SOURCE
    assert isinstance(declaree, Source) and declaree.id == identifiant
    return declaree


def sources() -> tuple[Source, ...]:
    """Toutes les sources déclarées, dans l'ordre de leurs identifiants."""
    return tuple(source(i) for i in identifiants())
