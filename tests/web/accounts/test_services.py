"""Donner un rôle : un seul par personne et par collectivité, et il ouvre la création d'un PLH."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from beffroi.cli import main
from beffroi.kernel.errors import NotFound
from beffroi.web.accounts.models import Affectation
from beffroi.web.accounts.services import compte, donner_role

LYON = "200046977"


def test_un_role_remplace_le_precedent(personne: Any) -> None:
    camille = personne("camille", None)
    assert donner_role(camille, LYON, "lecteur")
    assert donner_role(camille, LYON, "administrateur")
    assert list(Affectation.objects.values_list("collectivite", "role")) == [(LYON, "administrateur")]


def test_un_compte_inconnu_est_refuse(db: None) -> None:
    with pytest.raises(NotFound, match="personne-ici"):
        compte("personne-ici")


def test_la_commande_ouvre_la_creation(personne: Any) -> None:
    camille = personne("camille", None)
    sortie = CliRunner().invoke(main, ["compte", "role", "camille", LYON, "administrateur"])
    assert sortie.exit_code == 0 and "Métropole de Lyon" in sortie.output
    client = Client()
    client.force_login(camille, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/observatoire/{LYON}/creer-plh/", {"plh-annee": "2028"}).status_code == 302


def test_une_collectivite_inconnue_est_refusee(personne: Any) -> None:
    personne("camille", None)
    sortie = CliRunner().invoke(main, ["compte", "role", "camille", "999999999", "lecteur"])
    assert sortie.exit_code == 2 and "999999999" in sortie.stderr
    assert not Affectation.objects.exists()
