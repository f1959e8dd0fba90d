"""The workshop commands: each failing step is shown and fails the command; measures are judged by their ratio."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from beffroi.cli import atelier, main


def test_controler_montre_chaque_etape_et_echoue_si_une_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    etapes = [
        atelier.Etape("Juste", [sys.executable, "-c", ""]),
        atelier.Etape("Fausse", [sys.executable, "-c", "print('ligne 3 : trop longue'); raise SystemExit(4)"]),
        atelier.Etape("Relevé", lambda: ["a.py : dossier fourre-tout"]),
    ]
    monkeypatch.setattr(atelier, "etapes_de_controle", lambda: etapes)
    resultat = CliRunner().invoke(main, ["check"])
    assert resultat.exit_code == 1
    lignes = resultat.stdout.splitlines()
    assert lignes[0].startswith("Juste   bon")
    assert lignes[1].startswith("Fausse  RATÉ")
    assert lignes[2] == "    ligne 3 : trop longue"
    assert lignes[3].startswith("Relevé  RATÉ")
    assert "À reprendre\u00a0: Fausse, Relevé." in resultat.stderr
    monkeypatch.setattr(atelier, "etapes_de_controle", lambda: etapes[:1])
    assert CliRunner().invoke(main, ["check"]).exit_code == 0


def test_controler_couvre_tout_ce_qui_est_promis() -> None:
    titres = " ".join(e.titre for e in atelier.etapes_de_controle())
    for mot in ("ruff format", "ruff check", "Propreté", "import-linter", "mypy --strict"):
        assert mot in titres


@pytest.fixture
def mesures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with only a benchmarks/ folder."""
    monkeypatch.setattr(atelier, "depot", lambda: tmp_path)
    dossier = tmp_path / "benchmarks"
    dossier.mkdir()
    return dossier


def ecrire(dossier: Path, nom: str, rapport: float, plafond: float | None) -> None:
    mesure = {"mesure": nom, "duree_ms": 12.34, "repere": "nu", "repere_ms": 10, "rapport": rapport, "plafond": plafond}
    (dossier / f"{nom}.py").write_text(f"print('avant')\nprint({json.dumps(mesure)!r})\n", encoding="utf-8")


def test_mesurer_juge_le_rapport(mesures: Path) -> None:
    ecrire(mesures, "lent", 3.0, 2.0)
    ecrire(mesures, "rapide", 1.5, 2.0)
    ecrire(mesures, "libre", 9.0, None)
    ecrire(mesures, "_appui", 9.0, 1.0)
    resultat = CliRunner().invoke(main, ["bench", "--format", "json"])
    assert resultat.exit_code == 1
    tenus = {m["mesure"]: m["tenu"] for m in json.loads(resultat.stdout)}
    assert tenus == {"lent": False, "libre": True, "rapide": True}
    assert "lent (lent)" in resultat.stderr
    assert CliRunner().invoke(main, ["bench", "rapide"]).exit_code == 0


def test_mesurer_n_accepte_ni_panne_ni_silence(mesures: Path) -> None:
    (mesures / "panne.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    (mesures / "muet.py").write_text("", encoding="utf-8")
    resultat = CliRunner().invoke(main, ["bench"])
    assert resultat.exit_code == 1
    assert "panne (arrêté avec le code 3)" in resultat.stderr
    assert "muet (aucune mesure écrite)" in resultat.stderr
    assert CliRunner().invoke(main, ["bench", "absent"]).exit_code == 2
