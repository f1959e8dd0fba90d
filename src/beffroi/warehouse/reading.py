"""Look at a raw file before loading it: is it whole, is it text, in which encoding, where is its header?

Every refusal is one sentence with the file, the line, the column and what to do.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.source import Column, Csv, Source

TETE = 1 << 18
LIGNES_AVANT_ENTETE = 30
_NOMS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16", "latin-1": "Latin-1"}


@dataclass(frozen=True, slots=True)
class Found:
    """Where a declared column stands: position in the file (from 0), published name, year of a family, position of
    the column that ends its code."""

    column: Column
    index: int
    published: str
    year: int | None = None
    suffix: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """How a delimited file is written: separator, encoding, line of its header (from 1), names, columns found."""

    separator: str
    encoding: str
    line: int
    names: tuple[str, ...]
    columns: tuple[Found, ...]


def advice(source: Source) -> str:
    """What to do with a file that cannot be read."""
    return f"Téléchargez-le de nouveau depuis {source.page} ; les données en service n'ont pas changé."


@contextmanager
def plain_file(path: Path, source: Source, aside: Path) -> Iterator[Path]:
    """The file as DuckDB reads it: a zip is opened (its only table is taken), a gzip that does not say so in its name is
    unpacked, any other file is left alone.

    Raises:
        InvalidInput: empty file, damaged or truncated archive, no table or several tables in it.
    """
    name = path.name
    if path.stat().st_size == 0:
        raise InvalidInput(Problem("ce fichier est vide.", name, conseil=advice(source)))
    with path.open("rb") as f:
        magic = f.read(4)
    if magic.startswith(b"\x1f\x8b"):
        _check_gzip(path, source)
        yield path if path.suffix.lower() == ".gz" else _gunzip(path, aside)
    elif magic == b"PK\x03\x04" and path.suffix.lower() != ".xlsx":
        yield _unzip(path, source, aside)
    elif path.suffix.lower() in (".gz", ".zip"):
        head = path.read_bytes()[:512]
        refuse_page(head, name, source)
        raise InvalidInput(
            Problem(f"ce n'est pas une archive {path.suffix[1:]} : elle est abîmée.", name, conseil=advice(source))
        )
    else:
        yield path


def _gunzip(path: Path, aside: Path) -> Path:
    target = aside / f"clair-{path.name}"
    with gzip.open(path) as src, target.open("wb") as dst:
        shutil.copyfileobj(src, dst, 1 << 20)
    return target


def _check_gzip(path: Path, source: Source) -> None:
    try:
        with gzip.open(path) as f:
            while f.read(1 << 22):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError) as e:
        raise InvalidInput(Problem("cette archive est tronquée ou abîmée.", path.name, conseil=advice(source))) from e


def _unzip(path: Path, source: Source, aside: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            if "[Content_Types].xml" in archive.namelist():
                raise InvalidInput(
                    Problem(
                        "c'est un classeur (Excel), pas le tableau en texte attendu.",
                        path.name,
                        conseil=f"Prenez le fichier CSV sur {source.page}, ou enregistrez le classeur en CSV UTF-8.",
                    )
                )
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX")]
            tables = [m for m in members if m.filename.lower().endswith((".csv", ".txt", ".geojson", ".json"))]
            wanted = [m for m in tables if not Path(m.filename).name.lower().startswith(("meta", "dictionnaire"))]
            if len(wanted) != 1:
                said = "ne contient aucun tableau" if not wanted else f"contient {len(wanted)} tableaux"
                raise InvalidInput(
                    Problem(
                        f"cette archive {said}, un seul est attendu.",
                        path.name,
                        conseil="Extrayez le bon fichier et donnez-le seul.",
                    )
                )
            target = aside / Path(wanted[0].filename).name
            with archive.open(wanted[0]) as src, target.open("wb") as dst:
                shutil.copyfileobj(src, dst, 1 << 20)
            return target
    except RuntimeError as e:  # c'est ce que zipfile lève devant une archive chiffrée
        raise InvalidInput(
            Problem("cette archive est protégée par un mot de passe.", path.name, conseil=advice(source))
        ) from e
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as e:
        raise InvalidInput(Problem("cette archive est tronquée ou abîmée.", path.name, conseil=advice(source))) from e


def open_bytes(path: Path) -> IO[bytes]:
    """Open a plain or gzip file as bytes."""
    with path.open("rb") as f:
        zipped = f.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")  # type: ignore[return-value]


def refuse_page(head: bytes, name: str, source: Source) -> None:
    """Refuse a web page or an error message saved under the name of a table."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start):
        raise InvalidInput(
            Problem("c'est une page web (HTML), pas le tableau attendu.", name, 1, conseil=advice(source))
        )
    if isinstance(source.format, Csv) and start.startswith(b"{"):
        raise InvalidInput(
            Problem(
                "c'est une réponse JSON (message du site), pas le tableau attendu.", name, 1, conseil=advice(source)
            )
        )


def read_header(path: Path, source: Source, name: str = "") -> Header:
    """Find encoding, separator, header line and columns of a delimited file.

    Raises:
        InvalidInput: web page, undeclared encoding, header without a required column, cut last line.
    """
    assert isinstance(source.format, Csv)
    name = name or path.name
    with open_bytes(path) as f:
        head = f.read(TETE)
        more = bool(f.read(1))
    refuse_page(head, name, source)
    encoding = _encoding(head, more, source, name)
    if source.format.ended and not more and not head.endswith(b"\n"):
        _cut(head.count(b"\n") + 1, name, source)
    elif source.format.ended and more and path.suffix != ".gz":
        with path.open("rb") as f:
            f.seek(-1, 2)
            if f.read(1) != b"\n":
                _cut(None, name, source)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    return _locate(text, encoding, source, name)


def _cut(line: int | None, name: str, source: Source) -> None:
    raise InvalidInput(
        Problem("le fichier est tronqué : sa dernière ligne n'est pas finie.", name, line, conseil=advice(source))
    )


def _encoding(head: bytes, more: bool, source: Source, name: str) -> str:
    assert isinstance(source.format, Csv)
    declared = source.format.encodings
    start = head[:1000]
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and 0 < start.count(0) < len(start) / 4:
        line = start.count(b"\n", 0, start.index(0)) + 1
        raise InvalidInput(
            Problem("ce fichier contient des octets nuls : ce n'est pas du texte.", name, line, conseil=advice(source))
        )
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in start:
        raise InvalidInput(
            Problem(
                f"ce fichier est en UTF-16, {_names(declared)} attendu.",
                name,
                1,
                conseil="Enregistrez-le de nouveau en UTF-8, ou reprenez le fichier du producteur.",
            )
        )
    failure: UnicodeDecodeError | None = None
    for encoding in declared:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            decoder.decode(head, final=not more)
            return encoding
        except UnicodeDecodeError as e:
            failure = failure or e
    assert failure is not None
    raise bad_byte(head, failure.start, declared, name)


def bad_byte(data: bytes, start: int, declared: tuple[str, ...], name: str, line_before: int = 0) -> InvalidInput:
    """The refusal of a byte that does not exist in the declared encodings."""
    line = line_before + data.count(b"\n", 0, start) + 1
    column = start - (data.rfind(b"\n", 0, start) + 1) + 1
    return InvalidInput(
        Problem(
            f"l'octet {data[start]:#04x} n'existe pas en {_names(declared)} : le fichier a un autre encodage.",
            name,
            line,
            column,
            "Il est sans doute en Windows-1252 : reprenez le fichier du producteur, ou enregistrez-le en UTF-8.",
        )
    )


def _names(encodings: tuple[str, ...]) -> str:
    return " ou ".join(_NOMS.get(e, e) for e in encodings)


def split_line(line: str, separator: str) -> list[str]:
    """Cells of one line of a delimited file."""
    return next(csv.reader([line], delimiter=separator), [])


def _locate(text: str, encoding: str, source: Source, name: str) -> Header:
    """Header row: the first whose cells hold every required column, among the first lines (cells may span lines)."""
    assert isinstance(source.format, Csv)
    best: tuple[int, Header | None, list[str]] = (-1, None, [])
    for separator in source.format.separators:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
        for cells in islice(_readable(reader), LIGNES_AVANT_ENTETE):
            if len(cells) < 2:
                continue
            found, missing = match_columns(cells, source)
            if len(found) > best[0]:
                best = (len(found), Header(separator, encoding, reader.line_num, tuple(cells), tuple(found)), missing)
            if found and not missing:
                return Header(separator, encoding, reader.line_num, tuple(cells), tuple(found))
    _, header, missing = best
    if header is None or not header.columns:
        raise InvalidInput(
            Problem(
                f"aucune colonne attendue n'a été trouvée dans les {LIGNES_AVANT_ENTETE} premières lignes "
                f"(attendues : {', '.join(_shown(c) for c in source.columns if c.required)}).",
                name,
                1,
                conseil=advice(source),
            )
        )
    near = difflib.get_close_matches(missing[0], [n.strip() for n in header.names], 1, 0.5)
    hint = f" La colonne « {near[0]} » lui ressemble." if near else ""
    raise InvalidInput(
        Problem(
            f"la colonne attendue manque dans l'en-tête ({' ; '.join(n.strip() for n in header.names[:12])}"
            f"{' ; …' if len(header.names) > 12 else ''}).{hint}",
            name,
            header.line,
            missing[0],
            "Le producteur a changé son format : gardez le millésime précédent et signalez ce fichier ; "
            "les données en service n'ont pas changé.",
        )
    )


def _readable(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows until one that is no row at all (a cell of more than 128 kB)."""
    try:
        yield from rows
    except csv.Error:
        return


def _shown(column: Column) -> str:
    return column.header[0].replace("\\d\\d", "AA").replace("(?P<annee>AA)", "AA").replace("\\", "")


def match_columns(cells: list[str], source: Source) -> tuple[list[Found], list[str]]:
    """Declared columns found in a header, and the published names of the required ones that are not."""
    found: list[Found] = []
    missing: list[str] = []
    for column in source.columns:
        hits = []
        for index, cell in enumerate(cells):
            match = column.match(cell)
            if match:
                year = match.groupdict().get("annee")
                hits.append(
                    Found(
                        column,
                        index,
                        cell.strip(),
                        _year(year) + column.shift if year else None,
                        _suffix(cells, column),
                    )
                )
        if hits and not column.family:
            hits = hits[:1]
        hits = [h for h in hits if not column.suffix or h.suffix is not None]
        if not hits and column.required:
            missing.append(_shown(column))
        found += hits
    return found, missing


def _suffix(cells: list[str], column: Column) -> int | None:
    names = [c.strip().strip('"').casefold() for c in cells]
    return next((names.index(s.casefold()) for s in column.suffix if s.casefold() in names), None)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
