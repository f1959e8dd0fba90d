"""Prices of the sales that the DVF method keeps, for a commune and a segment: what solvency is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.marches.modele import Segment
from beffroi.kernel.unit import exact
from beffroi.warehouse.query import Entrepot

SOURCE = "vente_dvf"


@dataclass(frozen=True, slots=True)
class Ventes:
    """Prices in euros, growing, of the last year of the source. ``chargee``: DVF is in the warehouse at all.

    ``prix`` is empty when the source is not loaded or holds no sale there: the two are told apart by ``chargee``.
    """

    prix: tuple[Decimal, ...]
    annee: int | None
    provenance: str
    chargee: bool


def prix_ventes(entrepot: Entrepot, code_commune: str, segment: Segment) -> Ventes:
    """Sales of a commune in the last year of the warehouse, one price a sale."""
    years = entrepot.annees(SOURCE)
    if not years:
        return Ventes((), None, "", False)
    rows = entrepot.lignes(
        "SELECT v.prix, f.id FROM vente_dvf v JOIN fichier f ON f.fichier = v.fichier "
        "WHERE v.code_commune = ? AND v.annee = ? AND v.segment = ? AND coalesce(v.scinde, 0) = 0 ORDER BY v.prix",
        [code_commune, years[-1], segment.value],
    )
    return Ventes(tuple(exact(r[0]) for r in rows), years[-1], rows[0][1] if rows else "", True)
