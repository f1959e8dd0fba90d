"""Compare an EPCI on its portrait: a rate or a price beside its landmarks, and the EPCI that look like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.formula import Count, Minus, Plus, Sum
from beffroi.warehouse.comparison import PROFIL, Comparaison, compare
from beffroi.warehouse.observatory import Observatoire, Valeur
from beffroi.warehouse.portrait import Portrait, themes
from beffroi.warehouse.query import Entrepot, Epci

# A landmark is printed when nine communes out of ten were looked at (choice of presentation, not a legal value):
# below, « France » would be the few départements loaded here.
PART_COUVERTE = 90


@dataclass(frozen=True, slots=True)
class Repere:
    """A row of the comparison. ``parle``: enough of its communes are loaded for its figure to stand for it."""

    nom: str
    chiffre: Chiffre
    parle: bool
    siren: str = ""


@dataclass(frozen=True, slots=True)
class Tableau:
    """Comparison of an indicator: this territory, its landmarks, its look-alikes, its rank."""

    comparaison: Comparaison
    ici: Repere
    reperes: tuple[Repere, ...]
    semblables: tuple[Repere, ...]
    profil: str

    @property
    def decimales(self) -> int | None:
        """Decimals of the indicator, when they are not those of its unit."""
        return self.comparaison.indicateur.decimals

    @property
    def rangees(self) -> Iterator[tuple[str, tuple[Repere, ...]]]:
        """Rows by role; an empty role is left out."""
        for role, rows in (("", (self.ici,)), ("Repères", self.reperes), ("EPCI semblables", self.semblables)):
            if rows:
                yield role, rows


def comparables(entrepot: Entrepot, p: Portrait) -> list[tuple[str, list[Valeur]]]:
    """Indicators of a portrait that can be set beside those of another territory, by theme.

    A total says the size of the territory, not its situation: it is left out.
    """
    observatoire = Observatoire(entrepot)
    kept = [
        (
            label,
            [
                v
                for v in values
                if v.chiffre.connu
                and not isinstance(observatoire.calcul(v.indicateur).formula, Sum | Count | Plus | Minus)
            ],
        )
        for label, values in themes(p)
    ]
    return [(label, values) for label, values in kept if values]


def comparer(
    entrepot: Entrepot, choisi: Epci, offerts: list[tuple[str, list[Valeur]]], identifiant: str
) -> Tableau | None:
    """The comparison asked for; None when nothing was asked, or nothing that this portrait offers."""
    if not any(v.indicateur.id == identifiant for _, values in offerts for v in values):
        return None
    return _comparer(entrepot.generation, choisi.siren, identifiant)


@lru_cache(maxsize=128)
def _comparer(generation: str, siren: str, identifiant: str) -> Tableau:
    """A comparison reads every EPCI of France: kept as long as the warehouse in service does not change."""
    observatoire = Observatoire(Entrepot.ouvrir())
    c = compare(observatoire, identifiant, observatoire.entrepot.epci(siren))
    labels = [observatoire.indicateur(i).label for i, _ in PROFIL]
    return Tableau(
        c,
        Repere(c.territoire.nom, c.chiffre, True),
        tuple(Repere(t.nom, f, _parle(f)) for t, f in c.reperes),
        tuple(Repere(t.nom, f, _parle(f), t.code) for t, f in c.similaires),
        ", ".join(x[:1].lower() + x[1:] for x in labels),
    )


def _parle(c: Chiffre) -> bool:
    cover = c.couverture
    return cover is None or (cover.renseignes + cover.secrets) * 100 >= PART_COUVERTE * cover.total
