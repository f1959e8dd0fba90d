"""La liste SRU d'un programme : les lignes de l'inventaire de ses communes, telles qu'elles étaient à sa création.

Source : CCH, art. L. 302-5 et L. 302-6 (inventaire annuel) ; R. 302-1-3 (objectifs de chaque commune concernée).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneSru:
    """Ligne d'une commune à l'inventaire SRU ; les taux sont des fractions, ``None`` = non renseigné (jamais 0)."""

    commune: str
    soumise: bool | None = None
    carencee: bool | None = None
    exemptee: bool | None = None
    logements_sociaux: Decimal | None = None
    taux: Decimal | None = None
    taux_cible: Decimal | None = None

    @property
    def etat(self) -> str:
        """État en mots : carencée, exemptée, soumise, non soumise, ou non renseigné."""
        if self.carencee:
            return "carencée"
        if self.exemptee:
            return "exemptée"
        return "non renseigné" if self.soumise is None else "soumise" if self.soumise else "non soumise"


@dataclass(frozen=True, slots=True, kw_only=True)
class InventaireSru:
    """Communes du programme à l'inventaire SRU au 1er janvier de ``annee`` (CCH, art. L. 302-5 et L. 302-6).

    ``communes`` vide : l'inventaire ne cite aucune commune du programme. Un programme sans inventaire n'en dit rien.
    """

    annee: int
    millesime: str
    source: str
    communes: tuple[CommuneSru, ...] = ()
