"""Reads the inputs of a rule from a file: one situation (JSON object) or many (JSON list, CSV, Parquet).

A JSON value may be a plain value, or ``{"valeur": 985, "unite": "logement", "source": "inventaire SRU 2024"}``: the unit is
then checked and the source kept as provenance. In a CSV an empty cell is a field that is not given, never a zero.
"""

from __future__ import annotations

import csv
import dataclasses
import difflib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from beffroi.kernel.convert import plain, type_words
from beffroi.kernel.errors import BeffroiError, InvalidInput, Problem
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.rule import Constat, Rule
from beffroi.kernel.unit import UNITS, exact

FORMES = (".json", ".csv", ".parquet")
_MILLIERS = re.compile(r"^-?\d{1,3}([ \u00a0\u202f]\d{3})+(,\d+)?$")
_VIRGULE = re.compile(r"^-?\d+,\d+$")
_OUI_NON = {"oui": True, "vrai": True, "true": True, "1": True, "non": False, "faux": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Situation:
    """Inputs of one line of the file; ``cles``: identifying columns, carried over to the answer unread."""

    valeurs: Mapping[str, Any]
    provenance: Mapping[str, str] = field(default_factory=dict)
    cles: Mapping[str, Any] = field(default_factory=dict)
    ligne: int | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """Content of a file: its situations; ``unique`` when it holds a single JSON object."""

    fichier: str
    situations: tuple[Situation, ...]
    unique: bool = False


def lire(chemin: Path, regle: Rule, cles: Sequence[str] = ()) -> Lecture:
    """Read a file of inputs for ``regle``.

    Raises:
        InvalidInput: missing or unreadable file, unknown form, column that is neither a field nor a key.
    """
    if chemin.suffix.lower() not in FORMES:
        raise InvalidInput(Problem(f"un fichier d'entrée est en {', '.join(FORMES)}.", chemin.name))
    if not chemin.is_file():
        raise InvalidInput(Problem("ce fichier n'existe pas : vérifier son chemin.", chemin.name))
    if chemin.suffix.lower() == ".json":
        return _lire_json(chemin, regle, cles)
    rows = _lire_csv(chemin) if chemin.suffix.lower() == ".csv" else _lire_parquet(chemin)
    if not rows:
        raise InvalidInput(Problem("ce fichier n'a aucune ligne.", chemin.name))
    return Lecture(chemin.name, tuple(_situation(row, regle, cles, chemin.name, i) for i, row in rows))


def _lire_json(chemin: Path, regle: Rule, cles: Sequence[str]) -> Lecture:
    try:
        data = json.loads(chemin.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as e:
        raise InvalidInput(Problem("ce JSON n'est pas en UTF-8 : le réenregistrer en UTF-8.", chemin.name)) from e
    except json.JSONDecodeError as e:
        raise InvalidInput(Problem(f"ce JSON est mal formé ({e.msg}).", chemin.name, e.lineno, e.colno)) from e
    rows = data if isinstance(data, list) else [data]
    bad = next((i for i, r in enumerate(rows, 1) if not isinstance(r, dict)), None)
    if bad is not None or not rows:
        raise InvalidInput(Problem("ce JSON doit être un objet de champs, ou une liste d'objets.", chemin.name))
    unique = not isinstance(data, list)
    return Lecture(
        chemin.name,
        tuple(_situation(r, regle, cles, chemin.name, None if unique else i) for i, r in enumerate(rows, 1)),
        unique,
    )


def _lire_csv(chemin: Path) -> list[tuple[int, dict[str, Any]]]:
    """Rows with their line number; empty cells are left out."""
    raw = chemin.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        rows = [(reader.line_num, r) for r in reader if any(c.strip() for c in r)]
    except csv.Error as e:
        raise InvalidInput(Problem(f"ce CSV est illisible ({e}).", chemin.name, reader.line_num)) from e
    if not rows:
        raise InvalidInput(Problem("ce CSV est vide.", chemin.name))
    header = [h.strip() for h in rows[0][1]]
    double = next((h for i, h in enumerate(header) if h in header[:i]), None)
    if double is not None:
        raise InvalidInput(Problem(f"la colonne « {double} » est écrite deux fois.", chemin.name, 1))
    for i, r in rows[1:]:
        if len(r) != len(header):
            raise InvalidInput(
                Problem(
                    f"{len(r)} cellules pour {len(header)} colonnes : une cellule contient peut-être le séparateur.",
                    chemin.name,
                    i,
                )
            )
    return [(i, {h: c.strip() for h, c in zip(header, r, strict=True) if c.strip()}) for i, r in rows[1:]]


def _lire_parquet(chemin: Path) -> list[tuple[int, dict[str, Any]]]:
    """Rows with their rank; empty cells are left out."""
    import duckdb

    try:
        with duckdb.connect() as base:
            relation = base.execute("SELECT * FROM read_parquet(?)", [str(chemin)])
            names = [c[0] for c in relation.description or []]
            return [
                (i, {n: v for n, v in zip(names, r, strict=True) if v is not None})
                for i, r in enumerate(relation.fetchall(), 1)
            ]
    except duckdb.Error as e:
        raise InvalidInput(Problem("ce fichier Parquet est illisible.", chemin.name)) from e


def _situation(row: Mapping[str, Any], regle: Rule, cles: Sequence[str], fichier: str, ligne: int | None) -> Situation:
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, value in row.items():
        if name in cles:
            continue
        if name not in regle.entrees:
            near = difflib.get_close_matches(name, list(regle.entrees), 1)
            raise InvalidInput(
                Problem(
                    f"« {name} » n'est pas un champ de la règle {regle.id} (champs : {', '.join(regle.entrees)}).",
                    fichier,
                    ligne,
                    name,
                    f"Vouliez-vous écrire « {near[0]} » ?"
                    if near
                    else f"Pour la garder telle quelle dans le résultat : --cle {name}.",
                )
            )
        values[name], source = _valeur(value, type_words(regle.entrees[name]), fichier, ligne, name)
        if source:
            sources[name] = source
    return Situation(values, sources, {c: row.get(c) for c in cles}, ligne)


def _valeur(value: Any, words: str, fichier: str, ligne: int | None, name: str) -> tuple[Any, str]:
    """The value as the rule reads it, and its source; texts of a CSV are read in the French way."""
    if isinstance(value, dict) and "valeur" in value and set(value) <= {"valeur", "unite", "source"}:
        unit_name, source = value.get("unite", ""), str(value.get("source", ""))
        if not unit_name:
            return value["valeur"], source
        if unit_name not in UNITS:
            raise InvalidInput(Problem(f"l'unité « {unit_name} » n'existe pas.", fichier, ligne, name))
        try:
            return Chiffre(exact(value["valeur"]), unit_name), source
        except (InvalidOperation, TypeError) as e:
            raise InvalidInput(Problem(f"« {value['valeur']} » n'est pas un nombre.", fichier, ligne, name)) from e
    if isinstance(value, datetime):
        return value.date(), ""
    if not isinstance(value, str) or words.startswith("texte"):
        return value, ""
    text = value.strip()
    if words.startswith("oui ou non"):
        return _OUI_NON.get(text.lower(), text), ""
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text, parse_float=Decimal), ""
        except json.JSONDecodeError as e:
            raise InvalidInput(
                Problem(f"cette cellule n'est pas du JSON valide ({e.msg}).", fichier, ligne, name)
            ) from e
    if _MILLIERS.match(text) or _VIRGULE.match(text):
        return re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."), ""
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", text) and words.startswith("date"):
        return "-".join(reversed(text.split("/"))), ""
    return text, ""


def appliquer(regle: Rule, le: date, lecture: Lecture) -> list[tuple[Situation, Constat]]:
    """Apply the rule to each situation; nothing is returned when one of them is at fault.

    Raises:
        InvalidInput: every fault, each with its file and line.
    """
    answers: list[tuple[Situation, Constat]] = []
    problems: list[Problem] = []
    for s in lecture.situations:
        try:
            answers.append((s, regle(le=le, provenance=s.provenance, **s.valeurs)))
        except InvalidInput as e:
            problems += [Problem(p.message, lecture.fichier, s.ligne, p.colonne, p.conseil) for p in e.problems]
        except BeffroiError as e:
            problems.append(Problem(str(e), lecture.fichier, s.ligne))
    if problems:
        raise InvalidInput(problems)
    return answers


def a_plat(value: Any) -> dict[str, Any]:
    """Value of an answer as the columns of a table: ``{"valeur": 121}``, or one column per named part, lists as JSON."""
    return _branches(value, "") or {"valeur": None}


def _branches(value: Any, prefix: str) -> dict[str, Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        flat: dict[str, Any] = {}
        for k, v in value.items():
            flat |= _branches(v, f"{prefix}.{plain(k)}" if prefix else str(plain(k)))
        return flat
    if isinstance(value, list | tuple):
        return {prefix or "valeur": json.dumps(plain(value), ensure_ascii=False)}
    return {prefix or "valeur": value}
