"""Secrecy of a published table: nothing hidden can be computed back, nothing more than needed is hidden."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Etat
from beffroi.kernel.secrecy import Suppression, dominated, protect


def _croise(lignes: list[list[int]]) -> tuple[dict[str, int | None], dict[str, list[str]]]:
    """A crossed table with its margins and grand total."""
    largeur = len(lignes[0])
    cellules: dict[str, int | None] = {f"{i}/{j}": v for i, ligne in enumerate(lignes) for j, v in enumerate(ligne)}
    sommes = {f"{i}/T": [f"{i}/{j}" for j in range(largeur)] for i in range(len(lignes))}
    sommes |= {f"T/{j}": [f"{i}/{j}" for i in range(len(lignes))] for j in range(largeur)}
    sommes["T/T"] = [f"{i}/T" for i in range(len(lignes))]
    for total, membres in sommes.items():
        cellules[total] = sum(cellules[m] or 0 for m in membres)
    return cellules, sommes


def test_une_seule_petite_cellule_en_cache_une_autre() -> None:
    cellules = protect({"A": 8, "B": 25, "C": 40, "T": 73}, {"T": ["A", "B", "C"]}, 11)
    assert {k: c.valeur for k, c in cellules.items()} == {"A": None, "B": None, "C": 40, "T": 73}
    assert cellules["A"].suppression is Suppression.SEUIL
    assert cellules["B"].suppression is Suppression.PROTECTION
    assert cellules["B"].etat is Etat.SECRET


def test_sans_total_publie_seule_la_petite_cellule_est_cachee() -> None:
    cellules = protect({"A": 8, "B": 25}, {}, 11)
    assert cellules["A"].valeur is None
    assert cellules["B"].valeur == 25


def test_deux_cellules_a_un_ne_se_protegent_pas() -> None:
    """1 + 1 = 2 : le lecteur sait que chaque cellule cachée vaut au moins 1, il les retrouverait toutes deux."""
    cellules = protect({"A": 1, "B": 1, "C": 40, "T": 42}, {"T": ["A", "B", "C"]}, 11)
    assert cellules["C"].valeur is None
    assert cellules["T"].valeur == 42


def test_une_petite_cellule_seule_non_nulle_cache_le_total() -> None:
    cellules = protect({"A": 5, "B": 0, "T": 5}, {"T": ["A", "B"]}, 11)
    assert cellules["T"].valeur is None
    assert cellules["B"].valeur == 0


def test_une_cellule_manquante_reste_manquante_et_ne_protege_rien() -> None:
    cellules = protect({"A": 5, "B": None, "C": 30, "T": 60}, {"T": ["A", "B", "C"]}, 11)
    assert cellules["B"].etat is Etat.NON_RENSEIGNE
    assert cellules["C"].etat is Etat.SECRET


@pytest.mark.parametrize(
    ("cellules", "sommes", "mot"),
    [
        ({"A": -1, "T": 3}, {}, "négative"),
        ({"A": 8, "B": 25, "T": 40}, {"T": ["A", "B"]}, "la somme de ses cellules 33"),
        ({"A": 8, "T": 8}, {"T": ["A", "Z"]}, "« Z »"),
    ],
)
def test_un_tableau_faux_est_refuse(cellules: dict[str, int | None], sommes: dict[str, list[str]], mot: str) -> None:
    with pytest.raises(InvalidInput, match=mot):
        protect(cellules, sommes, 11)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=3))
def test_rien_de_cache_ne_se_retrouve(lignes: list[list[int]]) -> None:
    """Independent check by enumeration: every hidden inner cell has at least two possible values for a reader."""
    cellules, sommes = _croise(lignes)
    publiees = protect(cellules, sommes, 3)
    assert all(c.valeur == cellules[k] for k, c in publiees.items() if c.etat is Etat.CONNU)
    assert all(c.etat is Etat.SECRET for k, c in publiees.items() if 0 < (cellules[k] or 0) < 3)
    internes = [k for k in cellules if "T" not in k]
    caches = [k for k in internes if publiees[k].etat is Etat.SECRET]
    if not caches or len(caches) > 4:
        return
    vus: dict[str, set[int]] = {k: set() for k in caches}
    for essai in product(range(1, 9), repeat=len(caches)):
        valeurs = {k: v for k in internes if (v := publiees[k].valeur) is not None} | dict(
            zip(caches, essai, strict=True)
        )
        for total, membres in sommes.items():
            valeurs[total] = sum(valeurs[m] for m in membres)
        if all(publiees[t].valeur in (None, valeurs[t]) for t in sommes):
            for k, v in zip(caches, essai, strict=True):
                vus[k].add(v)
    assert all(len(possibles) >= 2 for possibles in vus.values()), (lignes, publiees)


def test_une_entreprise_dominante_est_cachee() -> None:
    part = Fraction(85, 100)
    assert dominated([10, 10], 3, part)
    assert dominated([86, 7, 7], 3, part)
    assert not dominated([85, 10, 5], 3, part)
    assert not dominated([0, 0], 3, part)
