"""Disque plein et dossier interdit : une phrase, et l'entrepôt en service reste."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.kernel.errors import BeffroiError
from beffroi.warehouse import fetch, folder
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot

BON = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Tous Logements";{};8;;\n'


@pytest.mark.parametrize("etape", ["copie", "verrou"])
def test_disque_plein(
    etape: str, miroir: Callable[..., Path], tmp_path: Path, modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    donnees = tmp_path / "donnees"
    preparer(donnees, modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))))
    entrepot = Entrepot.ouvrir(donnees)
    nouveau = miroir(s=("sitadel_annuel", "2026-06", BON.format(13)))

    def plein(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if etape == "copie":
        monkeypatch.setattr(fetch.shutil, "copyfile", plein)
        faute = str(preparer(donnees, modules, nouveau).faults[0])
    else:
        monkeypatch.setattr(folder.os, "fsync", plein)
        with pytest.raises(BeffroiError) as levee:
            preparer(donnees, modules, nouveau)
        faute = str(levee.value)
    assert "disque est plein" in faute and "Libérez" in faute
    monkeypatch.undo()
    assert (
        entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur == 12
    )
    assert preparer(donnees, modules, nouveau).rebuilt
    assert (
        entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur == 13
    )


def test_vrai_disque_plein(tmp_path: Path, modules: Path) -> None:
    """Sur un petit disque en mémoire, quand la machine permet d'en monter un."""
    import subprocess

    petit = tmp_path / "petit"
    petit.mkdir()
    monte = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", petit], capture_output=True, check=False
    ) if os.geteuid() == 0 else None  # fmt: skip
    if monte is None or monte.returncode != 0:
        petit.chmod(0o500)
        if os.geteuid() == 0:
            return
        with pytest.raises(BeffroiError, match="ne peut pas être écrit"):
            preparer(petit / "donnees", modules)
        return
    try:
        with pytest.raises(BeffroiError) as faute:
            preparer(petit / "donnees", modules)
        assert "disque est plein" in str(faute.value)
        assert not (petit / "donnees" / "entrepot" / "courant").exists()
    finally:
        subprocess.run(["umount", petit], check=False)
