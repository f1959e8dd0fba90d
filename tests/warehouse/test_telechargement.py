"""Télécharger : conditionnel, repris où il s'est arrêté, poli ; rien n'est remplacé avant d'être entier."""

import gzip
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from beffroi.kernel.errors import BeffroiError, InvalidInput, NotFound
from beffroi.warehouse.download import download
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import digest, read_lock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ENTETE = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n'
BON = (ENTETE + "".join(f'"2020";"{10000 + i}";"Tous Logements";{i % 50};1;;\n' for i in range(5000))).encode()


class Producteur(ThreadingHTTPServer):
    """Un serveur local qui sert un fichier, avec empreinte, reprise, et des pannes à la demande."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reponse)
        self.contenu, self.empreinte = BON, '"v1"'
        self.pannes: list[tuple[int, dict[str, str]]] = []
        self.coupures: list[int] = []
        self.arret: int | None = None  # octets envoyés avant de ne plus rien dire
        self.sourd = self.compresse = False
        self.arrete, self.reprise = threading.Event(), threading.Event()
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
        if self.headers.get("Range") and (s.sourd or self.headers.get("If-Range") == s.empreinte):
            debut = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        corps = gzip.compress(s.contenu) if s.compresse else s.contenu[debut:]
        self.send_response(206 if debut else 200)
        self.send_header("Content-Length", str(len(corps)))
        self.send_header("ETag", s.empreinte)
        if s.compresse:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if s.arret is not None:
            envoyes, s.arret = s.arret, None
            self.wfile.write(corps[:envoyes])
            self.wfile.flush()
            s.arrete.set()
            s.reprise.wait(20)
            self.close_connection = True
            return
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
    serveur.reprise.set()
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


PRENDRE = """
import importlib, os, signal, sys
from pathlib import Path
from beffroi.warehouse.download import download
from beffroi.warehouse.folder import Folder

donnees, adresse, *etape = sys.argv[1:]
if etape:
    module, nom = importlib.import_module(etape[0]), etape[1]
    setattr(module, nom, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
folder = Folder(Path(donnees))
with folder.exclusive():
    download(folder, "sitadel_annuel", "2026-06", adresse=adresse)
"""


def _lancer(dossier: Path, adresse: str, *etape: str) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen([sys.executable, "-c", PRENDRE, str(dossier), adresse, *etape], env=env)


def _intact(prendre: Any, avant: Any) -> None:
    """Le millésime d'avant est toujours celui du verrou, entier, brut et propre."""
    assert _entree(prendre) == avant
    assert digest(prendre.folder.root / avant.raw) == avant.sha256
    assert (prendre.folder.root / avant.clean).is_file()


def _nouveau(producteur: Producteur) -> str:
    """Le producteur publie un autre fichier ; son empreinte."""
    producteur.contenu, producteur.empreinte = BON + b'"2021";"10000";"Tous Logements";7;1;;\n', '"v2"'
    return hashlib.sha256(producteur.contenu).hexdigest()


@pytest.mark.parametrize("recus", [0, 1, 40_000, len(BON), len(BON) + 37])
def test_kill_9_pendant_un_telechargement(recus: int, prendre: Any, producteur: Producteur) -> None:
    """Tué après ``recus`` octets d'un producteur lent : la suite reprend là, et finit avec les mêmes octets."""
    assert prendre()
    avant, attendue = _entree(prendre), _nouveau(producteur)
    producteur.arret = recus
    with _lancer(prendre.folder.root, producteur.adresse) as enfant:
        assert producteur.arrete.wait(20)
        partiel = prendre.folder.raw / "sitadel_annuel/2026-06/sitadel.csv.partiel"
        limite = time.monotonic() + 10
        while recus and (not partiel.is_file() or partiel.stat().st_size < recus) and time.monotonic() < limite:
            time.sleep(0.01)
        enfant.kill()
    _intact(prendre, avant)
    assert prendre()
    assert producteur.demandes[-1].get("range") == (f"bytes={recus}-" if recus else None)
    apres = _entree(prendre)
    assert (apres.sha256, apres.rows) == (attendue, 5001)
    assert digest(prendre.folder.root / apres.raw) == attendue


ETAPES = {
    "le dernier octet reçu": ("beffroi.warehouse.download", "digest"),
    "le fichier nommé": ("beffroi.warehouse.download", "cleaned"),
    "pendant le nettoyage": ("beffroi.warehouse.clean", "_duplicates"),
    "le fichier nettoyé": ("beffroi.warehouse.download", "write_lock"),
}


@pytest.mark.parametrize("etape", ETAPES)
def test_kill_9_apres_un_telechargement(etape: str, prendre: Any, producteur: Producteur) -> None:
    assert prendre()
    avant, attendue = _entree(prendre), _nouveau(producteur)
    with _lancer(prendre.folder.root, producteur.adresse, *ETAPES[etape]) as enfant:
        assert enfant.wait(30) == -signal.SIGKILL
    _intact(prendre, avant)
    assert prendre()
    assert (_entree(prendre).sha256, _entree(prendre).rows) == (attendue, 5001)
    restes = [p for p in prendre.folder.root.rglob("*") if p.name.startswith(".nettoyage") or p.suffix == ".partiel"]
    assert restes == []


def test_une_reprise_d_un_autre_fichier_recommence(prendre: Any, producteur: Producteur) -> None:
    """Un serveur qui reprend sans regarder l'empreinte demandée : les octets de deux fichiers ne se mêlent pas."""
    producteur.coupures = [40_000] * 4
    with pytest.raises(BeffroiError, match="après 4 essais"):
        prendre()
    attendue = _nouveau(producteur)
    producteur.sourd = True
    assert prendre()
    assert (_entree(prendre).sha256, _entree(prendre).rows) == (attendue, 5001)


def test_une_compression_que_personne_n_a_demandee_est_defaite(prendre: Any, producteur: Producteur) -> None:
    producteur.compresse = True
    assert prendre()
    assert producteur.demandes[0]["accept-encoding"] == "identity"
    assert (prendre.folder.root / _entree(prendre).raw).read_bytes() == BON


@pytest.mark.parametrize("dit", ["bientôt", "Wed, 21 Oct 2015 07:28:00", "1.5"])
def test_une_attente_illisible_n_arrete_rien(prendre: Any, producteur: Producteur, dit: str) -> None:
    producteur.pannes = [(503, {"Retry-After": dit.encode("latin-1", "replace").decode("latin-1")})]
    assert prendre()
    assert prendre.pauses in ([1.0], [0.0])


@pytest.mark.parametrize("adresse", ["ftp://exemple.fr/f.csv", "http://exemple.fr:port/f.csv", "pas une adresse"])
def test_une_adresse_mal_ecrite_est_dite_d_une_phrase(tmp_path: Path, adresse: str) -> None:
    with pytest.raises(InvalidInput, match=r"ne mène à aucun fichier.*reste en service"):
        download(Folder(tmp_path), "sitadel_annuel", "2026-06", adresse=adresse)
