"""Simuler sans script, au clavier, au téléphone et sur le papier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parcours.conftest import TELEPHONE
from web.observatoire.adresses import NOMINALES

pytestmark = pytest.mark.navigateur


def _reponse(page: Any) -> str:
    return str(page.locator(".bf-phrase p").first.inner_text())


def test_sans_script_la_chargee_de_mission_calcule_et_partage_l_adresse(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("simuler/", java_script_enabled=False)
    page.get_by_role("link", name="Trajectoire SRU d’une commune").click()
    page.get_by_label("Commune facultatif").fill("Annezin")
    page.get_by_role("button", name="Pré-remplir").click()
    assert page.get_by_label("Résidences principales", exact=True).input_value() == "2515"
    page.get_by_label("Résidences principales", exact=True).fill("5 412")
    page.get_by_label("Logements sociaux", exact=True).fill("985")
    page.get_by_label("Taux légal").select_option("25")
    page.get_by_label("Opération, opération 1").fill("Rue des Écoles")
    page.get_by_label("Année de livraison, opération 1").fill("2028")
    page.get_by_label("Logements livrés, opération 1").fill("60")
    page.get_by_label("Dont logements sociaux, opération 1").fill("40")
    page.get_by_label("Logements sociaux", exact=True).press("Enter")
    assert "il manque 368" in _reponse(page)
    assert "\u221225" in page.locator(".bf-phrase p").nth(1).inner_text(), "Entrée calcule, opérations comprises"
    autre = ouvrir(page.url.partition("plh-cabbalr-2019/")[2], compte="demo-lecture")
    assert _reponse(autre) == _reponse(page)


def test_ajouter_une_ligne_ne_perd_rien(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("simuler/sru/?commune=62035")
    page.get_by_label("Opération, opération 1").fill("Rue des Écoles")
    page.get_by_role("button", name="Ajouter des lignes").click()
    page.get_by_label("Opération, opération 6").wait_for()
    assert page.get_by_label("Opération, opération 1").input_value() == "Rue des Écoles"
    assert page.locator(".bf-erreur").count() == 0


def test_la_faute_est_annoncee_au_champ(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("simuler/echeances/?horloge=habitat_indigne.permis_diviser&calculer=1&reception=&le=2026-11-24")
    champ = page.get_by_label("Réception de la demande")
    decrit = champ.get_attribute("aria-describedby").split()
    assert "Champ vide : écrire une date" in page.locator(f"#{decrit[0]}").inner_text().replace("\u00a0", " ")
    assert page.get_by_role("alert").is_visible()


@pytest.mark.parametrize("nom", NOMINALES)
def test_la_fiche_imprimee_dit_ses_valeurs_et_laisse_le_formulaire(nom: str, ouvrir: Callable[..., Any]) -> None:
    page = ouvrir(NOMINALES[nom])
    assert not page.locator(".bf-imprime").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".bf-imprime").is_visible()
    assert page.locator("form#simulateur").is_hidden()
    assert page.get_by_role("button", name="Imprimer la fiche").is_hidden()
    assert page.locator(".bf-raison").first.is_visible()


def test_au_telephone_la_reponse_vient_d_abord(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir(NOMINALES["solvabilite"], taille=TELEPHONE)
    boite = page.locator(".bf-phrase").bounding_box()
    assert boite is not None and boite["y"] + boite["height"] <= TELEPHONE[1]
    page.get_by_role("link", name="Modifier les valeurs").click()
    assert page.get_by_role("heading", name="Valeurs", exact=True).is_visible()
