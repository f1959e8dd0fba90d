"""Data folders for the tests of the warehouse: small files in the publishers' exact formats, built once."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.warehouse.build import preparer
from beffroi.warehouse.dossiers import dossier_modules
from beffroi.warehouse.query import Entrepot

SITADEL = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n'


@pytest.fixture(scope="session")
def modules() -> Path:
    """Folder of the npm packages, or a skip that says how to get them."""
    folder = Path(os.environ.get("BEFFROI_MODULES") or dossier_modules())
    if not (folder / "@etalab/decoupage-administratif").is_dir():
        pytest.skip("les paquets npm ne sont pas installés")
    return folder


@pytest.fixture(scope="session")
def petits_modules(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of territories cut down to two départements: a warehouse is built of it in a fraction of a second."""
    paquet = "@etalab/decoupage-administratif"
    donnees, petit = modules / paquet / "data", tmp_path_factory.mktemp("modules")
    (petit / paquet / "data").mkdir(parents=True)
    communes = [c for c in json.loads((donnees / "communes.json").read_bytes()) if c.get("departement") in ("62", "75")]
    codes = {c["code"] for c in communes}
    epci = [e for e in json.loads((donnees / "epci.json").read_bytes()) if {m["code"] for m in e["membres"]} <= codes]
    for nom, contenu in (("communes", communes), ("epci", epci)):
        (petit / paquet / "data" / f"{nom}.json").write_text(json.dumps(contenu), encoding="utf-8")
    for nom in ("data/regions.json", "data/departements.json", "package.json"):
        shutil.copyfile(modules / paquet / nom, petit / paquet / nom)
    return petit


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, modules: Path) -> Entrepot:
    """Warehouse of the packaged extracts only: what a clean clone without network has."""
    folder = tmp_path_factory.mktemp("demonstration")
    preparer(folder, modules)
    return Entrepot.ouvrir(folder)


@pytest.fixture(scope="session")
def complet(tmp_path_factory: pytest.TempPathFactory, modules: Path, shared: Path) -> Entrepot:
    """Warehouse of the whole mirror laid beside the repository."""
    folder = tmp_path_factory.mktemp("complet")
    assert preparer(folder, modules, shared / "donnees").faults == ()
    return Entrepot.ouvrir(folder)


@pytest.fixture
def miroir(tmp_path: Path) -> Callable[..., Path]:
    """Make a mirror: files by name, each for one source, vintage and quality."""

    def make(**files: tuple[str, str, str | bytes]) -> Path:
        folder = tmp_path / "miroir"
        folder.mkdir(exist_ok=True)
        lines = []
        for key, (source, vintage, content) in files.items():
            path = folder / f"{key}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            lines.append(
                f'[[fichier]]\nsource = "{source}"\nmillesime = "{vintage}"\nchemin = "{path.name}"\nqualite = "officiel"\n'
            )
        (folder / "miroir.toml").write_text("\n".join(lines), encoding="utf-8")
        return folder

    return make
