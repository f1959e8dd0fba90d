"""Les dessins : bien formés, sans style en ligne sous la CSP, un manque n'est jamais un zéro."""

from __future__ import annotations

import pytest
from lxml import etree

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.kernel.figure import Chiffre
from beffroi.reports.chart import Barre, LigneBarre, barres, barres_horizontales, graduation, temps, tendance
from beffroi.reports.map import (
    Tuile,
    carte_tuiles,
    classe_valeur,
    legende,
    legende_appreciations,
    sans_position,
    sigles,
)
from beffroi.reports.svg import Mode


def logement(valeur: int | None) -> Chiffre:
    return Chiffre.manquant("logement") if valeur is None else Chiffre(valeur, "logement")


SERIE = [
    Barre("2021", logement(1073), courbe=logement(631)),
    Barre("2022", logement(1034), ici=True, courbe=logement(488)),
]
TUILES = [
    Tuile("62035", "Annezin", (0, 0), "Béthunois", "ap-atteint", "141 %", "Anne", Appreciation.ATTEINT),
    Tuile("62119", "Béthune", (1, 0), "Béthunois", "ap-surveiller", "87 %", "Béth", Appreciation.A_SURVEILLER),
    Tuile("62720", "Rombly", (0, 1), "Ouest", "sans", "non renseigné", "Romb", Appreciation.SANS_DONNEE),
]
DESSINS = {
    "barres": lambda mode: barres(SERIE, titre="Production", objectif=logement(1070), identifiant="b", mode=mode),
    "tendance": lambda mode: tendance([logement(1), logement(2)], titre="Tendance", mode=mode),
    "horizontales": lambda mode: barres_horizontales(
        [LigneBarre("Ouest", logement(52)), LigneBarre("Est", logement(-230), "moins")],
        titre="Écarts",
        signe=True,
        mode=mode,
    ),
    "temps": lambda mode: temps(Chiffre(1, "part"), Chiffre(1, "part"), 6, titre="Temps", mode=mode),
    "carte": lambda mode: carte_tuiles(TUILES, titre="Carte", desc="Deux secteurs", identifiant="c", mode=mode),
}


@pytest.mark.parametrize("nom", DESSINS)
def test_le_dessin_des_pages_n_a_que_des_classes(nom: str) -> None:
    svg = DESSINS[nom](Mode.CSS)
    racine = etree.fromstring(svg)
    for e in racine.iter():
        assert not {"style", "fill", "stroke", "font-size"} & set(e.attrib), e.tag
    assert racine.get("role") == "img"
    assert racine.get("aria-label") or racine.get("aria-labelledby")


@pytest.mark.parametrize("nom", DESSINS)
def test_le_dessin_du_papier_se_suffit(nom: str) -> None:
    racine = etree.fromstring(DESSINS[nom](Mode.AUTONOME))
    assert racine.tag == "{http://www.w3.org/2000/svg}svg"
    assert racine.find(".//{*}pattern[@id='m-sans']") is not None
    assert all("class" not in e.attrib for e in racine.iter())
    assert any(e.get("fill", "").startswith("#") for e in racine.iter())


def test_un_manque_est_hachure_et_dit() -> None:
    svg = barres([Barre("2024", logement(964)), Barre("2025", logement(None))], titre="t")
    assert "barre vide" in svg
    assert "n. r." in svg
    assert "2025 : non renseigné" in svg
    assert ">0</text>" not in svg.split("</g>", 2)[2]
    plat = barres_horizontales([LigneBarre("Rombly", logement(None))], titre="t")
    assert "barre vide" in plat and "non renseigné" in plat


def test_une_tendance_demande_deux_annees() -> None:
    with pytest.raises(ValueError, match="deux valeurs"):
        tendance([logement(1), logement(None)], titre="t")


def test_la_graduation_couvre_le_maximum() -> None:
    for maximum in (0, 3, 73, 1073, 24_999):
        marques = graduation(maximum)
        assert marques[0] == 0
        assert marques[-1] >= maximum
        assert len(marques) <= 8


def test_les_sigles_sont_uniques() -> None:
    noms = {
        "1": "Auchy-au-Bois", "2": "Auchy-les-Mines", "3": "Annequin", "4": "Annezin", "5": "Saint-Venant", "6": "Verquin",
        "7": "Verquigneul", "8": "La Couture", "9": "La Comté",
    }  # fmt: skip
    marques = sigles(noms)
    assert len(set(marques.values())) == len(noms)
    assert (marques["1"], marques["2"], marques["5"]) == ("AucB", "AucM", "StVe")


def test_une_commune_sans_position_est_dite_jamais_perdue() -> None:
    assert sans_position(["62035", "99999"], {"62035": (0, 0)}) == ("99999",)
    with pytest.raises(ValueError, match="au moins une commune"):
        carte_tuiles([], titre="t")


def test_la_legende_compte_les_communes() -> None:
    lignes = legende_appreciations({Appreciation.ATTEINT: 32, Appreciation.SANS_DONNEE: 1})
    assert [(x.libelle, x.compte) for x in lignes] == [
        ("atteint", 32), ("en bonne voie", 0), ("à surveiller", 0), ("en retard", 0), ("sans donnée", 1),
    ]  # fmt: skip
    assert legende(lignes).count("<li>") == 5


def test_une_classe_par_borne_et_le_manque_a_part() -> None:
    assert [classe_valeur(v, (1, 2, 3)) for v in (None, 0, 1, 3)] == ["sans", "s1", "s2", "s4"]


def test_le_texte_d_une_tuile_est_echappe() -> None:
    svg = carte_tuiles([Tuile("1", "L’<Épine> & Cie", (0, 0))], titre="a < b")
    assert "L’&lt;Épine&gt; &amp; Cie" in svg
    etree.fromstring(svg)
