"""Une version chargée est figée ; la recharger à l'identique ne change rien."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput
from beffroi.web.tables.models import ProgrammeVersion
from beffroi.web.tables.selectors.programme import programme_en_vigueur, programmes_de
from beffroi.web.tables.services.programme import charger

pytestmark = pytest.mark.django_db


def test_ce_qui_est_relu_est_ce_qui_a_ete_charge(programme: Programme) -> None:
    version, nouvelle = charger(programme)
    assert nouvelle and version.rang == 1
    assert programme_en_vigueur("plh-essai") == programme


def test_recharger_a_l_identique_ne_change_rien(programme: Programme) -> None:
    charger(programme)
    _, nouvelle = charger(programme)
    assert not nouvelle
    assert ProgrammeVersion.objects.count() == 1


def test_une_version_chargee_est_figee(programme: Programme) -> None:
    charger(programme)
    with pytest.raises(InvalidInput, match="figée"):
        charger(replace(programme, titre="Autre titre"))
    assert programme_en_vigueur("plh-essai") == programme


def test_un_avenant_est_une_version_de_plus(programme: Programme) -> None:
    charger(programme)
    suite = replace(programme, titre="Autre titre", version="modification n° 1")
    version, nouvelle = charger(suite)
    assert nouvelle and version.rang == 2
    assert programme_en_vigueur("plh-essai") == suite
    assert [v.rang for v in programmes_de(["200072460"])] == [2]
    assert programmes_de(["999999999"]) == []
