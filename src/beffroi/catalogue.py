"""Assembles every declaration of the house and checks that they fit together."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import beffroi.domain
from beffroi.kernel.indicator import Indicator, declared
from beffroi.kernel.parameter import ParameterValue, known_parameters, load_parameters
from beffroi.kernel.rule import Rule, rules


@cache
def load_domain() -> None:
    """Import ``regles``, ``indicateurs`` and ``registres`` of every area, which declares what they hold."""
    for area in pkgutil.iter_modules(beffroi.domain.__path__, "beffroi.domain."):
        if area.ispkg:
            package = importlib.import_module(area.name)
            for module in pkgutil.iter_modules(package.__path__, f"{area.name}."):
                if module.name.rsplit(".", 1)[1] in ("regles", "indicateurs", "registres"):
                    importlib.import_module(module.name)


def all_rules() -> dict[str, tuple[Rule, ...]]:
    """Every rule of every area: id → versions by date."""
    load_domain()
    return rules()


def all_indicators() -> dict[str, Indicator]:
    """Every indicator of every area, by id; their formulas name sources and measures that exist.

    Raises:
        ValueError: a formula names a source or a measure that is not declared, or an indicator an unknown one.
    """
    load_domain()
    found = declared()
    for i in found.values():
        if i.computed_by and i.computed_by not in found:
            raise ValueError(f"{i.id} : « {i.computed_by} » n'est pas un indicateur déclaré")
    return found


def all_parameters() -> tuple[ParameterValue, ...]:
    """Every dated value of every area, and of the sources (thresholds of publication)."""
    load_domain()
    load_parameters("beffroi.sources")
    return tuple(v for area in known_parameters().values() for v in area.all())
