"""Un constat en HTML : étapes numérotées, textes liés, rien de reçu qui ne soit échappé."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated
from xml.etree import ElementTree

import pytest

from beffroi.domain.besoins.modele import Hypothese
from beffroi.domain.besoins.regles import besoin_flux
from beffroi.domain.sru.regles.situation import situation
from beffroi.kernel import rule as registre
from beffroi.kernel.convert import Entree
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, Rule, rule
from beffroi.reports.constat import constat_html, document_html

JOUR = date(2026, 1, 1)


@pytest.fixture
def piege() -> Iterator[Rule]:
    """Une règle dont les textes contiennent du balisage."""

    @rule(id="essai_constat.piege", label="Deux <fois>", legal=LegalRef("CCH", "L. 1"), since=date(2020, 1, 1))
    def declaree(etapes: Etapes, *, le: date, nom: Annotated[str, Entree("Nom")]) -> str:
        etapes.ajouter(f"Étape de {nom}", None, "logement", note='un "mot" & <b>gras</b>')
        etapes.avertir(f"« {nom} » : <script>alert(1)</script>")
        return nom

    yield declaree
    registre._RULES.pop("essai_constat.piege")  # les autres tests ne doivent voir que les vraies règles


def _lire(fragment: str) -> ElementTree.Element:
    return ElementTree.fromstring(fragment.replace("&nbsp;", "\u00a0"))


def test_les_etapes_de_la_situation_sru() -> None:
    constat = situation(le=JOUR, residence_principale=5412, logement_social=985, taux_legal="0.25")
    racine = _lire(constat_html(constat))
    etapes = racine.findall("./ol[@class='bf-raison']/li")
    assert len(etapes) == len(constat.etapes)
    valeurs = {"".join(e.find("span").itertext()).split("\n")[0][:19]: e for e in etapes}  # type: ignore[union-attr]
    manquants = next(e for nom, e in valeurs.items() if nom.startswith("Logements manquants"))
    assert manquants.find("./span[@class='v']").text == "368\u00a0logements"  # type: ignore[union-attr]
    assert {a.get("href") for a in racine.iter("a")} == {
        "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006074096/"
    }
    assert "121,44" in "".join(racine.find("./div").itertext())  # type: ignore[union-attr]


def test_rien_de_recu_n_est_du_balisage(piege: Rule) -> None:
    html = constat_html(piege(le=JOUR, nom="<img src=x>"))
    racine = _lire(html)
    assert not list(racine.iter("img")) and not list(racine.iter("script")) and not list(racine.iter("b"))
    assert "&lt;img src=x&gt;" in html and "Deux &lt;fois&gt;" in html
    assert "non renseigné" in html, "une étape sans valeur mais avec une unité le dit"


def test_une_table_par_annee_garde_ses_annees_entieres() -> None:
    constat = besoin_flux(
        le=JOUR,
        menage={2021: Decimal(1000), 2022: Decimal(1100), 2023: Decimal(1200)},
        parc=1200,
        besoin_stock=30,
        duree_resorption=3,
        hypothese=Hypothese(Decimal("0.03"), Decimal("0.02"), Decimal("0.01"), Decimal("0.002"), Decimal("0.001")),
    )
    html = constat_html(constat)
    assert "2022\u00a0:\u00a010\u202f; 2023\u00a0:\u00a010 (logements)" in html
    assert "2\u202f022" not in html


def test_un_parametre_a_verifier_porte_sa_marque() -> None:
    constat = situation(
        le=JOUR, residence_principale=5412, logement_social=985, taux_legal="0.25", potentiel_fiscal_habitant=900
    )
    a_verifier = [p for e in constat.etapes for p in e.parametres if p.a_verifier]
    html = constat_html(constat)
    assert a_verifier
    assert html.count('<span class="bf-qual">à vérifier</span>') == len(a_verifier)


def test_le_document_se_lit_seul(piege: Rule) -> None:
    page = document_html("Essai & <titre>", [piege(le=JOUR, nom="a"), piege(le=JOUR, nom="b")])
    assert page.startswith("<!doctype html>") and '<html lang="fr">' in page
    assert "<h1>Essai &amp; &lt;titre&gt;</h1>" in page
    assert len(re.findall('class="bf-constat"', page)) == 2
