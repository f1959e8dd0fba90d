"""Vérité locale à l'écran : les deux valeurs, le motif, l'historique, le retrait ; la page et le bilan disent pareil."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi import demo
from beffroi.exchange import lire
from beffroi.reports.editer import editer
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.suivi import AUTORISES, SOURCE
from beffroi.web.tables.models import Correction
from beffroi.web.tables.selectors.rapport import suivi_edition
from beffroi.web.tables.services.programme import charger

pytestmark = pytest.mark.django_db
P, CODE = "plh-cabbalr-2019", "62035"


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture
def programme(db: Any) -> Any:
    """Le PLH de Béthune-Bruay, dont l'entrepôt a les autorisations."""
    livre = lire(next(p for p in demo.programmes() if p.stem == P))
    charger(livre)
    return livre


def _publie(annee: int, code: str = CODE) -> Any:
    return Entrepot.ouvrir().serie_communale(SOURCE, AUTORISES, [code], [annee])[code, annee]


def _corriger(client: Any, **plus: str) -> Any:
    champs = {
        "mesure": f"{SOURCE}.{AUTORISES}",
        "annee": "2021",
        "valeur": "17",
        "motif": "Permis oublié",
        "piece": "PC-12",
    }
    return client.post(reverse("corriger", args=[P, CODE]), {**champs, **plus})


def _page(client: Any, suite: str = f"commune/{CODE}/?au=2022") -> str:
    return _texte(client.get(f"/programme/{P}/{suite}").content.decode())


def test_la_valeur_locale_compte_et_la_publiee_reste_lisible(programme: Any, entrer: Any) -> None:
    client = entrer()
    publie = _publie(2021)
    assert publie.valeur != 17
    avant = editer(programme, 2022, **suivi_edition(programme))
    assert _corriger(client).status_code == 302
    page = _page(client)
    assert f"17 corrigé (valeur locale (Permis oublié) ; publié : {publie.texte()})" in page
    liste = _page(client, f"commune/{CODE}/corrections/")
    assert "Permis oublié" in liste and "PC-12" in liste and "Camille Essai" in liste
    assert Correction.objects.get().valeur_publiee == publie.valeur
    tableau = _page(client, "objectifs/?au=2022")
    assert "3\u202f471" not in tableau
    attendu = 3471 + 17 - int(publie.valeur)
    assert f"{attendu:,}".replace(",", "\u202f") in tableau
    apres = editer(programme, 2022, **suivi_edition(programme))
    lu = {str(c.valeur) for c in apres.registre.chiffres.values()} if hasattr(apres, "registre") else str(apres)
    assert str(attendu) in lu and avant != apres


def test_un_retrait_rend_la_valeur_publiee_et_garde_l_historique(programme: Any, entrer: Any) -> None:
    client = entrer()
    _corriger(client)
    _corriger(client, valeur="18", motif="Recompté")
    seconde = Correction.objects.get(retiree_le=None)
    assert seconde.valeur == 18 and Correction.objects.count() == 2
    client.post(reverse("correction_retirer", args=[P, CODE, seconde.pk]))
    assert "corrigé" not in _page(client)
    liste = _page(client, f"commune/{CODE}/corrections/")
    assert "Aucune correction" in liste and "Recompté" in liste and "Permis oublié" in liste
    deux = client.post(reverse("correction_retirer", args=[P, CODE, seconde.pk]), follow=True)
    assert "n&#x27;est plus en vigueur" in deux.content.decode()
    assert client.post(reverse("correction_retirer", args=[P, CODE, 999])).status_code == 404


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"motif": " "}, "Une correction demande un motif"),
        ({"valeur": "environ 12"}, "n&#x27;est pas un nombre"),
        ({"valeur": "-1"}, "ne peut pas être négative"),
        ({"valeur": ""}, "Donnez la valeur locale"),
        ({"annee": "1950"}, "choisissez une année publiée"),
        ({"annee": "l’an dernier"}, "Écrivez une année"),
        ({"mesure": "dvf.prix"}, "Sélectionnez un choix valide"),
        ({"mesure": ""}, "Choisissez la donnée"),
    ],
)
def test_une_correction_fautive_dit_quoi_ecrire(
    champs: dict[str, str], phrase: str, programme: Any, entrer: Any
) -> None:
    reponse = _corriger(entrer(), **champs)
    assert reponse.status_code == 422 and phrase in reponse.content.decode()
    assert Correction.objects.count() == 0


def test_une_commune_sans_ligne_se_renseigne_par_une_correction(programme: Any, entrer: Any) -> None:
    rombly = "62720"
    assert _publie(2021, rombly).valeur is None
    champs = {"mesure": f"{SOURCE}.{AUTORISES}", "annee": "2021", "valeur": "0", "motif": "Aucun permis délivré"}
    client = entrer()
    client.post(reverse("corriger", args=[P, rombly]), champs)
    page = _page(client, f"commune/{rombly}/?au=2021")
    assert "0 corrigé (valeur locale (Aucun permis délivré) ; publié : non renseigné)" in page


def test_une_valeur_secrete_ne_se_corrige_pas(programme: Any, entrer: Any) -> None:
    base = Entrepot.ouvrir()
    mesure = "logement_vacant_plus_2_ans"
    annee = base.annees("lovac")[-1]
    serie = base.serie_communale("lovac", mesure, programme.communes(), [annee])
    secrete = next(code for (code, _), c in serie.items() if c.etat == "secret")
    champs = {"mesure": f"lovac.{mesure}", "annee": str(annee), "valeur": "3", "motif": "Compté"}
    reponse = entrer().post(reverse("corriger", args=[P, secrete]), champs)
    assert reponse.status_code == 422 and "secrète" in reponse.content.decode()


def test_lecture_seule_et_commune_d_ailleurs(programme: Any, entrer: Any) -> None:
    lecteur = entrer("alix", "lecteur")
    assert "Corriger une valeur" not in _page(lecteur, f"commune/{CODE}/corrections/")
    assert _corriger(lecteur).status_code == 403
    assert entrer().get(reverse("corrections", args=[P, "75056"])).status_code == 404


def test_une_requete_pour_toutes_les_corrections(programme: Any, entrer: Any) -> None:
    client = entrer()

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            _page(client)
        return len(requetes)

    _page(client)
    sans = compter()
    for annee in ("2019", "2020", "2021"):
        _corriger(client, annee=annee)
    assert compter() == sans
