"""Un vrai navigateur sur la vraie démonstration : serveur et travaux lancés comme le fait ``./beffroi demo``."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from greffon_sauts import exiger

P = "/programme/plh-cabbalr-2019/"
BUREAU, TELEPHONE = (1280, 800), (390, 844)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Site:
    """Address of the demonstration, and the password of each account."""

    adresse: str
    mots_de_passe: dict[str, str]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, in its own data folder, on a free port."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BEFFROI_", "DATABASE_URL", "DJANGO_"))}
    env = kept | {"BEFFROI_DONNEES": str(folder), "BEFFROI_MODULES": exiger("modules"), "PYTHONUNBUFFERED": "1"}
    log = (folder / "journal.txt").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "beffroi", "demo", "--port", str(_port_libre())],
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield _attendre(server, Path(log.name))
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def _port_libre() -> int:
    """A free port of this machine: two workers that start at once never share an address."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _attendre(server: subprocess.Popen[bytes], log: Path) -> Site:
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        told = log.read_text(encoding="utf-8")
        address = re.search(r"http://127\.0\.0\.1:\d+", told)
        if server.poll() is not None:
            break
        if address:
            try:
                with urllib.request.urlopen(address[0] + "/connexion/", timeout=2):
                    passwords = dict(re.findall(r"identifiant (\S+)\s+mot de passe (\S+)", told))
                    return Site(address[0], passwords)
            except OSError:
                pass
        time.sleep(0.2)
    raise AssertionError(f"la démonstration ne s'ouvre pas :\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def moteur() -> Iterator[Any]:
    """Chromium, opened once."""
    executable = exiger("navigateur")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def etats(site: Site, moteur: Any) -> Callable[[str], Any]:
    """Signed-in state of an account, by its own form, kept for the session."""
    kept: dict[str, Any] = {}

    def state(identifiant: str) -> Any:
        if identifiant not in kept:
            context = moteur.new_context(locale="fr-FR")
            page = context.new_page()
            page.goto(f"{site.adresse}/connexion/")
            page.get_by_label("Nom d’utilisateur").fill(identifiant)
            page.get_by_label("Mot de passe").fill(site.mots_de_passe[identifiant])
            page.get_by_role("button", name="Entrer").click()
            page.wait_for_url(lambda url: "/connexion/" not in url)
            kept[identifiant] = context.storage_state()
            context.close()
        return kept[identifiant]

    return state


@pytest.fixture
def ouvrir(site: Site, moteur: Any, etats: Callable[[str], Any]) -> Iterator[Callable[..., Any]]:
    """``ouvrir("commune/62035/", compte="demo", taille=TELEPHONE, theme="dark")`` → a page of Playwright.

    Console errors (blocked styles or scripts, missing files) fail the test at its end.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def go(
        chemin: str, *, compte: str = "demo", taille: tuple[int, int] = BUREAU, theme: str = "light", **options: Any
    ) -> Any:
        storage = etats(compte) if compte else None
        context = moteur.new_context(
            viewport={"width": taille[0], "height": taille[1]},
            color_scheme=theme,
            locale="fr-FR",
            storage_state=storage,
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: errors.append(f"{page.url} : {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(f"{page.url} : {e}"))
        page.set_default_timeout(15_000)
        page.goto(site.adresse + (chemin if chemin.startswith("/") else P + chemin))
        return page

    yield go
    for c in contexts:
        c.close()
    expected = [e for e in errors if "404 (Not Found)" in e or "422 (" in e]
    assert errors == expected, errors
