"""Quality score of a file, 0 to 6, computed and never typed: authority, coverage, freshness, worst anomaly.

Autorité (0 à 2): the producer's own file, a republication or an extract. Couverture (0 à 2): share of the communes of its
perimeter. Fraîcheur (0 ou 1): delay beyond what its frequency allows, capped at a year. Anomalies (0 ou 1): no failed
expectation of severity 2 and fewer than 1 % of rows refused. A derived extract never gets more than 3.
See docs/methodes/qualite.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from beffroi.kernel.source import Frequency
from beffroi.kernel.unit import exact, half_up_int
from beffroi.sources import source
from beffroi.warehouse.query import Entrepot

# Années entre la date d'un millésime et celle où le suivant est attendu, par fréquence.
DELAI: dict[Frequency, float] = {
    Frequency.QUOTIDIENNE: 0.5,
    Frequency.MENSUELLE: 0.5,
    Frequency.TRIMESTRIELLE: 0.75,
    Frequency.SEMESTRIELLE: 1.0,
    Frequency.ANNUELLE: 2.0,
    Frequency.TRIENNALE: 4.0,
    Frequency.PONCTUELLE: 5.0,
}
PLAFOND_EXTRAIT = 3


@dataclass(frozen=True, slots=True)
class Score:
    """Score of one file and its four parts; ``plafonne`` when an extract was capped."""

    fichier: str
    source: str
    millesime: str
    qualite: str
    autorite: int
    couverture: int
    fraicheur: int
    anomalies: int
    total: int
    plafonne: bool
    lignes: int
    rejets: int
    communes: int | None
    attendues: int | None


def scores(entrepot: Entrepot, le: date | None = None) -> list[Score]:
    """Score of every file in service, by source then vintage."""
    rows = entrepot.lignes(
        "SELECT id, source, millesime, qualite, communes, attendues, lignes, rejets, anomalies FROM fichier "
        "ORDER BY source, rang"
    )
    return [_score(r, le or date.today()) for r in rows]


def _score(row: tuple[object, ...], le: date) -> Score:
    identifier, name, vintage, quality = (str(v) for v in row[:4])
    communes, expected, kept, rejected = (v if isinstance(v, int) else None for v in row[4:8])
    declared = source(name)
    authority = declared.authority if quality in ("officiel", "paquet") else 1
    coverage = _coverage(communes, expected)
    age = (le - vintage_end(vintage)).days / 365.25
    late = min(1.0, max(0.0, age - DELAI[declared.frequency]))
    fresh = half_up_int(exact(1 - late))
    severe = [f for f in json.loads(str(row[8])) if int(f["gravite"]) >= 2]
    share = (rejected or 0) / max(1, (kept or 0) + (rejected or 0))
    clean = 0 if severe or share > 0.01 else 1
    total = authority + coverage + fresh + clean
    capped = quality in ("derive", "demonstration") and total > PLAFOND_EXTRAIT
    return Score(
        identifier, name, vintage, quality, authority, coverage, fresh, clean,
        PLAFOND_EXTRAIT if capped else total, capped, kept or 0, rejected or 0, communes, expected,
    )  # fmt: skip


def _coverage(communes: int | None, expected: int | None) -> int:
    if not communes:
        return 1  # ni communes ni périmètre : un jeu qui n'est pas communal
    if not expected:
        return 1
    share = communes / expected
    return 2 if share >= 0.95 else 1 if share >= 0.5 else 0


def vintage_end(vintage: str) -> date:
    """Last day a vintage speaks of: « 2026-06 » is June 2026, « 2021-2025 » ends with 2025, « 2021 » too."""
    parts = vintage.split("-")
    if len(parts) > 1 and len(parts[1]) == 2:
        year, month = int(parts[0]), int(parts[1])
        return date(year + month // 12, month % 12 + 1, 1)
    return date(int(parts[-1]), 12, 31)
