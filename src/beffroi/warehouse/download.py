"""Download a publisher's file: conditional, resumable, with polite retries; nothing is replaced before it is whole.

A moved address, a refusal or a cut line is one sentence, and the previous vintage stays in service.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.kernel.errors import BeffroiError, InvalidInput, NotFound, Problem
from beffroi.kernel.source import Derived, Packaged, Source
from beffroi.sources import source
from beffroi.warehouse.fetch import cleaned, silent
from beffroi.warehouse.folder import Folder, disk_error
from beffroi.warehouse.lock import Entry, declaration, digest, read_lock, write_lock

if TYPE_CHECKING:
    import httpx

ESSAIS = 4
ATTENTE_MAX = 60.0  # secondes
PAS = 16 << 20  # octets entre deux mots de progression
# Les octets tels que publiés, pour les reprendre au même endroit ; un en-tête HTTP est en ASCII.
ENTETES = {"User-Agent": "Beffroi (observatoire de l'habitat)", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Received:
    """What a download gave: the file, and the stamp that recognises the same bytes next time."""

    path: Path
    stamp: str


def download(
    folder: Folder,
    identifiant: str,
    millesime: str,
    *,
    adresse: str = "",
    perimetre: str = "France",
    progres: Callable[[str], None] = silent,
    transport: httpx.BaseTransport | None = None,
    attendre: Callable[[float], None] = time.sleep,
) -> bool:
    """Take the file of a source and vintage from its address; True when something new is in service in the lock.

    The caller holds the lock of the folder.

    Raises:
        NotFound: unknown source, or a source without address.
        InvalidInput: the address moved, or the file is not the one declared.
        BeffroiError: no answer after several tries, full disk.
    """
    declared = source(identifiant)
    url = adresse or declared.address.replace("{millesime}", millesime)
    if not url or isinstance(declared.format, Packaged | Derived):
        raise NotFound(f"La source « {declared.label} » n'a pas d'adresse de téléchargement ; voyez {declared.page}.")
    entries = read_lock(folder)
    wanted = Entry(
        identifiant, millesime, url, "", "", 0, "officiel", perimetre, declared.licence, date.today().isoformat(), ""
    )
    before = entries.get(wanted.id)
    got = receive(
        url,
        folder.raw / identifiant / millesime,
        declared,
        before.stamp if before and (folder.root / before.raw).is_file() else "",
        progres,
        transport,
        attendre,
    )
    if got is None:
        progres(f"{declared.label} ({millesime}) : inchangé chez le producteur.")
        return False
    sha = digest(got.path)
    raw = got.path.with_name(f"{sha[:12]}-{_name(url)}")
    got.path.replace(raw)
    entry = replace(
        wanted, raw=raw.relative_to(folder.root).as_posix(), sha256=sha, size=raw.stat().st_size, stamp=got.stamp
    )
    if before is not None and before.sha256 == sha and declaration(declared) in before.clean:
        entries[entry.id] = replace(before, stamp=got.stamp)
        write_lock(folder, entries.values())
        return False
    entries[entry.id] = cleaned(folder, entry, declared, declaration(declared))
    write_lock(folder, entries.values())
    return True


def receive(
    url: str,
    target: Path,
    declared: Source,
    stamp: str,
    progress: Callable[[str], None],
    transport: httpx.BaseTransport | None,
    wait: Callable[[float], None],
) -> Received | None:
    """Bring the bytes into ``target/<name>.partiel``, resuming what an earlier try left; None when unchanged."""
    import httpx

    target.mkdir(parents=True, exist_ok=True)
    part = target / f"{_name(url)}.partiel"
    tag = part.with_suffix(".etag")
    last = ""
    with httpx.Client(follow_redirects=True, timeout=30, transport=transport, headers=ENTETES) as client:
        for attempt in range(ESSAIS):
            try:
                return _once(client, url, part, tag, declared, stamp, progress)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as e:
                raise InvalidInput(
                    Problem(
                        "cette adresse ne mène à aucun fichier (mal écrite, ou renvois en boucle).",
                        url,
                        conseil=f"Cherchez l'adresse du fichier sur {declared.page} ; le millésime précédent reste en service.",
                    )
                ) from e
            except httpx.TransportError as e:
                last = f"pas de réponse ({type(e).__name__})"
                pause = min(ATTENTE_MAX, 2.0**attempt)
            except _Later as e:
                last, pause = str(e), min(ATTENTE_MAX, e.seconds if e.seconds is not None else 2.0**attempt)
            except OSError as e:
                raise disk_error(e, part) from e
            if attempt + 1 < ESSAIS:
                progress(f"{declared.label} : {last} ; nouvel essai dans {pause:.0f} s.")
                wait(pause)
    raise BeffroiError(
        f"« {declared.label} » n'a pas pu être téléchargé après {ESSAIS} essais : {last}. Recommencez plus tard : ce qui est "
        "déjà reçu sera repris, et le millésime précédent reste en service."
    )


class _Later(Exception):
    def __init__(self, said: str, seconds: float | None) -> None:
        super().__init__(said)
        self.seconds = seconds


def _once(
    client: httpx.Client, url: str, part: Path, tag: Path, declared: Source, stamp: str, progress: Callable[[str], None]
) -> Received | None:
    have = part.stat().st_size if part.is_file() and tag.is_file() else 0
    headers = {}
    if have:
        headers = {"Range": f"bytes={have}-", "If-Range": tag.read_text(encoding="utf-8")}
    elif stamp.startswith(("W/", '"')):
        headers = {"If-None-Match": stamp}
    elif stamp:
        headers = {"If-Modified-Since": stamp}
    with client.stream("GET", url, headers=headers) as answer:
        code = answer.status_code
        if code == 304:
            return None
        if code == 416:  # ce qui était reçu ne vaut plus : tout reprendre
            part.unlink(missing_ok=True)
            raise _Later("reprise refusée par le serveur", 0)
        if code in (408, 425, 429) or code >= 500:
            raise _Later(f"le serveur répond {code}", _retry_after(answer.headers.get("Retry-After")))
        if code not in (200, 206):
            moved = "l'adresse n'existe plus" if code in (404, 410) else f"le serveur refuse (code {code})"
            raise InvalidInput(
                Problem(
                    f"{moved}.",
                    url,
                    conseil=f"Cherchez la nouvelle adresse sur {declared.page} ; le millésime précédent reste en service.",
                )
            )
        fresh = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        if code == 206 and not _continues(answer, have, fresh, tag):
            part.unlink(missing_ok=True)
            raise _Later("le serveur reprend ailleurs qu'on ne l'a demandé", 0)
        if code == 200:  # dans cet ordre : jamais d'octets d'un fichier sous l'empreinte d'un autre, même tué ici
            part.unlink(missing_ok=True)
            tag.unlink(missing_ok=True)
            if fresh:
                tag.write_text(fresh, encoding="utf-8")
        _save(answer, part, append=code == 206, declared=declared, progress=progress)
    tag.unlink(missing_ok=True)
    if answer.headers.get("Content-Encoding") in ("gzip", "x-gzip"):
        _inflate(part)
    return Received(part, fresh)


def _continues(answer: httpx.Response, have: int, fresh: str, tag: Path) -> bool:
    """True when a partial answer starts where ours stops, and is of the same file."""
    starts = re.match(rf"bytes {have}-", answer.headers.get("Content-Range", f"bytes {have}-"))
    return starts is not None and (not fresh or fresh == tag.read_text(encoding="utf-8"))


def _save(
    answer: httpx.Response, part: Path, *, append: bool, declared: Source, progress: Callable[[str], None]
) -> None:
    start = part.stat().st_size if append else 0
    expected = answer.headers.get("Content-Length")
    told = start
    with part.open("ab" if append else "wb") as out:
        for chunk in answer.iter_raw():
            out.write(chunk)
            out.flush()  # ce qui est reçu est sur le disque, même si le programme est tué à l'instant
            if out.tell() - told >= PAS:
                told = out.tell()
                progress(f"{declared.label} : {told / 1e6:.0f} Mo reçus…")
        size = out.tell()
    if expected is not None and size - start < int(expected):
        raise _Later("la connexion s'est coupée avant la fin", None)


def _inflate(part: Path) -> None:
    """Undo a transport compression the server put unasked, kept until then so that a download resumes byte for byte."""
    import gzip
    import shutil
    import zlib

    plain = part.with_suffix(".clair")
    try:
        with gzip.open(part) as src, plain.open("wb") as dst:
            shutil.copyfileobj(src, dst, 1 << 20)
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        part.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)
        raise _Later("la réponse compressée est abîmée", None) from e
    plain.replace(part)


def _retry_after(said: str | None) -> float | None:
    """Seconds asked by the server, as a number or a date."""
    if not said:
        return None
    if said.isdecimal():
        return float(said)
    try:
        when = email.utils.parsedate_to_datetime(said)
    except ValueError:  # ni nombre ni date : comme s'il n'avait rien dit
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _name(url: str) -> str:
    """A safe file name from an address."""
    end = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", end) or "fichier"
