"""Beffroi's own table format, used by the small tables of the demonstration and by anyone who brings a local table.

A CSV (comma, UTF-8) whose columns carry the names of the declaration, values in the stored unit, « secret » for a
hidden cell and nothing for a blank; beside it a TOML of the same name: source, millesime, producteur, jeu, licence,
mention, perimetre. ``docs/guides/format-des-tables.md`` describes it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.source import Column, Csv, Kind, Source

SECRET = "secret"
TABLES = Path(__file__).parents[1] / "demo" / "tables"
ATTENDUES = ("source", "millesime", "producteur", "jeu", "licence", "mention", "perimetre")


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table in Beffroi's own format and what its sidecar says of it."""

    path: Path
    source: str
    vintage: str
    mention: str
    perimeter: str
    licence: str


def own_format(source: Source) -> Source:
    """The same source, as it is written in Beffroi's own format."""
    text = {Kind.TAUX: Kind.DECIMAL}

    def plain(column: Column) -> Column:
        values = dict.fromkeys(column.values.values())
        return replace(
            column,
            kind=text.get(column.kind, column.kind),
            header=(column.name,),
            values={v: v for v in values},
            shift=0,
            required=column.name in source.key,
        )

    year = (Column("annee", Kind.ANNEE, "Année", ("annee",), filled=True),) if source.family else ()
    keys = tuple(
        Column(
            k.name, k.kind, k.meaning, (k.name,), filled=True, values={v: v for v in dict.fromkeys(k.values.values())}
        )
        for k in source.file_keys
    )
    fixed = tuple(Column(f.name, f.kind, f.meaning, (f.name,), filled=True) for f in source.fixed)
    return replace(
        source,
        format=Csv((",",), ("utf-8",)),
        file_keys=(),
        fixed=(),
        columns=(*keys, *fixed, *year, *(plain(c) for c in source.columns)),
        marks=(SECRET,) if source.marks else (),
        missing=("",),
    )


def own_tables(folder: Path = TABLES) -> tuple[OwnTable, ...]:
    """Tables of a folder, each with its sidecar.

    Raises:
        InvalidInput: a table without sidecar, or a sidecar without one of its fields.
    """
    found, problems = [], []
    for path in sorted(folder.glob("*.csv")):
        side = path.with_suffix(".toml")
        if not side.is_file():
            problems.append(Problem(f"il manque « {side.name} », qui dit d'où viennent ces chiffres.", path.name))
            continue
        try:
            said = tomllib.loads(side.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as e:
            problems.append(Problem(f"ce fichier n'est pas du TOML valide ({e}).", side.name))
            continue
        missing = [k for k in ATTENDUES if not said.get(k)]
        if missing:
            problems.append(Problem(f"il manque « {missing[0]} ».", side.name))
            continue
        found.append(
            OwnTable(path, said["source"], str(said["millesime"]), said["mention"], said["perimetre"], said["licence"])
        )
    if problems:
        raise InvalidInput(problems)
    return tuple(found)
