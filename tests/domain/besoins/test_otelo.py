"""Année du pic, trajectoires de taux et accord, année par année, avec le tableur officiel d'OTELO."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.domain.besoins.modele import Hypothese
from beffroi.domain.besoins.otelo_flux import annee_pic, calculer_flux
from beffroi.domain.besoins.regles import besoin_flux
from beffroi.kernel.errors import InvalidInput

# Ligne 73 du tableur officiel, MTES-MCT/otelo, flow-requirement.fixtures.ts (valeurs non arrondies).
VALENCIENNES = {
    2023: "907.43", 2024: "877.83", 2025: "897.43", 2026: "896.17", 2027: "861.62", 2028: "858.92",
    2029: "870.19", 2030: "820.25", 2031: "776.11", 2032: "754.52", 2033: "645.16", 2034: "642.71",
    2035: "538.68", 2036: "512.07", 2037: "426.21", 2038: "391.24", 2039: "322.14", 2040: "288.72",
}  # fmt: skip


def test_valenciennes_annee_par_annee() -> None:
    fichier = Path(__file__).parent / "exemples/otelo_tableur.toml"
    exemples = tomllib.loads(fichier.read_text(encoding="utf-8"))["exemple"]
    situation = next(e["situation"] for e in exemples if e["id"] == "OTELO-VALENCIENNES")
    flux = besoin_flux(le=date(2026, 1, 1), **situation).valeur
    obtenu = {a.annee: a.besoin for a in flux.annees}
    assert obtenu.keys() == VALENCIENNES.keys()
    ecarts = {a: obtenu[a] - Decimal(v) for a, v in VALENCIENNES.items()}
    assert max(abs(e) for e in ecarts.values()) < Decimal("1.5"), ecarts


def test_pic_au_maximum_du_cumul() -> None:
    # Test unitaire d'OTELO (calculatePeakYear) : 125, 175, −175, −75 autour du stock ; maximum en 2023.
    menage = dict(zip(range(2021, 2026), map(Decimal, (1000, 1100, 1250, 1050, 950)), strict=True))
    assert annee_pic(menage, dict.fromkeys(range(2021, 2026), 25)) == 2023


def test_pic_a_l_annee_de_base_quand_tout_baisse() -> None:
    menage = {2021: Decimal(1000), 2022: Decimal(900), 2023: Decimal(950)}
    assert annee_pic(menage, dict.fromkeys(menage, 0)) == 2021


def _hypothese(**autres: str) -> Hypothese:
    base = {
        "vacance_courte": "0.05", "vacance_longue": "0", "residence_secondaire": "0", "disparition": "0",
        "restructuration": "0",
    }  # fmt: skip
    return Hypothese(**{k: Decimal(v) for k, v in (base | autres).items()})


def test_cible_atteinte_en_ligne_droite() -> None:
    menage = {2021 + i: Decimal(10_000 + 1000 * i) for i in range(5)}
    flux = calculer_flux(
        menage=menage, parc=11_000, besoin_stock=0, duree_resorption=10,
        hypothese=_hypothese(vacance_courte_cible="0.09"),
    )  # fmt: skip
    attendu = [10_000 / 0.95, 11_000 / 0.94, 12_000 / 0.93, 13_000 / 0.92, 14_000 / 0.91]
    assert [flux.logement_base, *(a.logement for a in flux.annees)] == [round(x) for x in attendu]


def test_resorption_s_arrete_a_l_horizon() -> None:
    menage = {2021 + i: Decimal(10_000) for i in range(6)}
    flux = calculer_flux(menage=menage, parc=11_000, besoin_stock=300, duree_resorption=3, hypothese=_hypothese())
    assert [a.resorption for a in flux.annees] == [100, 100, 100, 0, 0]


def test_le_parc_suit_besoin_et_excedent() -> None:
    menage = {2021 + i: Decimal(10_000 - 50 * i * i) for i in range(6)}
    flux = calculer_flux(
        menage=menage, parc=11_000, besoin_stock=0, duree_resorption=3, hypothese=_hypothese(restructuration="0.001")
    )
    parc = 11_000
    for a in flux.annees:
        parc += a.besoin - a.excedent
        assert a.parc == parc
        assert a.besoin == 0 or a.excedent == 0


@pytest.mark.parametrize("champ", ["vacance_courte", "disparition"])
def test_taux_hors_bornes_nomme_le_champ(champ: str) -> None:
    taux = {
        "vacance_courte": 0.05, "vacance_longue": 0, "residence_secondaire": 0, "disparition": 0, "restructuration": 0,
    }  # fmt: skip
    with pytest.raises(InvalidInput, match=rf"hypothese\.{champ}.*en fraction"):
        besoin_flux(
            le=date(2026, 1, 1), menage={2021: 1000, 2022: 1010}, parc=1100, besoin_stock=0, duree_resorption=5,
            hypothese=taux | {champ: 18.2},
        )  # fmt: skip


def test_taux_qui_ne_laissent_aucune_residence_principale() -> None:
    with pytest.raises(InvalidInput, match="100 % du parc ou plus"):
        besoin_flux(
            le=date(2026, 1, 1), menage={2021: 1000, 2022: 1010}, parc=1100, besoin_stock=0, duree_resorption=5,
            hypothese=_hypothese(vacance_courte="0.6", residence_secondaire="0.4"),
        )  # fmt: skip


def test_une_seule_annee() -> None:
    with pytest.raises(InvalidInput, match="au moins deux années"):
        besoin_flux(
            le=date(2026, 1, 1), menage={2021: 1000}, parc=1100, besoin_stock=0, duree_resorption=5,
            hypothese=_hypothese(),
        )  # fmt: skip
