"""Give back the room of raw files that newer vintages replaced: what nothing names any more, and nothing else.

A file stays when the lock names it, or when the warehouse in service was built from its bytes. Files whose name is not
one Beffroi gives (``<12 digits of sha256>-<name>``) are never touched.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.warehouse.folder import Folder, disk_error
from beffroi.warehouse.lock import read_lock
from beffroi.warehouse.query import Entrepot

REPRISE = 30  # jours : au-delà, un téléchargement interrompu ne sera plus repris
_BRUT = re.compile(r"([0-9a-f]{12})-.+")
_PROPRE = re.compile(r"(?!demonstration-).*-([0-9a-f]{12})-[0-9a-f]{10}(?:\.rejets)?\.parquet")


@dataclass(frozen=True, slots=True)
class Left:
    """A file that may go: its path in the data folder, its size in bytes, and why."""

    path: str
    size: int
    reason: str


def leftovers(folder: Folder, keep: int = 1) -> list[Left]:
    """Files that nothing names any more, by path; ``keep``: replaced raw files kept for each source, the newest.

    Raises:
        InvalidInput: ``keep`` is negative.
        NotLoaded: the warehouse in service cannot be read, so nobody knows what it was built from.
    """
    if keep < 0:
        raise InvalidInput(
            Problem(f"{keep} n'est pas un nombre de fichiers à garder.", colonne="--garder", conseil="Zéro ou plus.")
        )
    named, bytes_used = _referenced(folder)
    replaced: dict[str, list[Path]] = defaultdict(list)
    out = []
    for path in folder.raw.glob("*/*/*"):
        if path.is_symlink() or not path.is_file() or _said(folder, path) in named:
            continue
        found = _BRUT.fullmatch(path.name)
        if path.suffix in (".partiel", ".etag", ".clair"):
            if time.time() - path.stat().st_mtime > REPRISE * 86400:
                out.append(_left(folder, path, f"téléchargement interrompu depuis plus de {REPRISE} jours"))
        elif found and found.group(1) not in bytes_used:
            replaced[path.relative_to(folder.raw).parts[0]].append(path)
    for files in replaced.values():
        files.sort(key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True)
        out += [_left(folder, p, "fichier brut remplacé") for p in files[keep:]]
    for path in folder.clean.glob("*/*.parquet"):
        found = _PROPRE.fullmatch(path.name)
        base = path.with_name(path.name.replace(".rejets.parquet", ".parquet"))
        if found and found.group(1) not in bytes_used and _said(folder, base) not in named:
            out.append(_left(folder, path, "table propre que rien n'utilise"))
    return sorted(out, key=lambda left: left.path)


def purge(folder: Folder, keep: int = 1) -> list[Left]:
    """Remove the leftovers and the folders they leave empty; the caller holds the lock of the folder.

    Raises:
        InvalidInput: ``keep`` is negative.
        NotLoaded: the warehouse in service cannot be read.
        BeffroiError: a file cannot be removed.
    """
    gone = leftovers(folder, keep)
    for left in gone:
        path = folder.root / left.path
        try:
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent in (folder.raw, folder.clean) or any(parent.iterdir()):
                    break
                parent.rmdir()
        except OSError as e:
            raise disk_error(e, path) from e
    return gone


def _referenced(folder: Folder) -> tuple[set[str], set[str]]:
    """Paths the lock names; first digits of the sha256 of what the lock or the warehouse in service was made from."""
    entries = read_lock(folder).values()
    named = {e.raw for e in entries} | {e.clean for e in entries}
    used = {e.sha256[:12] for e in entries}
    if folder.generation() is not None:
        used |= {r[0][:12] for r in Entrepot(folder).lignes("SELECT sha256 FROM fichier WHERE sha256 <> ''")}
    return named, used


def _said(folder: Folder, path: Path) -> str:
    return path.relative_to(folder.root).as_posix()


def _left(folder: Folder, path: Path, reason: str) -> Left:
    return Left(_said(folder, path), path.stat().st_size, reason)
