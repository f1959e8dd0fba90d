"""Matrice des droits, écrite depuis les routes : chaque adresse × chaque rôle × sa collectivité ou une autre."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from beffroi.domain.programme.modele import Programme
from beffroi.web.accounts.droits import COMPTE, DROITS, PUBLIC
from beffroi.web.tables.services.programme import charger

ROUTES: list[URLPattern] = list(get_resolver().url_patterns)
VALEURS: dict[str, Any] = {
    "programme_id": "plh-essai",
    "action_id": "a01",
    "evenement_id": "00000000-0000-0000-0000-000000000000",
    "code": "62035",
    "siren": "200072460",
    "annee": 2022,
    "edition_id": 1,
    "scenario_id": 1,
    "correction_id": 1,
    "jeton": "0" * 32,
    "extension": "csv",
}
AUTRE = "200042190"


def _adresse(route: URLPattern) -> str:
    return reverse(route.name or "", kwargs={k: VALEURS[k] for k in route.pattern.converters})


def _droit(route: URLPattern) -> str:
    return str(getattr(route.callback, "droit", ""))


def test_chaque_vue_declare_un_droit() -> None:
    sans = [r.name for r in ROUTES if _droit(r) not in {PUBLIC, COMPTE, *DROITS}]
    assert ROUTES and not sans, f"vues sans droit déclaré : {sans}"


@pytest.mark.django_db
@pytest.mark.parametrize("route", [r for r in ROUTES if _droit(r) in DROITS], ids=lambda r: str(r.name))
@pytest.mark.parametrize("role", ["administrateur", "charge_mission", "lecteur", "etranger", "anonyme"])
def test_matrice(route: URLPattern, role: str, programme: Programme, personne: Any) -> None:
    charger(programme)
    client = Client(raise_request_exception=False)
    if role == "etranger":
        client.force_login(personne("x", "administrateur", AUTRE), backend="django.contrib.auth.backends.ModelBackend")
    elif role != "anonyme":
        client.force_login(personne("x", role), backend="django.contrib.auth.backends.ModelBackend")
    reponse = client.get(_adresse(route))
    if reponse.status_code == 405:
        reponse = client.post(_adresse(route))
    if role == "anonyme":
        assert reponse.status_code == 302
        assert "/connexion/" in reponse["Location"]
    elif role == "etranger":
        assert reponse.status_code == 404
    elif role not in DROITS[_droit(route)]:
        assert reponse.status_code == 403
    else:
        assert reponse.status_code != 403
        assert "/connexion/" not in reponse.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize("route", [r for r in ROUTES if _droit(r) == COMPTE], ids=lambda r: str(r.name))
def test_un_compte_suffit_mais_il_en_faut_un(route: URLPattern, personne: Any) -> None:
    adresse = _adresse(route)
    assert Client().get(adresse).status_code == 302
    client = Client(raise_request_exception=False)
    client.force_login(personne("x", None), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(adresse).status_code == 200
