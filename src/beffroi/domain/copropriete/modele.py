"""Mots des copropriétés : syndic, classe de fragilité."""

from __future__ import annotations

from enum import StrEnum


class Syndic(StrEnum):
    """Qui tient la copropriété."""

    PROFESSIONNEL = "professionnel"
    BENEVOLE = "benevole"
    BENEVOLE_SANS_ASSEMBLEE = "benevole_sans_assemblee"
    ABSENT = "absent"


class Classe(StrEnum):
    """Classe de fragilité ; *non évaluable* quand trop peu de points sont connus."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    NON_EVALUABLE = "non_evaluable"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_CLASSE[self]


LIBELLE_CLASSE: dict[Classe, str] = {
    Classe.A: "A",
    Classe.B: "B",
    Classe.C: "C",
    Classe.D: "D",
    Classe.NON_EVALUABLE: "non évaluable",
}
