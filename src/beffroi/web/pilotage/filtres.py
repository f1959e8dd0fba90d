"""Filters and sorts asked in the address of a page: unknown values are ignored, never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choix:
    """A select of the filter bar: name in the address, label, options (value, label), value chosen."""

    nom: str
    libelle: str
    options: tuple[tuple[str, str], ...]
    valeur: str

    @classmethod
    def lire(cls, request: HttpRequest, nom: str, libelle: str, options: Iterable[tuple[str, str]]) -> Choix:
        """Read it from the address."""
        known = tuple((str(v), t) for v, t in options)
        asked = request.GET.get(nom, "")
        return cls(nom, libelle, known, asked if asked in {v for v, _ in known} else "")


@dataclass(frozen=True, slots=True)
class Tri(Generic[T]):
    """A sort: key chosen, direction, and how each key reads a row (None goes last whatever the direction)."""

    cle: str
    decroissant: bool

    def appliquer(self, lignes: Sequence[T], cles: dict[str, Callable[[T], Any]]) -> list[T]:
        """Sorted rows."""
        read = cles.get(self.cle)
        if read is None:
            return list(lignes)
        known = [x for x in lignes if read(x) is not None]
        missing = [x for x in lignes if read(x) is None]
        return sorted(known, key=read, reverse=self.decroissant) + missing

    def sens(self, cle: str) -> str:
        """Value of ``aria-sort`` for a column."""
        if cle != self.cle:
            return "none"
        return "descending" if self.decroissant else "ascending"

    def suivant(self, cle: str) -> str:
        """Value that a click on the column asks for."""
        return f"-{cle}" if cle == self.cle and not self.decroissant else cle


def lire_tri(request: HttpRequest, cles: Iterable[str], defaut: str = "") -> Tri[Any]:
    """Sort asked by ``?tri=ecart`` or ``?tri=-ecart``."""
    asked = request.GET.get("tri", "")
    key = asked.lstrip("-")
    if key not in set(cles):
        asked, key = defaut, defaut.lstrip("-")
    return Tri(key, asked.startswith("-"))
