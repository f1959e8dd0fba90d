"""Situation SRU depuis l'inventaire : taux publié, résidences principales encadrées, rien d'inventé."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.domain.marches.modele import Segment
from beffroi.domain.sru.modele import EtatSru
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.sru import inventaire_charge, ligne_inventaire, situation_inventaire
from beffroi.warehouse.ventes import prix_ventes
from warehouse import inventaire

LE = date(2026, 1, 1)
PRIX = [90_000, 95_000, 98_000, 99_000, 100_000, 102_000, 104_000, 104_659, 106_000, 110_000, 115_000, 118_000]


@pytest.fixture
def entrepot(tmp_path: Path, modules: Path, miroir: Callable[..., Path]) -> Entrepot:
    """Entrepôt avec un inventaire et douze ventes."""
    folder = miroir(sru=("sru", "2024", inventaire.SRU), dvf=("geo_dvf", "2025", inventaire.dvf(PRIX)))
    assert preparer(tmp_path / "donnees", modules, folder).faults == ()
    return Entrepot.ouvrir(tmp_path / "donnees")


def test_l_inventaire_donne_la_situation_entre_deux_bornes(entrepot: Entrepot) -> None:
    assert inventaire_charge(entrepot)
    ligne = ligne_inventaire(entrepot, "62035")
    assert ligne is not None and ligne.annee == 2024 and ligne.soumise is True
    assert ligne.taux.valeur == Decimal("0.1193")
    reponse = situation_inventaire(ligne, LE)
    assert reponse is not None and reponse.haute is not None
    basse, haute = reponse.situations
    # 300 ÷ 11,935 % = 2 513,6 ; 300 ÷ 11,925 % = 2 515,7
    assert reponse.bornes.valeur == {"minimum": 2514, "maximum": 2515}
    assert (basse.manquant, haute.manquant) == (202, 203)  # 20 % de 2 514 et de 2 515, entiers, moins 300
    assert basse.etat is EtatSru.DEFICITAIRE
    assert reponse.basse.provenance["logement_social"].startswith("sru@")


def test_un_taux_atteint_et_une_exemption(entrepot: Entrepot) -> None:
    for code, etat, objectif in (("62119", EtatSru.CONFORME, 0), ("62178", EtatSru.DEFICITAIRE_EXEMPTEE, None)):
        ligne = ligne_inventaire(entrepot, code)
        assert ligne is not None
        reponse = situation_inventaire(ligne, LE)
        assert reponse is not None
        assert (reponse.situations[0].etat, reponse.situations[0].objectif) == (etat, objectif)


def test_une_commune_absente_n_a_pas_zero_logement(entrepot: Entrepot, demonstration: Entrepot) -> None:
    assert ligne_inventaire(entrepot, "62720") is None
    assert not inventaire_charge(demonstration)
    assert ligne_inventaire(demonstration, "62035") is None


def test_les_prix_des_ventes_d_une_commune(entrepot: Entrepot, demonstration: Entrepot) -> None:
    found = prix_ventes(entrepot, "62119", Segment.MAISON_ANCIENNE)
    assert (found.annee, len(found.prix), found.prix[0]) == (2025, 12, Decimal(90_000))
    assert found.provenance.startswith("geo_dvf@")
    assert prix_ventes(entrepot, "62119", Segment.APPARTEMENT_NEUF).prix == ()
    assert prix_ventes(demonstration, "62119", Segment.MAISON_ANCIENNE).chargee is False
