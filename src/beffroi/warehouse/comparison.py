"""Compare a territory: its EPCI, département, région, France, the EPCI that look like it; rank and quintile.

Two EPCI look alike when their profiles are close: each variable is centred and divided by its standard deviation over
all the EPCI of France, and the distance is Euclidean. The variables are declared below, none is hidden.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, pstdev

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.indicator import Indicator
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.warehouse.observatory import Observatoire
from beffroi.warehouse.query import Commune, Epci

# Variables du profil : indicateur, et logarithme quand la grandeur s'étale sur plusieurs ordres.
PROFIL: tuple[tuple[str, bool], ...] = (
    ("besoins.population", True),
    ("besoins.part_65_ans_et_plus", False),
    ("besoins.part_maison", False),
    ("besoins.part_residence_secondaire", False),
    ("besoins.taille_menage", False),
    ("vacance.taux_recensement", False),
)


@dataclass(frozen=True, slots=True)
class Comparaison:
    """A figure beside those of larger and of similar territories.

    ``rang`` counts from 1, the highest value first, among the ``classes`` territories of the scale that have a value;
    ``quintile`` from 1 (lowest fifth) to 5.
    """

    indicateur: Indicator
    territoire: Territoire
    chiffre: Chiffre
    reperes: tuple[tuple[Territoire, Chiffre], ...]
    similaires: tuple[tuple[Territoire, Chiffre], ...]
    rang: int | None
    classes: int
    quintile: int | None


def similar(observatoire: Observatoire, siren: str, nombre: int = 10) -> list[tuple[Epci, float]]:
    """The EPCI closest to one by profile, with their distance; empty when its profile is not known."""
    profiles = observatoire.entrepot.garder("profils", lambda: _profiles(observatoire))
    mine = profiles.get(siren)
    if mine is None:
        return []
    near = sorted((math.dist(mine, other), code) for code, other in profiles.items() if code != siren)[:nombre]
    return [(observatoire.entrepot.epci(code), distance) for distance, code in near]


def _profiles(observatoire: Observatoire) -> dict[str, tuple[float, ...]]:
    """Standardised profile of every EPCI that has all the variables."""
    columns: list[dict[str, float]] = []
    for identifier, logarithm in PROFIL:
        known = observatoire.colonnes(observatoire.indicateur(identifier), Echelle.EPCI).filter("valeur IS NOT NULL")
        rows = known.aggregate("territoire, max_by(valeur, periode)", "territoire").fetchall()
        latest = {code: math.log(v) if logarithm and v > 0 else float(v) for code, v in rows}
        values = list(latest.values())
        if not values:
            return {}
        mean, spread = fmean(values), pstdev(values) or 1
        columns.append({code: (v - mean) / spread for code, v in latest.items()})
    shared = set.intersection(*(set(c) for c in columns))
    return {code: tuple(c[code] for c in columns) for code in shared}


def compare(observatoire: Observatoire, identifiant: str, territoire: Commune | Epci, nombre: int = 5) -> Comparaison:
    """A figure of a territory at its last known period, beside its landmarks.

    Raises:
        NotFound: unknown indicator, or nothing computes it.
    """
    indicator = observatoire.indicateur(identifiant)
    value = observatoire.derniere(indicator, territoire)
    scale, code = territoire.territoire.echelle, territoire.territoire.code
    year = [int(value.periode)] if value.periode else None
    every = {k[0]: c for k, c in observatoire.echelle(indicator, scale, year).items()}
    known = sorted((c.valeur for c in every.values() if c.valeur is not None), reverse=True)
    rank = known.index(value.chiffre.valeur) + 1 if value.chiffre.valeur in known else None
    quintile = None if rank is None else 5 - (rank - 1) * 5 // len(known)
    landmarks = []
    above = [
        (Echelle.DEPARTEMENT, territoire.code_departement),
        (Echelle.REGION, territoire.code_region),
        (Echelle.FRANCE, "FR"),
    ]
    if isinstance(territoire, Commune) and territoire.siren_epci:
        above.insert(0, (Echelle.EPCI, territoire.siren_epci))
    for level, other in above:
        found = {k[0]: c for k, c in observatoire.echelle(indicator, level, year).items()}.get(other)
        if found is not None:
            place = Territoire(level, other, _name(observatoire, level, other))
            landmarks.append((place, found.sur(place)))
    alike = []
    if isinstance(territoire, Epci):
        alike = [(e.territoire, every[e.siren]) for e, _ in similar(observatoire, code, nombre) if e.siren in every]
    return Comparaison(
        indicator, territoire.territoire, value.chiffre, tuple(landmarks), tuple(alike), rank, len(known), quintile
    )


def _name(observatoire: Observatoire, scale: Echelle, code: str) -> str:
    if scale is Echelle.FRANCE:
        return "France"
    if scale is Echelle.EPCI:
        return observatoire.entrepot.epci(code).nom
    table = "departement" if scale is Echelle.DEPARTEMENT else "region"
    rows = observatoire.entrepot.lignes(f"SELECT nom FROM {table} WHERE code = ?", [code])
    return str(rows[0][0]) if rows else code
