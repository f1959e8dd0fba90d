"""Chaque exemple écrit en TOML (``exemples/*.toml``) passe dans la règle qu'il nomme.

Un juriste en ajoute un sans écrire de Python :

    [[exemple]]
    id = "T4-01"                       # identifiant, celui du vecteur s'il vient de vecteurs.json
    vecteur = "T4-01"                  # facultatif : vecteur couvert (plusieurs exemples peuvent le partager)
    titre = "14 % de 3 000 résidences principales"
    regle = "sru.logement_manquant"
    le = 2026-01-01
    origine = "calculé à la main"      # publié | publié, dérivé | calculé à la main
    source = "…"
    [exemple.situation]                # les entrées de la règle
    [exemple.attendu]                  # valeur (nombre, texte ou table partielle), etapes, avertissement, erreur
"""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from beffroi.catalogue import all_rules
from beffroi.kernel.convert import plain
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.rule import resolve

DOSSIER = Path(__file__).parent


def _exemples() -> list[dict[str, Any]]:
    found = []
    for fichier in sorted(DOSSIER.glob("*/exemples/*.toml")):
        for exemple in tomllib.loads(fichier.read_text(encoding="utf-8"))["exemple"]:
            found.append(exemple | {"fichier": f"{fichier.parent.parent.name}/{fichier.name}"})
    return found


EXEMPLES = _exemples()


def _nombre(valeur: Any) -> Decimal | None:
    if isinstance(valeur, bool):
        return None
    try:
        return Decimal(str(valeur))
    except InvalidOperation:
        return None


def _comparer(attendu: Any, obtenu: Any, tolerance: Decimal, chemin: str) -> None:
    if isinstance(attendu, dict):
        assert isinstance(obtenu, dict), f"{chemin} : {obtenu!r} n'est pas une table"
        for cle, v in attendu.items():
            assert cle in obtenu, f"{chemin} : « {cle} » absent de {sorted(obtenu)}"
            _comparer(v, obtenu[cle], tolerance, f"{chemin}.{cle}")
    elif isinstance(attendu, list):
        assert isinstance(obtenu, list) and len(attendu) == len(obtenu), f"{chemin} : {obtenu!r}"
        for i, (a, o) in enumerate(zip(attendu, obtenu, strict=True)):
            _comparer(a, o, tolerance, f"{chemin}[{i}]")
    elif attendu == "aucune_valeur":
        assert obtenu is None, f"{chemin} : {obtenu!r} au lieu d'aucune valeur"
    else:
        a, o = _nombre(attendu), _nombre(obtenu)
        if a is not None and o is not None:
            assert abs(a - o) <= tolerance, f"{chemin} : {o} au lieu de {a}"
        else:
            assert plain(attendu) == obtenu, f"{chemin} : {obtenu!r} au lieu de {attendu!r}"


@pytest.mark.parametrize("exemple", EXEMPLES, ids=[e["id"] for e in EXEMPLES])
def test_exemple(exemple: dict[str, Any]) -> None:
    all_rules()
    attendu = exemple["attendu"]
    le = exemple["le"]
    if "erreur" in attendu:
        with pytest.raises(BeffroiError) as faute:
            resolve(exemple["regle"], le)(le=le, **exemple["situation"])
        assert attendu["erreur"] in str(faute.value)
        return
    constat = resolve(exemple["regle"], le)(le=le, **exemple["situation"])
    tolerance = Decimal(attendu.get("tolerance", "0"))
    assert set(attendu) - {"tolerance"}, "un exemple attend quelque chose"
    if "valeur" in attendu:
        _comparer(attendu["valeur"], plain(constat.valeur), tolerance, "valeur")
    for libelle, valeur in attendu.get("etapes", {}).items():
        trouvees = [plain(e.valeur) for e in constat.etapes if e.libelle == libelle]
        assert trouvees, f"étape « {libelle} » absente : {[e.libelle for e in constat.etapes]}"
        _comparer(valeur, trouvees[-1], tolerance, libelle)
    if "avertissement" in attendu:
        assert any(attendu["avertissement"] in a for a in constat.avertissements), constat.avertissements
    assert constat.etapes, "une réponse sans raisonnement n'est pas une réponse"


def test_identifiants_uniques() -> None:
    ids = [e["id"] for e in EXEMPLES]
    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)


def _feuilles(valeur: Any) -> list[Decimal]:
    if isinstance(valeur, dict):
        return [n for v in valeur.values() for n in _feuilles(v)]
    if isinstance(valeur, list):
        return [n for v in valeur for n in _feuilles(v)]
    n = _nombre(valeur)
    return [] if n is None else [n]


def _vecteurs(shared: Path) -> list[dict[str, Any]]:
    brut = json.loads((shared / "domaine/vecteurs.json").read_text(encoding="utf-8"))
    vecteurs: list[dict[str, Any]] = brut["vectors"]
    return vecteurs


def test_nombres_des_vecteurs_repris_sans_changement(shared: Path) -> None:
    """Tout nombre attendu d'un vecteur se retrouve dans les exemples qui s'en réclament, à 1 % ou 100 près d'unité.

    Une part écrite en pourcentage dans le vecteur devient une fraction dans l'exemple (33 → 0.33).
    """
    ecarts = []
    for v in _vecteurs(shared):
        siens = [e for e in EXEMPLES if e.get("vecteur", e["id"]) == v["id"]]
        if not siens:
            continue
        presents = {n.normalize() for e in siens for n in _feuilles(e["attendu"])}
        presents |= {(n * 100).normalize() for n in presents} | {(n / 100).normalize() for n in presents}
        manquants = [n for n in _feuilles(v["expected"]) if n.normalize() not in presents]
        tolere = {str(t) for e in siens for t in e.get("non_repris", [])}
        manquants = [n for n in manquants if str(n) not in tolere]
        if manquants:
            ecarts.append(f"{v['id']} : {', '.join(map(str, manquants))}")
    assert not ecarts, "\n".join(ecarts)
