"""`beffroi donnees nettoyer` : rend la place des fichiers remplacés ; rien de ce qui sert n'est jamais effacé."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beffroi.cli import main
from beffroi.kernel.errors import InvalidInput
from beffroi.warehouse.build import preparer
from beffroi.warehouse.fetch import take_mirror
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import read_lock, write_lock
from beffroi.warehouse.purge import leftovers, purge
from beffroi.warehouse.query import Entrepot

BON = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Tous Logements";{};8;;\n'


@pytest.fixture
def folder(miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path) -> Folder:
    """Un dossier où le même fichier a été publié quatre fois ; trois versions sont remplacées."""
    folder = Folder(tmp_path / "donnees")
    for n in (1, 2, 3, 4):
        source = miroir(s=("sitadel_annuel", f"2026-0{n}", BON.format(n)))
        with folder.exclusive():
            assert take_mirror(folder, source) == []
        for brut in folder.raw.glob("*/*/*"):
            if f"2026-0{n}" in str(brut):
                os.utime(brut, (n * 1000, n * 1000))
    assert preparer(folder.root, petits_modules, source, demonstration=False).rebuilt
    assert len(list(folder.raw.glob("*/*/*"))) == 4
    return folder


def _tout(folder: Folder) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.root.rglob("*") if p.is_file() and p.name != ".verrou"}


def _lancer(folder: Folder, *mots: str) -> Result:
    return CliRunner().invoke(main, ["donnees", "nettoyer", "--donnees", str(folder.root), *mots])


def test_un_essai_dit_noms_et_tailles_et_n_efface_rien(folder: Folder) -> None:
    avant = _tout(folder)
    dit = _lancer(folder, "--essai", "--garder", "0", "--format", "json")
    assert dit.exit_code == 0, dit.output
    lignes = json.loads(dit.stdout)
    assert [x["fichier"].split("/")[2] for x in lignes] == ["2026-01", "2026-02", "2026-03"]
    assert [x["octets"] for x in lignes] == [(folder.root / x["fichier"]).stat().st_size for x in lignes]
    assert {x["motif"] for x in lignes} == {"fichier brut remplacé"}
    assert "3 fichier(s) seraient effacés" in dit.stderr
    assert _tout(folder) == avant


def test_on_garde_les_derniers_remplaces_un_par_source_si_rien_n_est_dit(folder: Folder) -> None:
    dit = _lancer(folder)
    assert dit.exit_code == 0 and "2 fichier(s) effacés" in dit.stderr
    assert sorted(p.parent.name for p in folder.raw.glob("*/*/*")) == ["2026-03", "2026-04"]
    assert not (folder.raw / "sitadel_annuel/2026-01").exists(), "un dossier vide ne reste pas"
    assert _lancer(folder).stderr == "Rien à effacer.\n"
    assert [left.path for left in leftovers(folder, 5)] == []


def test_ce_que_dit_le_verrou_et_ce_dont_l_entrepot_est_fait_restent(folder: Folder) -> None:
    """Le verrou a été vidé après la construction : les octets de l'entrepôt en service restent quand même."""
    (entree,) = read_lock(folder).values()
    write_lock(folder, [])
    with folder.exclusive():
        assert [left.path.split("/")[2] for left in purge(folder, 0)] == ["2026-01", "2026-02", "2026-03"]
    assert (folder.root / entree.raw).is_file() and (folder.root / entree.clean).is_file()
    serie = Entrepot(folder).serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])
    assert serie["62119", 2020].valeur == 4


def test_ce_qui_n_est_pas_de_beffroi_n_est_pas_touche(folder: Folder, tmp_path: Path) -> None:
    maison = folder.raw / "sitadel_annuel/2026-01"
    (maison / "notes.txt").write_text("à moi")
    ailleurs = tmp_path / "ailleurs.csv"
    ailleurs.write_text("à moi aussi")
    (maison / "0123456789ab-lien.csv").symlink_to(ailleurs)
    with folder.exclusive():
        purge(folder, 0)
    assert (maison / "notes.txt").is_file() and ailleurs.is_file()
    assert (maison / "0123456789ab-lien.csv").is_symlink()
    assert (folder.raw / "verrou.json").is_file()


def test_un_telechargement_recent_sera_repris_un_ancien_non(folder: Folder) -> None:
    maison = folder.raw / "sitadel_annuel/2026-05"
    maison.mkdir()
    for nom, jours in (("a.csv.partiel", 2), ("b.csv.partiel", 40), ("b.csv.etag", 40)):
        (maison / nom).write_text("x")
        os.utime(maison / nom, (time.time() - jours * 86400,) * 2)
    with folder.exclusive():
        faits = [Path(left.path).name for left in purge(folder, 9)]
    assert faits == ["b.csv.etag", "b.csv.partiel"]
    assert (maison / "a.csv.partiel").is_file()


def test_une_table_propre_oubliee_est_rendue(folder: Folder) -> None:
    perdue = folder.clean / "sitadel_annuel/2020-01-0123456789ab-0123456789.parquet"
    perdue.write_bytes(b"x" * 10)
    with folder.exclusive():
        (fait,) = purge(folder, 9)
    assert (fait.size, fait.reason) == (10, "table propre que rien n'utilise")
    (entree,) = read_lock(folder).values()
    assert (folder.root / entree.clean).is_file()


def test_un_nombre_negatif_est_refuse(folder: Folder) -> None:
    with pytest.raises(InvalidInput, match="garder"):
        leftovers(folder, -1)
    dit = _lancer(folder, "--garder", "-1")
    assert dit.exit_code == 2 and "Zéro ou plus" in dit.stderr


def test_une_generation_jamais_mise_en_service_est_balayee(folder: Folder) -> None:
    """Tué entre la construction et sa mise en service : elle ne sert à personne et ne prend pas la place longtemps."""
    servie = folder.generation()
    perdue = folder.warehouses / "99990101T000000000000"
    perdue.mkdir()
    (perdue / "entrepot.duckdb").write_bytes(b"x")
    with folder.exclusive():
        assert not perdue.exists()
    assert folder.generation() == servie
