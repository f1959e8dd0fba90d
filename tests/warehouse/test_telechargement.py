"""Télécharger : conditionnel, repris où il s'est arrêté, poli ; rien n'est remplacé avant d'être entier."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from beffroi.kernel.errors import BeffroiError, InvalidInput, NotFound
from beffroi.warehouse.download import download
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import read_lock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ENTETE = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n'
BON = (ENTETE + "".join(f'"2020";"{10000 + i}";"Tous Logements";{i % 50};1;;\n' for i in range(5000))).encode()


class Producteur(HTTPServer):
    """Un serveur local qui sert un fichier, avec empreinte, reprise, et des pannes à la demande."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reponse)
        self.contenu, self.empreinte = BON, '"v1"'
        self.pannes: list[tuple[int, dict[str, str]]] = []
        self.coupures: list[int] = []
        self.demandes: list[dict[str, str]] = []

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sitadel.csv"


class Reponse(BaseHTTPRequestHandler):
    server: Producteur

    def do_GET(self) -> None:
        s = self.server
        s.demandes.append({k.lower(): v for k, v in self.headers.items()})
        if s.pannes:
            code, entetes = s.pannes.pop(0)
            self.send_response(code)
            for k, v in entetes.items():
                self.send_header(k, v)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.headers.get("If-None-Match") == s.empreinte:
            self.send_response(304)
            self.end_headers()
            return
        debut = 0
        if self.headers.get("Range") and self.headers.get("If-Range") == s.empreinte:
            debut = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        corps = s.contenu[debut:]
        self.send_response(206 if debut else 200)
        self.send_header("Content-Length", str(len(corps)))
        self.send_header("ETag", s.empreinte)
        self.end_headers()
        if s.coupures:
            corps = corps[: s.coupures.pop(0)]
            self.close_connection = True
        self.wfile.write(corps)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def producteur() -> Iterator[Producteur]:
    serveur = Producteur()
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
    fil.start()
    yield serveur
    serveur.shutdown()
    fil.join()
    serveur.server_close()


@pytest.fixture
def prendre(tmp_path: Path, producteur: Producteur) -> Callable[[], bool]:
    pauses: list[float] = []

    def faire() -> bool:
        folder = Folder(tmp_path)
        with folder.exclusive():
            return download(folder, "sitadel_annuel", "2026-06", adresse=producteur.adresse, attendre=pauses.append)

    faire.pauses = pauses  # type: ignore[attr-defined]
    faire.folder = Folder(tmp_path)  # type: ignore[attr-defined]
    return faire


def _entree(prendre: Any) -> Any:
    (entree,) = read_lock(prendre.folder).values()
    return entree


def test_le_verrou_dit_ce_qui_a_ete_pris(prendre: Any, producteur: Producteur) -> None:
    import hashlib

    assert prendre()
    e = _entree(prendre)
    assert (e.source, e.vintage, e.origin, e.stamp) == ("sitadel_annuel", "2026-06", producteur.adresse, '"v1"')
    assert e.sha256 == hashlib.sha256(BON).hexdigest()
    assert (e.rows, e.rejected, e.licence) == (5000, 0, "Licence Ouverte 2.0")
    assert (prendre.folder.root / e.raw).read_bytes() == BON
    assert (prendre.folder.root / e.clean).is_file()


def test_un_fichier_inchange_n_est_pas_repris(prendre: Any, producteur: Producteur) -> None:
    assert prendre()
    assert not prendre()
    assert producteur.demandes[-1]["if-none-match"] == '"v1"'


def test_un_telechargement_coupe_reprend_ou_il_s_est_arrete(prendre: Any, producteur: Producteur) -> None:
    producteur.coupures = [40_000]
    assert prendre()
    assert producteur.demandes[1]["range"] == "bytes=40000-"
    assert (prendre.folder.root / _entree(prendre).raw).read_bytes() == BON


def test_une_reprise_refusee_recommence_si_le_fichier_a_change(prendre: Any, producteur: Producteur) -> None:
    producteur.coupures = [40_000] * 4
    with pytest.raises(BeffroiError, match="après 4 essais"):
        prendre()
    producteur.contenu, producteur.empreinte = BON + b'"2021";"10000";"Tous Logements";7;1;;\n', '"v2"'
    assert prendre()
    assert _entree(prendre).rows == 5001


def test_le_serveur_occupe_est_attendu_comme_il_le_demande(prendre: Any, producteur: Producteur) -> None:
    producteur.pannes = [(503, {"Retry-After": "7"}), (429, {}), (500, {})]
    assert prendre()
    assert prendre.pauses == [7.0, 2.0, 4.0]


@pytest.mark.parametrize(("code", "dit"), [(404, "n'existe plus"), (410, "n'existe plus"), (403, "refuse (code 403)")])
def test_une_adresse_qui_a_change_est_dite_d_une_phrase(
    prendre: Any, producteur: Producteur, code: int, dit: str
) -> None:
    assert prendre()
    avant = _entree(prendre)
    producteur.pannes = [(code, {})]
    with pytest.raises(InvalidInput) as faute:
        prendre()
    assert dit in str(faute.value) and "data.gouv.fr" in str(faute.value) and "reste en service" in str(faute.value)
    assert _entree(prendre) == avant


def test_une_page_html_a_la_bonne_adresse_ne_remplace_rien(prendre: Any, producteur: Producteur) -> None:
    assert prendre()
    avant = _entree(prendre)
    producteur.contenu, producteur.empreinte = b"<!DOCTYPE html><html>maintenance</html>\n", '"v2"'
    with pytest.raises(InvalidInput, match="HTML"):
        prendre()
    assert _entree(prendre) == avant
    assert (prendre.folder.root / avant.raw).is_file() and (prendre.folder.root / avant.clean).is_file()


def test_une_source_sans_adresse_le_dit(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"data\.gouv\.fr"):
        download(Folder(tmp_path), "zonage_abc", "2025")
