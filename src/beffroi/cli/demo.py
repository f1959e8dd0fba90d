"""``beffroi demo``: prepare everything, load the demonstration, serve pages and worker together."""

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


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.web.settings")
    import django

    django.setup()


def _preparer() -> None:
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.folder import data_folder, mirror_folder, modules_folder

    _dire("Territoires et données publiques…")
    fait = preparer(data_folder(), modules_folder(), miroir=mirror_folder(), progres=lambda m: _dire(f"  {m}"))
    for faute in fait.faults:
        _dire(f"  Refusé\u00a0: {faute}")


def _port_libre(hote: str, port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((hote, port))
        except OSError:
            return False
    return True


def _servir(hote: str, port: int) -> int:
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


@click.command(help="Prépare tout, charge la démonstration et la sert.")
@click.option("--sans-serveur", is_flag=True, help="Prépare seulement, sans ouvrir les pages.")
@click.option("--port", default=8000, show_default=True, help="Port de la page.")
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
def commande(sans_serveur: bool, port: int, hote: str) -> None:
    """Entry point of the command."""
    start = time.monotonic()
    _preparer()
    _django()
    from django.core.management import call_command

    from beffroi.web.demonstration import charger_demonstration

    _dire("Base de données…")
    call_command("migrate", verbosity=0, interactive=False)
    _dire("Programme de démonstration…")
    comptes = charger_demonstration()
    _dire(f"Prêt en {time.monotonic() - start:.1f} s.".replace(".", ",", 1))
    if sans_serveur:
        return
    demande = port
    while not _port_libre(hote, port):
        port += 1
        if port > demande + 100:
            raise BeffroiError(f"aucun port libre de {demande} à {port}. Choisissez-en un : ./beffroi demo --port 9000")
    click.echo("")
    click.echo(f"  Beffroi est ouvert : http://{hote}:{port}/")
    for c in comptes:
        click.echo(f"  {c.role:<17} identifiant {c.identifiant:<13} mot de passe {c.mot_de_passe}")
    click.echo("  Ces comptes n'existent que sur ce poste ; les personnes sont fictives. Ctrl-C pour arrêter.")
    click.echo("")
    sys.exit(_servir(hote, port))
