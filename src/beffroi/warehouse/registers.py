"""Registers beside open data: DuckDB reads the embedded SQLite database of the entries, read-only, one view per register.

A view has ``code_commune``, ``annee`` and its measures. The scanner is loaded from its package folder, without network; then
the reader is closed to anything else outside.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.kernel.errors import NotLoaded
from beffroi.warehouse.cells import quote
from beffroi.warehouse.observatory import Observatoire
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.relations import RegisterView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BASE = "registres"


class EntrepotRelie(Entrepot):
    """The warehouse in service with a SQLite database attached as ``registres``."""

    def __init__(self, entrepot: Entrepot, base: Path) -> None:
        super().__init__(entrepot.folder)
        self.base = base

    def _connect(self, path: Path) -> DuckDBPyConnection:
        import duckdb

        con = duckdb.connect(":memory:")
        con.execute(f"LOAD {quote(str(scanner()))}")
        con.execute(f"ATTACH {quote(str(path))} AS entrepot (READ_ONLY)")
        con.execute(f"ATTACH {quote(str(self.base))} AS {BASE} (TYPE sqlite, READ_ONLY)")
        con.execute("USE entrepot")
        return con

    def connexion(self) -> DuckDBPyConnection:
        """A cursor of this thread, on the warehouse and the registers."""
        cursor = super().connexion()
        cursor.execute("USE entrepot")
        return cursor


def scanner() -> Path:
    """The SQLite scanner of DuckDB, in the folder of its package.

    Raises:
        NotLoaded: the package is not installed.
    """
    spec = importlib.util.find_spec("duckdb_extension_sqlite_scanner")
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(Path(places[0]).rglob("*.duckdb_extension")) if places else []
    if not found:
        raise NotLoaded(
            "le lecteur SQLite de DuckDB n'est pas installé. Relancez ./beffroi pour réparer l'installation."
        )
    return found[-1]


def attach(entrepot: Entrepot, base: Path, vues: Mapping[str, RegisterView]) -> Observatoire:
    """An observatory whose formulas may also name registers (``registre.<name>.<measure>``).

    ``vues``: name → view; its table is named as in the database, without prefix.

    Raises:
        NotLoaded: no database at that place, or the scanner is missing.
    """
    if not base.is_file():
        raise NotLoaded(f"la base des saisies « {base.name} » n'est pas là : rien n'a encore été saisi.")
    named = {n: RegisterView(f"{BASE}.{v.table}", v.label, v.measures, v.communes) for n, v in vues.items()}
    return Observatoire(EntrepotRelie(entrepot, base), named)
