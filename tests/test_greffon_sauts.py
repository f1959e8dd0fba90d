"""The plugin that tells what was skipped: grouped, unlocked by something named, and refused in CI unless listed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from greffon_sauts import BESOINS, Saut, deblocage, non_permis

ESSAI = """
import pytest
from greffon_sauts import exiger

def test_un(): pass
def test_deux(): pytest.skip("il manque la pièce")
@pytest.mark.navigateur
def test_trois(): pass
def test_quatre(): exiger("postgres")
"""
FICHIER_SAUTE = 'import pytest\npytest.skip("tout le fichier attend", allow_module_level=True)\n'
REGLAGES = "[pytest]\npythonpath = tests\nmarkers =\n  navigateur: x\n  postgres: x\n  shared: x\n"


@pytest.fixture
def depot(tmp_path: Path) -> Path:
    """A small repository that uses the plugin."""
    tests = tmp_path / "tests"
    tests.mkdir()
    for nom in ("conftest.py", "greffon_sauts.py"):
        shutil.copy(Path(__file__).with_name(nom), tests / nom)
    (tests / "sauts_permis.txt").write_text("# rien\n", encoding="utf-8")
    (tests / "test_essai.py").write_text(ESSAI, encoding="utf-8")
    (tests / "test_fichier.py").write_text(FICHIER_SAUTE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(REGLAGES, encoding="utf-8")
    return tmp_path


def lancer(depot: Path, *options: str, ci: bool = False) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("BEFFROI_", "PYTEST_", "CI", "DJANGO_"))}
    env |= {"PATH": str(depot)} | ({"CI": "true"} if ci else {})
    ligne = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:cacheprovider", *options]
    return subprocess.run(ligne, cwd=depot, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["seul", "deux processus"])
def test_les_sauts_sont_groupes_avec_ce_qui_les_debloque(depot: Path, options: tuple[str, ...]) -> None:
    fini = lancer(depot, *options)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    for raison, debloque in [
        ("1 × il manque la pièce", "non prévu"),
        ("1 × aucun navigateur Chromium n’est installé", "paquet Debian chromium"),
        ("1 × aucun serveur PostgreSQL n’est indiqué", "paquet Debian postgresql"),
        ("1 × tout le fichier attend", "non prévu"),
    ]:
        assert fini.stdout.count(raison) == 1, fini.stdout
        assert debloque in fini.stdout.split(raison)[1].splitlines()[1]
    derniere = fini.stdout.strip().splitlines()[-1]
    assert "1 passed, 4 skipped" in derniere
    assert "ÉCHEC" not in fini.stdout


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["seul", "deux processus"])
def test_en_integration_un_saut_imprevu_est_un_echec(depot: Path, options: tuple[str, ...]) -> None:
    fini = lancer(depot, *options, ci=True)
    assert fini.returncode == 1
    assert "ÉCHEC : 4 saut(s) non permis" in fini.stdout
    permis = "# motif\nil manque la pièce\ntests/test_essai.py::test_t*\ntests/test_essai.py::test_quatre\n*test_fichier.py\n"
    (depot / "tests/sauts_permis.txt").write_text(permis, encoding="utf-8")
    fini = lancer(depot, *options, ci=True)
    assert fini.returncode == 0, fini.stdout
    assert "1 passed, 4 skipped" in fini.stdout


def test_un_saut_est_permis_par_sa_raison_entiere_ou_par_son_test() -> None:
    saut = Saut("tests/a.py::test_b", "sans réseau ici")
    assert non_permis([saut], ["sans réseau"]) == [saut]
    assert non_permis([saut], ["sans réseau ici"]) == []
    assert non_permis([saut], ["tests/a.py::*"]) == []


def test_chaque_besoin_dit_ce_qui_le_debloque() -> None:
    for besoin in BESOINS.values():
        assert deblocage(besoin.raison) == besoin.debloque
