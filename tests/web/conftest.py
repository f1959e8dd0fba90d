"""Un petit programme et des comptes pour les tests des pages et des tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from beffroi.domain.nomenclatures.programme import ModeExercice, NatureProgramme
from beffroi.domain.programme.modele import Decoupage, FicheAction, Orientation, Programme, Secteur


@pytest.fixture(scope="session", autouse=True)
def entrepot() -> None:
    """L'entrepôt de la démonstration, construit une fois dans le dossier de données des tests."""
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.dossiers import dossier_donnees, dossier_modules

    preparer(dossier_donnees(), dossier_modules())


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
