"""The data folder: where raw bytes, clean tables and the warehouse stand, and how a new warehouse replaces the old.

``brut/`` raw bytes of the publishers and their lock file; ``propre/`` one Parquet per raw file; ``entrepot/<generation>/``
one database; ``entrepot/courant`` names the generation in service. The name is swapped by one ``os.replace``: a reader
sees the old warehouse or the new one, never half of one, whatever is killed and when.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beffroi.kernel.errors import BeffroiError
from beffroi.warehouse.dossiers import dossier_donnees, dossier_miroir, dossier_modules


def data_folder(given: Path | None = None) -> Path:
    """The data folder: the one given, or that of this machine (``dossiers.dossier_donnees``)."""
    return (given or dossier_donnees()).absolute()


def modules_folder(given: Path | None = None) -> Path:
    """The folder of the npm packages: the one given, or that of this machine."""
    return (given or dossier_modules()).absolute()


def mirror_folder(given: Path | None = None) -> Path | None:
    """The local mirror: the one given, or that of this machine, or none."""
    chosen = given or dossier_miroir()
    return chosen.absolute() if chosen else None


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file aside, then put it in place in one step; the old content stays if anything stops before."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
            f.flush()
            os.fsync(f.fileno())
        aside.replace(path)
    except OSError as e:
        aside.unlink(missing_ok=True)
        raise disk_error(e, path) from e


def disk_error(error: OSError, path: Path) -> BeffroiError:
    """Turn an operating-system error into a sentence: full disk, no right to write…"""
    import errno

    if error.errno == errno.EFBIG:
        return BeffroiError(
            f"« {path.name} » dépasse la taille de fichier que ce système ou ce compte permet. Relevez cette limite (ulimit -f), "
            "ou choisissez un autre disque avec BEFFROI_DONNEES ; les données en service n'ont pas changé."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BeffroiError(
            f"le disque est plein : « {path.name} » n'a pas pu être écrit. Libérez de la place puis recommencez ; "
            "les données en service n'ont pas changé."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return BeffroiError(
            f"le dossier {path.parent} ne peut pas être écrit. Donnez-en le droit à votre compte, ou choisissez un autre "
            "dossier avec BEFFROI_DONNEES."
        )
    return BeffroiError(f"« {path} » n'a pas pu être écrit ({error.strerror}).")


def refused_write(text: str) -> OSError | None:
    """The operating-system error behind what DuckDB says of a write, or None when it speaks of something else."""
    import errno

    said = text.lower()
    codes = {"no space left": errno.ENOSPC, "disk quota": errno.EDQUOT, "file too large": errno.EFBIG}
    return next((OSError(code, words) for words, code in codes.items() if words in said), None)


@dataclass(frozen=True)
class Folder:
    """Paths of a data folder, its lock and its pointer."""

    root: Path

    @property
    def raw(self) -> Path:
        """Raw bytes of the publishers."""
        return self.root / "brut"

    @property
    def clean(self) -> Path:
        """Clean tables, one Parquet per raw file."""
        return self.root / "propre"

    @property
    def warehouses(self) -> Path:
        """Generations of the warehouse."""
        return self.root / "entrepot"

    @property
    def pointer(self) -> Path:
        """File that names the generation in service."""
        return self.warehouses / "courant"

    def generation(self) -> str | None:
        """Name of the generation in service, or None when nothing was ever built."""
        try:
            name = self.pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return name if (self.warehouses / name / "entrepot.duckdb").is_file() else None

    def manifest(self) -> dict[str, Any]:
        """What the generation in service was made from; empty when there is none, or when it does not say."""
        name = self.generation()
        return {} if name is None else self.manifest_of(name)

    def manifest_of(self, name: str) -> dict[str, Any]:
        """What one generation was made from; empty when it does not say."""
        try:
            read = json.loads((self.warehouses / name / "manifeste.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def publish(self, building: Path, name: str) -> None:
        """Put a finished generation in service; keep the one before, that readers may still hold, and drop the others."""
        for path in building.iterdir():
            with path.open("rb") as f:
                os.fsync(f.fileno())
        before, finished = self.generation(), self.warehouses / name
        building.replace(finished)
        try:
            write_atomic(self.pointer, name)
        except BaseException:  # sans pointeur elle ne sert à personne, et prendrait la place qui manque
            shutil.rmtree(finished, ignore_errors=True)
            raise
        for old in self.warehouses.iterdir():
            if old.is_dir() and old.name not in (name, before):
                shutil.rmtree(old, ignore_errors=True)

    @contextmanager
    def exclusive(self, wait: float = 900) -> Iterator[None]:
        """Hold the folder for writing; a second writer waits. The lock ends with the process, even killed.

        Raises:
            BeffroiError: the folder cannot be written, or another writer held it for longer than ``wait`` seconds.
        """
        import fcntl

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = (self.root / ".verrou").open("w")
        except OSError as e:
            raise disk_error(e, self.root / ".verrou") from e
        with handle:
            limit = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > limit:
                        raise BeffroiError(
                            "une autre construction des données est en cours depuis longtemps ; attendez sa fin ou "
                            "arrêtez-la, puis recommencez."
                        ) from None
                    time.sleep(0.1)
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove what a killed writer left: only under the lock, so nothing in use is touched.

        A generation newer than the one in service was finished but never put in service: nobody reads it.
        """
        current = self.generation()
        if current is not None:
            for path in self.warehouses.iterdir():
                if path.is_dir() and path.name > current:
                    shutil.rmtree(path, ignore_errors=True)
        for parent in (self.warehouses, self.clean, self.raw):
            if parent.is_dir():
                for left in list(parent.rglob(".*")):
                    if left.is_dir():
                        shutil.rmtree(left, ignore_errors=True)
                    else:
                        left.unlink(missing_ok=True)
