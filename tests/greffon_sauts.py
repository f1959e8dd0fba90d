"""Pytest plugin: what this machine lacks is skipped with a French reason, and every skip says what unlocks it.

`BESOINS` is the one list of optional needs. A test asks for one by a fixture of conftest.py or by a marker (`navigateur`,
`postgres`, `shared`). In CI (`CI=true`) a skip that is not listed in `sauts_permis.txt` fails the run.
"""

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Besoin:
    """Something optional a test needs: the reason of the skip, what unlocks it, and how it is found (None: absent)."""

    raison: str
    debloque: str
    trouver: Callable[[], str | None]


def _shared() -> str | None:
    dossier = Path(os.environ.get("BEFFROI_SHARED") or RACINE.parent / "shared")
    return str(dossier) if (dossier / "donnees").is_dir() else None


def _chromium() -> str | None:
    noms = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("BEFFROI_CHROMIUM") or next(filter(None, map(shutil.which, noms)), None)


BESOINS = {
    "shared": Besoin(
        "le dossier partagé de documents et de données est absent",
        "le dossier « shared » posé à côté du dépôt (ou BEFFROI_SHARED=/chemin)",
        _shared,
    ),
    "navigateur": Besoin("aucun navigateur Chromium n’est installé", "paquet Debian chromium", _chromium),
    "postgres": Besoin(
        "aucun serveur PostgreSQL n’est indiqué",
        "paquet Debian postgresql, puis BEFFROI_TEST_POSTGRES=postgresql://compte@127.0.0.1/base",
        lambda: os.environ.get("BEFFROI_TEST_POSTGRES"),
    ),
    "libreoffice": Besoin(
        "LibreOffice n’est pas installé", "paquet Debian libreoffice-writer-nogui", lambda: shutil.which("soffice")
    ),
    "pdftoppm": Besoin("pdftoppm n’est pas installé", "paquet Debian poppler-utils", lambda: shutil.which("pdftoppm")),
    "carlito": Besoin(
        "ni la police Calibri ni Carlito, de mêmes chasses, n’est installée",
        "paquet Debian fonts-crosextra-carlito",
        lambda: _police("Carlito", "Calibri"),
    ),
    "dash": Besoin("le shell dash n’est pas installé", "paquet Debian dash", lambda: shutil.which("dash")),
    "modules": Besoin(
        "les paquets npm du projet ne sont pas installés",
        "npm ci à la racine du projet (ou BEFFROI_MODULES=/chemin/node_modules)",
        lambda: _modules(),
    ),
    "petit_disque": Besoin(
        "cette machine ne laisse pas monter un petit disque en mémoire",
        "droit de créer des espaces de noms (kernel.unprivileged_userns_clone, paquet Debian util-linux)",
        lambda: _petit_disque(),
    ),
    "git": Besoin("ce dossier n’est pas un dépôt git", "paquet Debian git, et un clone du projet", lambda: _git()),
}
MARQUES = ("navigateur", "postgres", "shared")
HOTES_LOCAUX = ["127.0.0.1", "localhost", "::1"]


def _modules() -> str | None:
    dossier = Path(os.environ.get("BEFFROI_MODULES") or RACINE / "node_modules")
    return str(dossier) if dossier.is_dir() else None


def _police(*noms: str) -> str | None:
    if not shutil.which("fc-list"):
        return None
    liste = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout
    return next((nom for nom in noms if nom in liste), None)


def _petit_disque() -> str | None:
    """`unshare`, when it may mount a disk in memory seen by one program only, gone with it."""
    unshare = shutil.which("unshare")
    essai = [unshare or "false", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return unshare if subprocess.run(essai, capture_output=True, check=False).returncode == 0 else None


def _git() -> str | None:
    return shutil.which("git") if (RACINE / ".git").exists() else None


def exiger(nom: str) -> str:
    """What was found for this need (path, address), or a skip with its French reason."""
    besoin = BESOINS[nom]
    trouve = besoin.trouver()
    if trouve is None:
        pytest.skip(besoin.raison)
    return trouve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marked tests: skip what this machine cannot run, and let browser and database tests reach this machine."""
    absents = {nom for nom in MARQUES if BESOINS[nom].trouver() is None}
    for item in items:
        for nom in MARQUES:
            if item.get_closest_marker(nom) is None:
                continue
            if nom in absents:
                item.add_marker(pytest.mark.skip(reason=BESOINS[nom].raison))
            if nom != "shared":
                item.add_marker(pytest.mark.allow_hosts(HOTES_LOCAUX))


@dataclass(frozen=True)
class Saut:
    """A skipped test: its id (or file), and the reason given."""

    test: str
    raison: str


def sauts(config: pytest.Config) -> list[Saut]:
    """Every skip of the run, whether of a test or of a whole file, also when workers ran them."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    trouves = set()
    for rapport in terminal.stats.get("skipped", []) if terminal else []:
        texte = rapport.longrepr[2] if isinstance(rapport.longrepr, tuple) else str(rapport.longrepr)
        trouves.add(Saut(rapport.nodeid.split("@")[0], texte.removeprefix("Skipped: ").strip()))
    return sorted(trouves, key=lambda s: (s.raison, s.test))


def permis(fichier: Path) -> list[str]:
    """Lines of `sauts_permis.txt`: a reason, or a test id where `*` stands for anything."""
    lignes = (ligne.strip() for ligne in fichier.read_text(encoding="utf-8").splitlines())
    return [ligne for ligne in lignes if ligne and not ligne.startswith("#")]


def non_permis(trouves: list[Saut], motifs: list[str]) -> list[Saut]:
    """The skips that no line of the list allows."""
    return [s for s in trouves if not any(s.raison == m or fnmatch(s.test, m) for m in motifs)]


def deblocage(raison: str) -> str:
    """What unlocks the tests skipped for this reason: a Debian package or a folder."""
    for besoin in BESOINS.values():
        if besoin.raison == raison:
            return besoin.debloque
    return "non prévu : employer un besoin de tests/greffon_sauts.py, qui dit quoi installer"


def _refuses(config: pytest.Config) -> list[Saut]:
    if os.environ.get("CI") != "true":
        return []
    return non_permis(sauts(config), permis(Path(__file__).with_name("sauts_permis.txt")))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a skip that is not allowed fails the run."""
    if not hasattr(session.config, "workerinput") and session.exitstatus == 0 and _refuses(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the skips grouped by reason, just above the closing line."""
    groupes: dict[str, list[str]] = defaultdict(list)
    for saut in sauts(config):
        groupes[saut.raison].append(saut.test)
    if groupes:
        terminalreporter.section("tests sautés, et ce qui les débloque")
    for raison, tests in groupes.items():
        terminalreporter.line(f"{len(tests)} × {raison}")
        terminalreporter.line(f"    pour les lancer : {deblocage(raison)}")
        montres = tests if len(tests) <= 4 else [*tests[:3], f"… et {len(tests) - 3} autres"]
        for test in montres:
            terminalreporter.line(f"    - {test}")
    refuses = _refuses(config)
    if refuses:
        terminalreporter.line(
            f"ÉCHEC : {len(refuses)} saut(s) non permis ici (tests/sauts_permis.txt), par exemple {refuses[0].test}.",
            red=True,
        )
