"""Les simulateurs : les chiffres publiés, l'adresse qui garde tout, la faute dite au champ."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from web.observatoire.adresses import (
    AIDES,
    BESOINS,
    ECHEANCES,
    NOMINALES,
    OPERATION,
    POINT_MORT,
    SOLVABILITE,
    SRU,
    adresse,
)

Page = Callable[[str], str]
FINE, INSECABLE = "\u202f", "\u00a0"


def texte(html: str) -> str:
    """Texte lu de la page, espaces fines et insécables ramenées à l'espace."""
    sans = re.sub(r"<(script|style|title|desc)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", sans)))


def reponse(html: str) -> str:
    """La phrase de réponse."""
    found = re.search(r'<div class="bf-phrase"><p>(.*?)</p>', html, flags=re.S)
    assert found, texte(html)[:2000]
    return texte(found.group(1))


def faute(html: str, champ: str) -> str:
    """Ce que dit la faute d'un champ, qui la désigne par ``aria-describedby``."""
    box = re.search(rf'<(?:input|select|textarea)[^>]*id="id_{champ}"[^>]*>', html)
    assert box and f"id_{champ}-e" in box.group(0) and 'aria-invalid="true"' in box.group(0), box
    found = re.search(rf'id="id_{champ}-e".*?</p>', html, flags=re.S)
    assert found
    assert '<div class="bf-phrase">' not in html, "aucun résultat tant qu'une valeur est fausse"
    return texte("<p " + found.group(0))


def test_la_liste_des_cinq_simulateurs(page: Page) -> None:
    html = page("simuler/")
    assert html.count('<li class="bf-bloc">') == 5
    assert 'aria-current="page"><svg' in html, "l'entrée « Simuler » du menu est la page courante"
    for chemin in ("sru", "besoins", "solvabilite", "aides", "echeances"):
        assert f"/programme/plh-cabbalr-2019/simuler/{chemin}/" in html


@pytest.mark.parametrize("nom", NOMINALES)
def test_l_adresse_suffit_et_garde_les_valeurs(nom: str, page: Page) -> None:
    premiere, seconde = page(NOMINALES[nom]), page(NOMINALES[nom])
    assert reponse(premiere) == reponse(seconde)
    assert 'class="bf-raison"' in premiere
    assert "Valeurs utilisées" in premiere, "la fiche imprimée dit ses valeurs"
    assert 'method="post"' not in premiere.partition("<main")[2], "rien ne s'écrit"


# SRU


def test_sru_985_sur_5412(page: Page) -> None:
    html = page(adresse("sru", SRU))
    dit = reponse(html)
    assert dit.startswith("Annezin, au 01/01/2026 : il manque 368 logements sociaux")
    assert "985 logements sociaux pour 5 412 résidences principales, 18,2 % pour 25 %" in dit
    assert dit.endswith("objectif triennal de 121 logements.")
    lu = texte(html)
    assert "Logements à atteindre" in lu and "1 353 logements" in lu
    assert "à l’entier supérieur il serait de 122" in lu
    assert "Inventaire SRU : source non chargée" in lu


def test_sru_les_operations_et_leur_effet(page: Page) -> None:
    lu = texte(page(adresse("sru", SRU, OPERATION)))
    assert "Effet des opérations sur le manque : −25 logements." in lu
    assert "Au 1er janvier 2032, il manquerait encore 388 logements sociaux." in lu
    assert "Rue des Écoles, livrée en 2028" in lu


def test_sru_prerempli_avec_son_millesime(page: Page) -> None:
    html = page("simuler/sru/?commune=62035")
    assert re.search(r'name="residence_principale" value="2515"', html)
    lu = texte(html)
    assert "Observatoire : 2 515 logements" in lu and "Recensement de la population, 2021" in lu
    assert "à écrire à la place" in lu
    assert re.search(r'name="logement_social"(?! value)', html), "un taux publié n'est pas un nombre de logements"
    assert 'class="bf-phrase"' not in html


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("residence_principale", "-3", "Écrire un nombre entier de logements, 1 ou plus ; reçu : « −3 »."),
        ("residence_principale", "", "Champ vide : écrire un nombre entier de logements, 1 ou plus."),
        ("residence_principale", "12,5", "Écrire un nombre entier de logements, 1 ou plus ; reçu : « 12,5 »."),
        ("logement_social", "beaucoup", "Écrire un nombre entier de logements, 0 ou plus ; reçu : « beaucoup »."),
        ("taux_legal", "18.2", "Choisir parmi 25 %, 20 % ; reçu : « 18.2 »."),
        ("taux_legal", "0.25", "Choisir parmi 25 %, 20 % ; reçu : « 0.25 »."),
        ("le", "2026-02-31", "Écrire une date qui existe, comme 24/11/2026 ; reçu : « 2026-02-31 »."),
        ("le", "2019-06-01", "ne s’applique qu’à partir du 01/01/2023 ; date demandée : 01/06/2019."),
        ("soumise", "", "Champ vide : choisir parmi oui, non."),
        ("annees", "200", "Écrire un nombre entier d’ans, entre 1 et 100 ; reçu : « 200 »."),
        ("commune", "99999", "Aucune commune n’a le code « 99999 »"),
        ("commune", "Saint", "Plusieurs communes répondent à « Saint »"),
        ("commune", "Zzyzx", "Aucune commune ne répond à « Zzyzx »"),
    ],
)
def test_sru_la_faute_est_dite_au_champ(champ: str, valeur: str, attendu: str, page: Page) -> None:
    dite = faute(page(adresse("sru", SRU, **{champ: valeur})), champ)
    assert attendu in dite


def test_sru_un_champ_absent_de_l_adresse_n_a_pas_de_valeur_cachee(page: Page) -> None:
    sans = {k: v for k, v in SRU.items() if k != "regime"}
    assert "Champ vide : choisir parmi droit commun" in faute(page(adresse("sru", sans)), "regime")


def test_sru_une_ligne_d_operation_fausse(page: Page) -> None:
    html = page(adresse("sru", SRU, OPERATION, op_social=["beaucoup", ""]))
    assert "Dont logements sociaux : Écrire un nombre entier de logements" in texte(html)
    assert 'aria-describedby="op-1-e"' in html and 'class="bf-phrase"' not in html
    html = page(adresse("sru", SRU, OPERATION, op_annee=["2050", ""]))
    assert "Ligne 1, « Rue des Écoles » : l’année 2050 est hors de la projection (2026 à 2031)." in texte(html)
    html = page(adresse("sru", SRU, OPERATION, op_social=["80", ""]))
    assert "Ligne 1, « Rue des Écoles » : plus de logements sociaux que de logements." in texte(html)


def test_sru_ajouter_des_lignes_garde_ce_qui_est_ecrit(page: Page) -> None:
    url = adresse("sru", SRU, OPERATION, lignes="6").replace("calculer=1&", "")
    html = page(url)
    assert html.count('name="op_nom"') == 6
    assert 'value="Rue des Écoles"' in html and 'value="985"' in html
    assert "est-faux" not in html and 'class="bf-phrase"' not in html


# Besoins


def test_besoins_la_verification_d_otelo(page: Page) -> None:
    html = page(adresse("besoins", BESOINS))
    lu = texte(html)
    # 300 ménages + 60 de stock + 30 de vacance courte + 2 secondaires + 133 de remplacement
    assert reponse(html).endswith(
        "en 2022 : 525 logements par an en moyenne dans « Fil de l’eau », soit 525 logements."
    )
    assert "2021 : 88 398 ; 2022 : 88 729 (logements)" in lu, "T5-OT3"
    assert "De quoi le besoin dépend" in lu


def test_besoins_deux_scenarios_compares(page: Page) -> None:
    html = page(NOMINALES["besoins"])
    lu = texte(html)
    assert "dans « Volontaire »." in reponse(html)
    assert "Écart" in lu and "D’où vient l’écart" in lu
    ligne = re.search(r'<th scope="row">Ménages supplémentaires</th>(.*?)</tr>', html, flags=re.S)
    assert ligne and texte(ligne.group(1)).replace(" ", "") == "6001200+600"
    assert "<polyline" in html, "le second scénario est une ligne"


def test_besoins_les_annees_completees_le_disent(page: Page) -> None:
    valeurs = BESOINS | {"a_menage": "2021 ; 80 000\n2025 ; 81 200", "completer": "oui"}
    lu = texte(page(adresse("besoins", valeurs)))
    assert "Ménages complétés en ligne droite entre les années écrites (de 2022 à 2024)" in lu
    assert "2022 : 300 ; 2023 : 300 ; 2024 : 300 ; 2025 : 300 (ménages)" in lu


def test_besoins_prerempli(page: Page) -> None:
    html = page("simuler/besoins/")
    assert "2021 ; 117831" in html
    assert "100 communes sur 100" in texte(html)
    assert re.search(r'name="a_parc" value="129092"', html)
    assert "Vacance totale : la source ne sépare pas courte et longue" in texte(html)
    assert re.search(r'name="a_vacance_courte"(?! value)', html)


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("a_menage", "2021", "Ligne 1 : écrire une année, un point-virgule et un nombre de ménages"),
        ("a_menage", "2021 ; 10", "Écrire au moins deux années"),
        ("a_menage", "2021 ; 10\n2024 ; 20", "saute de 2021 à 2024 : donner chaque année."),
        ("a_menage", "2021 ; 10\n2021 ; 20", "Ligne 2 : l’année 2021 est écrite deux fois."),
        ("a_vacance_courte", "120", "Écrire un taux en % (18,2 pour 18,2 %), entre 0 % et 100 % ; reçu : « 120 »."),
        ("a_duree_resorption", "0", "1 ou plus ; reçu : « 0 »."),
        ("epci", "123456789", "Aucune intercommunalité n’a le numéro « 123456789 »"),
    ],
)
def test_besoins_la_faute_est_dite_au_champ(champ: str, valeur: str, attendu: str, page: Page) -> None:
    assert attendu in faute(page(adresse("besoins", BESOINS, **{champ: valeur})), champ)


def test_besoins_deux_scenarios_du_meme_nom(page: Page) -> None:
    html = page(adresse("besoins", BESOINS, b_nom="Fil de l'eau", b_duree_resorption="10"))
    assert "Les deux scénarios portent le même nom" in faute(html, "b_nom")


# Point mort


def test_point_mort_de_valenciennes_1999_2009(page: Page) -> None:
    dit = reponse(page(NOMINALES["point-mort"]))
    assert "Le point mort est de 879 logements par an (109 + 643 + 127)" in dit
    assert "847 logements par an" in dit and "effet démographique de −32 logements par an" in dit


def test_point_mort_entre_deux_recensements(page: Page) -> None:
    valeurs = {
        "mode": "recensements", "epci": "200072460", "le": "2026-01-01", "construction": "1000", "annees": "5",
        "logement_debut": "10000", "residence_principale_debut": "9000", "residence_secondaire_debut": "100",
        "logement_vacant_debut": "900", "population_menage_debut": "22500", "logement_fin": "10800",
        "residence_principale_fin": "9600", "residence_secondaire_fin": "150", "logement_vacant_fin": "1050",
        "population_menage_fin": "23040",
    }  # fmt: skip
    # R = 1 000 − 800 = 200 ; V = 1 200 − 1 000 = 200 ; T1 = 2,4 et D = 22 500 ÷ 2,4 − 9 000 = 375 ; par an ÷ 5
    dit = reponse(page(adresse("point-mort", valeurs)))
    assert "le point mort est de 155 logements par an (40 + 75 + 40)" in dit
    assert "effet démographique de +45 logements par an" in dit


def test_point_mort_la_faute_est_dite_au_champ(page: Page) -> None:
    html = page(adresse("point-mort", POINT_MORT, desserrement="beaucoup"))
    assert "Écrire un nombre, en logements par an ; reçu : « beaucoup »." in faute(html, "desserrement")
    html = page(adresse("point-mort", POINT_MORT, le="1990-01-01"))
    assert "qu’à partir du 01/01/1999" in faute(html, "le")


# Solvabilité


def test_solvabilite_du_premier_decile_de_valenciennes(page: Page) -> None:
    html = page(adresse("solvabilite", SOLVABILITE))
    lu = texte(html)
    assert "un logement de 104 659 €, avec un revenu de 18 900 €/an." in reponse(html)
    assert "112 509 €" in lu, "T5-SOL1 : le capital"
    assert "551,25 €/mois" in lu
    assert "(DVF) : source non chargée. La part des ventes accessibles n’est pas dite." in lu


def test_solvabilite_taux_d_effort_d_un_locataire(page: Page) -> None:
    valeurs = SOLVABILITE | {
        "nature_revenu": "menage", "revenu": "21600", "surface": "62", "loyer_m2": "10", "charge": "80", "aide": "210",
    }  # fmt: skip
    html = page(adresse("solvabilite", valeurs))
    assert "Loyer : taux d’effort net de 27,2 %." in texte(html), "T5-SOL3"
    assert "avec un revenu de 21 600 €/an." in reponse(html)


def test_solvabilite_le_meme_menage_a_chaque_decile(page: Page) -> None:
    html = page(adresse("solvabilite", SOLVABILITE))
    lignes = re.findall(r'<th scope="row">(D1|Médiane|D9)</th>(.*?)</tr>', html, flags=re.S)
    assert [n for n, _ in lignes] == ["D1", "Médiane", "D9"]
    d1 = texte(lignes[0][1])
    assert "9 880" in d1 and "17 784" in d1, "D1 de Béthune × 1,8 unité de consommation"
    assert "Filosofi" in texte(html) and "2021" in texte(html)


def test_solvabilite_hors_commune(page: Page) -> None:
    lu = texte(page(adresse("solvabilite", SOLVABILITE, commune="")))
    assert "Aucune commune choisie : ni déciles, ni ventes comparées." in lu


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("revenu", "-1", "Écrire un nombre, en euros par an, 0 ou plus ; reçu : « −1 »."),
        ("taux_effort", "0,35", "Écrire un taux en % (18,2 pour 18,2 %), entre 1 % et 100 % ; reçu : « 0,35 »."),
        ("personne_14_ans", "0", "Écrire un nombre entier de personnes, 1 ou plus ; reçu : « 0 »."),
        ("le", "2020-01-01", "qu’à partir du 01/01/2022"),
        ("enfant", "", "Champ vide : écrire un nombre entier de personnes, 0 ou plus."),
    ],
)
def test_solvabilite_la_faute_est_dite_au_champ(champ: str, valeur: str, attendu: str, page: Page) -> None:
    assert attendu in faute(page(adresse("solvabilite", SOLVABILITE, **{champ: valeur})), champ)


def test_solvabilite_une_surface_sans_loyer(page: Page) -> None:
    html = page(adresse("solvabilite", SOLVABILITE, surface="60"))
    assert "écrire un loyer en euros par m² et par mois, ou effacer la surface" in faute(html, "loyer_m2")


# Aides


@pytest.mark.parametrize(
    ("vecteur", "changes", "montant"),
    [
        ("T9-AA1", {"cout_revient_m2": "2400", "fonds_propres": "25"}, "reçoit 0 €"),
        ("T9-AA2", {"fonds_propres": "12", "secteur_acv_pvd": "non"}, "peut recevoir 15 000 €"),
        ("T9-AA3", {"secteur_acv_pvd": "non"}, "peut recevoir 30 000 €"),
        ("T9-AA4", {}, "peut recevoir 40 000 €"),
        ("T9-AA5", {"fonds_propres": "15"}, "peut recevoir 15 000 €"),
    ],
)
def test_aides_acquisition_amelioration(vecteur: str, changes: dict[str, str], montant: str, page: Page) -> None:
    assert montant in reponse(page(adresse("aides", AIDES, **changes))), vecteur


def test_aides_des_travaux_inferieurs_au_prix(page: Page) -> None:
    html = page(adresse("aides", AIDES, montant_travaux="90000", fonds_propres="25"))
    assert "reçoit 0 €" in reponse(html) or "aucune aide" in reponse(html)


def test_aides_un_seuil_que_le_texte_laisse_ouvert(page: Page) -> None:
    html = page(adresse("aides", AIDES, cout_revient_m2="2500", fonds_propres="25", secteur_acv_pvd="non"))
    assert "reçoit 0 €" in reponse(html)
    lu = texte(html)
    assert "« Prix de revient par m² » vaut exactement 2 500 €/m², valeur que le texte ne range nulle part" in lu
    assert "la lecture la plus basse" in lu
    html = page(adresse("aides", AIDES, fonds_propres="20", secteur_acv_pvd="non"))
    assert "peut recevoir 15 000 €" in reponse(html)
    assert "que le texte ne range nulle part" in texte(html)


def test_aides_ce_qui_manque_n_est_pas_zero(page: Page) -> None:
    html = page(adresse("aides", AIDES, fonds_propres=""))
    assert "aucun montant ne peut être dit" in reponse(html)
    assert "il manque « Fonds propres de l’organisme »" in texte(html)
    assert "information manquante" in texte(html)


def test_aides_hebergement_et_enveloppe(page: Page) -> None:
    heb = {
        "reglement": "cabbalr",
        "nature": "structure_hebergement_rehabilitation",
        "logement": "25",
        "le": "2024-01-15",
    }
    assert "peut recevoir 80 000 €" in reponse(page(adresse("aides", heb))), "T9-HEB"
    ptz = {
        "reglement": "cabbalr", "nature": "accession", "primo_accedant": "oui", "critere_ptz": "oui",
        "logement_ancien": "oui", "logement": "1", "aide": "prime_ptz", "deja_accorde": "40000", "le": "2024-01-15",
    }  # fmt: skip
    lu = texte(page(adresse("aides", ptz)))
    assert "L’enveloppe ne peut plus payer ce dossier : enveloppe épuisée." in lu, "T9-PTZ"
    assert "L’enveloppe paie ce dossier" in texte(page(adresse("aides", ptz, deja_accorde="0")))


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("fonds_propres", "200", "Écrire un taux en % (18,2 pour 18,2 %), entre 0 % et 100 % ; reçu : « 200 »."),
        ("logement", "1,5", "Écrire un nombre entier de logements, 0 ou plus ; reçu : « 1,5 »."),
        ("nature", "chateau", "Choisir parmi non renseigné, acquisition-amélioration"),
        ("reglement", "inconnu", "Choisir parmi Aides de l’Anah"),
    ],
)
def test_aides_la_faute_est_dite_au_champ(champ: str, valeur: str, attendu: str, page: Page) -> None:
    dite = faute(page(adresse("aides", AIDES, **{champ: valeur})), champ)
    assert attendu in dite or attendu.replace("non renseigné, ", "") in dite


def test_aides_hors_de_la_periode_du_reglement(page: Page) -> None:
    lu = texte(page(adresse("aides", AIDES, le="2010-01-01")))
    assert "n’a pas de version au 01/01/2010" in lu or "ne s’applique qu’à partir du 01/01/2014" in lu
    assert "Le calcul n’a pas eu lieu" in lu


def test_aides_rien_de_rempli(page: Page) -> None:
    lu = texte(page(adresse("aides", {"reglement": "cavm", "le": "2024-01-15"})))
    assert "Aucun champ de l’opération n’est rempli" in lu


# Échéances


def test_echeances_d_une_autorisation_prealable(page: Page) -> None:
    html = page(NOMINALES["echeances"])
    assert "État au 24/11/2026 : en cours d’instruction" in reponse(html)
    assert "silence valant autorisation, le 02/12/2026 (dans 8 jours)" in reponse(html)
    assert html.count('<li class="est-') == 3, "le dépôt, le jour de la lecture, la décision tacite"


@pytest.mark.parametrize(
    ("reception", "tacite"), [("2024-04-10", "25/04/2024"), ("2024-04-11", "11/05/2024"), ("2026-03-02", "02/04/2026")]
)
def test_echeances_d_un_permis_de_diviser_selon_la_loi_du_jour(reception: str, tacite: str, page: Page) -> None:
    valeurs = {"horloge": "habitat_indigne.permis_diviser", "reception": reception, "le": "2026-11-24"}
    html = page(adresse("echeances", valeurs))
    assert f'<b><time datetime="{"-".join(reversed(tacite.split("/")))}">{tacite}</time></b>' in html
    assert "Toutes les échéances sont passées" in reponse(html)


def test_echeances_d_un_plh(page: Page) -> None:
    valeurs = {
        "horloge": "programme.echeances_plh", "adoption": "2019-06-26", "executoire": "2019-09-01",
        "prorogation_annees": "0", "le": "2024-01-01",
    }  # fmt: skip
    html = page(adresse("echeances", valeurs))
    assert "fin du programme, le 01/09/2025" in reponse(html)
    lu = texte(html)
    for attendu in ("26/06/2022 Bilan triennal", "01/09/2022 Observatoire en place", "01/09/2025 Fin du programme"):
        assert attendu in lu
    html = page(adresse("echeances", valeurs, prorogation_annees="3"))
    assert "dépasse le maximum de 2 ans" in faute(html, "prorogation_annees")
    html = page(adresse("echeances", valeurs, executoire="2019-01-01"))
    assert "La date exécutoire précède l’adoption : vérifier les deux dates." in texte(html)


def test_echeances_d_un_abandon_manifeste(page: Page) -> None:
    valeurs = {
        "horloge": "habitat_indigne.abandon_manifeste", "formalites": "05/01/2026\n2026-02-10",
        "pv_definitif": "", "mise_a_disposition": "", "le": "2026-03-01",
    }  # fmt: skip
    assert "procès-verbal définitif au plus tôt, le 10/05/2026" in reponse(page(adresse("echeances", valeurs)))
    html = page(adresse("echeances", valeurs, formalites="hier"))
    assert "Écrire une date par ligne, comme 24/11/2026 ; reçu : « hier »." in faute(html, "formalites")


def test_echeances_la_faute_est_dite_au_champ(page: Page) -> None:
    html = page(adresse("echeances", ECHEANCES, depot=""))
    assert "Champ vide : écrire une date, comme 24/11/2026." in faute(html, "depot")
    html = page(adresse("echeances", ECHEANCES, horloge="inconnue"))
    assert "Choisir une procédure de la liste ; reçu : « inconnue »." in faute(html, "horloge")
    html = page(adresse("echeances", ECHEANCES, decision="accorde"))
    assert "donner ensemble « Décision expresse » et « Date de la décision »".lower() in texte(html).lower()


def _horloges() -> list[str]:
    from beffroi.web.observatoire.echeances import HORLOGES

    return [i for ids in HORLOGES.values() for i in ids]


@pytest.mark.parametrize("horloge", _horloges())
def test_chaque_horloge_a_son_formulaire(horloge: str, page: Page) -> None:
    html = page(f"simuler/echeances/?horloge={horloge}")
    assert f'<input type="hidden" name="horloge" value="{horloge}">' in html
    assert 'name="le"' in html


# Droits


def test_un_lecteur_simule_et_un_etranger_non(connecte: Callable[[str], Client], personne: Any) -> None:
    lecteur = connecte("demo-lecture")
    assert lecteur.get(f"/programme/plh-cabbalr-2019/{NOMINALES['sru']}").status_code == 200
    etranger = Client()
    etranger.force_login(
        personne("x", "administrateur", "200042190"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert etranger.get(f"/programme/plh-cabbalr-2019/{NOMINALES['sru']}").status_code == 404
