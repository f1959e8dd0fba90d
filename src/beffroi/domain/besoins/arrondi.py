"""Arrondi de la méthode OTELO, celui de son code public : ``Math.round`` de JavaScript.

Une moitié monte toujours, même chez les négatifs : 2,5 → 3 et −2,5 → −2. Il ne sert qu'à OTELO ; partout ailleurs
une moitié s'éloigne de zéro (``kernel.unit.half_up``).
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

MOITIE = Decimal("0.5")


def arrondi_javascript(valeur: Decimal, decimales: int = 0) -> Decimal:
    """Arrondit comme ``Math.round(x * 10^n) / 10^n`` : partie entière de la valeur augmentée d'une moitié."""
    if decimales == 0:
        return (valeur + MOITIE).to_integral_value(rounding=ROUND_FLOOR)
    return (valeur.scaleb(decimales) + MOITIE).to_integral_value(rounding=ROUND_FLOOR).scaleb(-decimales)


def entier_javascript(valeur: Decimal) -> int:
    """Le même arrondi, rendu en entier."""
    return int((valeur + MOITIE).to_integral_value(rounding=ROUND_FLOOR))
