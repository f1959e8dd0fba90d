"""Table de solvabilité par décile."""

from datetime import date
from decimal import Decimal

import pytest

from beffroi.domain.marches.solvabilite import Financement, table_deciles
from beffroi.kernel.errors import InvalidInput

LE = date(2026, 1, 1)
FINANCEMENT = Financement(Decimal("0.033"), 25, neuf=False)
DECILES = {"D1": Decimal(10_500), "D5": Decimal(19_000), "D9": Decimal(35_000)}


def test_le_premier_decile_est_celui_du_vecteur() -> None:
    lignes = table_deciles(DECILES, Decimal("1.8"), FINANCEMENT, LE, provenance={"revenu_par_uc": "Filosofi 2021"})
    assert [x.decile for x in lignes] == ["D1", "D5", "D9"]
    assert round(lignes[0].solvabilite.capital) == 112_509
    prix = [x.solvabilite.prix_accessible for x in lignes]
    assert prix == sorted(prix)
    assert lignes[0].vente is None
    assert lignes[0].constat.provenance == {"revenu_par_uc": "Filosofi 2021"}


def test_la_part_des_ventes_monte_avec_le_decile() -> None:
    ventes = [Decimal(60_000 + 10_000 * i) for i in range(30)]
    parts = [
        x.vente.part
        for x in table_deciles(DECILES, Decimal("1.8"), FINANCEMENT, LE, prix=ventes)
        if x.vente is not None
    ]
    assert parts == [Decimal(5) / 30, Decimal(13) / 30, Decimal(29) / 30]


def test_un_decile_secret_ne_donne_pas_de_ligne() -> None:
    lignes = table_deciles(DECILES | {"D1": None}, Decimal("1.8"), FINANCEMENT, LE)
    assert [x.decile for x in lignes] == ["D5", "D9"]


def test_deciles_en_desordre() -> None:
    with pytest.raises(InvalidInput, match="revenus croissants"):
        table_deciles({"D1": Decimal(20_000), "D9": Decimal(10_000)}, Decimal(1), FINANCEMENT, LE)


def test_taux_en_pourcentage() -> None:
    with pytest.raises(InvalidInput, match=r"\(taux_annuel\) attend un nombre \(en fraction"):
        table_deciles(DECILES, Decimal("1.8"), Financement(Decimal("3.3"), 25, neuf=False), LE)
