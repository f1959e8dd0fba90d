"""axe sur chaque page, en clair et en sombre, sur bureau et sur téléphone : aucune violation, aucun débordement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greffon_sauts import exiger
from parcours.conftest import BUREAU, TELEPHONE
from web.observatoire.adresses import NOMINALES, OPERATION, SRU, adresse

pytestmark = pytest.mark.navigateur

PAGES = {
    "tableau de bord": "tableau-de-bord/?au=2022",
    "programme": "?au=2022",
    "programme filtré, vide": "?au=2022&etat=abandonnee",
    "fiche mesurée": "action/a01/?au=2022",
    "fiche à budget": "action/a03/?au=2022",
    "objectifs": "objectifs/?au=2022",
    "objectifs triés": "objectifs/?au=2024&tri=-ecart",
    "territoire": "territoire/?au=2022",
    "territoire, quantités": "territoire/?au=2022&valeur=autorises",
    "commune": "commune/62035/?au=2022",
    "commune sans donnée": "commune/62720/?au=2022",
    "bilans": "bilans/?au=2022",
    "ce qui manque": "bilans/2022/manques/",
    "aperçu": "bilans/2022/apercu/",
    "recherche": "recherche/?q=saint",
    "simuler": "simuler/",
    **{f"simuler, {nom}": adresse_nominale for nom, adresse_nominale in NOMINALES.items()},
    "simuler, sans réponse": "simuler/besoins/",
    "simuler, fautes": adresse("sru", SRU, OPERATION, residence_principale="-3", op_social=["beaucoup", ""]),
    "commune, SRU saisi": "commune/62035/?residence_principale=5412&logement_social=985&taux_legal=25&calculer=1",
    "saisie": "/programme/plh-call-2023/saisie/",
    "saisie, une action": "saisie/?vue=exercices&theme=action:a01",
    "saisie, budget": "saisie/?vue=budget",
    "saisie, classeur": "saisie/import/",
    "grille des objectifs": "objectifs/grille/",
    "budget": "/programme/plh-call-2023/budget/",
    "engagements": "/programme/crte-valenciennois-2021/engagements/",
    "ce qui manque au suivi": "manques/",
    "corrections": "commune/62119/corrections/",
    "calendrier": "/programme/plh-cavm-2023/calendrier/",
    "versions": "versions/",
    "comparer": "comparer/?avec=plh-call-2023",
    "votre EPCI": "/observatoire/?q=lyon",
    "portrait": "/observatoire/200072460/",
    "portrait, comparer": "/observatoire/200072460/?comparer=production.indice_construction_commence",
    "portrait, peu de sources": "/observatoire/200046977/",
    "compte": "/compte/",
    "mot de passe": "/compte/mot-de-passe/",
    "accueil": "/",
    "introuvable": "/nulle-part/",
    "autre programme": "/programme/plh-call-2023/objectifs/",
    "programme sans objectif": "/programme/crte-valenciennois-2021/tableau-de-bord/",
}
ECRANS = [(BUREAU, "light"), (BUREAU, "dark"), (TELEPHONE, "light"), (TELEPHONE, "dark")]


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe-core."""
    return (Path(exiger("modules")) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Any, axe: str) -> list[str]:
    """Sentences of axe: rule, number of places, first place."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{v['id']} ({len(v['nodes'])}) : {v['nodes'][0]['html'][:160]}" for v in found]


def deborde(page: Any) -> int:
    """Pixels of horizontal overflow."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("nom", PAGES)
def test_aucune_violation(nom: str, ouvrir: Callable[..., Any], axe: str) -> None:
    fautes = []
    for taille, theme in ECRANS:
        page = ouvrir(PAGES[nom], taille=taille, theme=theme)
        if nom == "bilans":  # son dernier bloc arrive après la page
            page.locator(".bf-manque").wait_for()
        assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
        fautes += [f"{theme} {taille[0]} : {v}" for v in violations(page, axe)]
        if deborde(page) > 0:
            fautes.append(f"{theme} {taille[0]} : déborde de {deborde(page)} px")
        page.context.close()
    assert not fautes, "\n".join(fautes)


@pytest.mark.parametrize(("taille", "theme"), ECRANS)
def test_la_page_de_connexion(taille: tuple[int, int], theme: str, ouvrir: Callable[..., Any], axe: str) -> None:
    page = ouvrir("/connexion/", compte="", taille=taille, theme=theme)
    assert violations(page, axe) == []
    page.get_by_label("Nom d’utilisateur").fill("personne")
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Entrer").click()
    assert "incorrect" in page.get_by_role("alert").inner_text()
    assert violations(page, axe) == []
    assert deborde(page) == 0


@pytest.mark.parametrize(("taille", "theme"), ECRANS)
def test_ce_qui_s_ouvre(taille: tuple[int, int], theme: str, ouvrir: Callable[..., Any], axe: str) -> None:
    page = ouvrir("tableau-de-bord/?au=2022", taille=taille, theme=theme)
    page.locator("details.bf-prov summary").first.click()
    assert page.locator(".bf-prov-carte").first.is_visible()
    assert violations(page, axe) == []
    assert deborde(page) == 0
    page.locator("summary.bf-moi").click()
    assert page.get_by_role("button", name="Se déconnecter").is_visible()
    assert violations(page, axe) == []
    page = ouvrir("territoire/?au=2022#tableau", taille=taille, theme=theme)
    assert page.locator("#tableau").is_visible() and not page.locator("#carte-tuiles").is_visible()
    assert violations(page, axe) == []
    assert deborde(page) == 0


def test_axe_voit_une_faute(ouvrir: Callable[..., Any], axe: str) -> None:
    page = ouvrir("/compte/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/statique/x.png\">')")
    assert any(v.startswith("image-alt") for v in violations(page, axe))
