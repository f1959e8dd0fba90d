"""Ce que disent les pages : les chiffres publiés du PLH de Béthune-Bruay, et l'absence dite en toutes lettres."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

P = "/programme/plh-cabbalr-2019/"


def texte(html: str) -> str:
    """Texte lu d'une page, espaces ramenés à un seul (les espaces fines restent)."""
    sans = re.sub(r"<(script|style|title|desc)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"[ \n\t]+", " ", unescape(re.sub(r"<[^>]+>", "", sans)))


def test_le_tableau_de_bord_repond_d_abord(page: Callable[[str], str]) -> None:
    lu = texte(page("tableau-de-bord/?au=2022"))
    assert "Année 4 sur 6 : 3\u202f471\u00a0logements autorisés pour 4\u202f280 attendus à date (81\u202f%)" in lu
    assert "à surveiller" in lu
    assert "Il manque 809\u00a0logements pour être à l’heure" in lu
    assert "32\u00a0communes sur 99 sont à l’objectif ou au-delà" in lu
    for commune, ecart in (("Douvrin", "\u2212102"), ("Haisnes", "\u221270"), ("Annezin", "+65")):
        assert re.search(rf"{commune}.{{0,80}}{re.escape(ecart)}", lu), commune


def test_le_tableau_de_bord_dit_ce_qui_bloque_et_ce_que_coute_chaque_orientation(page: Callable[[str], str]) -> None:
    lu = texte(page("tableau-de-bord/?au=2022"))
    assert "bloquéedepuis le 14/03/2022Action 2." in lu
    assert "930\u202f900\u202f€" in lu and "240\u202f000\u202f€" in lu
    assert "engagé et payé : non renseignés" in lu
    assert "données fictives" in lu


def test_la_situation_choisie_suit_le_lecteur(page: Callable[[str], str]) -> None:
    html = page("tableau-de-bord/?au=2021")
    assert "Année 3 sur 6" in texte(html)
    assert f'href="{P}objectifs/?au=2021"' in html
    assert f"{P}commune/" in html and "?au=2021" in html


def test_une_annee_hors_du_programme_le_dit(page: Callable[[str], str]) -> None:
    assert "L’année demandée n’est pas un exercice du programme" in texte(page("tableau-de-bord/?au=2040"))


def test_les_objectifs_montrent_les_deux_totaux(page: Callable[[str], str]) -> None:
    lu = texte(page("objectifs/?au=2022"))
    assert "1\u202f070\u00a0logements par an dans le texte, 1\u202f073 en additionnant les communes" in lu
    for total in ("1\u202f068", "1\u202f050"):
        assert total in lu
    for an in ("751", "613", "1\u202f073", "1\u202f034"):
        assert an in lu


def test_les_objectifs_se_filtrent_et_se_trient(page: Callable[[str], str]) -> None:
    html = page("objectifs/?au=2022&secteur=est&tri=ecart")
    corps = html.split("<tbody>")[1].split("</tbody>")[0]
    noms = re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', corps)
    assert noms[0] == "Douvrin" and len(noms) == 12
    assert 'aria-sort="ascending"' in html
    assert "Aucune commune ne répond à ces filtres" in page("objectifs/?au=2022&secteur=est&appreciation=sans_donnee")


def test_un_filtre_inconnu_est_ignore(page: Callable[[str], str]) -> None:
    html = page("objectifs/?secteur=nulle-part&tri=rien&appreciation=zut&au=abc")
    assert "100\u00a0communes" in texte(html)


def test_rombly_n_est_pas_un_zero(page: Callable[[str], str]) -> None:
    lu = texte(page("commune/62720/?au=2022"))
    assert "Les logements autorisés à Rombly ne sont pas renseignés" in lu
    assert "ce n’est pas zéro" in lu
    assert "non renseigné" in lu


def test_la_page_d_annezin(page: Callable[[str], str]) -> None:
    html = page("commune/62035/?au=2022")
    lu = texte(html)
    assert "Annezin a autorisé 225\u00a0logements pour 160 attendus à date (141\u202f%)" in lu
    assert "168 logements" in lu and "70\u202f%" in lu
    assert "5\u202f819\u00a0habitants" in lu
    assert html.count('role="img"') >= 2


def test_la_carte_ne_perd_aucune_commune(page: Callable[[str], str]) -> None:
    html = page("territoire/?au=2022")
    carte = html.split('<svg class="bf-svg"')[1].split("</svg>")[0]
    assert carte.count("<a href=") == 100
    assert 'role="group"' in carte
    assert re.search(r"Rombly[^\"]*sans donnée", carte)
    lignes = html.split('id="tableau"')[1]
    assert lignes.count('<th scope="row">') == 100


def test_la_fiche_montre_tout_ce_que_le_document_ecrit(page: Callable[[str], str]) -> None:
    lu = texte(page("action/a03/?au=2022"))
    assert "4 OPAH sur la durée du programme" in lu.replace("\u00a0", " ")
    assert "répétée, comptée ailleurs" in lu and "plafond 40\u202f000\u202f€ par an" in lu
    assert "Ce qui manque" in lu and "Budget voté, engagé, payé : non renseigné pour 2022" in lu
    assert re.search(r"lignes 1\u202f008 à 1\u202f135", lu)


def test_le_programme_se_filtre(page: Callable[[str], str]) -> None:
    lu = texte(page("?au=2022&etat=bloquee"))
    assert "2\u00a0actions" in lu and "Action et pilote" in lu
    assert "Aucune action ne répond à ces filtres" in page("?au=2022&etat=abandonnee")


def test_l_export_csv_des_actions_reprend_les_filtres(connecte: Callable[[str], Client]) -> None:
    reponse = connecte("demo-lecture").get(f"{P}actions.csv?au=2022&etat=bloquee")
    rangs = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert [r["action"] for r in rangs] == ["2", "11"]
    assert rangs[0]["etat_effet"] == "2022-03-14" and rangs[0]["donnee_fictive"] == "oui"
    assert "attachment" in reponse["Content-Disposition"]


def test_l_export_csv_des_objectifs(connecte: Callable[[str], Client]) -> None:
    reponse = connecte("demo").get(f"{P}objectifs.csv?au=2022")
    rangs = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    ensemble = rangs[0]
    assert (ensemble["niveau"], ensemble["cumul_autorises"], ensemble["cumul_objectif"]) == ("EPCI", "3471", "4280")
    assert [ensemble[f"autorises_{a}"] for a in (2019, 2020, 2021, 2022)] == ["751", "613", "1073", "1034"]
    rombly = next(r for r in rangs if r["code"] == "62720")
    assert rombly["autorises_2022"] == "non renseigné" and rombly["objectif_annuel"] == "0"
    assert sum(r["niveau"] == "commune" for r in rangs) == 100


def test_l_export_xlsx_des_objectifs_se_relit(connecte: Callable[[str], Client]) -> None:
    from python_calamine import CalamineWorkbook

    reponse = connecte("demo").get(f"{P}objectifs.xlsx?au=2022&secteur=est")
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(reponse.content))
    assert classeur.sheet_names == ["Objectifs", "Lecture"]
    rangs = classeur.get_sheet_by_name("Objectifs").to_python()
    entetes = rangs[0]
    assert rangs[1][entetes.index("cumul_autorises")] == 3471
    assert len(rangs) == 1 + 1 + 1 + 12
    lecture = dict(r[:2] for r in classeur.get_sheet_by_name("Lecture").to_python())
    assert "Sitadel" in str(lecture.get("Source"))


def test_une_extension_inconnue_est_introuvable(connecte: Callable[[str], Client]) -> None:
    assert connecte("demo").get(f"{P}objectifs.exe").status_code == 404


@pytest.mark.parametrize(
    ("demande", "adresse"),
    [
        ("annezin", "commune/62035/"),
        ("Béthune", "commune/62119/"),
        ("beuvry", "commune/62126/"),
        ("reconquérir vacant", "action/a03/"),
    ],
)
def test_une_recherche_sans_ambiguite_ouvre_la_page(
    demande: str, adresse: str, connecte: Callable[[str], Client]
) -> None:
    assert connecte("demo").get(f"{P}recherche/", {"q": demande}).headers["Location"] == P + adresse


def test_une_recherche_large_montre_le_choix(page: Callable[[str], str]) -> None:
    lu = texte(page("recherche/?q=saint"))
    assert "Saint-Floris" in lu and "Saint-Venant" in lu
    assert "Rien ne correspond" in page("recherche/?q=zzzz")
    assert "Rien ne correspond" in page("recherche/?q=")


@pytest.mark.parametrize("chemin", ["commune/99999/", "action/a99/", "commune/1/"])
def test_ce_qui_n_existe_pas_est_introuvable(chemin: str, connecte: Callable[[str], Client]) -> None:
    reponse = connecte("demo").get(P + chemin)
    assert reponse.status_code == 404
    assert "Revenir à l’accueil" in reponse.content.decode()


@pytest.mark.parametrize("programme", ["plh-call-2023", "plh-cavm-2023", "crte-valenciennois-2021"])
@pytest.mark.parametrize("chemin", ["tableau-de-bord/", "", "objectifs/", "territoire/", "bilans/"])
def test_les_autres_programmes_s_ouvrent(programme: str, chemin: str, connecte: Callable[[str], Client]) -> None:
    reponse = connecte("demo").get(f"/programme/{programme}/{chemin}")
    assert reponse.status_code == 200


def test_un_lecteur_ne_voit_aucun_bouton_de_saisie(connecte: Callable[[str], Client]) -> None:
    html = connecte("demo-lecture").get(f"{P}action/a01/").content.decode()
    assert "changer_etat" not in html and "Changer l’état" not in html and "Annuler cet événement" not in html
    assert "Produire le bilan" not in connecte("demo-lecture").get(f"{P}bilans/?au=2022").content.decode()


def test_la_page_de_connexion_dit_ce_qui_ne_va_pas(db: Any) -> None:
    reponse = Client().post("/connexion/", {"username": "personne", "password": "faux"})
    assert "Identifiant ou mot de passe incorrect" in reponse.content.decode()


def test_la_page_500_ne_demande_ni_base_ni_compte() -> None:
    from django.test import RequestFactory

    from beffroi.web.pilotage.views import erreur_serveur

    reponse = erreur_serveur(RequestFactory().get("/"))
    assert reponse.status_code == 500 and "Rien n’a été enregistré" in reponse.content.decode()


def test_un_formulaire_sans_sa_marque_d_origine_est_refuse_en_clair(connecte: Callable[[str], Client]) -> None:
    ici = connecte("demo")
    client = Client(enforce_csrf_checks=True)
    client.cookies = ici.cookies
    reponse = client.post(P + "echeance/tenir/", {"jalon": "x"})
    assert reponse.status_code == 403
    page = reponse.content.decode()
    assert "Le formulaire n’a pas été enregistré" in page and "rechargez la page" in page


def test_un_entrepot_a_reconstruire_donne_la_commande_et_pas_le_chemin(
    db: Any, client: Client, monkeypatch: Any
) -> None:
    """La page d'erreur dit quoi lancer (503) ; le dossier de la machine n'y est pas."""
    from beffroi.kernel.errors import NotLoaded

    def ancien(*_: object) -> None:
        raise NotLoaded("l'entrepôt de données de /srv/secret a été construit par une autre version")

    monkeypatch.setattr("django.contrib.auth.views.LoginView.get", ancien)
    client.raise_request_exception = False
    reponse = client.get("/connexion/")
    texte = reponse.content.decode()
    assert reponse.status_code == 503 and "beffroi donnees actualiser" in texte and "/srv/secret" not in texte
