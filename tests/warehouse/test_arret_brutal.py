"""Un arrêt brutal (kill -9) à n'importe quelle étape : le dernier bon entrepôt reste, et la suite répare."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot

BON = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n"2020";"62119";"Tous Logements";{};8;;\n'
ETAPES = {
    "pendant la copie": "beffroi.warehouse.fetch:_copy",
    "pendant le nettoyage": "beffroi.warehouse.clean:_clean",
    "après le nettoyage": "beffroi.warehouse.fetch:write_lock",
    "pendant la construction": "beffroi.warehouse.build:fill",
    "avant la mise en service": "beffroi.warehouse.folder:write_atomic",
}


@pytest.mark.parametrize("etape", ETAPES)
def test_kill_9(etape: str, miroir: Callable[..., Path], tmp_path: Path, modules: Path) -> None:
    donnees = tmp_path / "donnees"
    preparer(donnees, modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))))
    entrepot = Entrepot.ouvrir(donnees)
    source = miroir(s=("sitadel_annuel", "2026-06", BON.format(13)))
    module, nom = ETAPES[etape].split(":")
    programme = textwrap.dedent(f"""
        import importlib, os, signal
        from pathlib import Path
        module = importlib.import_module({module!r})
        vraie = getattr(module, {nom!r})
        def tuer(*a, **k):
            if {nom!r} == "write_atomic" and a[0].name != "courant":
                return vraie(*a, **k)
            if {nom!r} in ("_clean", "fill"):
                vraie(*a, **k)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(module, {nom!r}, tuer)
        from beffroi.warehouse.build import preparer
        preparer(Path({str(donnees)!r}), Path({str(modules)!r}), Path({str(source)!r}))
    """)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    fini = subprocess.run([sys.executable, "-c", programme], env=env, capture_output=True, text=True, check=False)
    assert fini.returncode == -9, fini.stderr

    def lire(e: Entrepot) -> object:
        return e.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur

    assert lire(entrepot) == 12, "le lecteur en place lit encore le dernier bon entrepôt"
    assert lire(Entrepot(entrepot.folder)) == 12, "un lecteur qui arrive aussi"
    assert preparer(donnees, modules, source).rebuilt
    assert lire(entrepot) == 13
    restes = [p for d in ("brut", "propre", "entrepot") for p in (donnees / d).rglob(".*")]
    assert restes == [], "ce qu'un arrêt a laissé est balayé"
