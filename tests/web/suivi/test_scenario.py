"""Scénarios à l'écran : grille, totaux publiés et calculés, collage, annulation, adoption datée, comparaison."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.domain.programme.modele import Programme
from beffroi.web.tables.models import Evenement, ProgrammeVersion, Scenario, ScenarioValeur
from beffroi.web.tables.selectors.programme import programme_en_vigueur

pytestmark = pytest.mark.django_db
ANNEZIN, BETHUNE = "commune:62035", "commune:62119"


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def _calcul(page: str, cle: str) -> str:
    trouve = re.search(rf'data-t="{re.escape(cle)}">(.*?)</td>', page)
    assert trouve, f"{cle} n'est pas dans la page"
    return _texte(trouve[1])


@pytest.fixture
def scenario(suivi: Programme, entrer: Any) -> Any:
    """Fabrique : un scénario créé par l'écran, et l'adresse de ses actions."""

    def fabriquer(client: Any, nom: str = "Plus haut") -> Any:
        client.post(reverse("scenario_creer", args=[suivi.id]), {"nom": nom, "motif": "essai"})
        s = Scenario.objects.get(nom=nom)
        return s, lambda action: reverse(action, args=[suivi.id, s.pk])

    return fabriquer


def test_la_grille_en_vigueur_montre_les_totaux_publies_et_calcules(suivi: Programme, entrer: Any) -> None:
    page = entrer().get(reverse("objectifs_grille", args=[suivi.id])).content.decode()
    assert _calcul(page, "_somme|production@2019") == "20 publié 21"
    assert _calcul(page, "_somme|production@_total") == "120 publié 126"
    assert _calcul(page, "_somme|social@_total") == "13"
    assert "data-bf-grille" not in page and ">libre<" in page
    lecture = entrer("alix", "lecteur").get(reverse("objectifs_grille", args=[suivi.id])).content.decode()
    assert "Créer le scénario" not in lecture


def test_un_scenario_part_de_la_version_et_ne_la_change_pas(suivi: Programme, entrer: Any, scenario: Any) -> None:
    client = entrer(script=True)
    s, adresse = scenario(client)
    assert ScenarioValeur.objects.filter(scenario=s).count() == 24
    reponse = client.post(adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", "14", 1]])})
    recu = reponse.json()
    assert recu["message"] == "1\u00a0objectif enregistré."
    assert "est-change" in recu["cellules"][0]["html"]
    assert _texte(recu["calcules"][f"{ANNEZIN}|production@_ecart"]) == "+4"
    assert _texte(recu["calcules"]["_somme|production@2019"]) == "24 publié 21"
    assert programme_en_vigueur(suivi.id) == suivi


def test_coller_mille_cases_annuler_et_deux_personnes(suivi: Programme, entrer: Any, scenario: Any) -> None:
    camille, alix = entrer("camille", script=True), entrer("alix", script=True)
    s, adresse = scenario(camille)
    bloc = "1\t2\t3\t4\t5\t6\n7\t8\t9\t10\t11\t12\n"
    recu = camille.post(
        adresse("scenario_coller"), {"bloc": bloc, "ancre_ligne": ANNEZIN, "ancre_colonne": "production@2019"}
    ).json()
    assert recu["message"] == "11\u00a0objectifs enregistrés."  # Béthune 2022 valait déjà 10
    conflit = alix.post(adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", "5", 1]])})
    assert conflit.status_code == 409
    assert "Camille Essai a enregistré « 1 » ; vous aviez écrit « 5 »" in conflit.json()["fautes"][0]["phrase"]
    assert alix.post(adresse("scenario_annuler"), {"instant": recu["annuler"]}).status_code == 422
    camille.post(adresse("scenario_annuler"), {"instant": recu["annuler"]})
    assert set(ScenarioValeur.objects.filter(scenario=s, objectif="production", territoire=ANNEZIN).values_list(
        "valeur", flat=True)) == {10}  # fmt: skip
    assert Evenement.objects.filter(nature="scenario_valeur").count() == 2


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [("douze", "n'est pas un nombre"), ("-3", "ne peut pas être négatif"), ("12 %", "n'est pas un nombre")],
)
def test_un_objectif_fautif_est_refuse(texte: str, phrase: str, suivi: Programme, entrer: Any, scenario: Any) -> None:
    client = entrer(script=True)
    _, adresse = scenario(client)
    reponse = client.post(
        adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", texte, 1]])}
    )
    assert reponse.status_code == 422
    assert reponse.json()["fautes"][0]["phrase"].startswith("Annezin, Logements à produire, 2019")
    assert phrase in reponse.json()["fautes"][0]["phrase"]


def test_adopter_fait_naitre_une_version_et_ferme_le_scenario(suivi: Programme, entrer: Any, scenario: Any) -> None:
    camille, sacha = entrer("camille", script=True), entrer("sacha", "administrateur")
    s, adresse = scenario(camille)
    ligne = [[ANNEZIN, f"production@{a}", "12", 1] for a in range(2019, 2025)]
    camille.post(adresse("scenario_ecrire"), {"cellules": json.dumps(ligne)})
    acte = {"version": "modification n° 1", "date": "2022-12-14", "motif": "délibération n° 41"}
    assert camille.post(adresse("scenario_adopter"), acte).status_code == 403
    refus = sacha.post(adresse("scenario_adopter"), {**acte, "date": "2999-01-01"}, follow=True).content.decode()
    assert "avant sa date" in refus and ProgrammeVersion.objects.count() == 1
    page = sacha.post(adresse("scenario_adopter"), acte, follow=True).content.decode()
    assert "la version « modification n° 1 » est en vigueur" in page
    nouveau = programme_en_vigueur(suivi.id)
    assert nouveau is not None and nouveau.objectifs[0].valeurs[0].valeur == 12
    assert [o.id for o in nouveau.objectifs] == [o.id for o in suivi.objectifs]
    s.refresh_from_db()
    assert (s.statut, s.version_adoptee) == ("adopte", "modification n° 1")
    evenement = Evenement.objects.get(nature="adoption_scenario")
    assert (evenement.effet.isoformat(), evenement.apres) == ("2022-12-14", {"version": "modification n° 1"})
    ferme = camille.post(adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", "1", 2]])})
    assert ferme.status_code == 422 and "est adopté : il ne change plus" in ferme.json()["fautes"][0]["phrase"]


def test_un_scenario_parti_d_une_version_depassee_ne_s_adopte_plus(
    suivi: Programme, entrer: Any, scenario: Any
) -> None:
    sacha = entrer("sacha", "administrateur", script=True)
    for nom in ("premier", "second"):
        _, adresse = scenario(sacha, nom)
        sacha.post(adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", "13", 1]])})
    adresses = [scenario(sacha, nom)[1] for nom in ("premier", "second")]
    for i, adresse in enumerate(adresses):
        acte = {"version": f"v{i}", "date": "2022-12-14", "motif": "délibération"}
        page = sacha.post(adresse("scenario_adopter"), acte, follow=True).content.decode()
    assert "part de la version « adoptée »" in page
    assert ProgrammeVersion.objects.count() == 2


def test_repartir_laisse_sa_trace_et_un_cas_impossible_est_dit(suivi: Programme, entrer: Any, scenario: Any) -> None:
    client = entrer()
    _, adresse = scenario(client)
    fautes = [
        ({"objectif": "production", "total": "beaucoup"}, "pas un volume entier"),
        ({"objectif": "rien", "total": "10"}, "choisissez l&#x27;objectif".capitalize()),
        ({"objectif": "social", "total": "10", "revoyure": "oui"}, "que pour l&#x27;objectif de référence"),
    ]
    for champs, phrase in fautes:
        assert phrase in client.post(adresse("scenario_repartir"), champs, follow=True).content.decode()
    assert Scenario.objects.get().trace == []
    page = client.post(
        adresse("scenario_repartir"), {"objectif": "production", "total": "1 200", "motif": "SCoT"}, follow=True
    ).content.decode()
    assert "territorialisation.cascade" in page and "SCoT" in page
    trace = Scenario.objects.get().trace
    assert [(x["territoire"], x["initial"], x["nouveau"]) for x in trace[0]["lignes"]] == [
        (ANNEZIN, "60", "600"),
        (BETHUNE, "60", "600"),
    ]
    mi = {"objectif": "production", "total": "30", "revoyure": "oui"}
    impossible = client.post(adresse("scenario_repartir") + "?au=2021", mi, follow=True).content.decode()
    assert "les planchers font" in impossible and len(Scenario.objects.get().trace) == 1
    page = client.post(adresse("scenario_repartir") + "?au=2021", mi | {"total": "2000"}, follow=True).content.decode()
    assert "Reste à faire" in page and len(Scenario.objects.get().trace) == 2


def test_comparer_et_abandonner(suivi: Programme, entrer: Any, scenario: Any) -> None:
    client = entrer(script=True)
    _, adresse = scenario(client)
    assert "Aucun total ne diffère" in client.get(adresse("scenario_comparer")).content.decode()
    client.post(adresse("scenario_ecrire"), {"cellules": json.dumps([[ANNEZIN, "production@2019", "14", 1]])})
    page = _texte(client.get(adresse("scenario_comparer")).content.decode())
    assert "Somme des communes Logements à produire 120 124 +4" in page
    assert "Annezin Logements à produire 60 64 +4" in page
    client.post(adresse("scenario_abandonner"), {"motif": "trop haut"})
    assert Scenario.objects.get().statut == "abandonne"
    assert client.get(adresse("scenario")).status_code == 200


@pytest.mark.parametrize("nom", ["", " ", "x" * 121])
def test_un_nom_de_scenario_est_demande(nom: str, suivi: Programme, entrer: Any) -> None:
    page = entrer().post(reverse("scenario_creer", args=[suivi.id]), {"nom": nom}, follow=True).content.decode()
    assert "Donnez un nom au scénario" in page and not Scenario.objects.exists()


def test_le_nombre_de_requetes_d_un_scenario_ne_depend_pas_de_ses_cases(
    suivi: Programme, entrer: Any, scenario: Any
) -> None:
    client = entrer()
    _, adresse = scenario(client)

    def compter(adresse: str) -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(adresse).status_code == 200
        return len(requetes)

    tous = compter(adresse("scenario"))
    assert compter(adresse("scenario") + "?objectif=social") == tous
    ScenarioValeur.objects.filter(objectif="production").delete()
    assert compter(adresse("scenario")) == tous
