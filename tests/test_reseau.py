"""Tests have no network; the marked ones reach this machine and nothing else."""

import socket

import psycopg
import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

# pytest-socket avertit puis refuse ; c'est le refus que l'on regarde.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use")


def test_un_test_ordinaire_n_ouvre_aucune_connexion() -> None:
    with pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9), timeout=1)


@pytest.mark.postgres
def test_un_test_marque_joint_le_serveur_de_cette_machine(url_postgres: str) -> None:
    with psycopg.connect(url_postgres) as lien:
        assert lien.execute("select 1 + 1").fetchone() == (2,)
    with pytest.raises(SocketConnectBlockedError), socket.socket() as prise:
        prise.connect(("192.0.2.1", 80))
