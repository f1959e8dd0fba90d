"""Toute règle refuse une mauvaise entrée d'une phrase qui nomme le champ et l'unité attendue ; jamais de défaut muet."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_origin

import pytest

from beffroi.catalogue import all_rules
from beffroi.kernel.convert import _split
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.rule import Rule, resolve

REGLES = [v for versions in all_rules().values() for v in versions]
PREMIERS = [r for r in REGLES if any(n not in r.defauts for n in r.entrees)]


def _obligatoire(regle: Rule) -> str:
    return next(n for n in regle.entrees if n not in regle.defauts)


@pytest.mark.parametrize("regle", PREMIERS, ids=lambda r: f"{r.id}@{r.since}")
def test_un_champ_absent_est_nomme(regle: Rule) -> None:
    with pytest.raises(InvalidInput) as faute:
        regle(le=max(regle.since, date(2026, 1, 1)))
    nom = _obligatoire(regle)
    assert f"il manque le champ « {regle.entree(nom).label} » ({nom})" in str(faute.value)


def _exemples_par_regle() -> dict[str, dict[str, Any]]:
    """Le premier exemple accepté de chaque règle."""
    trouves: dict[str, dict[str, Any]] = {}
    for fichier in sorted(Path(__file__).parent.glob("*/exemples/*.toml")):
        for e in tomllib.loads(fichier.read_text(encoding="utf-8"))["exemple"]:
            if "erreur" not in e["attendu"]:
                trouves.setdefault(e["regle"], e)
    return trouves


EXEMPLES = _exemples_par_regle()


def test_chaque_regle_a_un_exemple() -> None:
    assert sorted({r.id for r in REGLES} - set(EXEMPLES)) == []


@pytest.mark.parametrize("exemple", EXEMPLES.values(), ids=list(EXEMPLES))
def test_un_champ_inconnu_est_nomme(exemple: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="n'a pas de champ « champ_inconnu » ; champs attendus"):
        resolve(exemple["regle"], exemple["le"])(le=exemple["le"], **exemple["situation"], champ_inconnu=1)


@pytest.mark.parametrize("regle", [r for r in REGLES if r.since.year > 1900], ids=lambda r: f"{r.id}@{r.since}")
def test_une_date_avant_la_regle_est_refusee(regle: Rule) -> None:
    with pytest.raises(InvalidInput, match=f"{regle.since:%d/%m/%Y}"):
        regle(le=regle.since - timedelta(days=1))


def _nombres(regle: Rule) -> list[tuple[str, Any]]:
    champs = []
    for nom, annotation in regle.entrees.items():
        base, entree = _split(annotation)
        if entree is not None and base in (int, Decimal) and get_origin(base) is None:
            champs.append((nom, entree))
    return champs


CAS = [
    pytest.param(regle, nom, entree, id=f"{regle.id}@{regle.since}.{nom}")
    for regle in REGLES
    for nom, entree in _nombres(regle)
    if next(iter(regle.entrees)) == nom  # le premier champ lu : les suivants demanderaient une situation complète
]


@pytest.mark.parametrize(("regle", "nom", "entree"), CAS)
@pytest.mark.parametrize("valeur", ["beaucoup", True, "", "12 logements"])
def test_un_nombre_illisible_est_refuse(regle: Rule, nom: str, entree: Any, valeur: Any) -> None:
    with pytest.raises(InvalidInput) as faute:
        regle(le=max(regle.since, date(2026, 1, 1)), **{nom: valeur})
    assert f"« {entree.label} » ({nom})" in str(faute.value)


@pytest.mark.parametrize(("regle", "nom", "entree"), [c for c in CAS if c.values[2].minimum is not None])
def test_sous_le_minimum_est_refuse_avec_l_unite(regle: Rule, nom: str, entree: Any) -> None:
    with pytest.raises(InvalidInput) as faute:
        regle(le=max(regle.since, date(2026, 1, 1)), **{nom: entree.minimum - 1})
    assert entree.attendu() in str(faute.value)


def test_chaque_part_saisie_a_ses_bornes() -> None:
    """Un champ « part » borné à 1 refuse 18,2 pour 0,182 ; ceux qui ne le sont pas ont une raison écrite ici."""
    libres = {
        f"{regle.id}.{nom}"
        for regle in REGLES
        for nom, annotation in regle.entrees.items()
        for entree in [_split(annotation)[1]]
        if entree is not None and entree.unite == "part" and entree.maximum is None
    }
    assert {x for x in libres if x.startswith(("sru.", "production.", "programme.", "territorialisation."))} == {
        "sru.champ_application.croissance_cinq_ans",  # une population peut plus que doubler, ou baisser
    }
