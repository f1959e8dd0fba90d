"""The lock file of the raw data (``brut/verrou.json``): what was taken, from where, when, with its sha256 and licence."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.source import Source
from beffroi.warehouse.folder import Folder, write_atomic


@dataclass(frozen=True, slots=True)
class Entry:
    """One raw file in service. ``raw`` and ``clean`` are relative to the data folder; ``origin`` is the address or
    the place in the mirror; ``stamp`` recognises an unchanged origin (size and date, or ETag)."""

    source: str
    vintage: str
    origin: str
    raw: str
    sha256: str
    size: int
    quality: str
    perimeter: str
    licence: str
    taken: str
    stamp: str
    clean: str = ""
    rows: int = 0
    rejected: int = 0
    failures: tuple[dict[str, object], ...] = ()

    @property
    def id(self) -> str:
        """Identity of the file among the entries."""
        return f"{self.source}@{self.vintage}|{self.origin}"


def read_lock(folder: Folder) -> dict[str, Entry]:
    """Entries of the lock, by id; empty when nothing was taken yet.

    Raises:
        InvalidInput: the file was damaged, or written by a later version.
    """
    path = folder.raw / "verrou.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        entries = [Entry(**{**e, "failures": tuple(e.get("failures", ()))}) for e in said["fichiers"]]
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise InvalidInput(
            Problem(
                "le fichier de verrou des données ne peut pas être lu : il est abîmé, ou écrit par une version plus récente.",
                str(path),
                getattr(e, "lineno", None),
                conseil="Déplacez-le ailleurs puis lancez « beffroi donnees actualiser » : les fichiers seront repris.",
            )
        ) from e
    return {e.id: e for e in entries}


def write_lock(folder: Folder, entries: Iterable[Entry]) -> None:
    """Replace the lock in one step."""
    listed = [dataclasses.asdict(e) for e in sorted(entries, key=lambda e: e.id)]
    write_atomic(folder.raw / "verrou.json", json.dumps({"fichiers": listed}, ensure_ascii=False, indent=1))


def digest(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def declaration(source: Source) -> str:
    """Fingerprint of a declaration and of the code that applies it: a change of either cleans the file again."""
    here = Path(__file__).parent
    code = b"".join(
        (here / n).read_bytes() for n in ("cells.py", "clean.py", "reading.py", "features.py", "expectations.py")
    )
    return hashlib.sha256(repr(source).encode() + code).hexdigest()[:10]
