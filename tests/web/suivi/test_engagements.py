"""Engagements d'un contrat : listés par axe et par signataire, constatés, repris, exportés."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from beffroi import demo
from beffroi.domain.programme.modele import Engagement, Programme
from beffroi.domain.suivi.engagement import SANS_SIGNATAIRE, engagements_suivis, par_engage
from beffroi.exchange import lire
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.services.programme import charger

CRTE = "crte-valenciennois-2021"


def _texte(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.replace("\u202f", " ").replace("\u00a0", " ")))


@pytest.fixture
def contrat(programme: Programme, db: Any) -> Programme:
    """Le programme d'essai, avec trois engagements dont un partagé et un sans signataire écrit."""
    p = replace(
        programme,
        engagements=(
            Engagement(id="e-1", texte="Financer", engages=("État",), orientation=programme.orientations[0].id),
            Engagement(id="e-2", texte="Ouvrir", engages=("État", "Région"), fiche="a01"),
            Engagement(id="e-3", texte="Étudier"),
        ),
    )
    charger(p)
    return p


def test_le_crte_livre_compte_56_engagements_dont_42_de_l_etat() -> None:
    p = lire(next(x for x in demo.programmes() if x.stem == CRTE))
    suivis = engagements_suivis(p, (), p.exercices()[0].fin)
    assert len(suivis) == 56 and all(s.constat is None for s in suivis)
    chacun = par_engage(suivis)
    assert next(iter(chacun)) == "État" and len(chacun["État"]) == 42
    assert list(chacun)[-1] == SANS_SIGNATAIRE
    assert sum(len(x) for x in chacun.values()) > 56  # un engagement partagé compte chez chacun


def test_la_page_liste_filtre_et_exporte(contrat: Programme, entrer: Any) -> None:
    client = entrer("alix", "lecteur")
    adresse = reverse("engagements", args=[contrat.id])
    page = _texte(client.get(adresse).content.decode())
    assert "3 engagements au contrat, dont État : 2" in page and "0 constaté tenu" in page
    assert "Constater" not in page
    seul = _texte(client.get(adresse + "?qui=Région").content.decode())
    assert "1 engagement affiché" in seul and "Ouvrir" in seul and "Financer" not in seul
    reponse = client.get(reverse("engagements_csv", args=[contrat.id]) + "?qui=Région")
    lignes = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert [(x["rang"], x["engagement"], x["engages"], x["constat_effet"]) for x in lignes] == [
        ("2", "Ouvrir", "État, Région", "")
    ]


def test_constater_puis_se_reprendre(contrat: Programme, entrer: Any) -> None:
    client = entrer()
    constater, page = reverse("engagement_constater", args=[contrat.id]), reverse("engagements", args=[contrat.id])
    for champs, phrase in [
        ({"engagement": "e-1", "effet": ""}, "Donnez le jour"),
        ({"engagement": "e-1", "effet": "2999-01-01"}, "Cet engagement se constate et ne se prévoit pas"),
    ]:
        assert phrase in client.post(constater, champs, follow=True).content.decode()
    assert client.post(constater, {"engagement": "inconnu", "effet": "2020-05-01"}).status_code == 404
    assert Evenement.objects.count() == 0
    fait = {"engagement": "e-1", "effet": "2020-05-01", "motif": "signé", "piece": "C-7"}
    assert "C-7" in client.post(constater, fait, follow=True).content.decode()
    assert "déjà constaté le 01/05/2020" in client.post(constater, fait, follow=True).content.decode()
    assert "1 constaté tenu" in _texte(client.get(page + "?au=2020").content.decode())
    assert "0 constaté tenu" in _texte(client.get(page + "?au=2019").content.decode())
    evenement = Evenement.objects.get()
    assert client.post(reverse("engagement_annuler", args=[contrat.id, evenement.pk])).status_code == 302
    assert "0 constaté tenu" in _texte(client.get(page + "?au=2020").content.decode())
    assert Evenement.objects.count() == 2


def test_un_constat_n_annule_pas_un_autre_evenement(contrat: Programme, entrer: Any) -> None:
    client = entrer()
    client.post(
        reverse("changer_etat", args=[contrat.id, "a01"]), {"etat": "en_cours", "effet": "01/01/2020", "motif": ""}
    )
    etat = Evenement.objects.get()
    assert client.post(reverse("engagement_annuler", args=[contrat.id, etat.pk])).status_code == 404
    assert client.post(reverse("jalon_annuler", args=[contrat.id, etat.pk])).status_code == 404
    assert Evenement.objects.count() == 1


def test_sans_engagement_la_page_le_dit(suivi: Programme, entrer: Any) -> None:
    page = entrer().get(reverse("engagements", args=[suivi.id])).content.decode()
    assert "Le document n’écrit aucun engagement" in page


def test_la_fiche_dit_la_meme_action_d_un_autre_programme(suivi: Programme, entrer: Any) -> None:
    contrat = replace(
        suivi,
        id="crte-essai",
        titre_court="CRTE d'essai",
        actions=(replace(suivi.actions[0], identique_a=f"{suivi.id}#a01"), suivi.actions[1]),
    )
    charger(contrat)
    client = entrer("alix", "lecteur")
    for ici, la in ((suivi, contrat), (contrat, suivi)):
        page = client.get(reverse("fiche_action", args=[ici.id, "a01"])).content.decode()
        assert f'href="{reverse("fiche_action", args=[la.id, "a01"])}"' in page
        assert "la même action, comptée une fois" in page
        assert "comptée une fois" not in client.get(reverse("fiche_action", args=[ici.id, "a02"])).content.decode()


def test_l_echeance_et_l_engagement_ne_s_annulent_pas_l_un_pour_l_autre(suivi: Programme, entrer: Any) -> None:
    contrat = replace(suivi, version="avenant", engagements=(Engagement(id="e-1", texte="Financer"),))
    charger(contrat)
    client = entrer()
    client.post(reverse("engagement_constater", args=[suivi.id]), {"engagement": "e-1", "effet": "2020-05-01"})
    client.post(reverse("jalon_tenir", args=[suivi.id]), {"jalon": "a01-j1", "effet": "2020-05-01"})
    engagement, echeance = Evenement.objects.get(element="e-1"), Evenement.objects.get(element="a01-j1")
    assert client.post(reverse("jalon_annuler", args=[suivi.id, engagement.pk])).status_code == 404
    assert client.post(reverse("engagement_annuler", args=[suivi.id, echeance.pk])).status_code == 404
    assert Evenement.objects.count() == 2
