"""Ce que l'observatoire de l'habitat et du foncier doit suivre (CCH, R. 302-1-4 et L. 302-1 III)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from beffroi.kernel.convert import Entree
from beffroi.kernel.legal import LegalRef


class BlocObservatoire(StrEnum):
    """Les quatre analyses et les cinq inventaires."""

    MARCHES = "marches"
    MOBILISATION_FONCIERE = "mobilisation_fonciere"
    PARCS = "parcs"
    DEMANDE_ATTRIBUTIONS = "demande_attributions"
    FRICHES = "friches"
    LOCAUX_VACANTS = "locaux_vacants"
    DENSITE = "densite"
    SURELEVATION = "surelevation"
    SURFACES_NON_BATIES = "surfaces_non_baties"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return BLOCS[self][0]


BLOCS: dict[BlocObservatoire, tuple[str, LegalRef]] = {
    BlocObservatoire.MARCHES: ("Marchés fonciers et immobiliers", LegalRef("CCH", "R. 302-1-4 I 1°")),
    BlocObservatoire.MOBILISATION_FONCIERE: (
        "Mobilisation et mutation des terrains et des bâtiments",
        LegalRef("CCH", "R. 302-1-4 I 2°"),
    ),
    BlocObservatoire.PARCS: (
        "Parc locatif social, accession sociale et parc privé, dont vacance, indécence et copropriétés dégradées",
        LegalRef("CCH", "R. 302-1-4 I 3°"),
    ),
    BlocObservatoire.DEMANDE_ATTRIBUTIONS: (
        "Demande et attributions de logements sociaux",
        LegalRef("CCH", "R. 302-1-4 I 4°"),
    ),
    BlocObservatoire.FRICHES: ("Friches constructibles", LegalRef("CCH", "L. 302-1 III 1°")),
    BlocObservatoire.LOCAUX_VACANTS: ("Locaux vacants", LegalRef("CCH", "L. 302-1 III 2°")),
    BlocObservatoire.DENSITE: ("Secteurs de densité insuffisante", LegalRef("CCH", "L. 302-1 III 3°")),
    BlocObservatoire.SURELEVATION: ("Surélévation, dans les secteurs à enjeux", LegalRef("CCH", "L. 302-1 III 4°")),
    BlocObservatoire.SURFACES_NON_BATIES: (
        "Surfaces non imperméabilisées et espaces non bâtis",
        LegalRef("CCH", "L. 302-1 III 5°"),
    ),
}


class Presence(StrEnum):
    """Ce que vaut une ligne de la grille."""

    PRESENT = "present"
    PERIME = "perime"
    ABSENT = "absent"
    NON_APPLICABLE = "non_applicable"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return {"present": "présent", "perime": "périmé", "absent": "absent", "non_applicable": "sans objet"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class JeuObservatoire:
    """Un jeu de données de l'observatoire : ce qu'il renseigne, et la date de ses données."""

    bloc: Annotated[BlocObservatoire, Entree("Analyse ou inventaire")]
    millesime: Annotated[date, Entree("Date des données")]
    nom: Annotated[str, Entree("Jeu de données")] = ""
