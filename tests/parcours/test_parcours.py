"""Les parcours : la vice-présidente sur son téléphone, la chargée de mission, le lecteur ; clavier, papier, sans script."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.conftest import TELEPHONE

pytestmark = pytest.mark.navigateur

QUATRE_REPONSES = {
    "sommes-nous à l'heure": ".bf-phrase p",
    "quelle commune est la plus en retard": "#t-com ~ *, .bf-serre tbody tr:first-child",
    "que coûte l'orientation 1": ".bf-couts tbody tr:first-child",
    "quelle action est bloquée, et qui la pilote": ".bf-liste li:first-child .bf-qui",
}


def test_quatre_reponses_en_trois_ecrans_de_telephone(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("tableau-de-bord/?au=2022", taille=TELEPHONE)
    limite = 3 * TELEPHONE[1]
    for question, ou in QUATRE_REPONSES.items():
        boite = page.locator(ou).first.bounding_box()
        assert boite is not None, question
        assert boite["y"] + boite["height"] <= limite, f"{question} : finit à {boite['y'] + boite['height']:.0f} px"
    assert "Douvrin" in page.locator(".bf-serre tbody tr").first.inner_text()
    assert "240" in page.locator(".bf-couts tbody tr").first.inner_text()
    premier = page.locator(".bf-qui").first.inner_text()
    assert "bloquée" in premier and "Pilote" in premier


def test_la_chargee_de_mission_change_un_etat_se_trompe_puis_annule(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("action/a04/?au=2024")
    page.get_by_role("link", name="Changer l’état").click()
    page.get_by_label("Nouvel état").select_option("bloquée")
    page.get_by_label("Date d’effet").fill("12/05/2023")
    page.get_by_role("button", name="Enregistrer l’état").click()
    motif = page.get_by_label("Motif")
    assert motif.get_attribute("aria-invalid") == "true"
    assert (
        "demande un motif" in page.locator("#" + str(motif.get_attribute("aria-describedby")).split()[0]).inner_text()
    )
    motif.fill("Opérateur à choisir")
    page.get_by_role("button", name="Enregistrer l’état").click()
    annonce = page.get_by_role("status").first
    assert "état « bloquée » à effet du 12/05/2023" in annonce.inner_text()
    assert page.locator("main .bf-etat").first.inner_text().endswith("bloquée")
    annonce.get_by_role("button", name="Annuler").click()
    assert "l’historique garde la trace des deux" in page.get_by_role("status").first.inner_text()
    assert page.locator("main .bf-etat").first.inner_text().endswith("en cours")
    assert "Annulation" in page.locator(".bf-fil").inner_text()


def test_la_chargee_de_mission_produit_le_bilan(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("tableau-de-bord/?au=2022")
    page.get_by_role("link", name="Préparer le bilan annuel").click()
    page.locator(".bf-manque").wait_for()
    page.get_by_role("button", name="Produire le bilan 2022 en DOCX").click()
    lien = page.get_by_role("link", name=re.compile("Télécharger le DOCX"))
    lien.wait_for(timeout=60_000)
    with page.expect_download() as attendu:
        lien.first.click()
    fichier = Path(attendu.value.path())
    assert attendu.value.suggested_filename == "bilan-annuel-plh-cabbalr-2019-2022.docx"
    with zipfile.ZipFile(io.BytesIO(fichier.read_bytes())) as docx:
        assert "word/document.xml" in docx.namelist()


def test_le_lecteur_lit_sans_rien_changer(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("action/a02/?au=2022", compte="demo-lecture")
    assert page.get_by_role("button", name="Enregistrer l’état").count() == 0
    assert page.locator(".bf-fil li").count() >= 2
    page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Bilans").click()
    assert page.get_by_role("button", name=re.compile("Produire")).count() == 0
    assert page.get_by_role("link", name="Voir l’aperçu").is_visible()


def test_le_clavier_cherche_ferme_et_change_d_onglet(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("territoire/?au=2022")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("annezin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/commune/62035/**")
    resume = page.locator("details.bf-prov summary").first
    resume.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.bf-prov[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.bf-prov[open]").count() == 0
    assert resume.evaluate("e => e === document.activeElement")
    page.go_back()
    page.get_by_role("tab", name="Carte en tuiles").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Tableau").get_attribute("aria-selected") == "true"
    assert page.locator("#tableau").is_visible()


def test_les_fleches_vont_d_une_tuile_a_sa_voisine(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("territoire/?au=2022")
    tuiles = page.locator(".bf-ord svg a.t")
    assert tuiles.count() == 100
    assert page.locator('.bf-ord svg a.t[tabindex="0"]').count() == 1
    page.locator('a.t[aria-label^="Annezin"]').focus()
    page.keyboard.press("ArrowLeft")
    nom = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert nom.startswith("Vendin-lès-Béthune"), nom
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Annezin")
    assert "Annezin : atteint" in page.locator("[data-bf-dire]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/commune/62035/**")


def test_le_theme_choisi_est_garde_et_le_menu_se_replie(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("tableau-de-bord/?au=2022", theme="light")
    page.locator(".bf-rail").get_by_role("button", name="Clair ou sombre").click()
    page.locator(".bf-rail").get_by_role("button", name="Replier le menu").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert (
        page.locator(".bf-rail").get_by_role("button", name="Replier le menu").get_attribute("aria-expanded") == "false"
    )
    fond = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert fond == "rgb(20, 27, 34)"


def test_sans_script_tout_se_lit_et_le_theme_suit_le_systeme(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("territoire/?au=2022", theme="dark", java_script_enabled=False)
    assert page.locator("#carte-tuiles").is_visible() and page.locator("#tableau").is_visible()
    assert page.get_by_role("tablist").count() == 0
    assert page.get_by_role("button", name="Imprimer").count() == 0
    page.locator("summary.bf-moi").click()
    page.get_by_role("link", name="Mon compte").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Mon compte"
    page.goto(page.url.replace("/compte/", "/programme/plh-cabbalr-2019/bilans/?au=2022"))
    page.get_by_role("link", name="Voir ce qui manque").click()
    assert "Rombly (62720)" in page.locator("main").inner_text()


@pytest.mark.parametrize("au", [2022, 2024])
def test_la_fiche_d_une_commune_tient_sur_une_page(au: int, ouvrir: Callable[..., Any], tmp_path: Path) -> None:
    page = ouvrir(f"commune/62035/?au={au}", theme="dark")
    page.pdf(path=tmp_path / "fiche.pdf", prefer_css_page_size=True, print_background=True)
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "fiche.pdf").read_bytes())
    assert len(pages) == 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 43, 53)"
    assert not page.locator(".bf-barre").is_visible()


def test_la_situation_choisie_reste_d_une_page_a_l_autre(ouvrir: Callable[..., Any]) -> None:
    page = ouvrir("tableau-de-bord/")
    page.get_by_label("Situation au").select_option(label="31/12/2021, exercice 3 sur 6")
    page.get_by_role("button", name="Afficher").click()
    assert "Année 3 sur 6" in page.locator(".bf-phrase").inner_text()
    page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Objectifs").click()
    assert page.get_by_label("Situation au").input_value() == "2021"
