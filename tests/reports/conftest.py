"""Un bilan complet, depuis l'entrepôt des extraits livrés : ce qu'a un clone propre, sans réseau."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from beffroi import demo
from beffroi.domain.nomenclatures.avancement import EtatAction
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.action import EvenementEtat
from beffroi.exchange import lire
from beffroi.reports.build import Document
from beffroi.reports.docx import ecrire_docx
from beffroi.reports.editer import editer
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot
from greffon_sauts import exiger

CONNU_LE = datetime(2026, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def entrepot(tmp_path_factory: pytest.TempPathFactory) -> Entrepot:
    """Entrepôt des seuls extraits livrés."""
    dossier = tmp_path_factory.mktemp("entrepot")
    preparer(dossier, Path(exiger("modules")))
    return Entrepot.ouvrir(dossier)


@pytest.fixture(scope="session")
def programmes() -> dict[str, Programme]:
    """Programmes livrés, par identifiant."""
    return {p.stem: lire(p) for p in demo.programmes()}


@pytest.fixture(scope="session")
def cabbalr(programmes: dict[str, Programme]) -> Programme:
    """Le PLH de Béthune-Bruay."""
    return programmes["plh-cabbalr-2019"]


@pytest.fixture(scope="session")
def evenements() -> tuple[EvenementEtat, ...]:
    """États fictifs de la démonstration."""
    chemin = Path(demo.__file__).parent / "evenements.toml"
    donnees = tomllib.loads(chemin.read_text(encoding="utf-8"))
    return tuple(
        EvenementEtat(
            e["action"],
            EtatAction(e["etat"]),
            e["effet"],
            datetime.combine(e["effet"], datetime.min.time(), UTC),
            "Camille Démo",
            e.get("motif", ""),
            fictif=True,
        )
        for e in donnees["evenement"]
        if isinstance(e["effet"], date)
    )


@pytest.fixture(scope="session")
def bilan(entrepot: Entrepot, cabbalr: Programme) -> Document:
    """Bilan 2022, sans état saisi."""
    return editer(cabbalr, 2022, entrepot=entrepot, connu_le=CONNU_LE)


@pytest.fixture(scope="session")
def bilan_fictif(entrepot: Entrepot, cabbalr: Programme, evenements: tuple[EvenementEtat, ...]) -> Document:
    """Bilan 2022, avec les états fictifs de la démonstration."""
    return editer(cabbalr, 2022, evenements=evenements, entrepot=entrepot, connu_le=CONNU_LE)


@pytest.fixture(scope="session")
def fichier(bilan: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le bilan 2022 écrit en DOCX."""
    chemin = tmp_path_factory.mktemp("docx") / "bilan.docx"
    ecrire_docx(bilan, chemin)
    return chemin


@pytest.fixture(scope="session")
def fabriquer(entrepot: Entrepot, programmes: dict[str, Programme]) -> Callable[[str, int], Document]:
    """Fabrique d'un bilan : programme et année."""
    return lambda identifiant, annee: editer(programmes[identifiant], annee, entrepot=entrepot, connu_le=CONNU_LE)
