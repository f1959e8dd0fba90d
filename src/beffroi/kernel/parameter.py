"""Dated parameters: values that a text can change live in ``parametres.toml``, beside the rules of their area.

Format of one file (every value is written as text so that decimals stay exact)::

    [taux_legal]
    label = "Taux légal de logements sociaux"
    unite = "part"

    [[taux_legal.valeurs]]
    du = 2014-01-01          # date of effect; « au » (included) is optional
    valeur = "0.25"
    texte = "CCH"
    article = "L. 302-5"
    # url = "…"              needed when « texte » is not one of the codes of kernel/legal.py
    # a_verifier = true      shown « à vérifier » wherever the value is used
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from beffroi.kernel.errors import BeffroiError, InvalidInput, NotFound, Problem
from beffroi.kernel.legal import CODES, LegalRef

Valeur = Decimal | int | bool | str | date | tuple[Decimal, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One dated value of a parameter, with the text that sets it."""

    id: str
    label: str
    unite: str
    valeur: Any
    du: date
    au: date | None
    legal: LegalRef
    a_verifier: bool = False
    note: str = ""

    @property
    def decimal(self) -> Decimal:
        """The value as an exact decimal."""
        return self.valeur if isinstance(self.valeur, Decimal) else Decimal(self.valeur)

    @property
    def entier(self) -> int:
        """The value as an integer."""
        return int(self.valeur)


@dataclass(frozen=True)
class Parameters:
    """The dated parameters of one area. ``parametres("taux_legal", le=date(2026, 1, 1))`` gives a value."""

    area: str
    read: Callable[[], dict[str, tuple[ParameterValue, ...]]]

    @cached_property
    def values(self) -> dict[str, tuple[ParameterValue, ...]]:
        """Dated values by name. Read on first use: importing an area does not read its file."""
        return self.read()

    def __call__(self, name: str, le: date) -> ParameterValue:
        """Return the value in force on ``le``.

        Raises:
            NotFound: no parameter of that name, or no value at that date.
        """
        dated = self.values.get(name)
        if dated is None:
            raise NotFound(f"Le paramètre « {self.area}.{name} » n'existe pas.")
        for value in reversed(dated):
            if value.du <= le and (value.au is None or le <= value.au):
                return value
        raise NotFound(
            f"Le paramètre « {dated[0].label} » ({self.area}.{name}) n'a pas de valeur au {le:%d/%m/%Y} : "
            f"la première s'applique à partir du {dated[0].du:%d/%m/%Y}."
        )

    def all(self) -> tuple[ParameterValue, ...]:
        """Every value, in the order of the file."""
        return tuple(v for dated in self.values.values() for v in dated)


def _read(value: Any, unite: str) -> Any:
    if isinstance(value, list):
        return tuple(_read(v, unite) for v in value)
    if isinstance(value, str) and unite not in ("texte", "date"):
        return Decimal(value)
    return value


def parse_parameters(area: str, text: str, fichier: str) -> Parameters:
    """Read the content of a ``parametres.toml`` now.

    Raises:
        InvalidInput: bad TOML, missing label, unit, date, text or address, value that is not an exact number,
            or two values in force on the same day.
    """
    values = _parse(area, text, fichier)
    return Parameters(area, lambda: values)


def _parse(area: str, text: str, fichier: str) -> dict[str, tuple[ParameterValue, ...]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise InvalidInput(Problem(f"ce fichier de paramètres n'est pas du TOML valide ({e}).", fichier)) from e
    problems: list[Problem] = []
    values: dict[str, tuple[ParameterValue, ...]] = {}
    for name, entry in raw.items():
        label, unite = entry.get("label"), entry.get("unite")
        if not label or not unite:
            problems.append(Problem(f"le paramètre « {name} » doit avoir « label » et « unite ».", fichier))
            continue
        dated: list[ParameterValue] = []
        for v in entry.get("valeurs", []):
            where = f"le paramètre « {name} »"
            texte, article, url = v.get("texte", ""), v.get("article", ""), v.get("url", "")
            if not isinstance(v.get("du"), date):
                problems.append(Problem(f"{where} a une valeur sans date d'effet « du ».", fichier))
                continue
            if not texte or (texte not in CODES and not url):
                problems.append(Problem(f"{where} doit citer son texte et son adresse.", fichier))
            try:
                value = _read(v["valeur"], unite)
            except (KeyError, InvalidOperation):
                problems.append(Problem(f"{where} a une valeur absente ou illisible ({v.get('valeur')!r}).", fichier))
                continue
            if isinstance(value, float):
                problems.append(Problem(f"{where} : écrire la valeur entre guillemets, elle reste exacte.", fichier))
                continue
            dated.append(
                ParameterValue(
                    f"{area}.{name}",
                    label,
                    unite,
                    value,
                    v["du"],
                    v.get("au"),
                    LegalRef(texte, article, url),
                    bool(v.get("a_verifier", False)),
                    v.get("note", ""),
                )
            )
        dated.sort(key=lambda p: p.du)
        for before, after in itertools.pairwise(dated):
            if before.du == after.du:
                problems.append(Problem(f"« {name} » a deux valeurs au {after.du:%d/%m/%Y}.", fichier))
        if not dated:
            problems.append(Problem(f"le paramètre « {name} » n'a aucune valeur.", fichier))
        values[name] = tuple(dated)
    if problems:
        raise InvalidInput(problems)
    return values


_KNOWN: dict[str, Parameters] = {}


def load_parameters(package: str) -> Parameters:
    """``parametres.toml`` of a package such as ``beffroi.domain.sru`` (call it once, at import); read on first use."""
    area = package.rsplit(".", 1)[-1]
    path = resources.files(package) / "parametres.toml"
    if not path.is_file():
        raise BeffroiError(f"Le fichier {Path(str(path)).name} manque dans {package}.")
    _KNOWN[area] = result = Parameters(
        area, lambda: _parse(area, path.read_text(encoding="utf-8"), f"{area}/parametres.toml")
    )
    return result


def known_parameters() -> dict[str, Parameters]:
    """Every area of parameters loaded so far, by name of area."""
    return dict(_KNOWN)
