"""Les commandes de l'observatoire, sur les extraits livrés : sans réseau ni miroir."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beffroi.cli import main
from beffroi.warehouse.build import preparer
from beffroi.warehouse.dossiers import dossier_modules

Lancer = Callable[..., Result]


@pytest.fixture(scope="module")
def donnees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    modules = Path(os.environ.get("BEFFROI_MODULES") or dossier_modules())
    if not (modules / "@etalab/decoupage-administratif").is_dir():
        pytest.skip("les paquets npm ne sont pas installés")
    dossier = tmp_path_factory.mktemp("commandes")
    preparer(dossier, modules)
    return dossier


@pytest.fixture
def lancer(donnees: Path, monkeypatch: pytest.MonkeyPatch) -> Lancer:
    monkeypatch.setenv("BEFFROI_DONNEES", str(donnees))
    monkeypatch.delenv("BEFFROI_MIROIR", raising=False)
    return lambda *mots: CliRunner().invoke(main, mots)


def test_territoire_par_siren(lancer: Lancer) -> None:
    lignes = json.loads(lancer("territoire", "200072460", "--format", "json").stdout)
    assert len(lignes) == 100
    assert {"code": "62119", "nom": "Béthune"}.items() <= next(x for x in lignes if x["code"] == "62119").items()


def test_territoire_chercher(lancer: Lancer) -> None:
    trouve = list(csv.DictReader(io.StringIO(lancer("territoire", "chercher", "bethune", "--format", "csv").stdout)))
    assert trouve[0]["code"] == "62119"
    faute = lancer("territoire", "chercher", "zzzz")
    assert faute.exit_code == 2 and "Aucun territoire" in faute.stderr


def test_valeurs_d_un_indicateur(lancer: Lancer) -> None:
    sortie = lancer(
        "indicateur",
        "valeurs",
        "CABBALR-A01-01",
        "--territoire",
        "200072460",
        "--de",
        "2019",
        "--a",
        "2022",
        "--format",
        "json",
    )
    lignes = json.loads(sortie.stdout)
    assert [x["valeur"] for x in lignes] == [751, 613, 1073, 1034]
    assert {x["qualite"] for x in lignes} == {3}
    assert all("99" in x["couverture"] for x in lignes)


def test_le_catalogue_dit_ses_deux_totaux(lancer: Lancer) -> None:
    texte = lancer("indicateur", "lister").stdout
    assert "260 déclarés, dont" in texte and "calculés" in texte
    assert "Un jeu ouvert est attendu pour 45 indicateurs" in texte
    assert len(json.loads(lancer("indicateur", "lister", "--programme", "CRTE", "--format", "json").stdout)) == 21


def test_fiche(lancer: Lancer) -> None:
    fiche = {
        x["champ"]: x["valeur"]
        for x in json.loads(lancer("indicateur", "fiche", "vacance.taux", "--format", "json").stdout)
    }
    assert fiche["formule"] == "logement_vacant (lovac) ÷ parc_prive (lovac)"
    faute = lancer("indicateur", "fiche", "vacance.tau")
    assert faute.exit_code == 2 and "vacance.taux" in faute.stderr


def test_la_fiche_dit_pourquoi_rien_ne_calcule(lancer: Lancer) -> None:
    fiche = {
        x["champ"]: x["valeur"]
        for x in json.loads(lancer("indicateur", "fiche", "CAVM-A02-03", "--format", "json").stdout)
    }
    assert fiche["jeu ouvert attendu"] == "REI (DGFiP)" and fiche["alimentation"] == "saisi"
    assert "rubrique de la THLV" in fiche["pourquoi sans calcul"]
    refus = lancer("indicateur", "valeurs", "CAVM-A06-02", "--territoire", "200072460")
    assert refus.exit_code == 2 and "ni administration provisoire" in refus.stderr


def test_portrait(lancer: Lancer) -> None:
    sortie = lancer("observatoire", "246200364")
    assert sortie.exit_code == 0, sortie.output
    assert "CA de Lens - Liévin (246200364)" in sortie.stdout
    assert "source non chargée" in sortie.stdout
    assert "Demande et attributions de logements sociaux" in sortie.stdout


def test_comparaison(lancer: Lancer) -> None:
    lignes = json.loads(
        lancer("observatoire", "200072460", "--comparer", "besoins.part_maison", "--format", "json").stdout
    )
    assert [x["role"] for x in lignes].count("repère") == 3
    assert [x["role"] for x in lignes].count("ce territoire") == 1


def test_donnees_lister_et_qualite(lancer: Lancer) -> None:
    lignes = json.loads(lancer("donnees", "lister", "--format", "json").stdout)
    etats = {x["source"]: x["qualite"] for x in lignes}
    assert etats["sitadel_annuel"] == "demonstration" and etats["rnic"] == "source non chargée"
    notes = {x["fichier"]: x["total"] for x in json.loads(lancer("donnees", "qualite", "--format", "json").stdout)}
    assert notes["sitadel_annuel@2026-06-demonstration"] == 3


def test_donnees_verifier_un_fichier(lancer: Lancer, tmp_path: Path) -> None:
    fichier = tmp_path / "s.csv"
    fichier.write_text(
        '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Collectif";-3;;;\n'
    )
    sortie = lancer("donnees", "verifier", str(fichier), "--source", "sitadel_annuel", "--format", "json")
    assert sortie.exit_code == 1
    (ligne,) = json.loads(sortie.stdout)
    assert ligne["ligne"] == 2 and "-3" in ligne["motif"]


def test_actualiser_dit_que_rien_n_a_change(lancer: Lancer) -> None:
    sortie = lancer("donnees", "actualiser")
    assert sortie.exit_code == 0 and "Rien n’a changé" in sortie.stdout


@pytest.mark.parametrize("siren", ["200046977", "245400676"])
def test_creer_plh(lancer: Lancer, tmp_path: Path, siren: str) -> None:
    """Le fichier écrit se vérifie sans faute ; il n'est jamais écrasé, et une commune n'a pas de PLH."""
    fichier = tmp_path / "plh.yaml"
    mots = ("observatoire", siren, "--creer-plh", "--debut", "2027", "--sortie", str(fichier))
    sortie = lancer(*mots)
    assert sortie.exit_code == 0 and "inventaire SRU non chargé" in sortie.stdout
    avant = fichier.read_bytes()
    assert "aucune faute" in lancer("programme", "verifier", str(fichier)).stdout
    encore = lancer(*mots)
    assert encore.exit_code == 2 and "existe déjà" in encore.stderr and fichier.read_bytes() == avant
    faute = lancer("observatoire", "62119", "--creer-plh")
    assert faute.exit_code == 2 and "200072460" in faute.stderr
