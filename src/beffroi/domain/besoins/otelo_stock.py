"""Arithmétique du besoin en stock d'OTELO (B11 à B15), sans raisonnement : des nombres entrent, des nombres sortent.

Source : code public MTES-MCT/otelo-back, lu en janvier 2026. Chaque composante est multipliée par le coefficient et
arrondie (``Math.round``) avant de servir à la suivante.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.besoins.arrondi import arrondi_javascript, entier_javascript
from beffroi.domain.besoins.modele import BesoinStock


@dataclass(frozen=True, slots=True)
class Ratios:
    """Parts de double compte entre composantes, en fraction."""

    r25: Decimal
    r35: Decimal
    r43: Decimal
    r45: Decimal


def calculer_stock(
    *,
    hors_logement: Decimal,
    heberge: Decimal,
    inadequation_financiere: Decimal,
    mauvaise_qualite: Decimal,
    suroccupation: Decimal,
    ratios: Ratios,
    reallocation_b13: Decimal,
    reallocation_b14: Decimal,
    reallocation_b15: Decimal,
    coefficient: Decimal,
) -> BesoinStock:
    """Besoin en stock B1 : composantes en ménages ou logements, ratios et parts en fraction."""
    b11 = entier_javascript(hors_logement * coefficient)
    b12 = entier_javascript(heberge * coefficient)
    b14 = entier_javascript((1 - reallocation_b14) * mauvaise_qualite * coefficient)
    b13 = entier_javascript((1 - reallocation_b13) * (inadequation_financiere - ratios.r43 * b14) * coefficient)
    doubles = ratios.r25 * b12 + ratios.r35 * b13 + ratios.r45 * b14
    b15 = entier_javascript((1 - reallocation_b15) * (suroccupation - doubles) * coefficient)
    return BesoinStock(b11, b12, b13, b14, b15, b11 + b12 + b13 + b14 + b15)


def taux_periode(taux: Decimal, supplement: Decimal, periode: int, base: int, decimales: int) -> Decimal:
    """Taux de renouvellement sur ``periode`` années, à partir d'un taux observé sur ``base`` années.

    ``taux`` et ``supplement`` (annuel) en fraction ; chaque étape est arrondie à ``decimales`` décimales.
    """
    un = Decimal(1)
    annuel = arrondi_javascript((un + taux) ** (un / base) - un, decimales)
    corrige = arrondi_javascript(annuel + supplement, decimales)
    return arrondi_javascript((un + corrige) ** periode - un, decimales)
