"""Build the warehouse aside from clean files and packages, then put it in service in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.source import Grain, Packaged, Source
from beffroi.sources import identifiants, source, sources
from beffroi.warehouse.cells import TYPES, name, quote
from beffroi.warehouse.demonstration import OwnTable, own_format, own_tables
from beffroi.warehouse.fetch import silent, take_mirror
from beffroi.warehouse.folder import Folder, data_folder, disk_error, mirror_folder, modules_folder
from beffroi.warehouse.lock import Entry, declaration, digest, read_lock
from beffroi.warehouse.territories import Packages, build_census, build_territories, find_packages

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MENTIONS = {
    "officiel": "",
    "derive": "fichier dérivé, et non celui du producteur",
    "demonstration": "extrait de démonstration",
    "paquet": "",
}
RANG = ("officiel", "derive", "demonstration")


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a preparation did: generation in service, whether it was rebuilt, files refused and why."""

    generation: str
    rebuilt: bool
    faults: tuple[BeffroiError, ...] = ()


@dataclass(slots=True)
class _Plan:
    """Files that will make the next generation."""

    packages: Packages
    loaded: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        here = Path(__file__).parent
        code = b"".join((here / n).read_bytes() for n in ("build.py", "territories.py"))
        parts = [
            self.packages.stamp,
            *(f"{e.id}|{e.clean}|{e.quality}|{e.perimeter}" for es in self.loaded.values() for e in es),
        ]
        parts += [repr(s) for s in sources()]
        return hashlib.sha256(code + "\n".join(parts).encode()).hexdigest()[:16]


def preparer(
    donnees: Path | None = None,
    modules: Path | None = None,
    miroir: Path | None = None,
    progres: Callable[[str], None] = silent,
    demonstration: bool = True,
) -> Preparation:
    """Prepare the data: take what changed in the mirror, clean it, build the warehouse, put it in service.

    Idempotent, and fast when nothing changed. A refused file is reported and its previous version stays in service.

    Args:
        donnees: data folder (default ``BEFFROI_DONNEES``, then ``donnees`` in the repository).
        modules: npm packages (default ``BEFFROI_MODULES``, then ``node_modules``).
        miroir: local mirror (default ``BEFFROI_MIROIR``, then none).
        progres: called with one French sentence at each step.
        demonstration: fill the sources that have no file with the packaged extracts.

    Raises:
        NotLoaded: the package of territories is not installed.
        BeffroiError: the folder cannot be written, the disk is full.
    """
    folder = Folder(data_folder(donnees))
    packages = find_packages(modules_folder(modules))
    with folder.exclusive():
        faults: list[BeffroiError] = []
        mirror = mirror_folder(miroir)
        if mirror is not None:
            faults = take_mirror(folder, mirror, progres)
        plan = _plan(folder, packages, demonstration, progres)
        signature = plan.signature
        in_service = folder.generation()
        if in_service is not None and folder.manifest().get("signature") == signature:
            return Preparation(in_service, False, tuple(faults))
        progres("construction de l'entrepôt…")
        generation = _build(folder, plan, signature)
        _forget(folder, plan)
        return Preparation(generation, True, tuple(faults))


def _plan(folder: Folder, packages: Packages, demonstration: bool, progress: Callable[[str], None]) -> _Plan:
    plan = _Plan(packages)
    entries = [e for e in read_lock(folder).values() if e.quality in RANG and e.source in identifiants()]
    for entry in sorted(entries, key=lambda e: (_vintage_key(e.vintage), -RANG.index(e.quality)), reverse=True):
        plan.loaded.setdefault(entry.source, []).append(entry)
    if demonstration:
        for table in own_tables():
            if table.source not in plan.loaded:
                plan.loaded.setdefault(table.source, []).append(_demonstration(folder, table, progress))
    return plan


def _vintage_key(vintage: str) -> str:
    return vintage.ljust(7, "0")


def _demonstration(folder: Folder, table: OwnTable, progress: Callable[[str], None]) -> Entry:
    declared = own_format(source(table.source))
    sha, mark = digest(table.path), declaration(declared)
    entry = Entry(
        source=table.source,
        vintage=table.vintage,
        origin=f"demonstration:{table.path.name}",
        raw=str(table.path),
        sha256=sha,
        size=table.path.stat().st_size,
        quality="demonstration",
        perimeter=table.perimeter,
        licence=table.licence,
        taken="",
        stamp=sha,
    )
    target = folder.clean / table.source / f"demonstration-{sha[:12]}-{mark}.parquet"
    if target.is_file():
        return replace(entry, clean=target.relative_to(folder.root).as_posix())
    progress(f"{declared.label} (extrait de démonstration)…")
    from beffroi.warehouse.clean import clean

    result = clean(table.path, declared, table.vintage, target)
    if result.rejected:
        raise BeffroiError(
            f"« {table.path.name} » : {result.rejected} lignes refusées dans un extrait de démonstration."
        )
    return replace(entry, clean=target.relative_to(folder.root).as_posix())


def _build(folder: Folder, plan: _Plan, signature: str) -> str:
    import duckdb

    stamp = f"{datetime.now():%Y%m%dT%H%M%S%f}"
    building = folder.warehouses / f".{stamp}"
    try:
        building.mkdir(parents=True)
        con = duckdb.connect(str(building / "entrepot.duckdb"))
        try:
            con.execute(f"SET temp_directory = {quote(str(building))}")
            files = _fill(con, folder, plan)
            con.execute("CHECKPOINT")
        finally:
            con.close()
        for left in building.iterdir():
            if left.name != "entrepot.duckdb":
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
        said = {"signature": signature, "construit_le": f"{datetime.now():%Y-%m-%dT%H:%M:%S}", "fichiers": files}
        (building / "manifeste.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        folder.publish(building, stamp)
    except (OSError, duckdb.IOException) as e:
        shutil.rmtree(building, ignore_errors=True)
        if isinstance(e, OSError):
            raise disk_error(e, building) from e
        full = "no space left" in str(e).lower()
        raise disk_error(OSError(28 if full else 5, str(e).splitlines()[0]), building) from e
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return stamp


def _fill(con: DuckDBPyConnection, folder: Folder, plan: _Plan) -> list[str]:
    """Create every table; return the ids of the provenances."""
    con.execute(
        """CREATE TABLE fichier (fichier SMALLINT PRIMARY KEY, id VARCHAR, source VARCHAR, jeu VARCHAR, producteur VARCHAR,
             millesime VARCHAR, qualite VARCHAR, mention VARCHAR, perimetre VARCHAR, licence VARCHAR, page VARCHAR,
             consulte_le VARCHAR, sha256 VARCHAR, origine VARCHAR, lignes BIGINT, rejets BIGINT, anomalies JSON,
             premiere_annee SMALLINT, derniere_annee SMALLINT)"""
    )
    build_territories(con, plan.packages)
    ids: list[str] = []
    _describe(con, ids, _packaged("decoupage_administratif", plan.packages.divisions_vintage, plan.packages), "paquet")
    if plan.packages.iris is not None:
        _describe(con, ids, _packaged("recensement_iris", "2021", plan.packages), "paquet")
        build_census(con, plan.packages, len(ids))
    for identifier in identifiants():
        declared = source(identifier)
        if isinstance(declared.format, Packaged):
            continue
        entries = plan.loaded.get(identifier, [])
        numbers = [_describe(con, ids, e, e.quality) for e in entries]
        _table(con, folder, declared, entries, numbers)
        if entries and "annee" in declared.names:
            con.execute(
                f"""UPDATE fichier SET premiere_annee = a, derniere_annee = z FROM (
                    SELECT fichier AS f, min(annee) AS a, max(annee) AS z FROM {name(identifier)} GROUP BY 1) WHERE f = fichier"""
            )
    _tiles(con)
    return ids


def _packaged(identifier: str, vintage: str, packages: Packages) -> Entry:
    declared = source(identifier)
    assert isinstance(declared.format, Packaged)
    return Entry(
        identifier,
        vintage,
        f"paquet {declared.format.package}",
        "",
        "",
        0,
        "officiel",
        "France",
        declared.licence,
        "",
        "",
    )


def _describe(con: DuckDBPyConnection, ids: list[str], e: Entry, quality: str) -> int:
    """Record one file; its id is ``source@millesime``, with a suffix when several files share the vintage."""
    declared = source(e.source)
    base = f"{e.source}@{e.vintage}" + ("" if quality in ("officiel", "paquet") else f"-{quality}")
    identifier, rank = base, 2
    while identifier in ids:
        identifier, rank = f"{base}-{rank}", rank + 1
    ids.append(identifier)
    con.execute(
        f"INSERT INTO fichier VALUES ({', '.join('?' * 17)}, NULL, NULL)",
        [
            len(ids), identifier, e.source, declared.label, declared.producer, e.vintage, quality, MENTIONS[quality],
            e.perimeter, e.licence, declared.page, e.taken, e.sha256, e.origin, e.rows, e.rejected,
            json.dumps(list(e.failures), ensure_ascii=False),
        ],
    )  # fmt: skip
    return len(ids)


def stored(declared: Source) -> list[tuple[str, str]]:
    """Names and SQL types of the table of a source, without the number of the file."""
    year = [("annee", "SMALLINT")] if declared.family else []
    out = [(k.name, TYPES[k.kind]) for k in declared.file_keys]
    out += [(k.name, TYPES[k.kind]) for k in declared.fixed] + year
    for c in declared.columns:
        out.append((c.name, TYPES[c.kind]))
        if c.secret and declared.marks:
            out.append((f"{c.name}_secret", "BOOLEAN"))
    return out


def _table(con: DuckDBPyConnection, folder: Folder, declared: Source, entries: list[Entry], numbers: list[int]) -> None:
    """One table per source. Where several files tell of one commune and year, the newest vintage wins, then the
    publisher's own file: rows of two files are never mixed in one commune and year."""
    columns = stored(declared)
    if not entries:
        listed = ", ".join(f"{name(n)} {t}" for n, t in columns)
        con.execute(f"CREATE TABLE {name(declared.id)} ({listed}, fichier SMALLINT)")
        return
    listed = ", ".join(name(n) for n, _ in columns)
    union = " UNION ALL ".join(
        f"SELECT {listed}, CAST({number} AS SMALLINT) AS fichier, {rank} AS _rang "
        f"FROM read_parquet({quote(str(folder.root / e.clean))}) WHERE _rejet IS NULL"
        for rank, (e, number) in enumerate(zip(entries, numbers, strict=True))
    )
    names = dict(columns)
    over: list[str] = [k for k in ("code_commune", "annee") if k in names] or list(declared.key[:1])
    if declared.grain is Grain.MUTATION:
        over = []
    partition = ", ".join(name(k) for k in (*over, *(k.name for k in declared.file_keys if k.name not in over)))
    pick = f"QUALIFY _rang = min(_rang) OVER (PARTITION BY {partition})" if len(entries) > 1 and over else ""
    order = ", ".join(name(k) for k in (*over, *(k for k in declared.key if k not in over)))
    con.execute(f"CREATE TABLE {name(declared.id)} AS SELECT * EXCLUDE (_rang) FROM ({union}) {pick} ORDER BY {order}")


def _tiles(con: DuckDBPyConnection) -> None:
    from beffroi.warehouse.demonstration import TABLES

    path = TABLES.parent / "tuiles.csv"
    con.execute(
        "CREATE TABLE tuile AS SELECT code_commune, siren_epci, CAST(q AS INTEGER) AS q, CAST(r AS INTEGER) AS r "
        f"FROM read_csv({quote(str(path))}, all_varchar=true, header=true, delim=',')"
    )


def _forget(folder: Folder, plan: _Plan) -> None:
    """Remove clean files that neither the lock nor the new generation use."""
    used = {e.clean for es in plan.loaded.values() for e in es} | {e.clean for e in read_lock(folder).values()}
    keep = {folder.root / u for u in used}
    for path in folder.clean.rglob("*.parquet"):
        base = path.with_name(path.name.replace(".rejets.parquet", ".parquet"))
        if base not in keep:
            path.unlink(missing_ok=True)
