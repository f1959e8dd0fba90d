"""Budget, échéances et manques à l'écran : saisie par stade et financeur, enveloppes, frise, calendrier ICS."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.domain.programme.modele import Programme
from beffroi.web.tables.models import Evenement, Valeur

pytestmark = pytest.mark.django_db
BUDGET = "?vue=budget&stade={}&financeur={}"


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def _page(client: Any, nom: str, suite: str = "", *args: Any) -> str:
    reponse = client.get(reverse(nom, args=["plh-essai", *args]) + suite)
    assert reponse.status_code == 200
    return _texte(reponse.content.decode())


def _montant(client: Any, ligne: str, annee: str, texte: str, stade: str = "paye", financeur: str = "") -> Any:
    adresse = reverse("saisie_ecrire", args=["plh-essai"]) + BUDGET.format(stade, financeur)
    return client.post(adresse, {"cellules": json.dumps([[ligne, annee, texte, 0]])})


def test_le_budget_se_saisit_par_stade_et_par_financeur(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    assert _montant(client, "a01-b1", "2020", "50 000 €", "vote").status_code == 200
    assert _montant(client, "a01-b1", "2020", "55000", "engage").status_code == 200
    assert _montant(client, "a01-b1", "2021", "20000", "engage", "anah").status_code == 200
    assert set(Valeur.objects.values_list("ventilation", flat=True)) == {
        "stade=vote",
        "stade=engage",
        "financeur=anah;stade=engage",
    }
    page = _page(client, "budget")
    assert "Voté 50\u202f000\u202f€, engagé 75\u202f000\u202f€, payé non renseigné" in page
    assert "Anah non renseigné 20\u202f000 non renseigné inconnu" in page
    assert "CA engagé au-delà du voté 50\u202f000 55\u202f000 non renseigné −5\u202f000" in page
    seul = _page(client, "budget", "?annee=2021&financeur=anah")
    assert "Voté non renseigné , engagé 20\u202f000\u202f€" in seul


def test_une_ligne_repetee_ne_se_saisit_qu_une_fois(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    page = client.get(reverse("saisie", args=[suivi.id]) + "?vue=budget").content.decode()
    assert 'data-l="a01-b2"' in page and 'data-l="a02-b1"' not in page
    assert "répétée, comptée ici une fois" in page
    refus = _montant(entrer("alix", script=True), "a02-b1", "2020", "5")
    assert refus.status_code == 422 and Valeur.objects.count() == 0


@pytest.mark.parametrize("texte", ["environ 5 000", "12 %", "1.234,5"])
def test_un_montant_en_toutes_lettres_est_refuse(texte: str, suivi: Programme, entrer: Any) -> None:
    reponse = _montant(entrer(script=True), "a01-b1", "2020", texte)
    assert reponse.status_code == 422 and "Suivi, 2020 : " in reponse.json()["fautes"][0]["phrase"]


def test_la_fiche_montre_valeurs_execution_echeances_et_manques(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    _montant(client, "a01-b1", "2020", "55000", "engage")
    adresse = reverse("saisie_ecrire", args=[suivi.id]) + "?vue=exercices&theme=action:a01"
    client.post(adresse, {"cellules": json.dumps([["a01-o1", "2019", "6", 0], ["a01-o1", "2020", "0", 0]])})
    page = _page(client, "fiche_action", "?au=2020", "a01")
    assert "Aider logements 60\u202f% † " in page and " 6 provisoire 0 provisoire Permis" in page
    assert "2020 60\u202f000 non renseigné 55\u202f000 non renseigné" in page
    assert "Convention endroit non renseigné" not in page and "0 tenue sur 4 à date" in page
    assert "3\u00a0indicateurs et objectifs sans valeur pour 2020, sur 4" in page
    assert "Budget engagé et payé : non renseignés" not in page


def test_tenir_une_echeance_et_se_reprendre(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    tenir = reverse("jalon_tenir", args=[suivi.id])
    for champs, phrase in [
        ({"jalon": "a01-j1", "effet": ""}, "Donnez le jour"),
        ({"jalon": "a01-j1", "effet": "2999-01-01"}, "se constate et ne se prévoit pas"),
        ({"jalon": "a01-j1", "effet": "hier"}, "Donnez le jour"),
    ]:
        assert phrase in _texte(client.post(tenir, champs, follow=True).content.decode())
    assert client.post(tenir, {"jalon": "inconnu", "effet": "2020-05-01"}).status_code == 404
    page = client.post(
        tenir, {"jalon": "a01-j1", "effet": "2020-05-01", "motif": "signée", "piece": "C-1"}, follow=True
    ).content.decode()
    assert "Échéance tenue le 01/05/2020." in page and "C-1" in page
    deux = client.post(tenir, {"jalon": "a01-j1", "effet": "2020-06-01"}, follow=True).content.decode()
    assert "déjà constatée le 01/05/2020" in deux
    for jour in ("2019-03-01", "2019-09-01"):
        client.post(tenir, {"jalon": "a01-j2", "effet": jour})
    assert "2 tenues sur 2 à date" in _page(client, "calendrier", "?au=2019")
    evenement = Evenement.objects.get(element="a01-j1")
    client.post(reverse("jalon_annuler", args=[suivi.id, evenement.pk]))
    assert Evenement.objects.filter(element="a01-j1").count() == 2
    assert "▲" not in page and "échue, non constatée" in _page(client, "calendrier", "?au=2021")


def test_la_frise_est_au_clavier_et_le_calendrier_s_exporte(suivi: Programme, entrer: Any) -> None:
    client = entrer("alix", "lecteur")
    page = client.get(reverse("calendrier", args=[suivi.id]) + "?au=2021").content.decode()
    marques = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">', page.split("bf-frise")[1])
    assert len(marques) == 2
    assert (
        marques[0][0].startswith("/programme/plh-essai/action/a01/")
        and "Convention : 2020, échue, non constatée" in marques[0][1]
    )
    reponse = client.get(reverse("calendrier_ics", args=[suivi.id]))
    texte = reponse.content.decode()
    assert reponse["Content-Type"].startswith("text/calendar")
    assert texte.count("BEGIN:VEVENT") == 2 and "UID:a01-j1@plh-essai.beffroi" in texte


def test_ce_qui_manque_par_personne(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    page = _page(client, "manques_suivi", "?au=2021")
    assert "Service habitat" in page and "Pilote non dit par le document" in page
    seul = _page(client, "manques_suivi", "?au=2021&nature=echeance")
    assert "Convention : due au plus tard le 31/12/2020, non constatée" in seul and "État de l&#x27;action" not in seul


@pytest.mark.parametrize("nom", ["budget", "calendrier", "manques_suivi"])
def test_le_nombre_de_requetes_est_constant(nom: str, suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            _page(client, nom)
        return len(requetes)

    compter()  # la première page lit le contenu de la version, que le processus garde ensuite
    avant = compter()
    for annee in ("2019", "2020", "2021"):
        _montant(client, "a01-b1", annee, "10")
        client.post(reverse("jalon_tenir", args=[suivi.id]), {"jalon": "a01-j2", "effet": f"{annee}-05-01"})
    assert compter() == avant


def test_la_liste_compte_les_indicateurs_saisis_comme_le_bilan(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    adresse = reverse("saisie_ecrire", args=[suivi.id]) + "?vue=exercices&theme=action:a01"
    client.post(adresse, {"cellules": json.dumps([["a01-i1", "2020", "6", 0]])})
    assert re.search(r"\b0 sur 3.indicateurs", _page(client, "programme", "?au=2020"))  # un brouillon
    Valeur.objects.update(statut="propose")
    assert re.search(r"\b1 sur 3.indicateurs", _page(client, "programme", "?au=2020"))
    assert re.search(r"\b0 sur 3.indicateurs", _page(client, "programme", "?au=2021"))
