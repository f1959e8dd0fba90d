"""Une grille de cotation fautive est refusée avec une phrase."""

from __future__ import annotations

import re

import pytest

from beffroi.domain.attributions.cotation import lire_grille
from beffroi.kernel.errors import InvalidInput

BONNE = """
id = "fictive"
label = "Grille fictive"
deliberation = 2022-09-01
effet_refus = "dix points retirés"

[[critere]]
code = "dalo"
label = "Reconnu DALO"
points = 30
obligatoire = true

[[critere]]
code = "refus"
label = "Refus d'un logement adapté"
points = -10
"""


def test_bonne_grille() -> None:
    assert [c.points for c in lire_grille(BONNE, "grille.toml").critere] == [30, -10]


@pytest.mark.parametrize(
    ("avant", "apres", "phrase"),
    [
        ('code = "refus"', 'code = "dalo"', "« dalo » est écrit deux fois"),
        ("points = 30", "points = 0", "vaut 0 point"),
        ("points = 30", "points = -30", "n'est pas pénalisé"),
        ("obligatoire = true", "obligatoire = false", "aucun critère « obligatoire »"),
        ('effet_refus = "dix points retirés"\n', "", "« effet_refus » manque"),
        ("points = 30", "point = 30", "« grille.critere[1].point » n'existe pas"),
        ("points = 30", 'points = "trente"', "attend un nombre entier"),
        ("deliberation = 2022-09-01\n", "", "il manque le champ « grille.deliberation »"),
        ("[[critere]]", "[critere", "TOML valide"),
    ],
)
def test_grille_fautive(avant: str, apres: str, phrase: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(phrase)) as faute:
        lire_grille(BONNE.replace(avant, apres, 1), "grille.toml")
    assert all(str(p).startswith("grille.toml : ") for p in faute.value.problems)
