"""Pages and worker together: the two processes of an installation, started and stopped as one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click

from beffroi.kernel.errors import BeffroiError


def _dire(message: str) -> None:
    click.echo(message, err=True)


def port_libre(hote: str, port: int, commande: str) -> int:
    """First free port from ``port`` on.

    Raises:
        BeffroiError: a hundred ports in a row are taken.
    """
    for candidate in range(port, port + 101):
        if _libre(hote, candidate):
            return candidate
    raise BeffroiError(
        f"aucun port libre de {port} à {port + 100}. Choisissez-en un : ./beffroi {commande} --port 9000"
    )


def _libre(hote: str, port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((hote, port))
        except OSError:
            return False
    return True


def servir(hote: str, port: int) -> int:
    """Start the web server and the worker; stop both when one stops or on Ctrl-C."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "beffroi.web.settings"}
    base = [sys.executable, "-m"]
    commands = {
        "serveur": [
            *base, "granian", "--interface", "wsgi", "--host", hote, "--port", str(port), "--workers", "1",
            "--blocking-threads", "8", "--no-ws", "--log-level", "warning", "beffroi.web.wsgi:application",
        ],
        "travaux": [*base, "django", "db_worker", "--interval", "0.5"],
    }  # fmt: skip
    running = {name: subprocess.Popen(command, env=env) for name, command in commands.items()}
    stop = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    code = 0
    while not stop:
        time.sleep(0.2)
        dead = next((name for name, p in running.items() if p.poll() is not None), None)
        if dead is not None:
            _dire(f"Le processus « {dead} » s'est arrêté ; j'arrête Beffroi.")
            code = 1
            break
    for p in running.values():
        if p.poll() is None:
            p.send_signal(signal.SIGINT)
    for p in running.values():
        try:
            p.wait(timeout=10)
        except subprocess.TimeoutExpired:
            p.kill()
    return code
