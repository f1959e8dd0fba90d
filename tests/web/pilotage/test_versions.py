"""Versions et comparaison de programmes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from beffroi import demo
from beffroi.exchange import lire
from beffroi.web.accounts.models import Affectation
from beffroi.web.tables.services.programme import charger

pytestmark = pytest.mark.django_db
P = "/programme/plh-cavm-2023/"


@pytest.fixture
def client(personne: Any) -> Client:
    """Compte de Valenciennes Métropole, son PLH chargé."""
    charger(lire(next(c for c in demo.programmes() if c.stem == "plh-cavm-2023")))
    compte = personne("camille", "lecteur", "245901160")
    c = Client()
    c.force_login(compte, backend="django.contrib.auth.backends.ModelBackend")
    return c


def test_une_seule_version_le_dit_et_deux_se_comparent(client: Client) -> None:
    assert "Une seule version" in client.get(P + "versions/").content.decode()
    programme = lire(next(c for c in demo.programmes() if c.stem == "plh-cavm-2023"))
    action = replace(programme.actions[0], titre="Un titre changé par avenant")
    charger(replace(programme, version="avenant n° 1", actions=(action, *programme.actions[1:])))
    texte = client.get(P + "versions/").content.decode()
    assert "avenant n° 1" in texte and "Un titre changé par avenant" in texte


def test_comparer_ne_montre_que_ce_que_le_compte_peut_lire(client: Client, personne: Any) -> None:
    charger(lire(next(c for c in demo.programmes() if c.stem == "plh-call-2023")))
    assert "Aucun autre programme" in client.get(P + "comparer/").content.decode()
    assert client.get(P + "comparer/?avec=plh-call-2023").status_code == 404
    from beffroi.web.accounts.models import Utilisateur

    Affectation.objects.create(
        utilisateur=Utilisateur.objects.get(username="camille"), collectivite="246200364", role="lecteur"
    )
    texte = client.get(P + "comparer/?avec=plh-call-2023").content.decode()
    assert "58" in texte and "92" in texte
