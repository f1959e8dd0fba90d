"""Un arrêt brutal (kill -9) à n'importe quelle étape : le dernier bon entrepôt reste, et la suite répare."""

import json
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
def test_kill_9(etape: str, miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path) -> None:
    donnees = tmp_path / "donnees"
    preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))))
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
        preparer(Path({str(donnees)!r}), Path({str(petits_modules)!r}), Path({str(source)!r}))
    """)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    fini = subprocess.run([sys.executable, "-c", programme], env=env, capture_output=True, text=True, check=False)
    assert fini.returncode == -9, fini.stderr

    def lire(e: Entrepot) -> object:
        return e.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020].valeur

    assert lire(entrepot) == 12, "le lecteur en place lit encore le dernier bon entrepôt"
    assert lire(Entrepot(entrepot.folder)) == 12, "un lecteur qui arrive aussi"
    assert preparer(donnees, petits_modules, source).rebuilt
    assert lire(entrepot) == 13
    restes = [p for d in ("brut", "propre", "entrepot") for p in (donnees / d).rglob(".*")]
    assert restes == [], "ce qu'un arrêt a laissé est balayé"


# Chaque essai part d'une copie du même dossier et se fait tuer, par SIGKILL, à la énième opération sur les fichiers (création,
# écriture, renommage, effacement), ou après une part du temps d'une préparation : au milieu d'une requête de DuckDB.
TUEUR = """
import json, os, shutil, signal, sys, threading, time
from pathlib import Path
import duckdb  # chargé une fois, avant de se dédoubler
from beffroi.warehouse.build import preparer
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import read_lock
from beffroi.warehouse.query import Entrepot

depart, essai, modules, source, *moments = sys.argv[1:]
depart, essai, modules, source = map(Path, (depart, essai, modules, source))
GESTES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile"}


def mourir():
    os.kill(os.getpid(), signal.SIGKILL)


def a_part(faire, moment=None):
    tube, bout = os.pipe()
    enfant = os.fork()
    if enfant == 0:
        code = 1
        try:
            if moment and moment.startswith("geste"):
                reste = int(moment.split()[1])

                def compter(nom, mots):
                    nonlocal reste
                    ecrit = nom == "open" and isinstance(mots[1], str) and any(m in mots[1] for m in "wax+")
                    if (ecrit or nom in GESTES) and str(essai) in str(mots[0]):
                        reste -= 1
                        if reste == 0:
                            mourir()

                sys.addaudithook(compter)
            elif moment:
                threading.Timer(float(moment.split()[1]), mourir).start()
            os.write(bout, json.dumps(faire()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(bout)
    with os.fdopen(tube) as f:
        dit = f.read()
    etat = os.waitpid(enfant, 0)[1]
    return ("tue", None) if os.WIFSIGNALED(etat) else ("fini" if os.WEXITSTATUS(etat) == 0 else "faute", json.loads(dit or "null"))


def lire():
    e = Entrepot(Folder(essai))
    chiffres = e.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])
    return chiffres["62119", 2020].valeur


def fin():
    refait = preparer(essai, modules, source)
    verrou = read_lock(Folder(essai))
    restes = [str(p) for d in ("brut", "propre", "entrepot") for p in (essai / d).rglob(".*")]
    (entree,) = verrou.values()
    brut = (essai / entree.raw).read_bytes() == (source / "s.csv").read_bytes()
    return [refait.faults == (), lire(), entree.sha256, brut, restes]


suites, duree, finir = [], 0.0, moments[2::3]  # la lecture est éprouvée à chaque fois, la suite une fois sur trois
if moments[0].startswith("part"):  # le temps d'une préparation que rien n'arrête
    shutil.copytree(depart, essai)
    debut = time.monotonic()
    assert a_part(fin)[0] == "fini"
    duree = time.monotonic() - debut
for moment in moments:
    shutil.rmtree(essai, ignore_errors=True)
    shutil.copytree(depart, essai)
    genre, nombre = moment.split()
    etat, _ = a_part(lambda: preparer(essai, modules, source).generation, f"{genre} {nombre if genre == 'geste' else float(nombre) * duree}")
    en_service = (essai / "entrepot/courant").read_text() != (depart / "entrepot/courant").read_text()
    suites.append([moment, etat, en_service, a_part(lire)[1], a_part(fin)[1] if moment in finir else None])
print(json.dumps(suites))
"""


@pytest.mark.parametrize(
    "moments",
    [
        [f"geste {n}" for n in range(1, 7)],
        [f"geste {n}" for n in range(7, 13)],
        [f"geste {n}" for n in range(13, 19)],
        [f"geste {n}" for n in range(19, 25)],
        [f"part {p}" for p in (0.3, 0.5, 0.7)],
    ],
    ids=lambda m: f"{m[0]} à {m[-1].split()[1]}",
)
def test_kill_9_a_chaque_geste(
    moments: list[str], miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path
) -> None:
    import hashlib

    depart = tmp_path / "depart"
    preparer(depart, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.format(12))), demonstration=False)
    source = miroir(s=("sitadel_annuel", "2026-06", BON.format(13)))
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    mots = [sys.executable, "-c", TUEUR, *map(str, (depart, tmp_path / "essai", petits_modules, source)), *moments]
    fini = subprocess.run(mots, env=env, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stderr
    suites = json.loads(fini.stdout)
    empreinte = hashlib.sha256((source / "s.csv").read_bytes()).hexdigest()
    assert len(suites) == len(moments) and sum(etat == "tue" for _, etat, *_ in suites) >= len(moments) - 2, suites
    for moment, etat, en_service, lu, fin in suites:
        assert etat in ("tue", "fini"), (moment, etat)
        assert lu == (13 if en_service else 12), f"{moment} : le lecteur lit l'entrepôt en service, entier"
        assert fin in (None, [True, 13, empreinte, True, []]), f"{moment} : la suite répare et finit pareil"
    assert sum(fin is not None for *_, fin in suites) == len(moments) // 3
