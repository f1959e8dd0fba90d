"""Errors addressed to the agent: sentences in French, with the place of the fault and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class BeffroiError(Exception):
    """Base of every error shown to a user. ``str(error)`` is a complete French sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault found in an input: what is wrong, where, and what to do about it.

    ``ligne`` and ``colonne`` count from 1; ``colonne`` may also be the name of a column.
    """

    message: str
    fichier: str | None = None
    ligne: int | None = None
    colonne: int | str | None = None
    conseil: str | None = None

    def __str__(self) -> str:
        place = [self.fichier] if self.fichier else []
        if self.ligne is not None:
            place.append(f"ligne {self.ligne}")
        if self.colonne is not None:
            quoted = f"« {self.colonne} »" if isinstance(self.colonne, str) else self.colonne
            place.append(f"colonne {quoted}")
        head = f"{', '.join(place)} : " if place else ""
        tail = f" {self.conseil}" if self.conseil else ""
        return f"{head}{self.message}{tail}"


class InvalidInput(BeffroiError):
    """One or several faults in what was given; nothing was written."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class NotFound(BeffroiError):
    """What was asked for does not exist (territory, programme, rule, indicator…)."""


class NotLoaded(BeffroiError):
    """A source, a warehouse or a programme is needed and has not been loaded yet; the sentence says how."""
