"""Chaque programme s'ouvre sur chaque page : ceux livrés, et le PLH vide de deux EPCI hors de la démonstration."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from beffroi import demo
from beffroi.domain.programme.modele import Programme
from beffroi.exchange import lire
from beffroi.warehouse.ebauche import ebaucher_plh
from beffroi.warehouse.query import Entrepot
from beffroi.web.accounts.models import Affectation, Utilisateur
from beffroi.web.tables.services.programme import charger

PAGES = [
    r.name
    for r in get_resolver().url_patterns
    if list(r.pattern.converters) == ["programme_id"] and r.name not in ("demander_bilan",)
]


VIDES = (("200046977", 2022), ("200046977", 2027), ("245400676", 2021), ("200068500", 2030))


def _vide(siren: str, annee: int) -> Programme:
    entrepot = Entrepot.ouvrir()
    return ebaucher_plh(entrepot, entrepot.epci(siren), annee)


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", demo.programmes(), ids=lambda c: c.stem)
def test_toutes_les_pages_d_un_programme_livre(chemin: Any) -> None:
    _ouvrir_tout(lire(chemin))


@pytest.mark.django_db
@pytest.mark.parametrize(("siren", "annee"), VIDES)
def test_toutes_les_pages_d_un_plh_vide(siren: str, annee: int) -> None:
    """Exercices passés, en cours ou à venir ; aucune source de la démonstration ne couvre ces EPCI."""
    programme = _vide(siren, annee)
    assert programme.objectif() is not None and not programme.actions
    _ouvrir_tout(programme)


def _ouvrir_tout(programme: Programme) -> None:
    charger(programme)
    compte = Utilisateur.objects.create_user("camille", password=None)
    Affectation.objects.create(utilisateur=compte, collectivite=programme.collectivites[0], role="administrateur")
    client = Client(raise_request_exception=True)
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
    annee = programme.exercices()[0].annee
    adresses += [reverse(n, kwargs={"programme_id": programme.id, "annee": annee}) for n in ("manques", "apercu")]
    adresses += [
        reverse("objectifs_export", kwargs={"programme_id": programme.id, "extension": x})
        for x in ("csv", "xlsx")
        if programme.objectif()
    ]
    adresses += [
        reverse("corrections", kwargs={"programme_id": programme.id, "code": c}) for c in programme.communes()[:1]
    ]
    fautes = []
    for adresse in adresses:
        reponse = client.get(adresse, follow=True)  # un aperçu impossible renvoie aux bilans, avec sa phrase
        if reponse.status_code == 405:  # une adresse qui n'accepte que l'envoi d'un formulaire
            continue
        if reponse.status_code != 200:
            fautes.append(f"{adresse} : {reponse.status_code}")
        elif reponse.get("Content-Type", "").startswith("text/html"):
            texte = reponse.content.decode()
            if ">None<" in texte or " None " in texte:
                fautes.append(f"{adresse} montre « None »")
    assert not fautes, "\n".join(fautes)
