"""Published description of the exchange formats, generated from the declared types: JSON Schema, Table Schema, page."""

from __future__ import annotations

import dataclasses
import inspect
import json
import typing
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from beffroi.domain.programme.modele import Programme
from beffroi.exchange.lecture import champs, facultatif, obligatoire, types_des_champs

DIALECTE = "https://json-schema.org/draft/2020-12/schema"


def schema_programme() -> dict[str, Any]:
    """The schema: one definition per dataclass, unknown keys refused, closed lists spelled out."""
    definitions: dict[str, Any] = {}
    racine = _definition(Programme, definitions)
    return {
        "$schema": DIALECTE,
        "title": "Programme suivi dans Beffroi (PLH, CRTE…)",
        **racine,
        "$defs": {nom: definitions[nom] for nom in sorted(definitions) if nom != Programme.__name__},
    }


def texte() -> str:
    """The schema as it is published in ``docs/reference/programme.schema.json``."""
    return json.dumps(schema_programme(), ensure_ascii=False, indent=2) + "\n"


def schema_saisie() -> dict[str, Any]:
    """Table Schema of the entry workbook (and of pasted rows)."""
    from beffroi.exchange.saisie import COLONNES, OBLIGATOIRES

    descriptions = {
        "element": "identifiant permanent de l’indicateur ou de l’objectif",
        "territoire": "code INSEE de la commune, SIREN de l’EPCI, identifiant du secteur, code du QPV",
        "periode": "exercice ou date, tel qu’il est proposé",
        "ventilation": "part déclarée de l’indicateur, vide pour le total",
        "valeur": "nombre ; « non renseigné » retire la valeur ; vide ne change rien",
        "source": "d’où vient la valeur",
        "piece": "preuve : nom ou adresse d’un fichier",
        "exportee": "valeur au moment de l’export ; colonne masquée, à ne pas modifier",
    }
    cle = ["element", "territoire", "periode", "ventilation"]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "title": "Saisie de valeurs dans Beffroi",
        "fields": [
            {
                "name": titre,
                "type": "number" if champ in ("valeur", "exportee") else "string",
                **({"description": descriptions[champ]} if champ in descriptions else {}),
                "constraints": {"required": champ in OBLIGATOIRES and champ != "valeur"},
            }
            for champ, titre in COLONNES.items()
        ],
        "primaryKey": [COLONNES[c] for c in cle],
        "missingValues": ["", "non renseigné"],
    }


def fichiers() -> dict[str, str]:
    """Files of ``docs/reference/`` written from the declarations: name → text."""
    return {
        "programme.schema.json": texte(),
        "saisie.tableschema.json": json.dumps(schema_saisie(), ensure_ascii=False, indent=2) + "\n",
        "programme.md": page(),
    }


def page() -> str:
    """Reference page of the programme format: one table per group of fields."""
    definitions: dict[str, Any] = {}
    racine = _definition(Programme, definitions)
    lignes = [
        "# Le fichier de programme",
        "",
        "<!-- Page écrite depuis les déclarations par « beffroi docs generer » : ne pas la modifier à la main. -->",
        "",
        "Un programme (PLH, CRTE…) s’échange en YAML ou en JSON, dans les mêmes champs. `beffroi programme verifier` dit chaque faute avec",
        "sa ligne et sa colonne ; `beffroi programme exporter` rend toujours les mêmes octets. Schéma : [programme.schema.json](programme.schema.json).",
        "",
        "Un champ sans astérisque peut manquer. Un texte et un code s’écrivent entre guillemets ; un nombre, sans espace ni unité, avec un",
        "point ; une date, AAAA-MM-JJ. Une valeur inconnue ne s’écrit pas : elle n’est jamais zéro.",
        "",
    ]
    lignes += _table("Programme", racine)
    for nom in sorted(n for n in definitions if n != Programme.__name__):
        lignes += _table(nom, definitions[nom])
    return "\n".join(lignes).rstrip() + "\n"


def _table(nom: str, definition: dict[str, Any]) -> list[str]:
    lignes = [f"## {nom}", "", definition["description"].replace("``", "`"), "", "| champ | contenu |", "|---|---|"]
    for champ, schema in definition["properties"].items():
        etoile = "\\*" if champ in definition["required"] else ""
        lignes.append(f"| `{champ}`{etoile} | {_contenu(schema)} |")
    return [*lignes, ""]


def _contenu(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return _contenu(schema["anyOf"][0])
    if "$ref" in schema:
        nom = schema["$ref"].rsplit("/", 1)[1]
        return f"groupe [{nom}](#{nom.lower()})"
    if "enum" in schema:
        return "un de : " + ", ".join(f"`{v}`" for v in schema["enum"])
    if schema["type"] == "array":
        return f"liste : {_contenu(schema['items'])}"
    if schema["type"] == "object":
        return f"table clé → {_contenu(schema['additionalProperties'])}"
    mots = {"string": "texte", "number": "nombre", "integer": "nombre entier", "boolean": "`true` ou `false`"}
    return "date" if schema.get("format") == "date" else mots[schema["type"]]


def _definition(classe: type, definitions: dict[str, Any]) -> dict[str, Any]:
    definitions.setdefault(classe.__name__, {})
    types_ = types_des_champs(classe)
    definition = {
        "type": "object",
        "description": " ".join((inspect.getdoc(classe) or "").split()),
        "additionalProperties": False,
        "required": [nom for nom, f in champs(classe).items() if obligatoire(f)],
        "properties": {nom: _type(types_[nom], definitions) for nom in champs(classe)},
    }
    definitions[classe.__name__] = definition
    return definition


def _type(annotation: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    base, nul = facultatif(annotation)
    schema = _non_nul(base, definitions)
    return {"anyOf": [schema, {"type": "null"}]} if nul else schema


def _non_nul(base: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origine = get_origin(base)
    if origine is tuple:
        return {"type": "array", "items": _type(get_args(base)[0], definitions)}
    if origine is dict:
        return {"type": "object", "additionalProperties": _type(get_args(base)[1], definitions)}
    if dataclasses.is_dataclass(base):
        classe = typing.cast(type, base)
        if classe.__name__ not in definitions:
            _definition(classe, definitions)
        return {"$ref": f"#/$defs/{classe.__name__}"}
    if isinstance(base, type) and issubclass(base, Enum):
        return {"enum": [m.value for m in base]}
    return dict(_SIMPLES[base])


_SIMPLES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    Decimal: {"type": "number"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}
