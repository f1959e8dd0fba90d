"""Les gabarits n'impriment jamais un nombre nu : tout chiffre passe par ses balises. Deux filets, à l'œil et en vrai."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.template import base

from beffroi.kernel.figure import Chiffre
from web.observatoire.adresses import NOMINALES, OPERATION, SRU, adresse

GABARITS = sorted((Path(__file__).parents[3] / "src/beffroi/web/templates").rglob("*.html"))
# Attributs qui portent un nombre, et filtres qui en rendent un : interdits entre {{ }}.
NOMBRES = {"valeur_brute", "annee", "rang", "nombre", "avancement", "counter", "counter0", "revcounter", "par_an",
           "montant_maximal", "quantite_maximale", "etp", "objectif", "autorises", "commences", "ecart", "taux",
           "total", "chiffre", "annuel", "unique", "population_municipale"}  # fmt: skip
FILTRES = {"length", "floatformat", "intcomma", "add", "stringformat", "widthratio", "divisibleby"}
PAGES = (
    "tableau-de-bord/",
    "tableau-de-bord/?au=2019",
    "",
    "?orientation=1&tri=-budget",
    "action/a01/?au=2022",
    "action/a03/",
    "action/a11/",
    "objectifs/",
    "objectifs/?tri=ecart",
    "territoire/",
    "territoire/?valeur=commences",
    "commune/62035/",
    "commune/62720/",
    "recherche/?q=saint",
    "simuler/",
    "simuler/besoins/",
    adresse("sru", SRU, OPERATION, residence_principale="-3", op_social=["beaucoup", ""]),
    *NOMINALES.values(),
    "bilans/",
    "bilans/2022/manques/",
    "bilans/2022/apercu/",
    "/observatoire/",
    "/observatoire/?q=lyon",
    "/observatoire/200072460/",
    "/observatoire/200046977/",
)


def test_il_y_a_des_gabarits() -> None:
    assert len(GABARITS) > 20


@pytest.mark.parametrize("gabarit", GABARITS, ids=lambda p: p.name)
def test_aucun_nombre_nu(gabarit: Path) -> None:
    fautes = []
    for expression in re.findall(r"\{\{\s*(.*?)\s*\}\}", gabarit.read_text(encoding="utf-8")):
        nom, *filtres = expression.split("|")
        accord = filtres and filtres[-1] == "pluralize"
        if nom.split(".")[-1] in NOMBRES or (not accord and any(f.split(":")[0] in FILTRES for f in filtres)):
            fautes.append(expression)
    assert not fautes, f"{gabarit.name} imprime un nombre sans ses balises : {fautes}"


@pytest.mark.parametrize("gabarit", GABARITS, ids=lambda p: p.name)
def test_ni_style_ni_script_en_ligne(gabarit: Path) -> None:
    texte = gabarit.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", texte)
    assert not re.search(r"<script(?![^>]*\ssrc=)", texte)


@pytest.mark.parametrize("chemin", PAGES)
def test_aucune_page_n_imprime_un_nombre_hors_des_balises(
    chemin: str, page: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ecrire: Any = base.render_value_in_context

    def surveiller(valeur: Any, contexte: Any) -> str:
        if isinstance(valeur, (int, float, Decimal, Chiffre)) and not isinstance(valeur, bool):
            raise AssertionError(f"nombre nu : {valeur!r}")
        return str(ecrire(valeur, contexte))

    monkeypatch.setattr(base, "render_value_in_context", surveiller)
    assert "<h1>" in page(chemin)
