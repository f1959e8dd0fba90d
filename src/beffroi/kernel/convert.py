"""Turn plain data (JSON, TOML, a row of a table) into the declared types of a rule, and back.

Every fault becomes a sentence naming the field and the expected type and unit; nothing is guessed.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import UNITS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entree:
    """What a field of a rule means: label, unit, bounds (included). Used through ``Annotated[int, Entree(…)]``."""

    label: str
    unite: str = ""
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None

    def attendu(self) -> str:
        """What is expected, in words: « un nombre entier de logements, 0 ou plus »."""
        words = ""
        if self.unite == "part":
            words = "en fraction : 0,182 pour 18,2 %"
        elif self.unite and UNITS[self.unite].pluriel:
            words = f"en {UNITS[self.unite].pluriel}"
        elif self.unite and UNITS[self.unite].symbole:
            words = f"en {UNITS[self.unite].symbole}"
        if self.minimum is not None and self.maximum is not None:
            return f"{words}, entre {self.minimum} et {self.maximum}".lstrip(", ")
        if self.minimum is not None:
            return f"{words}, {self.minimum} ou plus".lstrip(", ")
        return words


_TYPE_WORDS = {
    int: "un nombre entier",
    Decimal: "un nombre",
    bool: "vrai ou faux",
    str: "un texte",
    date: "une date AAAA-MM-JJ",
}


_SHORT_WORDS = {int: "entier", Decimal: "nombre", bool: "oui ou non", str: "texte", date: "date"}


def _fault(field: str, entree: Entree | None, expected: str, got: Any) -> InvalidInput:
    label = f"« {entree.label} » ({field})" if entree else f"« {field} »"
    detail = f" ({entree.attendu()})" if entree and entree.attendu() else ""
    shown = "rien" if got is None else f"« {got} »"
    return InvalidInput(Problem(f"le champ {label} attend {expected}{detail} ; reçu : {shown}."))


def _split(annotation: Any) -> tuple[Any, Entree | None]:
    if get_origin(annotation) is typing.Annotated:
        base, *metadata = get_args(annotation)
        return base, next((m for m in metadata if isinstance(m, Entree)), None)
    return annotation, None


def type_words(annotation: Any) -> str:
    """The type of a field in words: « entier », « liste de groupe (nom, poids) », « fort / moyen / faible »."""
    base = _split(annotation)[0]
    origin = get_origin(base)
    if origin in (Union, types.UnionType):
        words = [type_words(a) for a in get_args(base) if a is not type(None)]
        return " ou ".join(words) + (", facultatif" if type(None) in get_args(base) else "")
    if origin is not None:
        names = [type_words(a) for a in get_args(base) if a is not Ellipsis]
        return f"liste de {names[0]}" if origin in (tuple, list, Sequence) else f"table de {names[-1]}"
    if base in _SHORT_WORDS:
        return _SHORT_WORDS[base]
    if isinstance(base, type) and issubclass(base, Enum):
        return " / ".join(str(m.value) for m in base)
    if dataclasses.is_dataclass(base) and isinstance(base, type):
        return f"groupe ({', '.join(f.name for f in dataclasses.fields(base))})"
    return str(getattr(base, "__name__", base))


@cache
def field_types(cls: type) -> dict[str, Any]:
    """Types of the fields of a dataclass, ``Annotated`` kept."""
    return typing.get_type_hints(cls, include_extras=True)


def _check_bounds(field: str, value: Any, entree: Entree | None, words: str) -> Any:
    if entree is not None and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        too_low = entree.minimum is not None and value < entree.minimum
        too_high = entree.maximum is not None and value > entree.maximum
        if too_low or too_high:
            raise _fault(field, entree, words, value)
    return value


def _from_chiffre(value: Chiffre, words: str, field: str, entree: Entree | None) -> Any:
    """Value of a figure given for a plain number; its unit must be the declared one, and it must be known."""
    if entree is not None and entree.unite and value.unite != entree.unite:
        raise _fault(field, entree, words, value.texte(avec_unite=True))
    if value.valeur is None:
        raise _fault(field, entree, words, value.texte())
    return value.valeur


def _scalar(kind: type, value: Any, field: str, entree: Entree | None) -> Any:
    words = _TYPE_WORDS.get(kind, kind.__name__)
    if isinstance(value, Chiffre) and kind in (int, Decimal):
        value = _from_chiffre(value, words, field, entree)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return value if isinstance(value, kind) else kind(value)
        except ValueError:
            choices = ", ".join(str(m.value) for m in kind)
            raise _fault(field, entree, f"une valeur parmi {choices}", value) from None
    if kind is bool:
        if isinstance(value, bool):
            return value
        raise _fault(field, entree, words, value)
    if kind is date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _fault(field, entree, words, value) from None
    if kind is str:
        if isinstance(value, str):
            return value
        raise _fault(field, entree, words, value)
    if kind in (int, Decimal):
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
            raise _fault(field, entree, words, value)
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise _fault(field, entree, words, value) from None
        if not number.is_finite() or (kind is int and number != number.to_integral_value()):
            raise _fault(field, entree, words, value)
        return _check_bounds(field, int(number) if kind is int else number, entree, words)
    if isinstance(value, kind):
        return value
    raise _fault(field, entree, words, value)


def convert(annotation: Any, value: Any, field: str) -> Any:
    """Convert ``value`` to the annotated type.

    Handles ``int``, ``Decimal`` (a float is read through its text), ``str``, ``bool``, ``date``, enumerations,
    ``X | None``, tuples and lists, mappings, ``Chiffre`` as it is, and nested dataclasses given as mappings.

    Raises:
        InvalidInput: wrong type, out of bounds, unknown or missing key; the sentence names the field.
    """
    base, entree = _split(annotation)
    origin = get_origin(base)
    if base is Any:
        return value
    if origin in (Union, types.UnionType):
        options = get_args(base)
        if value is None:
            if type(None) in options:
                return None
            raise _fault(field, entree, "une valeur", None)
        others = [o for o in options if o is not type(None)]
        for option in others[:-1]:
            try:
                return _check_bounds(field, convert(option, value, field), entree, "un nombre")
            except InvalidInput:
                continue
        return _rebound(others[-1], value, field, entree)
    if value is None:
        words = _TYPE_WORDS.get(base, "une valeur")
        raise _fault(field, entree, words, None)
    if origin in (tuple, list, Sequence):
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise _fault(field, entree, "une liste", value)
        inner = get_args(base)
        if origin is tuple and inner and inner[-1] is not Ellipsis:
            if len(inner) != len(value):
                raise _fault(field, entree, f"une liste de {len(inner)} valeurs", value)
            return tuple(convert(t, v, f"{field}[{i + 1}]") for i, (t, v) in enumerate(zip(inner, value, strict=True)))
        items = (convert(inner[0] if inner else Any, v, f"{field}[{i + 1}]") for i, v in enumerate(value))
        return list(items) if origin is list else tuple(items)
    if origin in (dict, Mapping):
        if not isinstance(value, Mapping):
            raise _fault(field, entree, "une table de valeurs nommées", value)
        key_type, value_type = get_args(base) or (str, Any)
        return {convert(key_type, k, field): convert(value_type, v, f"{field}.{k}") for k, v in value.items()}
    if dataclasses.is_dataclass(base) and isinstance(base, type):
        if isinstance(value, base):
            return value
        if base is Chiffre or not isinstance(value, Mapping):
            raise _fault(field, entree, "un groupe de champs nommés", value)
        return from_mapping(base, value, field)
    return _scalar(base, value, field, entree)


def _rebound(annotation: Any, value: Any, field: str, entree: Entree | None) -> Any:
    """Convert to the last option of a union, keeping the label and bounds given on the whole union."""
    base, own = _split(annotation)
    if own is None and entree is not None:
        return convert(typing.Annotated[base, entree], value, field)
    return convert(annotation, value, field)


def from_mapping(cls: type[T], data: Mapping[str, Any], where: str) -> T:
    """Build a dataclass from a mapping.

    Raises:
        InvalidInput: unknown key, missing field, bad value.
    """
    hints = field_types(typing.cast(type, cls))
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
    unknown = [k for k in data if k not in fields]
    if unknown:
        raise InvalidInput(
            Problem(f"le champ « {where}.{unknown[0]} » n'existe pas ; champs attendus : {', '.join(fields)}.")
        )
    values: dict[str, Any] = {}
    for name, f in fields.items():
        if name in data:
            values[name] = convert(hints[name], data[name], f"{where}.{name}")
        elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise InvalidInput(Problem(f"il manque le champ « {where}.{name} »."))
    return cls(**values)


def plain(value: Any) -> Any:
    """Turn a value into plain JSON data; decimals become text so that they stay exact."""
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value == value.to_integral_value() else format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    return value
