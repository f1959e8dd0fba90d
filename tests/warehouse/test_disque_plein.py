"""Disque plein et dossier interdit : une phrase, et l'entrepôt en service reste."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beffroi.kernel.errors import BeffroiError
from beffroi.warehouse import fetch, folder
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot

BON = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Tous Logements";{};8;;\n'


@pytest.mark.parametrize("etape", ["copie", "verrou"])
def test_disque_plein(
    etape: str, miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    donnees = tmp_path / "donnees"
    preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))))
    entrepot = Entrepot.ouvrir(donnees)
    nouveau = miroir(s=("sitadel_annuel", "2026-06", BON.format(13)))

    def plein(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if etape == "copie":
        monkeypatch.setattr(fetch.shutil, "copyfile", plein)
        faute = str(preparer(donnees, petits_modules, nouveau).faults[0])
    else:
        monkeypatch.setattr(folder.os, "fsync", plein)
        with pytest.raises(BeffroiError) as levee:
            preparer(donnees, petits_modules, nouveau)
        faute = str(levee.value)
    assert "disque est plein" in faute and "Libérez" in faute
    monkeypatch.undo()
    assert (
        entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur == 12
    )
    assert preparer(donnees, petits_modules, nouveau).rebuilt
    assert (
        entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur == 13
    )


PROGRAMME = """
import json, os, resource, sys
from pathlib import Path
donnees, modules, ancien, nouveau, cas, reste = *map(Path, sys.argv[1:5]), sys.argv[5], int(sys.argv[6])
from beffroi.kernel.errors import BeffroiError
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot

preparer(donnees, modules, ancien)
entrepot = Entrepot.ouvrir(donnees)
lire = lambda: entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur
lest = donnees.parent / "lest"
if cas == "disque":
    libre = os.statvfs(donnees).f_bavail * os.statvfs(donnees).f_frsize
    with lest.open("wb") as f:
        os.posix_fallocate(f.fileno(), 0, libre - reste)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (reste, resource.RLIM_INFINITY))
try:
    faute = "".join(map(str, preparer(donnees, modules, nouveau).faults))
except BeffroiError as e:
    faute = str(e)
pendant = lire()
restes = [str(p) for d in ("brut", "propre", "entrepot") for p in (donnees / d).rglob(".*") if p.is_file()]
lest.unlink(missing_ok=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
refait = preparer(donnees, modules, nouveau).rebuilt
print(json.dumps({"faute": faute, "pendant": pendant, "restes": restes, "refait": refait, "apres": lire()}))
"""


def _essayer(tmp_path: Path, miroir: Callable[..., Path], modules: Path, cas: str, reste: int, *devant: str) -> Any:
    """Préparer l'ancien, remplir, préparer le nouveau, libérer, recommencer : dans un programme à part."""
    ancien = miroir(s=("sitadel_annuel", "2026-06", BON.format(12))).rename(tmp_path / "ancien")
    plus = "".join(f'"2020";"{62200 + i}";"Tous Logements";{i};{i * 7};;\n' for i in range(700))
    nouveau = miroir(s=("sitadel_annuel", "2026-06", BON.format(13) + plus))
    disque = tmp_path / "disque"
    disque.mkdir()
    mots = [
        sys.executable,
        "-c",
        PROGRAMME,
        *map(str, (disque / "donnees", modules, ancien, nouveau)),
        cas,
        str(reste),
    ]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    if devant:
        monter = f'mount -t tmpfs -o size=40m tmpfs "{disque}" && exec "$@"'
        mots = [*devant, "sh", "-c", monter, "sh", *mots]
    fini = subprocess.run(mots, env=env, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stderr
    return json.loads(fini.stdout)


@pytest.mark.parametrize("reste", [0, 20_000, 60_000, 400_000, 2_000_000])
def test_vrai_disque_plein(
    reste: int, tmp_path: Path, miroir: Callable[..., Path], petits_modules: Path, petit_disque: str
) -> None:
    """Un disque de 40 Mo où il ne reste que ``reste`` octets : à la copie, au nettoyage, à la construction."""
    dit = _essayer(tmp_path, miroir, petits_modules, "disque", reste, petit_disque, "-rm")
    assert "disque est plein" in dit["faute"] and "Libérez" in dit["faute"] and "\n" not in dit["faute"]
    assert (dit["pendant"], dit["refait"], dit["apres"]) == (12, True, 13)
    assert dit["restes"] == [], "une écriture manquée ne garde pas la place"


@pytest.mark.parametrize("reste", [100, 20_000, 300_000])
def test_limite_de_taille_de_fichier(
    reste: int, tmp_path: Path, miroir: Callable[..., Path], petits_modules: Path
) -> None:
    """Le système refuse d'écrire au-delà d'une taille (« ulimit -f ») : une vraie écriture qui échoue, sans droit particulier."""
    dit = _essayer(tmp_path, miroir, petits_modules, "limite", reste)
    assert "dépasse la taille de fichier" in dit["faute"] and "ulimit -f" in dit["faute"] and "\n" not in dit["faute"]
    assert (dit["pendant"], dit["refait"], dit["apres"]) == (12, True, 13)
    assert dit["restes"] == []


def test_un_dossier_interdit_est_dit_d_une_phrase(
    tmp_path: Path, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interdit(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", interdit)
    with pytest.raises(BeffroiError, match=r"ne peut pas être écrit.*BEFFROI_DONNEES"):
        preparer(tmp_path / "donnees", petits_modules)
