"""Fixtures shared by all tests. Each optional need skips with a French reason that says what unlocks it."""

import os
from pathlib import Path

import pytest

import greffon_sauts
from greffon_sauts import RACINE, exiger


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin that groups the skips; programs started by tests import this very copy of Beffroi."""
    chemins = [str(RACINE / "src"), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, chemins))
    config.pluginmanager.register(greffon_sauts, "greffon_sauts")


@pytest.fixture(scope="session")
def racine() -> Path:
    """Root of the repository."""
    return RACINE


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of documents and data laid beside the repository (never committed)."""
    return Path(exiger("shared"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium, for Playwright's `executable_path`."""
    return exiger("navigateur")


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of LibreOffice."""
    return exiger("libreoffice")


@pytest.fixture(scope="session")
def pdftoppm() -> str:
    """Path of pdftoppm (poppler)."""
    return exiger("pdftoppm")


@pytest.fixture(scope="session")
def carlito() -> str:
    """A font with the widths of the reports: pages fall where the table of contents says."""
    return exiger("carlito")


@pytest.fixture(scope="session")
def petit_disque() -> str:
    """The program that mounts a small disk in memory for one command (`unshare -rm`)."""
    return exiger("petit_disque")


@pytest.fixture(scope="session")
def url_postgres() -> str:
    """Address of the PostgreSQL database given to the tests."""
    return exiger("postgres")
