"""Le nombre de requêtes d'une page ne dépend ni du nombre de communes, ni du nombre d'exercices, ni des événements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beffroi.warehouse.query import Entrepot

PAGES = ("tableau-de-bord/", "", "objectifs/", "territoire/", "objectifs.csv", "bilans/")


@pytest.fixture
def compter(connecte: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[int, int]]:
    """Requêtes à la base et à l'entrepôt d'une page, déjà ouverte une fois."""
    client = connecte("demo")
    lire: Any = Entrepot.lignes
    entrepot = [0]

    def lignes(self: Entrepot, *args: Any) -> Any:
        entrepot[0] += 1
        return lire(self, *args)

    monkeypatch.setattr(Entrepot, "lignes", lignes)

    def mesurer(adresse: str) -> tuple[int, int]:
        assert client.get(adresse).status_code == 200
        entrepot[0] = 0
        with CaptureQueriesContext(connection) as base:
            client.get(adresse)
        return len(base), entrepot[0]

    return mesurer


@pytest.mark.parametrize("chemin", PAGES)
def test_constant_en_communes(chemin: str, compter: Callable[[str], tuple[int, int]]) -> None:
    cent = compter(f"/programme/plh-cabbalr-2019/{chemin}")
    assert cent == compter(f"/programme/plh-call-2023/{chemin}")
    assert cent[0] <= 10 and cent[1] <= 12, f"{chemin} : {cent}"


@pytest.mark.parametrize("chemin", [*PAGES, "commune/62035/", "action/a01/"])
def test_constant_en_exercices(chemin: str, compter: Callable[[str], tuple[int, int]]) -> None:
    un = compter(f"/programme/plh-cabbalr-2019/{chemin}?au=2019")
    assert un == compter(f"/programme/plh-cabbalr-2019/{chemin}?au=2024")


def test_constant_en_evenements(compter: Callable[[str], tuple[int, int]]) -> None:
    avec = compter("/programme/plh-cabbalr-2019/action/a02/")
    sans = compter("/programme/plh-call-2023/action/a01/")
    assert avec == sans
