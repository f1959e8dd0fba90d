"""Un entrepôt, une table propre ou un verrou d'une autre version du code : une phrase, et la préparation répare seule."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from beffroi.cli import main
from beffroi.kernel.errors import BeffroiError, InvalidInput, NotLoaded
from beffroi.sources import sources
from beffroi.warehouse import fetch, lock
from beffroi.warehouse.build import preparer
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import read_lock
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.schema import NUMERO, schema

BON = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Tous Logements";{};8;;\n'
EMPREINTE = (1, "3403dc94ad")  # NUMERO, et ce que disent les tables qu'aucune source ne déclare


@pytest.fixture
def pret(miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path) -> Folder:
    """Un dossier préparé avec un fichier, sans extrait de démonstration."""
    donnees = tmp_path / "donnees"
    preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))), demonstration=False)
    return Folder(donnees)


def _lire(folder: Folder) -> Any:
    serie = Entrepot(folder).serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])
    return serie["62119", 2020].valeur


def _vieillir(folder: Folder, marque: str | None) -> None:
    """Faire de l'entrepôt en service celui d'une version d'avant : autre marque (ou aucune), une colonne en moins."""
    import duckdb

    maison = folder.warehouses / str(folder.generation())
    dit = json.loads((maison / "manifeste.json").read_text())
    del dit["schema"]
    (maison / "manifeste.json").write_text(json.dumps(dit | ({"schema": marque} if marque else {})))
    with duckdb.connect(str(maison / "entrepot.duckdb")) as con:
        con.execute("ALTER TABLE sitadel_annuel DROP COLUMN scinde")


@pytest.mark.parametrize("marque", [None, "0-0123456789"])
def test_un_entrepot_d_une_autre_version_le_dit_et_se_refait(
    marque: str | None, pret: Folder, petits_modules: Path
) -> None:
    avant = pret.generation()
    _vieillir(pret, marque)
    with pytest.raises(NotLoaded) as faute:
        _lire(pret)
    dit = str(faute.value)
    assert "autre version de Beffroi" in dit and "« beffroi donnees actualiser »" in dit and "\n" not in dit
    assert f"schéma {marque or 'absent'}, attendu {schema()}" in dit and str(pret.root) in dit
    paroles: list[str] = []
    fait = preparer(pret.root, petits_modules, progres=paroles.append, demonstration=False)
    assert fait.rebuilt and fait.generation != avant and fait.faults == ()
    assert any("autre version de Beffroi" in p and "reconstruit" in p for p in paroles)
    assert _lire(pret) == 12
    assert not preparer(pret.root, petits_modules, demonstration=False).rebuilt


def test_un_manifeste_abime_vaut_un_entrepot_d_une_autre_version(pret: Folder, petits_modules: Path) -> None:
    (pret.warehouses / str(pret.generation()) / "manifeste.json").write_text("[1, 2")
    with pytest.raises(NotLoaded, match="autre version"):
        _lire(pret)
    assert preparer(pret.root, petits_modules, demonstration=False).rebuilt
    assert _lire(pret) == 12


def test_les_commandes_le_disent_sans_trace(pret: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    _vieillir(pret, None)
    monkeypatch.setenv("BEFFROI_DONNEES", str(pret.root))
    for mots in (("donnees", "lister"), ("donnees", "qualite"), ("territoire", "62119"), ("donnees", "nettoyer")):
        dit = CliRunner().invoke(main, mots)
        assert dit.exit_code == 2, (mots, dit.output)
        assert dit.stderr.startswith("Erreur") and "donnees actualiser" in dit.stderr and dit.stderr.count("\n") == 1


def test_la_demonstration_le_refait_seule(pret: Folder, petits_modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from beffroi.cli.demo import preparer_entrepot

    _vieillir(pret, None)
    monkeypatch.setenv("BEFFROI_DONNEES", str(pret.root))
    monkeypatch.setenv("BEFFROI_MODULES", str(petits_modules))
    monkeypatch.delenv("BEFFROI_MIROIR", raising=False)
    preparer_entrepot()
    assert _lire(pret) == 12


def test_une_base_abimee_se_refait_a_la_demande(
    pret: Folder, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = pret.warehouses / str(pret.generation()) / "entrepot.duckdb"
    base.write_bytes(b"abime" * 1000)
    with pytest.raises(NotLoaded, match=r"abîmé.*actualiser --refaire"):
        _lire(pret)
    monkeypatch.setenv("BEFFROI_DONNEES", str(pret.root))
    monkeypatch.setenv("BEFFROI_MODULES", str(petits_modules))
    dit = CliRunner().invoke(main, ["donnees", "actualiser", "--refaire"], env={"BEFFROI_MIROIR": None})
    assert dit.exit_code == 0, dit.output
    assert _lire(pret) == 12


def test_le_numero_suit_les_tables_qu_aucune_source_ne_declare(demonstration: Entrepot) -> None:
    """Une table des territoires, des fichiers ou du passage change : NUMERO doit monter (puis l'empreinte ci-dessus)."""
    import hashlib

    colonnes = demonstration.lignes(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'main' ORDER BY 1, 2"
    )
    propres = [c for c in colonnes if c[0] not in {s.id for s in sources()}]
    assert {"commune", "epci", "fichier", "passage", "etat_source"} <= {c[0] for c in propres}
    assert (NUMERO, hashlib.sha256(repr(propres).encode()).hexdigest()[:10]) == EMPREINTE


def test_une_table_propre_d_une_autre_version_est_refaite_sans_miroir(
    pret: Folder, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ce qu'une version d'avant a nettoyé est nettoyé de nouveau, depuis les octets gardés."""
    avant = pret.generation()
    (entree,) = read_lock(pret).values()
    with monkeypatch.context() as m:
        m.setattr(fetch, "declaration", lambda _: "0123456789")
        assert preparer(pret.root, petits_modules, demonstration=False).generation != avant
    (apres,) = read_lock(pret).values()
    assert apres.clean != entree.clean and (pret.root / apres.clean).is_file() and _lire(pret) == 12
    (pret.root / apres.clean).unlink()
    assert preparer(pret.root, petits_modules, demonstration=False).faults == ()
    assert _lire(pret) == 12


def test_une_table_propre_qu_on_ne_peut_refaire_est_dite(pret: Folder, petits_modules: Path) -> None:
    (entree,) = read_lock(pret).values()
    (pret.root / entree.clean).unlink()
    octets = (pret.root / entree.raw).read_bytes()
    (pret.root / entree.raw).unlink()
    fait = preparer(pret.root, petits_modules, demonstration=False)
    (faute,) = fait.faults
    assert "a disparu" in str(faute) and "actualiser sitadel_annuel --millesime 2026-06" in str(faute)
    assert _lire(pret) is None
    (pret.root / entree.raw).write_bytes(octets)
    assert preparer(pret.root, petits_modules, demonstration=False).faults == ()
    assert _lire(pret) == 12


def test_un_fichier_brut_du_verrou_survit_a_un_nettoyage_refuse(
    pret: Folder, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Une version plus sévère refuse un fichier déjà pris : ses octets restent, la version suivante pourra le relire."""
    (entree,) = read_lock(pret).values()

    def refuser(*_: object, **__: object) -> None:
        raise InvalidInput([])

    with monkeypatch.context() as m:
        m.setattr(fetch, "clean", refuser)
        m.setattr(fetch, "declaration", lambda _: "0123456789")
        assert len(preparer(pret.root, petits_modules, demonstration=False).faults) == 1
    assert (pret.root / entree.raw).is_file()
    assert preparer(pret.root, petits_modules, demonstration=False).faults == ()
    assert _lire(pret) == 12


@pytest.mark.parametrize("contenu", ['{"fichiers": [{', '{"fichiers": [{"inconnu": 1}]}', "[]", '{"fichiers": 3}'])
def test_un_verrou_abime_est_dit_et_l_entrepot_reste(contenu: str, pret: Folder, petits_modules: Path) -> None:
    (pret.raw / "verrou.json").write_text(contenu)
    with pytest.raises(BeffroiError) as faute:
        preparer(pret.root, petits_modules, demonstration=False)
    assert "verrou.json" in str(faute.value) and "Déplacez-le" in str(faute.value) and "\n" not in str(faute.value)
    assert _lire(pret) == 12


def test_la_marque_de_nettoyage_suit_le_code_qui_nettoie() -> None:
    """Chaque module qui décide de ce qu'une case devient compte dans la marque."""
    dossier = Path(lock.__file__).parent
    texte = Path(lock.__file__).read_text(encoding="utf-8")
    for module in ("cells", "clean", "reading", "features", "expectations"):
        assert (dossier / f"{module}.py").is_file() and f'"{module}.py"' in texte
