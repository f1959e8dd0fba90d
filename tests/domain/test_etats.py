"""Les mots des vecteurs ont un seul équivalent français, écrit dans ``etats.toml``, et les exemples s'y tiennent."""

import json
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import beffroi.domain
from beffroi.kernel.convert import plain

DOSSIER = Path(__file__).parent
ETATS: dict[str, dict[str, Any]] = tomllib.loads((DOSSIER / "etats.toml").read_text(encoding="utf-8"))


def _textes(valeur: Any, *, champs: bool = True) -> Iterator[str]:
    """Textes d'une valeur ; ``champs`` : noms de champs compris."""
    if isinstance(valeur, dict):
        for k, v in valeur.items():
            if champs:
                yield str(k)
            yield from _textes(v, champs=champs)
    elif isinstance(valeur, list):
        for v in valeur:
            yield from _textes(v, champs=champs)
    elif isinstance(valeur, str):
        yield valeur


def _exemples() -> list[dict[str, Any]]:
    return [
        e
        for f in sorted(DOSSIER.glob("*/exemples/*.toml"))
        for e in tomllib.loads(f.read_text(encoding="utf-8"))["exemple"]
    ]


def _valeurs_du_domaine() -> set[str]:
    valeurs = set()
    for module in walk_packages(beffroi.domain.__path__, "beffroi.domain."):
        for objet in vars(import_module(module.name)).values():
            if isinstance(objet, type) and issubclass(objet, StrEnum):
                valeurs |= {membre.value for membre in objet}
    return valeurs


def test_chaque_equivalent_est_un_etat_du_domaine_ou_un_exemple() -> None:
    """Un nom de la table existe vraiment : valeur d'une liste du domaine, ou attendu d'un exemple."""
    connus = _valeurs_du_domaine() | {t for e in _exemples() for t in _textes(plain(e["attendu"]))}
    declares = {t for section in ETATS.values() for v in section.values() for t in _textes(v)}
    assert declares <= connus, declares - connus
    assert all(re.fullmatch(r"[a-z0-9_]+", t) for t in declares)


def test_les_mots_des_vecteurs_passent_par_la_table(shared: Path) -> None:
    """Un code attendu par un vecteur (« WATCH ») se lit dans l'exemple sous son nom français."""
    vecteurs = json.loads((shared / "domaine/vecteurs.json").read_text(encoding="utf-8"))["vectors"]
    exemples = _exemples()
    ecarts = []
    for v in vecteurs:
        siens = [e for e in exemples if e.get("vecteur", e["id"]) == v["id"]]
        if not siens:
            continue
        presents = {t for e in siens for t in _textes(plain(e["attendu"]))}
        section = ETATS.get(v["id"].split("-")[0], {})
        for code in _textes(v["expected"], champs=False):
            if re.fullmatch(r"[A-Z][A-Z_]+", code):
                attendus = set(_textes(section.get(code, [])))
                if not attendus & presents:
                    ecarts.append(f"{v['id']} : « {code} » → {sorted(attendus) or 'absent de etats.toml'}")
    assert not ecarts, "\n".join(ecarts)
