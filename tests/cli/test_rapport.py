"""La commande `beffroi rapport` : un fichier entier ou rien, et une phrase claire quand l'entrée est mauvaise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beffroi.cli import main
from greffon_sauts import exiger


@pytest.fixture(scope="module")
def donnees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from beffroi.warehouse.build import preparer

    dossier = tmp_path_factory.mktemp("donnees")
    preparer(dossier, Path(exiger("modules")))
    return dossier


@pytest.fixture
def lancer(donnees: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("BEFFROI_DONNEES", str(donnees))
    monkeypatch.setattr("beffroi.cli.rapport._en_base", lambda _: None)

    def run(sortie: Path, programme: str = "plh-cabbalr-2019", annee: int = 2022, *options: str) -> Result:
        arguments = ["--programme", programme, "--annee", str(annee), "--sortie", str(sortie), *options]
        return CliRunner().invoke(main, ["rapport", "bilan-annuel", *arguments])

    return run


def test_les_trois_formats(lancer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for nom, debut in (("b.docx", b"PK"), ("b.html", b"<!doctype html>"), ("b.json", b"{")):
        resultat = lancer(tmp_path / nom)
        assert resultat.exit_code == 0, resultat.output
        assert "Bilan annuel 2022 – PLH 2019-2025" in resultat.output
        assert (tmp_path / nom).read_bytes().lstrip().startswith(debut)
    lu = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert lu["chiffres"]["epci:200072460.cumul.autorises"]["valeur"] == 3471


def test_le_fichier_precedent_est_remplace_d_un_coup(lancer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    chemin = tmp_path / "bilan.json"
    chemin.write_text("ancien", encoding="utf-8")
    assert lancer(chemin).exit_code == 0
    assert json.loads(chemin.read_text(encoding="utf-8"))["meta"]["annee"] == 2022
    assert [p.name for p in tmp_path.iterdir()] == ["bilan.json"]


@pytest.mark.parametrize(
    ("programme", "annee", "phrase"),
    [
        (
            "plh-cabbalr-2019",
            2025,
            "2025 est au-delà des exercices du programme « PLH 2019-2025 ». Choisissez une année de 2019 à 2024.",
        ),
        ("plh-cabbalr-2019", 2018, "2018 est avant le premier exercice"),
        ("plh-cavm-2023", 2026, "l'exercice 2026 du programme « PLH de Valenciennes Métropole » n'est pas clos"),
        ("inconnu", 2022, "Le programme « inconnu » n'existe pas ; programmes livrés : "),
        ("absent.yaml", 2022, "absent.yaml"),
    ],
)
def test_une_mauvaise_entree_donne_une_phrase_et_n_ecrit_rien(  # type: ignore[no-untyped-def]
    lancer, tmp_path: Path, programme: str, annee: int, phrase: str
) -> None:
    resultat = lancer(tmp_path / "bilan.docx", programme, annee)
    assert resultat.exit_code == 2
    assert phrase in resultat.output.replace("\u00a0", " ")
    assert "Traceback" not in resultat.output
    assert list(tmp_path.iterdir()) == []


def test_un_mauvais_dossier_ou_format_est_dit(lancer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "n'existe pas" in lancer(tmp_path / "nul" / "bilan.docx").output
    assert "c'est un dossier" in lancer(tmp_path).output
    assert "formats : docx, html, json" in lancer(tmp_path / "bilan.pdf").output.replace("\u00a0", " ")
