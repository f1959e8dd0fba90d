"""A local mirror: a folder whose ``miroir.toml`` says which file stands for which source and vintage."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from beffroi.kernel.errors import InvalidInput, Problem

QUALITES = ("officiel", "derive", "echantillon")


@dataclass(frozen=True, slots=True)
class MirrorFile:
    """One file of a mirror. ``quality``: officiel, derive (fewer columns, same values) or echantillon (format only)."""

    source: str
    vintage: str
    path: Path
    quality: str
    perimeter: str


def read_mirror(folder: Path) -> tuple[MirrorFile, ...]:
    """Files announced by a mirror; patterns (``*``, ``{annee}``) are expanded to the files that are there.

    Raises:
        InvalidInput: no ``miroir.toml``, a bad one, or a file it names that is not there.
    """
    declared = folder / "miroir.toml"
    try:
        text = declared.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidInput(
            Problem(
                "il n'y a pas de fichier miroir.toml dans ce dossier.",
                str(folder),
                conseil="Indiquez le dossier d'un miroir de données, ou retirez BEFFROI_MIROIR.",
            )
        ) from None
    try:
        entries = tomllib.loads(text).get("fichier", [])
    except tomllib.TOMLDecodeError as e:
        raise InvalidInput(Problem(f"ce fichier n'est pas du TOML valide ({e}).", str(declared))) from e
    files: list[MirrorFile] = []
    problems: list[Problem] = []
    for rank, entry in enumerate(entries, 1):
        missing = [k for k in ("source", "millesime", "chemin", "qualite") if not entry.get(k)]
        if missing or entry["qualite"] not in QUALITES:
            said = f"il manque « {missing[0]} »" if missing else f"qualité inconnue « {entry['qualite']} »"
            problems.append(Problem(f"{rank}e fichier : {said}.", str(declared)))
            continue
        pattern = _as_glob(entry["chemin"])
        found = sorted(folder.glob(pattern)) if "*" in pattern else [folder / pattern]
        present = [p for p in found if p.is_file()]
        if not present:
            problems.append(
                Problem(
                    f"le fichier « {entry['chemin']} » annoncé pour « {entry['source']} » n'est pas là.",
                    str(declared),
                    conseil="Remettez-le en place ou retirez son entrée.",
                )
            )
        files += [
            MirrorFile(entry["source"], str(entry["millesime"]), p, entry["qualite"], entry.get("perimetre", ""))
            for p in present
        ]
    if problems:
        raise InvalidInput(problems)
    return tuple(files)


def _as_glob(pattern: str) -> str:
    out, inside = "", False
    for char in pattern:
        if char == "{":
            out, inside = out + "*", True
        elif char == "}":
            inside = False
        elif not inside:
            out += char
    return out
