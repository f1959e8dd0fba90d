"""Membership of communes, read from the reference file of the installed npm package.

Only what the check of a programme needs; figures and geography belong to the warehouse.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FICHIER = Path("@etalab/decoupage-administratif/data/epci.json")


@dataclass(frozen=True, slots=True)
class Decoupage:
    """EPCI and communes: SIREN → INSEE codes, and INSEE code → (SIREN, name)."""

    membres: dict[str, frozenset[str]]
    epci: dict[str, tuple[str, str]]

    def communes_de(self, siren: str) -> set[str] | None:
        """INSEE codes of an EPCI, ``None`` when unknown."""
        connus = self.membres.get(siren)
        return set(connus) if connus is not None else None

    def epci_de(self, commune: str) -> tuple[str, str] | None:
        """(SIREN, name) of the EPCI of a commune, ``None`` when unknown."""
        return self.epci.get(commune)


@cache
def decoupage() -> Decoupage | None:
    """The reference of territories, or ``None`` when the package is not installed (membership is then not checked)."""
    racine = os.environ.get("BEFFROI_MODULES") or Path(__file__).parents[3] / "node_modules"
    fichier = Path(racine) / FICHIER
    if not fichier.is_file():
        return None
    epci = json.loads(fichier.read_text(encoding="utf-8"))
    return Decoupage(
        {e["code"]: frozenset(m["code"] for m in e["membres"]) for e in epci},
        {m["code"]: (e["code"], e["nom"]) for e in epci for m in e["membres"]},
    )
