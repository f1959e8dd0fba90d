"""Table de solvabilité par décile, pour le simulateur : revenu, mensualité, prix accessible, part des ventes.

Fonctions pures qui appellent les règles ; chaque ligne garde ses constats, donc son raisonnement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from beffroi.domain.marches.modele import PartAccessible, Solvabilite
from beffroi.domain.marches.regles import part_vente_accessible, prix_accessible
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import Constat


@dataclass(frozen=True, slots=True)
class Financement:
    """Conditions d'emprunt communes à la table : taux annuel en fraction, durée en années, montants en euros."""

    taux_annuel: Decimal
    duree_annees: int
    neuf: bool
    taux_effort: Decimal | None = None
    apport: Decimal = Decimal(0)
    pret_taux_zero: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LigneDecile:
    """Un décile (« D1 ») : revenu par unité de consommation, solvabilité, ventes accessibles si des prix sont donnés."""

    decile: str
    revenu_par_uc: Decimal
    constat: Constat
    constat_vente: Constat | None

    @property
    def solvabilite(self) -> Solvabilite:
        """Revenu, mensualité, capital et prix accessible du ménage à ce décile."""
        return cast(Solvabilite, self.constat.valeur)

    @property
    def vente(self) -> PartAccessible | None:
        """Ventes accessibles, ou rien sans prix de vente."""
        return None if self.constat_vente is None else cast(PartAccessible, self.constat_vente.valeur)


def table_deciles(
    deciles: Mapping[str, Decimal | None],
    unite_consommation: Decimal,
    financement: Financement,
    le: date,
    *,
    prix: Sequence[Decimal] | None = None,
    provenance: Mapping[str, str] | None = None,
) -> tuple[LigneDecile, ...]:
    """Solvabilité d'un même ménage à chaque décile de revenu du territoire.

    Args:
        deciles: décile → revenu disponible annuel par unité de consommation, en euros (Filosofi) ; un décile sous
            secret est laissé vide et ne donne pas de ligne.
        unite_consommation: unités du ménage type.
        financement: conditions d'emprunt.
        le: date des règles.
        prix: prix des ventes du territoire, en euros, après filtres.
        provenance: champ → millésime, repris dans chaque constat.

    Raises:
        InvalidInput: champ faux, ou déciles qui ne montent pas.
    """
    connus = {d: v for d, v in deciles.items() if v is not None}
    if list(connus.values()) != sorted(connus.values()):
        raise InvalidInput(
            Problem("le champ « Déciles de revenu » (deciles) attend des revenus croissants de D1 à D9.")
        )
    lignes = []
    for decile, revenu in connus.items():
        constat = prix_accessible(
            le=le,
            provenance=provenance,
            revenu_par_uc=revenu,
            unite_consommation=unite_consommation,
            taux_annuel=financement.taux_annuel,
            duree_annees=financement.duree_annees,
            neuf=financement.neuf,
            taux_effort=financement.taux_effort,
            apport=financement.apport,
            pret_taux_zero=financement.pret_taux_zero,
        )
        ventes = None
        if prix is not None:
            ventes = part_vente_accessible(
                le=le, provenance=provenance, prix=list(prix), prix_accessible=constat.valeur.prix_accessible
            )
        lignes.append(LigneDecile(decile, revenu, constat, ventes))
    return tuple(lignes)
