"""Un programme suivi, chargé, et des clients connectés."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from beffroi.domain.nomenclatures.programme import BaseMontant, Periodicite, Produit
from beffroi.domain.programme.modele import (
    IndicateurProgramme,
    Jalon,
    LigneBudgetaire,
    ObjectifAction,
    ObjectifTerritorial,
    Programme,
    TotalPublie,
    ValeurTerritoire,
)
from beffroi.web.tables.services.programme import charger


@pytest.fixture
def suivi(programme: Programme, db: Any) -> Programme:
    """Le programme d'essai chargé : deux objectifs par commune, deux indicateurs (dont un à deux unités), un budget."""
    annuel = ObjectifTerritorial(
        id="production",
        libelle="Logements à produire",
        unite="logement",
        produit=Produit.TOUS,
        periodicite=Periodicite.ANNUELLE,
        reference=TotalPublie(valeur=Decimal(21), libelle="texte"),
        valeurs=(
            ValeurTerritoire(commune="62035", valeur=Decimal(10)),
            ValeurTerritoire(commune="62119", valeur=Decimal(10)),
        ),
        totaux_publies=(TotalPublie(valeur=Decimal(22), secteur="s1"),),
    )
    social = ObjectifTerritorial(
        id="social",
        libelle="Logements sociaux",
        unite="logement",
        produit=Produit.LOGEMENT_LOCATIF_SOCIAL,
        periodicite=Periodicite.PERIODE,
        valeurs=(
            ValeurTerritoire(commune="62035", valeur=Decimal(13)),
            ValeurTerritoire(commune="62119", valeur=None, libre=True),
        ),
    )
    action = replace(
        programme.actions[0],
        pilotes=("Service habitat",),
        indicateurs=(
            IndicateurProgramme(id="a01-i1", libelle="Permis", unite="dossier"),
            IndicateurProgramme(id="a01-i2", libelle="Aides", unite="logement, €"),
            IndicateurProgramme(
                id="a01-i3", libelle="Part sociale", unite="%", cible=Decimal(20), periodicite=Periodicite.ANNUELLE
            ),
        ),
        objectifs=(
            ObjectifAction(
                id="a01-o1", texte="Aider", quantite=Decimal(30), unite="logement", periodicite=Periodicite.PERIODE
            ),
        ),
        budget=(
            LigneBudgetaire(id="a01-b1", libelle="Suivi", montant=Decimal(60000), base=BaseMontant.AN, financeur="CA"),
            LigneBudgetaire(id="a01-b2", libelle="Étude", montant=Decimal(90000), base=BaseMontant.TOTAL),
        ),
        calendrier=(
            Jalon(id="a01-j1", libelle="Convention", annee=2020),
            Jalon(id="a01-j2", libelle="Réunion du partenariat", par_an=Decimal(2)),
        ),
    )
    seconde = replace(
        programme.actions[1],
        budget=(LigneBudgetaire(id="a02-b1", libelle="Étude", montant=Decimal(90000), identique_a="a01-b2"),),
    )
    p = replace(
        programme,
        objectifs=(annuel, social),
        objectif_reference="production",
        noms_communes={"62035": "Annezin", "62119": "Béthune"},
        actions=(action, seconde),
    )
    charger(p)
    return p


@pytest.fixture
def entrer(personne: Any) -> Any:
    """Fabrique d'un client connecté : ``entrer("camille", role)`` ; ``script=True`` parle comme ``grille.js``."""

    def fabriquer(nom: str = "camille", role: str = "charge_mission", *, script: bool = False) -> Client:
        client = Client(headers={"X-Requested-With": "fetch"} if script else None)
        client.force_login(personne(nom, role), backend="django.contrib.auth.backends.ModelBackend")
        client.personne = nom
        return client

    return fabriquer
