"""Versions d'un programme, leurs différences lisibles, deux programmes côte à côte, recherche."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur
from beffroi.web.suivi.recherche import glossaire
from beffroi.web.tables.services.programme import charger
from beffroi.web.tables.services.valeur import Saisie, enregistrer

pytestmark = pytest.mark.django_db
ANNEZIN = "commune:62035"


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def _page(client: Any, nom: str, suite: str = "") -> str:
    reponse = client.get(reverse(nom, args=["plh-essai"]) + suite)
    assert reponse.status_code == 200
    return _texte(reponse.content.decode())


@pytest.fixture
def avenant(suivi: Programme, personne: Any) -> Programme:
    """Une seconde version : une action renommée, une ajoutée, un indicateur retiré dont une valeur était saisie."""
    enregistrer(suivi, [Saisie(CleValeur("a01-i1", ANNEZIN, "2019"), Decimal(3))], auteur_nom="import")
    une = replace(suivi.actions[0], titre="Produire autrement", indicateurs=suivi.actions[0].indicateurs[1:])
    trois = replace(suivi.actions[1], id="a03", numero="3", titre="Observer", budget=())
    version = replace(suivi, version="avenant n° 1", actions=(une, suivi.actions[1], trois))
    charger(version)
    return version


def test_une_seule_version_dit_ce_qui_viendra(suivi: Programme, entrer: Any) -> None:
    page = _page(entrer("alix", "lecteur"), "versions")
    assert "1\u00a0version" in page and "Une seule version" in page


def test_les_differences_se_lisent_et_le_suivi_passe_par_les_identifiants(avenant: Programme, entrer: Any) -> None:
    page = _page(entrer(), "versions")
    assert "avenant n° 1 en vigueur" in page
    assert "1 ajout, 1 modification, 1 retrait" in page
    assert "Observer" in page and "Produire autrement" in page
    assert "1\u00a0valeur saisie tient à 1\u00a0élément que la version en vigueur n’a plus" in page
    inverse = _page(entrer("alix"), "versions", "?de=2&a=1")
    assert "1 ajout, 1 modification, 1 retrait" in inverse
    assert "Choisissez deux versions différentes" in _page(entrer("sacha"), "versions", "?de=1&a=1")


def test_deux_programmes_cote_a_cote_et_l_action_commune_compte_une_fois(suivi: Programme, entrer: Any) -> None:
    commune = replace(suivi.actions[1], id="c01", numero="C1", identique_a="plh-essai#a02", budget=())
    charger(
        replace(
            suivi,
            id="crte-essai",
            titre_court="CRTE d'essai",
            actions=(commune,),
            objectifs=(),
            objectif_reference=None,
        )
    )
    client = entrer()
    seul = _page(client, "comparer_programmes")
    assert "CRTE d&#x27;essai" in seul
    page = _page(client, "comparer_programmes", "?avec=crte-essai")
    assert "2\u00a0actions à eux deux, dont 1 inscrites dans les deux ; 2\u00a0communes partagées" in page
    assert client.get(reverse("comparer_programmes", args=["plh-essai"]) + "?avec=inconnu").status_code == 404


@pytest.mark.parametrize(
    ("demande", "attendu"),
    [
        ("bethune", "/programme/plh-essai/commune/62119/"),
        ("62035", "/programme/plh-essai/commune/62035/"),
        ("suivre foncier", "/programme/plh-essai/action/a02/"),
        ("logements sociaux", "/programme/plh-essai/objectifs/grille/?objectif=social"),
        ("aider", "/programme/plh-essai/action/a01/#valeurs"),
    ],
)
def test_une_reponse_seule_s_ouvre(demande: str, attendu: str, suivi: Programme, entrer: Any) -> None:
    reponse = entrer().get(reverse("recherche", args=[suivi.id]), {"q": demande})
    assert reponse.status_code == 302 and reponse["Location"] == attendu


def test_la_recherche_groupe_ses_reponses(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    page = _page(client, "recherche", "?q=logements")
    assert "Actions" in page and "Objectifs" in page and "Logements à produire" in page
    assert "Rien ne correspond" in _page(client, "recherche", "?q=zzz")
    assert "Rien ne correspond" in _page(client, "recherche", "?q=")


def test_le_glossaire_repond(suivi: Programme, entrer: Any) -> None:
    assert len(glossaire()) > 20
    page = _page(entrer(), "recherche", "?q=objectif territorial")
    assert "Glossaire" in page and "CCH, R. 302-1-3" in page


@pytest.mark.parametrize("nom", ["versions", "comparer_programmes"])
def test_requetes_constantes(nom: str, avenant: Programme, entrer: Any) -> None:
    client = entrer()

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            _page(client, nom)
        return len(requetes)

    compter()
    avant = compter()
    charger(replace(avenant, version="avenant n° 2"))
    compter()
    assert compter() == avant
