"""L'arrondi d'OTELO est celui de JavaScript."""

from decimal import Decimal

import pytest

from beffroi.domain.besoins.arrondi import arrondi_javascript, entier_javascript


@pytest.mark.parametrize(
    ("valeur", "attendu"), [("2.5", 3), ("-2.5", -2), ("-2.51", -3), ("0.49", 0), ("-0.5", 0), ("118.5", 119)]
)
def test_une_moitie_monte(valeur: str, attendu: int) -> None:
    assert entier_javascript(Decimal(valeur)) == attendu
    assert arrondi_javascript(Decimal(valeur)) == attendu


def test_decimales() -> None:
    assert arrondi_javascript(Decimal("0.00333333335"), 10) == Decimal("0.0033333334")
    assert arrondi_javascript(Decimal("-0.25"), 1) == Decimal("-0.2")
