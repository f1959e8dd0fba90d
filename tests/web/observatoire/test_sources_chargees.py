"""Ce que changent un inventaire SRU et des ventes chargés : bloc de la commune, préremplissage, part accessible."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot
from beffroi.web.observatoire import solvabilite, sru
from greffon_sauts import exiger
from warehouse import inventaire
from web.observatoire.adresses import SOLVABILITE, SRU, adresse

LE = date(2026, 1, 1)
# Huit ventes sur douze à 104 659 € ou moins.
PRIX = [90_000, 95_000, 98_000, 99_000, 100_000, 102_000, 104_000, 104_659, 106_000, 110_000, 115_000, 118_000]


def texte(html: str) -> str:
    """Texte lu, espaces ramenées à une."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture(scope="module")
def charge(tmp_path_factory: pytest.TempPathFactory) -> Entrepot:
    """Entrepôt qui tient un inventaire et des ventes de 2025."""
    folder = tmp_path_factory.mktemp("miroir")
    (folder / "sru.csv").write_text(inventaire.SRU, encoding="utf-8")
    (folder / "dvf.csv").write_text(inventaire.dvf(PRIX), encoding="utf-8")
    (folder / "miroir.toml").write_text(
        '[[fichier]]\nsource = "sru"\nmillesime = "2024"\nchemin = "sru.csv"\nqualite = "officiel"\n'
        '[[fichier]]\nsource = "geo_dvf"\nmillesime = "2025"\nchemin = "dvf.csv"\nqualite = "officiel"\n',
        encoding="utf-8",
    )
    data = tmp_path_factory.mktemp("donnees")
    assert preparer(data, Path(exiger("modules")), folder).faults == ()
    return Entrepot.ouvrir(data)


def _situation(entrepot: Entrepot) -> Any:
    programme = SimpleNamespace(communes=lambda: ["62035", "62119"], collectivites=("200072460",), exercices=lambda: ())
    return SimpleNamespace(entrepot=entrepot, programme=programme, provenance=entrepot.provenance)


def _requete(chemin: str) -> HttpRequest:
    return RequestFactory().get("/" + chemin)


def _gabarit(bloc: sru.BlocSru, situation: Any) -> str:
    return render_to_string(
        "observatoire/_sru.html", {"sru": bloc, "situation": situation, "request": RequestFactory().get("/")}
    )


def test_le_bloc_de_la_commune_vient_de_l_inventaire(charge: Entrepot) -> None:
    bloc = sru.bloc_sru(QueryDict(""), charge, "62035", "Annezin", LE, "/simuler/")
    assert bloc.form is None and bloc.inventaire is not None
    html = _gabarit(bloc, _situation(charge))
    lu = texte(html)
    assert "Annezin, au 01/01/2026 : il manque 202 logements sociaux" in lu
    assert "À la borne haute des résidences principales : 203 logements manquants" in lu
    assert "Résidences principales, au moins 2 514 logements" in lu
    assert '<details class="bf-deplier bf-sans-papier" open>' in html and html.count('class="bf-raison"') == 2
    assert "Inventaire SRU" in lu and "DHUP" in lu, "la provenance s'ouvre"
    assert "non chargée" not in lu


def test_le_bloc_d_une_commune_hors_de_l_inventaire(charge: Entrepot) -> None:
    bloc = sru.bloc_sru(QueryDict(""), charge, "62720", "Rombly", LE, "/simuler/")
    assert bloc.hors_perimetre and bloc.phrase is None
    assert "L’inventaire SRU ne cite pas cette commune" in texte(_gabarit(bloc, _situation(charge)))


def test_la_simulation_part_de_l_inventaire(charge: Entrepot) -> None:
    page = sru.simuler(_requete("?commune=62035"), _situation(charge))
    initiales = {n: page.form[n].value() for n in ("residence_principale", "logement_social", "taux_legal")}
    assert initiales == {"residence_principale": "2514", "logement_social": "300", "taux_legal": "20"}
    assert page.resultat is None
    valeurs = SRU | {n: str(v) for n, v in initiales.items()}
    page = sru.simuler(_requete(adresse("sru", valeurs)), _situation(charge))
    assert page.resultat is not None and "202" in page.resultat.phrase
    assert not any("non chargée" in a for a in page.resultat.avis)


def test_la_part_des_ventes_accessibles(charge: Entrepot) -> None:
    page = solvabilite.simuler(_requete(adresse("solvabilite", SOLVABILITE)), _situation(charge))
    assert page.resultat is not None, page.form.errors
    assert "Ventes à ce prix ou moins : 8 sur 12, soit 67 % (maisons anciennes, 2025)." in texte(
        page.resultat.precision
    )
    assert not any("non chargée" in a for a in page.resultat.avis if "DVF" in a)
    neuf = adresse("solvabilite", SOLVABILITE, segment="appartement_neuf")
    page = solvabilite.simuler(_requete(neuf), _situation(charge))
    assert page.resultat is not None
    assert any("DVF ne donne aucune vente de ce type dans la commune en 2025" in a for a in page.resultat.avis)
