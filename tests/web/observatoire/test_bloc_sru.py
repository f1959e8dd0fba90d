"""Le bloc SRU de la page d'une commune, quand aucun inventaire n'est chargé : il le dit et ne devine rien."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

VALEURS = "residence_principale=5412&logement_social=985&taux_legal=25&calculer=1"


def texte(html: str) -> str:
    """Texte du bloc, espaces ramenées à une."""
    found = re.search(r'<section class="bf-bloc[^"]*" aria-labelledby="sru">.*?</section>', html, flags=re.S)
    assert found
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found.group(0))))


def test_sans_inventaire_le_bloc_le_dit(page: Callable[[str], str]) -> None:
    lu = texte(page("commune/62035/?au=2022"))
    assert "Inventaire SRU : source non chargée. Rien n’est déduit d’une autre source" in lu
    assert "il manque" not in lu and "objectif triennal" not in lu


def test_les_valeurs_saisies_donnent_le_raisonnement(page: Callable[[str], str]) -> None:
    html = page(f"commune/62035/?au=2022&{VALEURS}")
    lu = texte(html)
    assert "il manque 368 logements sociaux" in lu and "objectif triennal de 121 logements" in lu
    assert "Valeurs saisies ici, pas celles de l’inventaire (source non chargée)" in lu
    assert "Part du déficit à rattraper" in lu
    assert 'name="au" value="2022"' in html
    assert 'href="/programme/plh-cabbalr-2019/simuler/sru/?commune=62035&amp;au=2022"' in html


def test_une_valeur_fausse_est_dite_dans_le_bloc(page: Callable[[str], str]) -> None:
    lu = texte(page(f"commune/62035/?{VALEURS.replace('985', '-1')}"))
    assert "Écrire un nombre entier de logements, 0 ou plus ; reçu : « −1 »." in lu
    assert "il manque" not in lu
