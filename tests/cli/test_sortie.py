"""The shared printing of data: the same rows as a table to read, as JSON, as CSV."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from beffroi.cli.sortie import Colonne, imprimer, largeur

COLONNES = [
    Colonne("commune", "Commune"),
    Colonne("taux", "Taux", lambda v: "non renseigné" if v is None else f"{v}\u202f%"),
    Colonne("logements", "Logements"),
    Colonne("maj", "Mise à jour"),
]
LIGNES = [
    ("Béthune", Decimal("81.1"), 1073, date(2026, 11, 24)),
    {"commune": 'Labourse, dite "la"', "taux": None, "logements": None, "maj": None},
]


def test_table_aligne_et_dit_ce_qui_manque(capsys: pytest.CaptureFixture[str]) -> None:
    imprimer(COLONNES, LIGNES, "table")
    titres, filet, bethune, labourse = capsys.readouterr().out.splitlines()
    assert titres == "Commune                       Taux  Logements  Mise à jour"
    assert set(filet) == {"─", " "}
    assert bethune == "Béthune                     81.1\u202f%       1073  24/11/2026"
    assert labourse == 'Labourse, dite "la"  non renseigné'


def test_json_garde_les_valeurs(capsys: pytest.CaptureFixture[str]) -> None:
    imprimer(COLONNES, LIGNES, "json")
    lues = json.loads(capsys.readouterr().out)
    assert lues[0] == {"commune": "Béthune", "taux": 81.1, "logements": 1073, "maj": "2026-11-24"}
    assert lues[1] == {"commune": 'Labourse, dite "la"', "taux": None, "logements": None, "maj": None}


def test_csv_se_relit(capsys: pytest.CaptureFixture[str]) -> None:
    imprimer(COLONNES, LIGNES, "csv")
    sortie = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(sortie))) == [
        ["commune", "taux", "logements", "maj"],
        ["Béthune", "81.1", "1073", "2026-11-24"],
        ['Labourse, dite "la"', "", "", ""],
    ]


@pytest.mark.parametrize(("format", "attendu"), [("json", "[]\n"), ("csv", "a,b\n"), ("table", "a  b\n─  ─\n")])
def test_sans_ligne(capsys: pytest.CaptureFixture[str], format: str, attendu: str) -> None:
    imprimer(["a", "b"], [], format)
    assert capsys.readouterr().out == attendu


def test_une_ligne_trop_courte_est_refusee() -> None:
    with pytest.raises(ValueError, match="1 values for 2 columns"):
        imprimer(["a", "b"], [["seule"]])


def test_une_somme_nulle_n_est_pas_un_manque(capsys: pytest.CaptureFixture[str]) -> None:
    imprimer(["a", "b"], [[0, None]], "csv")
    assert capsys.readouterr().out == "a,b\n0,\n"


@pytest.mark.parametrize(("texte", "colonnes"), [("été", 3), ("e\u0301te\u0301", 3), ("日本", 4)])
def test_la_largeur_compte_les_signes_vus(texte: str, colonnes: int) -> None:
    assert largeur(texte) == colonnes
