"""Chaque programme livré s'ouvre sur chaque page, même sans titre d'action, sans commune ou sans objectif communal."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from beffroi import demo
from beffroi.exchange import lire
from beffroi.web.accounts.models import Affectation, Utilisateur
from beffroi.web.tables.services.programme import charger

PAGES = [
    r.name
    for r in get_resolver().url_patterns
    if list(r.pattern.converters) == ["programme_id"] and r.name not in ("demander_bilan",)
]


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", demo.programmes(), ids=lambda c: c.stem)
def test_toutes_les_pages_d_un_programme_livre(chemin: Any) -> None:
    programme = lire(chemin)
    charger(programme)
    compte = Utilisateur.objects.create_user("camille", password=None)
    Affectation.objects.create(utilisateur=compte, collectivite=programme.collectivites[0], role="administrateur")
    client = Client(raise_request_exception=False)
    client.force_login(compte, backend="django.contrib.auth.backends.ModelBackend")
    adresses = [reverse(n, kwargs={"programme_id": programme.id}) for n in PAGES]
    adresses += [
        reverse("fiche_action", kwargs={"programme_id": programme.id, "action_id": a.id}) for a in programme.actions
    ]
    adresses += [
        reverse("commune", kwargs={"programme_id": programme.id, "code": c})
        for c in programme.communes()[:3]
        if programme.objectif()
    ]
    fautes = []
    for adresse in adresses:
        reponse = client.get(adresse)
        if reponse.status_code == 405:  # une adresse qui n'accepte que l'envoi d'un formulaire
            continue
        if reponse.status_code != 200:
            fautes.append(f"{adresse} : {reponse.status_code}")
        elif reponse.get("Content-Type", "").startswith("text/html"):
            texte = reponse.content.decode()
            if ">None<" in texte or " None " in texte:
                fautes.append(f"{adresse} montre « None »")
    assert not fautes, "\n".join(fautes)
