"""Les règles de production face aux deux tableaux communaux publiés de Béthune-Bruay."""

import json
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from beffroi.domain.production.regles.objectif import indice_construction
from beffroi.domain.production.regles.social import cible_sociale

LE = date(2019, 12, 11)


def _lire(shared: Path, nom: str) -> list[dict[str, Any]]:
    lignes: list[dict[str, Any]] = json.loads((shared / "domaine" / nom).read_text(encoding="utf-8"))
    return lignes


def test_onze_ans_reproduisent_les_cent_rythmes_publies(shared: Path) -> None:
    """2006 à 2016, bornes comprises : livraisons ÷ 11, arrondi, redonne chaque valeur annuelle imprimée."""
    lignes = _lire(shared, "cabbalr_table.json")
    calcules = [
        indice_construction(le=LE, logement=r["liv"], annees=11, population=1000).valeur["par_an"] for r in lignes
    ]
    assert len(lignes) == 100
    assert calcules == [r["liv_an"] for r in lignes]


def test_les_cibles_sociales_publiees(shared: Path) -> None:
    """Sur 52 communes dotées d'un taux, 40 sont à une unité de la formule, dont 28 exactement."""
    ecarts = {}
    for r in _lire(shared, "cabbalr_lls.json"):
        if r["rate_pct"] is not None:
            reponse = cible_sociale(
                le=LE,
                taux=Decimal(r["rate_pct"]) / 100,
                objectif_an=r["objective_per_year"],
                annees=6,
                publie=r["programme_lls_6y"],
            )
            ecarts[r["commune"]] = reponse.valeur["ecart_publie"]
    assert len(ecarts) == 52
    assert sum(1 for e in ecarts.values() if e == 0) == 28
    assert sum(1 for e in ecarts.values() if abs(e) <= 1) == 40
    assert ecarts["Béthune"] == -36
    assert ecarts["Annequin"] == 35


@pytest.mark.parametrize(
    ("fichier", "source", "cles"),
    [
        ("audit_secteurs.toml", "cabbalr_table.json", {"livraison": "liv", "par_an": "liv_an", "objectif": "obj"}),
        ("audit_ensemble.toml", "cabbalr_table.json", {"indice": "ic", "indice_objectif": "ic_obj", "objectif": "obj"}),
        ("audit_social.toml", "cabbalr_lls.json", {"social": "programme_lls_6y", "agrement": "dap_2019_2021"}),
    ],
)
def test_les_tableaux_des_exemples_sont_ceux_du_document(
    shared: Path, racine: Path, fichier: str, source: str, cles: dict[str, str]
) -> None:
    exemples = racine / "tests/domain/territorialisation/exemples"
    lignes = tomllib.loads((exemples / fichier).read_text(encoding="utf-8"))["exemple"][0]["situation"]["lignes"]
    publiees = _lire(shared, source)
    assert [ligne["nom"] for ligne in lignes] == [r["commune"] for r in publiees]
    for ligne, r in zip(lignes, publiees, strict=True):
        for cle, origine in cles.items():
            attendu = None if r[origine] is None else Decimal(str(r[origine]))
            lu = ligne["valeurs"].get(cle)
            assert (None if lu is None else Decimal(str(lu))) == attendu, (ligne["nom"], cle)
