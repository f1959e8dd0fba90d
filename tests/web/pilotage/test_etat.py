"""Changer l'état d'une action depuis sa fiche : daté, motivé, annulable, jamais effacé."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from beffroi.web.tables.models import Evenement

FICHE = "/programme/plh-cabbalr-2019/action/a02/"


def _saisir(client: Client, **champs: str) -> Any:
    return client.post(f"{FICHE}etat/", champs)


def test_un_changement_est_enregistre_puis_annule(connecte: Callable[[str], Client]) -> None:
    client = connecte("demo")
    avant = Evenement.objects.count()
    reponse = _saisir(client, etat="en_cours", effet="12/05/2023", motif="Convention signée")
    assert reponse.status_code == 302
    html = client.get(reponse["Location"]).content.decode()
    assert "Enregistré : action 2, état « en cours »" in html and "12/05/2023" in html
    evenement = Evenement.objects.get(element="a02", apres={"etat": "en_cours"}, motif="Convention signée")
    assert evenement.avant == {"etat": "bloquee"} and evenement.auteur_nom == "Camille Démo"
    reponse = client.post(f"{FICHE}annuler/{evenement.pk}/", follow=True)
    html = reponse.content.decode()
    assert "L’événement est annulé" in html and "Annulation de « en cours »" in html
    assert Evenement.objects.count() == avant + 2
    assert "déjà annulé" in client.post(f"{FICHE}annuler/{evenement.pk}/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"etat": "", "effet": "12/05/2023"}, "Choisissez l’état de l’action."),
        ({"etat": "en_cours", "effet": "32/13/2023"}, "Écrivez une date comme 31/12/2022."),
        ({"etat": "en_cours", "effet": ""}, "Donnez la date d’effet"),
        ({"etat": "en_cours", "effet": "01/01/2999"}, "un état se constate, il ne se prévoit pas"),
        ({"etat": "abandonnee", "effet": "12/05/2023"}, "demande un motif"),
        ({"etat": "bloquee", "effet": "12/05/2023", "motif": "encore"}, "est déjà « bloquée »"),
        ({"etat": "en_cours", "effet": "12/05/2023", "motif": "x" * 501}, "500 caractères au plus"),
    ],
)
def test_une_saisie_fautive_revient_avec_sa_phrase(
    champs: dict[str, str], phrase: str, connecte: Callable[[str], Client]
) -> None:
    avant = Evenement.objects.count()
    reponse = _saisir(connecte("demo"), **champs)
    html = reponse.content.decode().replace("&#x27;", "'")
    assert reponse.status_code == 422
    assert phrase in html.replace("Un état", "un état").replace("L'action est", "est")
    assert 'aria-invalid="true"' in html
    assert Evenement.objects.count() == avant


def test_ce_qui_est_saisi_ne_devient_pas_du_code(connecte: Callable[[str], Client]) -> None:
    client = connecte("demo")
    reponse = _saisir(client, etat="en_cours", effet="12/05/2023", motif="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(reponse["Location"]).content.decode()


def test_un_lecteur_ne_change_rien(connecte: Callable[[str], Client]) -> None:
    assert _saisir(connecte("demo-lecture"), etat="en_cours", effet="12/05/2023").status_code == 403


def test_une_action_inconnue_est_introuvable(connecte: Callable[[str], Client]) -> None:
    adresse = "/programme/plh-cabbalr-2019/action/a99/etat/"
    assert connecte("demo").post(adresse, {"etat": "en_cours", "effet": "12/05/2023"}).status_code == 404
