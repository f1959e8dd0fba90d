"""L'audit du tableau publié de Béthune-Bruay trouve tout ce qu'une relecture à la main y a trouvé, et rien d'autre."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from beffroi.domain.territorialisation.regles.audit import audit_tableau
from beffroi.kernel.errors import InvalidInput

EXEMPLES = Path(__file__).parent / "exemples"


@pytest.fixture(scope="module")
def audit() -> dict[str, Any]:
    exemple = tomllib.loads((EXEMPLES / "audit_ensemble.toml").read_text(encoding="utf-8"))["exemple"][0]
    valeur: dict[str, Any] = audit_tableau(le=exemple["le"], **exemple["situation"]).valeur
    return valeur


def test_les_ecarts_releves_a_la_main_sont_trouves(audit: dict[str, Any]) -> None:
    trouves = {(e.niveau.value, e.nom, e.colonne, int(e.publie), int(e.somme)) for e in audit["ecarts"] if e.publie > 1}
    assert trouves == {
        ("secteur", "Béthunois", "livraison", 2971, 2972),
        ("secteur", "Collines de l'Artois", "livraison", 459, 458),
        ("secteur", "Noeuxois", "livraison", 1200, 1199),
        ("secteur", "Ouest", "livraison", 891, 890),
        ("secteur", "Béthunois", "par_an", 270, 269),
        ("secteur", "Noeuxois", "par_an", 109, 108),
        ("secteur", "Bruaysis", "objectif", 162, 161),
        ("secteur", "Est", "objectif", 229, 230),
        ("secteur", "Flandres-Bas Pays", "objectif", 95, 96),
        ("secteur", "Noeuxois", "objectif", 112, 113),
        ("secteur", "Ouest", "objectif", 87, 88),
        ("groupe", "Autres communes", "livraison", 8061, 8058),
        ("groupe", "Autres communes", "par_an", 733, 730),
        ("groupe", "Autres communes", "objectif", 632, 636),
        ("ensemble", "", "livraison", 11624, 11622),
        ("ensemble", "", "livraison", 11624, 11625),
        ("ensemble", "", "par_an", 1057, 1054),
        ("ensemble", "", "par_an", 1057, 1056),
        ("ensemble", "", "objectif", 1068, 1073),
        ("ensemble", "", "objectif", 1068, 1070),
        ("ensemble", "", "objectif", 1068, 1069),
        ("mention", "texte de l'action 1", "objectif", 1070, 1068),
        ("mention", "titre de colonne", "objectif", 1050, 1068),
    }


def test_les_incoherences_relevees_a_la_main_sont_trouvees(audit: dict[str, Any]) -> None:
    natures: dict[str, set[str]] = {}
    for i in audit["incoherences"]:
        natures.setdefault(i.nature, set()).add(i.nom)
    assert natures == {
        "populations_implicites": {
            "Bajus", "Gauchin-Légal", "Amettes", "Auchy-au-Bois", "Ecquedecques", "Mazinghem", "Quernes", "Westrehem",
        },
        "objectif_nul_indice_positif": {"Rombly"},
        "part_hors_perimetre": {""},
    }  # fmt: skip
    (part,) = [i for i in audit["incoherences"] if i.nature == "part_hors_perimetre"]
    assert "22\u202f484" in part.detail


def test_les_livraisons_par_an_non_reproduites_seraient_vues() -> None:
    valeur = audit_tableau(
        le=date(2026, 1, 1),
        lignes=[{"nom": "Béthune", "secteur": "Béthunois", "valeurs": {"livraison": 1020, "par_an": 102}}],
        totaux=[],
        roles={"annees": 11, "livraison": "livraison", "livraison_an": "par_an"},
    ).valeur
    assert [(i.nom, i.nature) for i in valeur["incoherences"]] == [("Béthune", "livraisons_par_an")]


def test_une_case_vide_n_est_pas_un_zero() -> None:
    valeur = audit_tableau(
        le=date(2026, 1, 1),
        lignes=[
            {"nom": "A", "secteur": "S", "valeurs": {"objectif": 3}},
            {"nom": "B", "secteur": "S", "valeurs": {"objectif": None}},
            {"nom": "C", "secteur": "T", "valeurs": {}},
        ],
        totaux=[
            {"niveau": "secteur", "nom": "S", "colonne": "objectif", "valeur": 3},
            {"niveau": "secteur", "nom": "T", "colonne": "objectif", "valeur": 0},
        ],
    ).valeur
    assert valeur["secteurs"]["T"]["objectif"]["somme"] is None
    assert valeur["secteurs"]["S"]["objectif"]["somme"] == Decimal(3)
    assert valeur["ecarts"] == []


def test_les_indices_ne_s_additionnent_pas() -> None:
    valeur = audit_tableau(
        le=date(2026, 1, 1),
        lignes=[
            {"nom": "A", "secteur": "S", "valeurs": {"indice": 3}},
            {"nom": "B", "secteur": "S", "valeurs": {"indice": 5}},
        ],
        totaux=[
            {"niveau": "secteur", "nom": "S", "colonne": "indice", "valeur": 4},
            {"niveau": "ensemble", "colonne": "indice", "valeur": 9},
        ],
        roles={"annees": 11, "indice": "indice"},
    ).valeur
    assert valeur["ecarts"] == []


@pytest.mark.parametrize(
    ("lignes", "totaux", "mot"),
    [
        ([], [], "au moins une commune"),
        ([{"nom": "A", "secteur": "S", "valeurs": {}}] * 2, [], "deux fois : A"),
        (
            [{"nom": "A", "secteur": "S", "valeurs": {}}],
            [{"niveau": "secteur", "nom": "Z", "colonne": "objectif", "valeur": 1}],
            "« Z » a un total mais aucune commune",
        ),
    ],
)
def test_un_tableau_mal_forme_est_refuse(lignes: list[Any], totaux: list[Any], mot: str) -> None:
    with pytest.raises(InvalidInput, match=mot):
        audit_tableau(le=date(2026, 1, 1), lignes=lignes, totaux=totaux)
