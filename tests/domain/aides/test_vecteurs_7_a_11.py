"""Chaque vecteur des thèmes 7 à 11 a son exemple, et chaque nom d'état de la table y est vraiment attendu."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

DOSSIER = Path(__file__).parents[1]
THEMES = ("T7", "T8", "T9", "T10", "T11")
DOMAINES = ("habitat_indigne", "copropriete", "aides", "attributions", "parc_social")
PERMIS = {0, 1, 100}


def _exemples() -> dict[str, dict[str, Any]]:
    lus = {}
    for domaine in DOMAINES:
        for fichier in (DOSSIER / domaine / "exemples").glob("*.toml"):
            for exemple in tomllib.loads(fichier.read_text(encoding="utf-8"))["exemple"]:
                lus[exemple.get("vecteur", exemple["id"])] = exemple
    return lus


def _textes(valeur: Any) -> list[str]:
    if isinstance(valeur, dict):
        return [str(k) for k in valeur] + [t for v in valeur.values() for t in _textes(v)]
    if isinstance(valeur, list):
        return [t for v in valeur for t in _textes(v)]
    return [str(valeur)]


def test_vecteurs_et_noms_d_etat(shared: Path) -> None:
    etats = tomllib.loads((DOSSIER / "etats.toml").read_text(encoding="utf-8"))
    exemples = _exemples()
    vecteurs = json.loads((shared / "domaine/vecteurs.json").read_text(encoding="utf-8"))["vectors"]
    vus: set[tuple[str, str]] = set()
    for vecteur in (v for v in vecteurs if v["id"].split("-")[0] in THEMES):
        theme = vecteur["id"].split("-")[0]
        assert vecteur["id"] in exemples, f"{vecteur['id']} n'a pas d'exemple"
        attendus = _textes(exemples[vecteur["id"]]["attendu"])
        for nom in (t for t in _textes(vecteur["expected"]) if t in etats.get(theme, {})):
            vus.add((theme, nom))
            notre = etats[theme][nom]
            for etat in [notre] if isinstance(notre, str) else notre:
                assert etat in attendus, f"{vecteur['id']} : « {nom} » attend « {etat} »"
    declares = {(t, n) for t in THEMES for n in etats.get(t, {})}
    assert vus == declares, declares - vus


@pytest.mark.parametrize("domaine", DOMAINES)
def test_aucun_nombre_dans_les_regles(domaine: str, racine: Path) -> None:
    """Une valeur que la loi peut changer est un paramètre daté : ici, seulement 0, 1, 100 et des dates."""
    dossier = racine / "src/beffroi/domain" / domaine
    fichiers = (
        [dossier / "regles.py"] if (dossier / "regles.py").is_file() else sorted((dossier / "regles").glob("*.py"))
    )
    trouves = []
    for fichier in fichiers:
        arbre = ast.parse(fichier.read_text(encoding="utf-8"))
        dates = {
            id(a)
            for n in ast.walk(arbre)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "date"
            for a in n.args
        }
        trouves += [
            f"{fichier.name}:{n.lineno} : {n.value}"
            for n in ast.walk(arbre)
            if isinstance(n, ast.Constant)
            and isinstance(n.value, (int, float))
            and not isinstance(n.value, bool)
            and n.value not in PERMIS
            and id(n) not in dates
        ]
    assert fichiers
    assert trouves == []
