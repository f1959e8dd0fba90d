"""Build the warehouse aside from clean files and packages, then put it in service in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from beffroi.kernel.errors import BeffroiError
from beffroi.sources import identifiants, source, sources
from beffroi.warehouse.cells import quote
from beffroi.warehouse.demonstration import OwnTable, own_format, own_tables
from beffroi.warehouse.fetch import refresh, silent, take_mirror
from beffroi.warehouse.fill import fill
from beffroi.warehouse.folder import Folder, data_folder, disk_error, mirror_folder, modules_folder, refused_write
from beffroi.warehouse.lock import Entry, declaration, digest, read_lock
from beffroi.warehouse.schema import same, schema
from beffroi.warehouse.territories import Packages, find_packages

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
        code = b"".join(
            (here / n).read_bytes()
            for n in ("build.py", "fill.py", "tables.py", "cog.py", "territories.py", "dvf.py", "derived.py")
        )
        parts = [
            self.packages.stamp,
            *(f"{e.id}|{e.clean}|{e.quality}|{e.perimeter}" for es in self.loaded.values() for e in es),
            schema(),
        ]
        parts += [repr(s) for s in sources()]
        return hashlib.sha256(code + "\n".join(parts).encode()).hexdigest()[:16]


def preparer(
    donnees: Path | None = None,
    modules: Path | None = None,
    miroir: Path | None = None,
    progres: Callable[[str], None] = silent,
    demonstration: bool = True,
    refaire: bool = False,
) -> Preparation:
    """Prepare the data: take what changed in the mirror, clean it, build the warehouse, put it in service.

    Idempotent, and fast when nothing changed. A refused file is reported and its previous version stays in service.
    A warehouse built by an earlier version of the code is built again.

    Args:
        donnees: data folder (default ``BEFFROI_DONNEES``, then ``donnees`` in the repository).
        modules: npm packages (default ``BEFFROI_MODULES``, then ``node_modules``).
        miroir: local mirror (default ``BEFFROI_MIROIR``, then none).
        progres: called with one French sentence at each step.
        demonstration: fill the sources that have no file with the packaged extracts.
        refaire: build the warehouse again even when nothing changed.

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
        faults += refresh(folder, progres)
        plan = _plan(folder, packages, demonstration, progres)
        signature = plan.signature
        in_service, said = folder.generation(), folder.manifest()
        if in_service is not None and said.get("signature") == signature and same(said) and not refaire:
            return Preparation(in_service, False, tuple(faults))
        older = in_service is not None and not same(said)
        progres(
            "l'entrepôt en service vient d'une autre version de Beffroi : il est reconstruit…"
            if older
            else "construction de l'entrepôt…"
        )
        generation = _build(folder, plan, signature)
        _forget(folder, plan)
        return Preparation(generation, True, tuple(faults))


def _plan(folder: Folder, packages: Packages, demonstration: bool, progress: Callable[[str], None]) -> _Plan:
    plan = _Plan(packages)
    entries = [e for e in read_lock(folder).values() if e.clean and e.quality in RANG and e.source in identifiants()]
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

    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"  # en temps universel : les noms se rangent dans l'ordre
    building = folder.warehouses / f".{stamp}"
    try:
        building.mkdir(parents=True)
        con = duckdb.connect(str(building / "entrepot.duckdb"))
        try:
            con.execute(f"SET temp_directory = {quote(str(building))}")
            files = fill(con, folder, plan.packages, plan.loaded)
            con.execute("CHECKPOINT")
        finally:
            con.close()
        for left in building.iterdir():
            if left.name != "entrepot.duckdb":
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
        said = {
            "schema": schema(),
            "signature": signature,
            "construit_le": f"{datetime.now():%Y-%m-%dT%H:%M:%S}",
            "fichiers": files,
        }
        (building / "manifeste.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        folder.publish(building, stamp)
    except (OSError, duckdb.Error) as e:
        shutil.rmtree(building, ignore_errors=True)
        if isinstance(e, OSError):
            raise disk_error(e, building) from e
        full = refused_write(str(e))
        if full is not None:
            raise disk_error(full, building / "entrepot.duckdb") from e
        raise
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return stamp


def _forget(folder: Folder, plan: _Plan) -> None:
    """Remove clean files that neither the lock nor the new generation use."""
    used = {e.clean for es in plan.loaded.values() for e in es} | {e.clean for e in read_lock(folder).values()}
    keep = {folder.root / u for u in used}
    for path in folder.clean.rglob("*.parquet"):
        base = path.with_name(path.name.replace(".rejets.parquet", ".parquet"))
        if base not in keep:
            path.unlink(missing_ok=True)
