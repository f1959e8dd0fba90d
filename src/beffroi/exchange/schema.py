"""JSON Schema of the programme format, generated from the dataclasses of the domain."""

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
