"""Un résultat ou un objectif inconnu n'est jamais zéro."""

from datetime import date

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.suivi.regles import taux_realisation


@pytest.mark.parametrize(
    ("objectif", "realise", "attendu"),
    [
        (100, None, Appreciation.SANS_DONNEE),
        (0, None, Appreciation.SANS_DONNEE),
        (None, 12, Appreciation.SANS_OBJECTIF),
    ],
)
def test_sans_valeur_pas_de_taux(objectif: int | None, realise: int | None, attendu: Appreciation) -> None:
    constat = taux_realisation(le=date(2026, 1, 1), objectif_a_date=objectif, realise=realise)
    assert constat.valeur == {"taux": None, "appreciation": attendu}
