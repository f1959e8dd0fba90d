"""Bring the publisher's bytes into the data folder, then clean them; a file that fails leaves the previous one in service."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from beffroi.kernel.errors import BeffroiError, InvalidInput, NotLoaded, Problem
from beffroi.kernel.source import Packaged, Source
from beffroi.sources import identifiants, source
from beffroi.warehouse.clean import clean
from beffroi.warehouse.folder import Folder, disk_error
from beffroi.warehouse.lock import Entry, declaration, digest, read_lock, write_lock
from beffroi.warehouse.mirror import MirrorFile, read_mirror

Progress = Callable[[str], None]


def silent(message: str) -> None:
    """A progress that says nothing."""


def take_mirror(
    folder: Folder, mirror: Path, progress: Progress = silent, only: frozenset[str] | None = None
) -> list[BeffroiError]:
    """Take every file of a mirror that changed since last time; return the faults, one per refused file.

    The caller holds the lock of the folder. A refused file changes nothing: its previous version stays in service.
    """
    entries = read_lock(folder)
    faults: list[BeffroiError] = []
    seen: set[str] = set()
    for file in read_mirror(mirror):
        if file.source not in identifiants() or (only and file.source not in only):
            continue
        declared = source(file.source)
        if isinstance(declared.format, Packaged):
            continue
        entry = _announced(file, declared, mirror)
        seen.add(entry.id)
        try:
            done = _take(folder, file, entry, entries.get(entry.id), declared, progress)
        except BeffroiError as e:
            faults.append(e)
            continue
        except OSError as e:
            faults.append(_unreadable(file.path, e))
            continue
        if done is not entries.get(entry.id):
            entries[entry.id] = done
            write_lock(folder, entries.values())
    gone = [i for i, e in entries.items() if e.origin.startswith("miroir:") and i not in seen and not only]
    for i in gone:
        del entries[i]
    if gone:
        write_lock(folder, entries.values())
    return faults


def _unreadable(path: Path, error: OSError) -> BeffroiError:
    return InvalidInput(
        Problem(
            f"ce fichier ne peut pas être lu ({error.strerror}).",
            str(path),
            conseil="Vérifiez le disque et les droits de votre compte ; le millésime précédent reste en service.",
        )
    )


def refresh(folder: Folder, progress: Progress = silent) -> list[BeffroiError]:
    """Clean again, from the raw bytes kept, what an earlier version of the code cleaned or what was deleted since.

    The caller holds the lock of the folder. A file that cannot be cleaned again stays in the lock without clean file,
    and its fault is returned: the source falls back on its other vintages.

    Raises:
        BeffroiError: the disk is full or read-only.
    """
    entries = read_lock(folder)
    faults: list[BeffroiError] = []
    for identifier, entry in list(entries.items()):
        if entry.source not in identifiants() or isinstance(source(entry.source).format, Packaged):
            continue
        declared = source(entry.source)
        mark = declaration(declared)
        if mark in entry.clean and (folder.root / entry.clean).is_file():
            continue
        progress(f"{declared.label} ({entry.vintage}) : nouveau nettoyage…")
        try:
            if not (folder.root / entry.raw).is_file():
                raise NotLoaded(
                    f"« {entry.raw} » a disparu du dossier {folder.root} et son nettoyage est à refaire : la source "
                    f"« {declared.label} » ({entry.vintage}) n'est plus chargée. Reprenez-la avec « beffroi donnees "
                    f"actualiser {entry.source} --millesime {entry.vintage} », ou avec un miroir."
                )
            entries[identifier] = cleaned(folder, entry, declared, mark)
        except (InvalidInput, NotLoaded) as e:
            faults.append(e)
            entries[identifier] = replace(entry, clean="")
        write_lock(folder, entries.values())
    return faults


def _announced(file: MirrorFile, declared: Source, mirror: Path) -> Entry:
    stat = file.path.stat()
    place = file.path.relative_to(mirror).as_posix()
    return Entry(
        source=file.source,
        vintage=file.vintage,
        origin=f"miroir:{place}",
        raw="",
        sha256="",
        size=stat.st_size,
        quality=file.quality,
        perimeter=file.perimeter,
        licence=declared.licence,
        taken=date.today().isoformat(),
        stamp=f"{stat.st_size}-{stat.st_mtime_ns}",
    )


def _take(
    folder: Folder, file: MirrorFile, entry: Entry, before: Entry | None, declared: Source, progress: Progress
) -> Entry:
    mark = declaration(declared)
    if before is not None and before.stamp == entry.stamp and mark in before.clean:
        same = (before.quality, before.perimeter) == (entry.quality, entry.perimeter)
        if (folder.root / before.clean).is_file():
            return before if same else replace(before, quality=entry.quality, perimeter=entry.perimeter)
    progress(f"{declared.label} ({file.vintage})…")
    sha = digest(file.path)
    raw = folder.raw / entry.source / entry.vintage / f"{sha[:12]}-{file.path.name}"
    if not raw.is_file():
        _copy(file.path, raw)
    entry = replace(entry, raw=raw.relative_to(folder.root).as_posix(), sha256=sha)
    return cleaned(folder, entry, declared, mark)


def cleaned(folder: Folder, entry: Entry, declared: Source, mark: str) -> Entry:
    """Clean the raw file of an entry and return the entry completed; a refused raw file is not kept, unless the lock
    names it."""
    raw = folder.root / entry.raw
    target = folder.clean / entry.source / f"{entry.vintage}-{entry.sha256[:12]}-{mark}.parquet"
    name = entry.origin.removeprefix("miroir:")
    try:
        result = clean(raw, declared, entry.vintage, target, name=name, sample=entry.quality == "echantillon")
    except BeffroiError:
        if entry.raw not in {e.raw for e in read_lock(folder).values()}:
            raw.unlink(missing_ok=True)
        raise
    return replace(
        entry,
        clean=target.relative_to(folder.root).as_posix(),
        rows=result.rows,
        rejected=result.rejected,
        failures=result.failures,
    )


def _copy(origin: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, aside)
        aside.replace(target)
    except OSError as e:
        aside.unlink(missing_ok=True)
        raise disk_error(e, target) from e
