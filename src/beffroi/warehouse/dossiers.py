"""Where things are on this machine: data folder, JavaScript modules, local mirror."""

from __future__ import annotations

import os
from pathlib import Path

RACINE = Path(__file__).resolve().parents[3]


def dossier_donnees() -> Path:
    """Data folder: ``BEFFROI_DONNEES``, by default ``donnees`` at the root of the project."""
    return Path(os.environ.get("BEFFROI_DONNEES") or RACINE / "donnees")


def dossier_modules() -> Path:
    """``node_modules``: ``BEFFROI_MODULES``, by default at the root of the project."""
    return Path(os.environ.get("BEFFROI_MODULES") or RACINE / "node_modules")


def dossier_miroir() -> Path | None:
    """Local mirror of the publishers' sites (``BEFFROI_MIROIR``), or None."""
    given = os.environ.get("BEFFROI_MIROIR")
    return Path(given) if given else None
