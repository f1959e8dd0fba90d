"""Bilans : ce qui manque, l'aperçu, la demande, et les refus en une phrase."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from beffroi.web.tables.models import Edition

P = "/programme/plh-cabbalr-2019/bilans/"


def test_ce_qui_manque_nomme_qui_peut_le_donner(connecte: Callable[[str], Client]) -> None:
    html = connecte("demo-lecture").get(f"{P}2022/manques/", headers={"X-Requested-With": "fetch"}).content.decode()
    assert "Rombly (62720)" in html and "exigée par la loi" in html and "<html" not in html
    assert "<h1>Ce qui manque au bilan</h1>" in connecte("demo").get(f"{P}2022/manques/").content.decode()


def test_l_apercu_est_le_bilan_avec_son_sommaire(connecte: Callable[[str], Client]) -> None:
    html = connecte("demo-lecture").get(f"{P}2022/apercu/").content.decode()
    assert 'href="#section-2"' in html and 'id="section-2"' in html and "3\u202f471" in html


@pytest.mark.parametrize("annee", [2040, 1999])
def test_une_annee_hors_du_programme_est_introuvable(annee: int, connecte: Callable[[str], Client]) -> None:
    assert connecte("demo").get(f"{P}{annee}/apercu/").status_code == 404
    assert connecte("demo").get(f"{P}{annee}/manques/").status_code == 404


def test_la_demande_entre_dans_la_liste(connecte: Callable[[str], Client]) -> None:
    client = connecte("demo")
    reponse = client.post(f"{P}demander/", {"annee": "2022"}, follow=True)
    assert Edition.objects.filter(programme="plh-cabbalr-2019", annee=2022).count() == 1
    assert "Bilan annuel 2022" in reponse.content.decode() and "data-bf-en-cours" in reponse.content.decode()


@pytest.mark.parametrize("annee", ["", "abc", "2040"])
def test_une_demande_impossible_le_dit(annee: str, connecte: Callable[[str], Client]) -> None:
    reponse = connecte("demo").post(f"{P}demander/", {"annee": annee}, follow=True)
    assert "n&#x27;est pas un exercice" in reponse.content.decode()
    assert not Edition.objects.exists()


def test_un_exercice_non_clos_ne_se_produit_pas(connecte: Callable[[str], Client]) -> None:
    html = connecte("demo").get("/programme/plh-call-2023/bilans/?au=2028").content.decode()
    assert "clos" in html and "Produire le bilan" not in html


def test_un_programme_sans_objectif_le_dit(connecte: Callable[[str], Client]) -> None:
    html = connecte("demo").get("/programme/crte-valenciennois-2021/bilans/").content.decode()
    assert "objectif territorial" in html and "Produire le bilan" not in html
