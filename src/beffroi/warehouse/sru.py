"""Situation of a commune under the SRU law, from the row of the official inventory that the warehouse holds.

The public file gives the social dwellings and the rate, not the main homes: these are bounded from the rounded rate
(rule ``sru.residence_principale_estimee``), so the answer is one situation, or two when the bounds differ. Pages, the
bilan and the simulator share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from beffroi.domain.sru.modele import Situation
from beffroi.domain.sru.regles.parc import residence_principale_estimee
from beffroi.domain.sru.regles.situation import situation
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.rule import Constat
from beffroi.kernel.unit import exact
from beffroi.warehouse.query import Entrepot

SOURCE = "sru"
REGLES_DEPUIS: date = situation.since
DECIMALES = 2  # of the percentage in the publisher's file (35,28 %)


@dataclass(frozen=True, slots=True)
class LigneInventaire:
    """Row of a commune in an inventory, on 1 January of ``annee``; the flags are None where the file is blank."""

    code_commune: str
    annee: int
    logement_social: Chiffre
    taux: Chiffre
    taux_cible: Chiffre
    soumise: bool | None
    carencee: bool | None
    exemptee: bool | None

    @property
    def jour(self) -> date:
        """Day of the inventory."""
        return date(self.annee, 1, 1)


@dataclass(frozen=True, slots=True)
class SituationInventaire:
    """Row, bounds of the main homes, and the situation at the lower bound (and at the upper one when it differs)."""

    ligne: LigneInventaire
    bornes: Constat
    basse: Constat
    haute: Constat | None

    @property
    def situations(self) -> tuple[Situation, ...]:
        """One situation, or two."""
        found = [cast(Situation, self.basse.valeur)]
        if self.haute is not None:
            found.append(cast(Situation, self.haute.valeur))
        return tuple(found)


def inventaire_charge(entrepot: Entrepot) -> bool:
    """At least one inventory is in the warehouse."""
    return bool(entrepot.annees(SOURCE))


def ligne_inventaire(entrepot: Entrepot, code_commune: str) -> LigneInventaire | None:
    """Latest row of a commune; None when no inventory is loaded or when the commune is outside its perimeter."""
    rows = entrepot.lignes(
        "SELECT annee, soumise, carencee, exemptee FROM sru WHERE code_commune = ? ORDER BY annee DESC LIMIT 1",
        [code_commune],
    )
    if not rows:
        return None
    year, soumise, carencee, exemptee = rows[0]

    def figure(mesure: str) -> Chiffre:
        return entrepot.serie_communale(SOURCE, mesure, [code_commune], [year])[code_commune, year]

    return LigneInventaire(
        code_commune, year, figure("logement_social"), figure("taux"), figure("taux_cible"), soumise, carencee, exemptee
    )


def situation_inventaire(ligne: LigneInventaire, le: date) -> SituationInventaire | None:
    """Situation with its reasoning; None when the row lacks the dwellings, the rate or the target, or when one is nul.

    The common regime is applied: the file does not say whether a commune has just entered the law.

    Raises:
        InvalidInput: ``le`` is before the rules, or the target is not a legal rate.
    """
    social, rate, target = ligne.logement_social.valeur, ligne.taux.valeur, ligne.taux_cible.valeur
    if not social or not rate or target is None:
        return None
    source = ", ".join(ligne.logement_social.provenance)
    bounds = residence_principale_estimee(
        le=le,
        provenance={"logement_social": source, "taux_publie": source},
        logement_social=int(social),
        taux_publie=exact(rate),
        decimales=DECIMALES,
    )

    def answer(residences: int) -> Constat:
        return situation(
            le=le,
            provenance={"logement_social": source, "taux_legal": source, "residence_principale": source},
            residence_principale=residences,
            logement_social=int(social),
            taux_legal=Decimal(str(target)),
            soumise=ligne.soumise is not False,
            exemptee=bool(ligne.exemptee),
            carencee=bool(ligne.carencee),
        )

    low, high = bounds.valeur["minimum"], bounds.valeur["maximum"]
    return SituationInventaire(ligne, bounds, answer(low), answer(high) if high and high != low else None)
