"""Fill a new warehouse: files and their provenance, territories, passage of codes, one table per source."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from beffroi.kernel.source import Derived, Packaged, Source
from beffroi.sources import source, sources
from beffroi.warehouse.cells import name, quote
from beffroi.warehouse.cog import build_passage
from beffroi.warehouse.demonstration import TABLES
from beffroi.warehouse.derived import build_derived
from beffroi.warehouse.dvf import build_sales
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.lock import Entry
from beffroi.warehouse.tables import create, create_empty, create_from
from beffroi.warehouse.territories import Packages, build_territories, census, population

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MENTIONS = {
    "officiel": "",
    "derive": "extrait dérivé, et non le fichier du producteur",
    "demonstration": "extrait de démonstration",
    "paquet": "",
}


def fill(con: DuckDBPyConnection, folder: Folder, packages: Packages, loaded: dict[str, list[Entry]]) -> list[str]:
    """Create every table; return the ids of the provenances."""
    con.execute(
        """CREATE TABLE fichier (fichier SMALLINT PRIMARY KEY, id VARCHAR, source VARCHAR, rang UTINYINT, jeu VARCHAR,
             producteur VARCHAR, millesime VARCHAR, qualite VARCHAR, mention VARCHAR, perimetre VARCHAR, licence VARCHAR,
             page VARCHAR, consulte_le VARCHAR, sha256 VARCHAR, origine VARCHAR, lignes BIGINT, rejets BIGINT,
             anomalies JSON, premiere_annee SMALLINT, derniere_annee SMALLINT, communes INTEGER, attendues INTEGER);
           CREATE TABLE etat_source (source VARCHAR, scinde BOOLEAN, partiel BOOLEAN, lignes BIGINT);
           CREATE TABLE remplissage (source VARCHAR, fichier SMALLINT, colonne VARCHAR, remplies BIGINT);
           CREATE TABLE perimetre (fichier SMALLINT, code_departement VARCHAR)"""
    )
    build_territories(con, packages)
    ids: list[str] = []
    cog = [s for s in sources() if s.id.startswith("cog")]
    for declared in cog:
        _load(con, folder, declared, loaded, ids)
    build_passage(con)
    for declared in sources():
        if declared.id == "decoupage_administratif":
            number = _describe(con, ids, _packaged(declared, packages.divisions_vintage), "paquet", 0)
            create_from(con, declared, population(packages, number))
        elif declared.id == "recensement_iris":
            if packages.iris is None:
                create_empty(con, declared)
            else:
                create_from(
                    con, declared, census(packages, _describe(con, ids, _packaged(declared, "2021"), "paquet", 0))
                )
        elif declared not in cog and not isinstance(declared.format, Derived):
            _load(con, folder, declared, loaded, ids)
        if declared.id == "populations_legales":
            _packaged_populations(con, declared, packages, ids)
    build_sales(con)
    build_derived(con)
    for declared in sources():
        _measure_files(con, declared)
        _measure_columns(con, declared)
        con.execute(
            f"INSERT INTO etat_source SELECT {quote(declared.id)}, coalesce(bool_or(scinde > 0), false), "
            f"coalesce(bool_or(partiel), false), count(*) FROM {name(declared.id)}"
        )
    con.execute(
        "CREATE TABLE tuile AS SELECT code_commune, siren_epci, CAST(q AS INTEGER) AS q, CAST(r AS INTEGER) AS r "
        f"FROM read_csv({quote(str(TABLES.parent / 'tuiles.csv'))}, all_varchar=true, header=true, delim=',')"
    )
    return ids


def _load(
    con: DuckDBPyConnection, folder: Folder, declared: Source, loaded: dict[str, list[Entry]], ids: list[str]
) -> None:
    entries = loaded.get(declared.id, [])
    numbers = [_describe(con, ids, e, e.quality, rank) for rank, e in enumerate(entries)]
    create(con, folder, declared, entries, numbers)


def _packaged_populations(con: DuckDBPyConnection, declared: Source, packages: Packages, ids: list[str]) -> None:
    """The populations of the packaged divisions are the legal ones, three years before: one more vintage."""
    year = int(packages.divisions_vintage) - 3
    if con.execute("SELECT count(*) FROM populations_legales WHERE annee = ?", [year]).fetchone() == (0,):
        entry = replace(_packaged(source("decoupage_administratif"), str(year)), source=declared.id)
        number = _describe(con, ids, entry, "paquet", 0)
        con.execute(
            f"""INSERT INTO populations_legales BY NAME
            SELECT {year} AS annee, code AS code_commune, population_municipale, population_totale,
                   population_totale - population_municipale AS population_comptee_a_part, {number} AS fichier, 0 AS scinde,
                   false AS partiel
            FROM commune WHERE population_municipale IS NOT NULL ORDER BY code"""
        )


def _packaged(declared: Source, vintage: str) -> Entry:
    assert isinstance(declared.format, Packaged)
    origin = f"paquet {declared.format.package}"
    return Entry(declared.id, vintage, origin, "", "", 0, "officiel", "France", declared.licence, "", "")


def _describe(con: DuckDBPyConnection, ids: list[str], e: Entry, quality: str, rank: int) -> int:
    """Record one file; its id is ``source@millesime``, with a suffix when several files share the vintage."""
    declared = source(e.source)
    base = f"{e.source}@{e.vintage}" + ("" if quality in ("officiel", "paquet") else f"-{quality}")
    identifier, other = base, 2
    while identifier in ids:
        identifier, other = f"{base}-{other}", other + 1
    ids.append(identifier)
    con.execute(
        f"INSERT INTO fichier VALUES ({', '.join('?' * 18)}, NULL, NULL, NULL, NULL)",
        [
            len(ids), identifier, e.source, rank, declared.label, declared.producer, e.vintage, quality,
            MENTIONS[quality], e.perimeter, e.licence, declared.page, e.taken, e.sha256, e.origin, e.rows, e.rejected,
            json.dumps(list(e.failures), ensure_ascii=False),
        ],
    )  # fmt: skip
    for code in perimeter(e.perimeter):
        con.execute("INSERT INTO perimetre VALUES (?, ?)", [len(ids), code])
    return len(ids)


def perimeter(text: str) -> tuple[str, ...]:
    """Départements a file covers, read from the words of the mirror: « * » for France, none when it is not said."""
    words = text.casefold()
    if words.startswith("france"):
        return ("*",)
    if words.startswith("département"):
        return tuple(re.findall(r"\b(?:\d{2,3}|2[ab])\b", words.split(",")[0]))
    return ()


def _measure_columns(con: DuckDBPyConnection, declared: Source) -> None:
    """How many cells of each measured column each file fills: a derived extract may lack a column."""
    columns = list(dict.fromkeys(m.column for m in declared.measures))
    if columns:
        listed = ", ".join(f"count({name(c)}) AS {name(c)}" for c in columns)
        con.execute(
            f"""INSERT INTO remplissage SELECT {quote(declared.id)}, fichier, colonne, remplies FROM (
                SELECT fichier, {listed} FROM {name(declared.id)} GROUP BY fichier
              ) UNPIVOT (remplies FOR colonne IN ({", ".join(map(name, columns))}))"""
        )


def _measure_files(con: DuckDBPyConnection, declared: Source) -> None:
    """Years and number of communes of each file, and the number its perimeter should have."""
    if "code_commune" not in declared.names or declared.id.startswith("cog"):
        return
    year = "min(annee), max(annee)" if "annee" in declared.names else "NULL, NULL"
    con.execute(
        f"""UPDATE fichier SET premiere_annee = a, derniere_annee = z, communes = n FROM (
              SELECT fichier AS f, {year}, count(DISTINCT code_commune) FROM {name(declared.id)} GROUP BY fichier
            ) AS t(f, a, z, n) WHERE f = fichier.fichier AND fichier.source = {quote(declared.id)};
            UPDATE fichier SET attendues = (
              SELECT count(*) FROM commune c WHERE length(c.code_departement) = 2 AND c.code_departement NOT IN ('20')
                AND EXISTS (FROM perimetre p WHERE p.fichier = fichier.fichier
                            AND p.code_departement IN ('*', c.code_departement)))
            WHERE source = {quote(declared.id)} AND fichier IN (SELECT fichier FROM perimetre)"""
    )
