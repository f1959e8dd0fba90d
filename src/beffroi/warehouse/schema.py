"""The shape of a warehouse, written in its manifest: a reader knows at once whether it was built for it.

The mark has two parts: ``NUMERO``, raised by hand when a table that no source declares changes (territories, files,
passage of codes), and a fingerprint of the tables of the sources, which follows their declarations by itself.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from beffroi.kernel.errors import NotLoaded
from beffroi.sources import sources
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.tables import AJOUTEES, stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

NUMERO = 1


@cache
def schema() -> str:
    """Mark of the warehouses this version of the code builds and reads."""
    said = repr([(s.id, stored(s)) for s in sources()]) + repr(AJOUTEES)
    return f"{NUMERO}-{hashlib.sha256(said.encode()).hexdigest()[:10]}"


def same(manifest: Mapping[str, Any]) -> bool:
    """True when the warehouse of this manifest has the shape this version reads."""
    return manifest.get("schema") == schema()


def check_shape(folder: Folder, generation: str) -> None:
    """Refuse a generation of another shape.

    Raises:
        NotLoaded: another version of the code built it; the sentence gives the command that rebuilds it.
    """
    manifest = folder.manifest_of(generation)
    if same(manifest):
        return
    built = str(manifest.get("construit_le", ""))
    when = f" le {built[8:10]}/{built[5:7]}/{built[:4]}" if len(built) >= 10 else ""
    raise NotLoaded(
        f"l'entrepôt de données de {folder.root} a été construit{when} par une autre version de Beffroi "
        f"(schéma {manifest.get('schema') or 'absent'}, attendu {schema()}). Lancez « beffroi donnees actualiser » (ou "
        "« beffroi demo ») pour le reconstruire ; rien ne sera perdu."
    )


def open_database(path: Path) -> DuckDBPyConnection:
    """Open the database of one generation, read-only.

    Raises:
        NotLoaded: damaged file, or no right to read it.
    """
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as e:
        raise NotLoaded(
            f"l'entrepôt de données {path} ne peut pas être ouvert : il est abîmé, ou votre compte n'a pas le droit de le "
            "lire. Lancez « beffroi donnees actualiser --refaire » pour le reconstruire."
        ) from e
