"""Ce que les règles du contrat (CRTE) lisent : actions suivies et plan de financement."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from beffroi.kernel.convert import Entree


@dataclass(frozen=True, slots=True)
class ActionSuivie:
    """Une action du contrat : avancement en fraction, budget prévu en euros ; abandonnée, elle sort des taux."""

    avancement: Annotated[Decimal | None, Entree("Avancement", "part", minimum=0, maximum=1)]
    budget: Annotated[Decimal | None, Entree("Budget prévu", "euro", minimum=0)] = None
    abandonnee: Annotated[bool, Entree("Action abandonnée")] = False
    nom: Annotated[str, Entree("Action")] = ""


@dataclass(frozen=True, slots=True)
class Financement:
    """Un financeur d'une action, hors maître d'ouvrage."""

    financeur: Annotated[str, Entree("Financeur")]
    montant: Annotated[Decimal, Entree("Montant hors taxes", "euro", minimum=0)]
    public: Annotated[bool, Entree("Personne publique")] = True
