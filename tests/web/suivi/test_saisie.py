"""La saisie : cellule par cellule, par ligne sans script, par bloc collé ; annulation, deux personnes, verrou, statuts."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur
from beffroi.web.tables.models import Evenement, PeriodeVerrouillee, Valeur
from beffroi.web.tables.services.valeur import Saisie, enregistrer

pytestmark = pytest.mark.django_db
ANNEZIN, BETHUNE = "commune:62035", "commune:62119"
ELEMENT = "?vue=element&theme=objectifs&element=production&au=2024"


def _adresse(nom: str, suite: str = ELEMENT) -> str:
    return reverse(nom, args=["plh-essai"]) + suite


def _ecrire(client: Client, *cellules: tuple[str, str, str, int], suite: str = ELEMENT) -> Any:
    return client.post(_adresse("saisie_ecrire", suite), {"cellules": json.dumps(cellules)})


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def _calcul(page: str, cle: str) -> str:
    trouve = re.search(rf'data-t="{re.escape(cle)}">(.*?)</td>', page)
    assert trouve, f"{cle} n'est pas dans la page"
    return _texte(trouve[1])


def test_six_valeurs_dont_un_zero_font_90_pour_cent_et_l_absente_reste_dehors(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    for annee, v in zip(range(2019, 2025), ["12", "0", "14", "8", "10", "10"], strict=True):
        reponse = _ecrire(client, (ANNEZIN, str(annee), v, 0))
        assert reponse.status_code == 200, reponse.content
    recu = reponse.json()["calcules"]
    assert _texte(recu[f"{ANNEZIN}|_taux"]).startswith("90\u202f%")
    page = client.get(_adresse("saisie")).content.decode()
    assert _calcul(page, f"{ANNEZIN}|_objectif") == "60"
    assert _calcul(page, f"{ANNEZIN}|_cumul") == "54"
    assert "à surveiller" in _calcul(page, f"{ANNEZIN}|_taux")
    assert _calcul(page, f"{BETHUNE}|_cumul") == "non renseigné"
    assert "sans donnée" in _calcul(page, f"{BETHUNE}|_taux")
    assert _calcul(page, "_somme|2020") == "0 1 sur 2"
    assert _calcul(page, "_somme|_cumul") == "54 1 sur 2"
    assert _calcul(page, "_somme|_taux") == "réponses incomplètes"


def test_zero_et_vide_ne_se_ressemblent_pas(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    _ecrire(client, (ANNEZIN, "2019", "0", 0))
    page = client.get(_adresse("saisie")).content.decode()
    rang = page.split(f'data-l="{ANNEZIN}"')[1].split("</tr>")[0]
    zero, vide = re.findall(r"<td class=\"(bf-case[^\"]*)\"[^>]*>(.*?)</td>", rang)[:2]
    assert "est-nr" not in zero[0] and _texte(zero[1]) == "0 , brouillon"
    assert "est-nr" in vide[0] and _texte(vide[1]) == "non renseigné"


def test_sans_script_une_ligne_est_un_formulaire(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    page = client.get(_adresse("saisie", ELEMENT + f"&ligne={ANNEZIN}")).content.decode()
    assert f'name="v:{ANNEZIN}|2019"' in page
    champs = {f"v:{ANNEZIN}|2019": "1 234,5", f"r:{ANNEZIN}|2019": "0", f"o:{ANNEZIN}|2019": "",
              f"v:{ANNEZIN}|2020": "", f"r:{ANNEZIN}|2020": "0", f"o:{ANNEZIN}|2020": "",
              "source": "Registre", "piece": "R-12"}  # fmt: skip
    suite = client.post(_adresse("saisie_ecrire"), champs, follow=True)
    assert "1\u00a0valeur enregistrée." in suite.content.decode()
    v = Valeur.objects.get()
    assert (v.valeur, v.source, v.piece, v.periode) == (Decimal("1234.5"), "Registre", "R-12", "2019")


def test_une_faute_de_formulaire_garde_ce_qui_est_tape_et_n_ecrit_rien(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    champs = {"rang": ANNEZIN, f"v:{ANNEZIN}|2019": "5", f"v:{ANNEZIN}|2020": "environ 12"}
    reponse = client.post(_adresse("saisie_ecrire"), champs)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Annezin, 2020 : « environ 12 » n&#x27;est pas un nombre" in page
    assert 'value="environ 12"' in page and 'value="5"' in page
    assert Valeur.objects.count() == 0


def _coller(client: Client, bloc: str, ligne: str = ANNEZIN, colonne: str = "2019", **plus: str) -> Any:
    champs = {"bloc": bloc, "ancre_ligne": ligne, "ancre_colonne": colonne, **plus}
    return client.post(_adresse("saisie_coller"), champs)


def test_coller_un_bloc_de_tableur(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    reponse = _coller(client, "1\u202f234,5\t0\t\r\n7\t\t9\r\n")
    assert reponse.json()["message"] == "4\u00a0valeurs enregistrées."
    assert {(v.territoire, v.periode): v.valeur for v in Valeur.objects.all()} == {
        (ANNEZIN, "2019"): Decimal("1234.5"),
        (ANNEZIN, "2020"): 0,
        (BETHUNE, "2019"): 7,
        (BETHUNE, "2021"): 9,
    }


@pytest.mark.parametrize(
    ("bloc", "phrase"),
    [
        ("1\t2\n3\tn.c.\n", "Béthune, 2020 : « n.c. » n'est pas un nombre"),
        ("1\t#REF!\n", "Annezin, 2020 : « #REF! » n'est pas un nombre"),
        ("1\n2\n3\n", "le bloc a 3 lignes, et il n’en reste que 2".capitalize()),
        ("\t".join("1234567"), "Le bloc a 7 colonnes, et il n’en reste que 6"),
        ("  \n", "Il n'y a rien à coller"),
        ("0,1234567", "a plus de 6 décimales"),
    ],
)
def test_un_bloc_fautif_est_refuse_entier_et_la_cellule_nommee(
    bloc: str, phrase: str, suivi: Programme, entrer: Any
) -> None:
    reponse = _coller(entrer(script=True), bloc)
    assert reponse.status_code == 422
    assert any(phrase in f["phrase"] for f in reponse.json()["fautes"]), reponse.json()
    assert Valeur.objects.count() == Evenement.objects.count() == 0


def test_coller_sans_script_voit_ce_qu_un_autre_a_ecrit_depuis(suivi: Programme, entrer: Any, personne: Any) -> None:
    client = entrer()
    ouvert = re.search(r'name="vu" value="([^"]+)"', client.get(_adresse("saisie")).content.decode())
    assert ouvert
    enregistrer(suivi, [Saisie(CleValeur("production", ANNEZIN, "2019"), Decimal(5))], auteur=personne("alix"))
    reponse = _coller(client, "6\n", vu=ouvert[1])
    assert reponse.status_code == 422
    assert "Alix Essai a enregistré « 5 » ; vous aviez écrit « 6 »" in reponse.content.decode()
    assert Valeur.objects.get().valeur == 5


def test_deux_personnes_sur_une_cellule(suivi: Programme, entrer: Any) -> None:
    alix, camille = entrer("alix", script=True), entrer("camille", script=True)
    _ecrire(alix, (ANNEZIN, "2019", "5", 0))
    reponse = _ecrire(camille, (ANNEZIN, "2019", "6", 0))
    assert reponse.status_code == 409
    recu = reponse.json()
    assert "Alix Essai a enregistré « 5 » ; vous aviez écrit « 6 »" in recu["fautes"][0]["phrase"]
    assert 'data-r="1"' in recu["actuelles"][0]["html"]
    assert _ecrire(camille, (ANNEZIN, "2019", "6", 1)).status_code == 200
    assert Valeur.objects.get().valeur == 6


def test_annuler_rend_les_valeurs_d_avant_par_des_valeurs_qui_compensent(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    _ecrire(client, (ANNEZIN, "2019", "5", 0))
    recu = _coller(client, "6\t7\n").json()
    annule = client.post(_adresse("saisie_annuler"), {"instant": recu["annuler"]}).json()
    assert annule["message"] == "Saisie annulée : 2\u00a0cellules ont repris leur valeur d’avant."
    assert {v.periode: v.valeur for v in Valeur.objects.all()} == {"2019": 5, "2020": None}
    assert Evenement.objects.filter(nature="valeur").count() == 5
    encore = client.post(_adresse("saisie_annuler"), {"instant": recu["annuler"]})
    assert encore.status_code == 422 and "déjà annulée" in encore.json()["fautes"][0]["phrase"]


def test_annuler_apres_qu_un_autre_a_change_la_cellule_dit_les_deux_valeurs(suivi: Programme, entrer: Any) -> None:
    alix, camille = entrer("alix", script=True), entrer("camille", script=True)
    recu = _ecrire(camille, (ANNEZIN, "2019", "6", 0)).json()
    _ecrire(alix, (ANNEZIN, "2019", "8", 1))
    reponse = camille.post(_adresse("saisie_annuler"), {"instant": recu["annuler"]})
    assert "elle vaut « 8 », par Alix Essai ; vous aviez écrit « 6 »" in reponse.json()["fautes"][0]["phrase"]
    assert alix.post(_adresse("saisie_annuler"), {"instant": recu["annuler"]}).status_code == 422
    assert Valeur.objects.get().valeur == 8


def test_de_brouillon_a_verrouille_par_les_boutons_de_chaque_role(suivi: Programme, entrer: Any) -> None:
    camille, sacha = entrer("camille"), entrer("sacha", "administrateur")
    _coller(camille, "5\n")
    assert "Proposer 1\u00a0brouillon" in camille.get(_adresse("saisie")).content.decode()
    camille.post(_adresse("saisie_proposer"))
    assert camille.post(_adresse("saisie_valider")).status_code == 403
    assert "un administrateur les valide" in camille.get(_adresse("saisie")).content.decode()
    sacha.post(_adresse("saisie_valider"))
    assert Valeur.objects.get().statut == "valide"
    page = sacha.post(_adresse("periode_verrouiller"), {"annee": "2019"}, follow=True).content.decode()
    assert "exercice verrouillé" in page and "Verrouillé le" in page
    refus = _coller(camille, "6\n")
    assert refus.status_code == 422 and "2019 est verrouillé" in refus.content.decode()
    assert (
        f'name="v:{ANNEZIN}|2019"'
        not in camille.get(_adresse("saisie", ELEMENT + f"&ligne={ANNEZIN}")).content.decode()
    )
    sacha.post(_adresse("periode_rouvrir"), {"annee": "2019", "motif": ""})
    assert PeriodeVerrouillee.objects.count() == 1
    sacha.post(_adresse("periode_rouvrir"), {"annee": "2019", "motif": "Permis retiré"})
    assert PeriodeVerrouillee.objects.count() == 0
    assert _coller(camille, "6\n").status_code == 302


def test_un_exercice_dont_la_seule_valeur_a_ete_effacee_se_verrouille(suivi: Programme, entrer: Any) -> None:
    sacha = entrer("sacha", "administrateur")
    _coller(sacha, "5\n")
    _ecrire(sacha, (ANNEZIN, "2019", "", 1))
    sacha.post(_adresse("periode_verrouiller"), {"annee": "2019"})
    assert PeriodeVerrouillee.objects.count() == 1


def test_source_piece_et_histoire_d_une_cellule(suivi: Programme, entrer: Any) -> None:
    camille = entrer("camille")
    _coller(camille, "5\n")
    _coller(camille, "7\n")
    cellule = _adresse("saisie_cellule", ELEMENT + f"&ligne={ANNEZIN}&colonne=2019")
    camille.post(
        _adresse("saisie_documenter"),
        {"rang": ANNEZIN, "colonne": "2019", "source": "Registre des permis", "piece": "R-12"},
    )
    page = _texte(camille.get(cellule).content.decode())
    assert "Registre des permis" in page and "R-12" in page
    assert "5\u00a0logements → 7\u00a0logements" in page
    v = Valeur.objects.get()
    assert (v.valeur, v.statut, v.source) == (7, "brouillon", "Registre des permis")
    lecture = entrer("alix", "lecteur").get(cellule).content.decode()
    assert "Registre des permis" in lecture and "Enregistrer la source" not in lecture


def test_un_indicateur_a_deux_unites_a_deux_lignes_et_une_part_se_tape_en_pour_cent(
    suivi: Programme, entrer: Any
) -> None:
    client, suite = entrer(script=True), "?vue=exercices&theme=action:a01&au=2019"
    reponse = _ecrire(
        client,
        ("a01-i2~mesure=logement", "2019", "3", 0),
        ("a01-i2~mesure=euro", "2019", "12 000 €", 0),
        ("a01-i3", "2019", "18,5 %", 0),
        suite=suite,
    )
    assert reponse.status_code == 200, reponse.content
    assert {(v.ventilation, v.unite): v.valeur for v in Valeur.objects.all()} == {
        ("mesure=logement", "logement"): 3,
        ("mesure=euro", "euro"): 12000,
        ("", "part"): Decimal("0.185"),
    }
    page = client.get(_adresse("saisie", suite)).content.decode()
    assert 'data-v="18,5"' in page and "18,5\u202f%" in page
    assert _calcul(page, "a01-i3|_objectif") == "20\u202f%"
    assert _calcul(page, "a01-i3|_taux").startswith("93\u202f%")


def test_un_lecteur_lit_sans_pouvoir_ecrire(suivi: Programme, entrer: Any) -> None:
    client = entrer("alix", "lecteur")
    page = client.get(_adresse("saisie")).content.decode()
    assert "data-bf-grille" not in page and "Coller un bloc" not in page and "Lecture seule" in page
    assert _ecrire(client, (ANNEZIN, "2019", "5", 0)).status_code == 403


@pytest.mark.parametrize(
    "envoi", ["pas du json", "[1, 2]", '[["x", "2019", "1", 0]]', '[["commune:62035", "1999", "1", 0]]']
)
def test_une_saisie_illisible_ou_hors_grille_est_refusee(envoi: str, suivi: Programme, entrer: Any) -> None:
    reponse = entrer(script=True).post(_adresse("saisie_ecrire"), {"cellules": envoi})
    assert reponse.status_code == 422 and reponse.json()["fautes"][0]["phrase"]
    assert Valeur.objects.count() == 0


def test_programme_sans_rien_a_mesurer(programme: Programme, entrer: Any) -> None:
    from beffroi.web.tables.services.programme import charger

    charger(programme)
    assert "n’a rien à mesurer" in entrer().get(_adresse("saisie", "")).content.decode()


@pytest.mark.parametrize("vue", ["exercices", "communes", "element"])
def test_le_nombre_de_requetes_ne_depend_ni_des_valeurs_ni_des_communes(
    vue: str, suivi: Programme, entrer: Any
) -> None:
    client, suite = entrer(), f"?vue={vue}&theme=objectifs&au=2024"

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(_adresse("saisie", suite)).status_code == 200
        return len(requetes)

    enregistrer(suivi, [Saisie(CleValeur("production", ANNEZIN, "2019"), Decimal(1))], auteur_nom="import")
    compter()  # le contenu du programme est lu une fois par processus
    une = compter()
    cles = [CleValeur("production", t, str(a)) for t in (ANNEZIN, BETHUNE) for a in range(2020, 2025)]
    enregistrer(suivi, [Saisie(c, Decimal(2)) for c in cles], auteur_nom="import")
    assert compter() == une


def test_la_commune_voit_ses_90_pour_cent_une_fois_proposes(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    for annee, v in zip(range(2019, 2025), ["12", "0", "14", "8", "10", "10"], strict=True):
        _ecrire(client, (ANNEZIN, str(annee), v, 0))
    page = reverse("commune", args=[suivi.id, "62035"]) + "?au=2024"
    assert "Valeurs saisies" not in client.get(page).content.decode()  # des brouillons n'engagent personne
    Valeur.objects.update(statut="propose")
    lu = _texte(client.get(page).content.decode())
    assert "54 provisoire en 2019-2024 pour 60 attendus à date (90\u202f%)" in lu and "à surveiller" in lu
    autre = client.get(reverse("commune", args=[suivi.id, "62119"]) + "?au=2024").content.decode()
    assert "Valeurs saisies" not in autre and "saisissent ici" in autre


def test_une_valeur_se_saisit_pour_un_quartier_prioritaire(suivi: Programme, entrer: Any) -> None:
    client = entrer(script=True)
    adresse = "?vue=exercices&theme=action:a01&quartier=qn06204m"
    page = client.get(reverse("saisie", args=[suivi.id]) + adresse).content.decode()
    assert "QPV QN06204M" in page
    cellules = json.dumps([["a01-i1", "2020", "3", 0]])
    reponse = client.post(reverse("saisie_ecrire", args=[suivi.id]) + adresse, {"cellules": cellules})
    assert reponse.status_code == 200, reponse.content
    assert Valeur.objects.get().territoire == "qpv:QN06204M"
    retour = client.get(reverse("saisie", args=[suivi.id]) + "?vue=exercices&theme=action:a01&territoire=qpv:QN06204M")
    assert 'value="QN06204M"' in retour.content.decode() and "3" in _calculs_ou_cases(retour.content.decode())
    faux = client.get(reverse("saisie", args=[suivi.id]) + "?vue=exercices&theme=action:a01&quartier=centre")
    assert "QPV" not in faux.content.decode().split("<h2")[1]


def _calculs_ou_cases(page: str) -> str:
    return _texte(page.split("<table")[1])
