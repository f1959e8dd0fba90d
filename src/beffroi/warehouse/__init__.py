"""Open data in, figures out: fetch, clean, build, compile, query. ``from beffroi.warehouse import Observatoire``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beffroi.warehouse.observatory import Observatoire
    from beffroi.warehouse.query import Entrepot

__all__ = ["Entrepot", "Observatoire"]


def __getattr__(name: str) -> Any:
    """Import the two entry points only when they are asked for."""
    if name == "Observatoire":
        from beffroi.warehouse.observatory import Observatoire

        return Observatoire
    if name == "Entrepot":
        from beffroi.warehouse.query import Entrepot

        return Entrepot
    raise AttributeError(name)
