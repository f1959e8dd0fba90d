"""La commande `beffroi programme`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from beffroi import demo
from beffroi.cli import main

CABBALR = next(chemin for chemin in demo.programmes() if chemin.stem == "plh-cabbalr-2019")


@pytest.fixture
def lanceur() -> CliRunner:
    return CliRunner()


def test_verifier_montre_les_totaux_du_document(lanceur: CliRunner) -> None:
    sortie = lanceur.invoke(main, ["programme", "verifier", "plh-cabbalr-2019"])
    assert sortie.exit_code == 0, sortie.output
    for nombre in ("1\u202f070", "1\u202f068", "1\u202f069", "1\u202f073", "1\u202f050", "1\u202f873", "1\u202f874"):
        assert nombre in sortie.output
    assert "13 actions, 49 indicateurs, 100 communes" in sortie.output


def test_verifier_en_json_garde_les_lignes(lanceur: CliRunner) -> None:
    sortie = lanceur.invoke(main, ["programme", "verifier", "plh-cabbalr-2019", "--format", "json"])
    lignes = json.loads(sortie.output)
    epci = [x for x in lignes if x["element"] == "production_logement" and x["territoire"] == "Ensemble du territoire"]
    assert {x["valeur"] for x in epci} == {1070, 1068, 1050, 1069, 1073}
    assert next(x["lignes"] for x in epci if x["valeur"] == 1069) == [892, 894]


def test_exporter_charger_exporter_donne_les_memes_octets(lanceur: CliRunner, tmp_path: Path) -> None:
    for chemin in demo.programmes():
        premier, second = tmp_path / f"{chemin.stem}-1.yaml", tmp_path / f"{chemin.stem}-2.yaml"
        assert lanceur.invoke(main, ["programme", "exporter", chemin.stem, "--sortie", str(premier)]).exit_code == 0
        assert lanceur.invoke(main, ["programme", "exporter", str(premier), "--sortie", str(second)]).exit_code == 0
        assert premier.read_bytes() == second.read_bytes() == chemin.read_bytes()


def test_un_mauvais_fichier_sort_une_phrase_par_faute(lanceur: CliRunner, tmp_path: Path) -> None:
    bon = CABBALR.read_text(encoding="utf-8")
    mauvais = tmp_path / "mauvais.yaml"
    mauvais.write_text(
        bon.replace("nombre: 6", "nombre: six").replace('numero: "13"', 'numero: "12"'), encoding="utf-8"
    )
    sortie = lanceur.invoke(main, ["programme", "verifier", str(mauvais)])
    assert sortie.exit_code == 2
    phrases = sortie.stderr.strip().splitlines()
    assert len(phrases) == 2
    assert all("mauvais.yaml, ligne" in p for p in phrases)
    assert sortie.stdout == ""


def test_un_identifiant_inconnu_cite_les_programmes_livres(lanceur: CliRunner) -> None:
    sortie = lanceur.invoke(main, ["programme", "verifier", "plh-inconnu"])
    assert sortie.exit_code == 2
    assert "plh-cabbalr-2019" in sortie.stderr


def test_lister(lanceur: CliRunner) -> None:
    sortie = lanceur.invoke(main, ["programme", "lister", "--format", "json"])
    lignes = {x["id"]: x for x in json.loads(sortie.output)}
    assert set(lignes) == {chemin.stem for chemin in demo.programmes()}
    assert lignes["plh-cabbalr-2019"]["indicateurs"] == 49


def test_comparer_deux_versions(lanceur: CliRunner, tmp_path: Path) -> None:
    avenant = tmp_path / "avenant.yaml"
    texte = CABBALR.read_text(encoding="utf-8").replace('numero: "13"', 'numero: "14"')
    avenant.write_text(texte.replace("documents:", 'version: "modification n° 1"\ndocuments:', 1), encoding="utf-8")
    sortie = lanceur.invoke(main, ["programme", "comparer", "plh-cabbalr-2019", str(avenant)])
    assert sortie.exit_code == 0, sortie.output
    assert "1 modification." in sortie.output
    assert "numéro, de «\u00a013\u00a0» à «\u00a014\u00a0»" in sortie.output
    autre = lanceur.invoke(main, ["programme", "comparer", "plh-cabbalr-2019", "plh-call-2023"])
    assert autre.exit_code == 2 and "même programme" in autre.stderr


def test_calendrier_ecrit_un_fichier_ics(lanceur: CliRunner, tmp_path: Path) -> None:
    fichier = tmp_path / "plh.ics"
    sortie = lanceur.invoke(main, ["programme", "calendrier", "plh-call-2023", "--sortie", str(fichier)])
    assert sortie.exit_code == 0
    assert fichier.read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.django_db
def test_charger_deux_fois_ne_cree_qu_une_version(lanceur: CliRunner) -> None:
    from beffroi.web.tables.models import ProgrammeVersion

    premier = lanceur.invoke(main, ["programme", "charger", "plh-cabbalr-2019"])
    assert premier.exit_code == 0, premier.output
    assert "chargé" in premier.output
    second = lanceur.invoke(main, ["programme", "charger", "plh-cabbalr-2019"])
    assert "rien n’a changé" in second.output
    assert ProgrammeVersion.objects.filter(programme="plh-cabbalr-2019").count() == 1


@pytest.mark.django_db
def test_un_mauvais_fichier_ne_charge_rien(lanceur: CliRunner, tmp_path: Path) -> None:
    from beffroi.web.tables.models import ProgrammeVersion

    mauvais = tmp_path / "mauvais.yaml"
    bon = CABBALR.read_text(encoding="utf-8")
    mauvais.write_text(bon.replace("nombre: 6", "nombre: six"), encoding="utf-8")
    avant = ProgrammeVersion.objects.count()
    assert lanceur.invoke(main, ["programme", "charger", str(mauvais)]).exit_code == 2
    assert ProgrammeVersion.objects.count() == avant
