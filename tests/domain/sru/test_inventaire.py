"""Les règles SRU face à l'inventaire publié : 64 communes du Val-d'Oise, format officiel."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from beffroi.domain.sru.modele import EtatSru
from beffroi.domain.sru.regles.parc import residence_principale_estimee
from beffroi.domain.sru.regles.situation import situation

LE = date(2025, 1, 1)
ATTENDU = {("0", "0", "0"): EtatSru.CONFORME, ("1", "0", "0"): EtatSru.DEFICITAIRE}
ATTENDU |= {("1", "1", "0"): EtatSru.CARENCEE, ("1", "0", "1"): EtatSru.DEFICITAIRE_EXEMPTEE}


def _part(texte: str) -> Decimal:
    return Decimal(texte.replace("%", "").replace(",", ".").strip()) / 100


@pytest.fixture
def inventaire(shared: Path) -> list[dict[str, str]]:
    with (shared / "donnees/ddt95-format-reel/sru_95.csv").open(encoding="utf-8") as flux:
        return list(csv.DictReader(flux, delimiter=";"))


def _situation(ligne: dict[str, str], residences: int) -> Any:
    return situation(
        le=LE,
        residence_principale=residences,
        logement_social=ligne["Nombre_lls_ Inventaire_au_01_01_2024"],
        taux_legal=_part(ligne["Taux_cible_commune_2023_2025"]),
        soumise=ligne["Commune_sru_au_01_01_2025"] == "1",
        exemptee=ligne["Commune_exemptée_2023_2025"] == "1",
        carencee=ligne["Commune_carencée"] == "1",
    ).valeur


def test_l_etat_calcule_est_celui_que_l_inventaire_publie(inventaire: list[dict[str, str]]) -> None:
    """Déficit, carence et exemption : le calcul retombe sur les trois colonnes publiées, aux deux bornes possibles."""
    compte: Counter[EtatSru] = Counter()
    for ligne in inventaire:
        bornes = residence_principale_estimee(
            le=LE,
            logement_social=ligne["Nombre_lls_ Inventaire_au_01_01_2024"],
            taux_publie=_part(ligne["Taux_SRU_au_01_01_2024"]),
            decimales=2,
        ).valeur
        drapeaux = (ligne["commune_deficitaire"], ligne["Commune_carencée"], ligne["Commune_exemptée_2023_2025"])
        for residences in bornes.values():
            s = _situation(ligne, residences)
            assert s.etat is ATTENDU[drapeaux], ligne["Nom_commune"]
            assert abs(s.taux - _part(ligne["Taux_SRU_au_01_01_2024"])) <= Decimal("0.00005")
        compte[s.etat] += 1
    assert compte == {
        EtatSru.CONFORME: 25,
        EtatSru.DEFICITAIRE: 25,
        EtatSru.CARENCEE: 10,
        EtatSru.DEFICITAIRE_EXEMPTEE: 4,
    }


def test_seules_les_communes_deficitaires_non_exemptees_sont_prelevees(inventaire: list[dict[str, str]]) -> None:
    """Le prélèvement publié est nul hors déficit et sous exemption, comme l'état calculé le veut."""
    for ligne in inventaire:
        montant = ligne["Prélèvement_net_2025_dont_majoration"].encode("latin-1", "ignore").decode("ascii", "ignore")
        net = Decimal(montant.replace(" ", "").replace(",", ".") or "0")
        if ligne["commune_deficitaire"] == "0" or ligne["Commune_exemptée_2023_2025"] == "1":
            assert net == 0, ligne["Nom_commune"]
