"""Un petit programme et des comptes ; la démonstration chargée une fois par fichier, sur les extraits livrés."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from beffroi.domain.nomenclatures.programme import ModeExercice, NatureProgramme
from beffroi.domain.programme.modele import Decoupage, FicheAction, Orientation, Programme, Secteur
from greffon_sauts import exiger


@pytest.fixture(scope="session", autouse=True)
def entrepot() -> None:
    """L'entrepôt de la démonstration, construit une fois dans le dossier de données des tests."""
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.dossiers import dossier_donnees

    preparer(dossier_donnees(), Path(exiger("modules")))


@pytest.fixture
def programme() -> Programme:
    """Programme de deux actions et deux communes, signé par l'EPCI 200072460."""
    return Programme(
        id="plh-essai",
        nature=NatureProgramme.PLH,
        titre="PLH d'essai",
        titre_court="PLH d'essai",
        collectivites=("200072460",),
        decoupage=Decoupage(mode=ModeExercice.ANNEES_CIVILES, debut=date(2019, 1, 1), nombre=6),
        secteurs=(Secteur(id="s1", nom="Secteur", communes=("62035", "62119")),),
        orientations=(Orientation(id="o1", numero="1", titre="Produire"),),
        actions=(
            FicheAction(id="a01", numero="1", titre="Produire des logements", orientation="o1"),
            FicheAction(id="a02", numero="2", titre="Suivre le foncier", orientation="o1"),
        ),
    )


@pytest.fixture
def personne(db: Any) -> Any:
    """Fabrique d'un compte : ``personne("nom", role, siren)``."""
    from beffroi.web.accounts.models import Affectation, Utilisateur

    def fabriquer(nom: str, role: str | None = "charge_mission", siren: str = "200072460") -> Any:
        compte = Utilisateur.objects.create_user(nom, password=None, first_name=nom.title(), last_name="Essai")
        if role:
            Affectation.objects.create(utilisateur=compte, collectivite=siren, role=role)
        return compte

    return fabriquer


@pytest.fixture(scope="module")
def demonstration(entrepot: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Programmes, comptes et événements de la démonstration ; tout repart à la fin du fichier."""
    from django.db import transaction

    from beffroi.web.demonstration import charger_demonstration

    with django_db_blocker.unblock(), transaction.atomic():
        charger_demonstration()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def connecte(demonstration: None, db: None) -> Callable[[str], Client]:
    """Fabrique d'un navigateur connecté : ``connecte("demo")`` (chargée de mission) ou ``"demo-lecture"``."""
    from beffroi.web.accounts.models import Utilisateur

    def ouvrir(identifiant: str = "demo") -> Client:
        client = Client()
        compte = Utilisateur.objects.get(username=identifiant)
        client.force_login(compte, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return ouvrir


@pytest.fixture
def page(connecte: Callable[[str], Client]) -> Callable[[str], str]:
    """Texte d'une page du programme de Béthune-Bruay : ``page("tableau-de-bord/?au=2022")``."""
    client = connecte("demo")

    def lire(chemin: str) -> str:
        reponse = client.get(chemin if chemin.startswith("/") else f"/programme/plh-cabbalr-2019/{chemin}")
        assert reponse.status_code == 200, f"{chemin} : {reponse.status_code}"
        return reponse.content.decode()

    return lire
