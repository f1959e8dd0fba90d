"""Budget prévu d'une action et coût d'une orientation, autant que le programme le dit.

Une ligne répétée dans plusieurs fiches ne compte qu'une fois, à la fiche de son original (convention du projet,
tirée des montants imprimés plusieurs fois dans un même document). Ce qui se compte est gardé selon sa période : par
an, en une fois, ou sans période écrite ; ces trois sommes ne s'ajoutent pas entre elles. Une aide à l'unité (par
logement, par place…) n'est pas un budget, sauf si un plafond annuel est écrit : c'est alors lui qui compte, par an.
Rien n'est réparti ni extrapolé.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from beffroi.domain.nomenclatures.programme import BaseMontant
from beffroi.domain.programme.modele import FicheAction, LigneBudgetaire, Orientation, Programme
from beffroi.kernel.figure import Chiffre, Etat, somme


class Portee(StrEnum):
    """Comment le montant d'une ligne engage la collectivité."""

    ANNUELLE = "annuelle"
    UNIQUE = "unique"
    SANS_PERIODE = "sans_periode"
    UNITAIRE = "unitaire"
    SANS_MONTANT = "sans_montant"
    REPETEE = "repetee"


LIBELLE_PORTEE: dict[Portee, str] = {
    Portee.ANNUELLE: "par an",
    Portee.UNIQUE: "en une fois",
    Portee.SANS_PERIODE: "période non écrite",
    Portee.UNITAIRE: "aide à l’unité",
    Portee.SANS_MONTANT: "montant non écrit",
    Portee.REPETEE: "répétée, comptée ailleurs",
}


def portee(ligne: LigneBudgetaire) -> Portee:
    """Dit comment compter une ligne."""
    if ligne.identique_a:
        return Portee.REPETEE
    if ligne.plafond is not None and ligne.plafond_base is BaseMontant.AN:
        return Portee.ANNUELLE
    if ligne.montant is None and not ligne.par_annee:
        return Portee.SANS_MONTANT
    if ligne.base is BaseMontant.AN:
        return Portee.ANNUELLE
    if ligne.base is BaseMontant.TOTAL or ligne.par_annee:
        return Portee.UNIQUE
    if ligne.base is BaseMontant.NON_PRECISEE:
        return Portee.SANS_PERIODE
    return Portee.UNITAIRE


@dataclass(frozen=True, slots=True)
class Cout:
    """Ce que le programme prévoit, en euros : par an, en une fois, sans période écrite.

    Une somme est *sans objet* quand aucune ligne n'est de cette sorte. ``unitaires``, ``sans_montant``, ``repetees`` :
    nombre de lignes de chaque sorte.
    """

    annuel: Chiffre
    unique: Chiffre
    sans_periode: Chiffre
    unitaires: int
    sans_montant: int
    repetees: int

    @property
    def chiffre(self) -> bool:
        """Vrai quand au moins un montant se compte."""
        return any(c.connu for c in (self.annuel, self.unique, self.sans_periode))

    @property
    def sommes(self) -> tuple[tuple[str, Chiffre], ...]:
        """Les sommes connues, chacune avec sa portée en toutes lettres."""
        toutes = (
            (LIBELLE_PORTEE[Portee.ANNUELLE], self.annuel),
            (LIBELLE_PORTEE[Portee.UNIQUE], self.unique),
            (LIBELLE_PORTEE[Portee.SANS_PERIODE], self.sans_periode),
        )
        return tuple((mot, c) for mot, c in toutes if c.connu)


def _euros(ligne: LigneBudgetaire, origine: str, fictif: bool) -> Chiffre:
    if portee(ligne) is Portee.ANNUELLE and ligne.base is not BaseMontant.AN:
        montant = ligne.plafond
    elif ligne.par_annee:
        montant = sum(ligne.par_annee.values(), Decimal(0))
    else:
        montant = ligne.montant
    lieu = f"#L{ligne.lieu.ligne}" if ligne.lieu and ligne.lieu.ligne else ""
    return Chiffre(montant, "euro", provenance=(origine + lieu,), fictif=fictif)


def cout(programme: Programme, lignes: Iterable[LigneBudgetaire]) -> Cout:
    """Additionne des lignes budgétaires, chacune selon sa portée."""
    origine = f"programme:{programme.id}"
    par_portee: dict[Portee, list[LigneBudgetaire]] = {p: [] for p in Portee}
    for ligne in lignes:
        par_portee[portee(ligne)].append(ligne)

    def total(p: Portee) -> Chiffre:
        montants = [_euros(x, origine, programme.fictif) for x in par_portee[p]]
        if not montants:
            return Chiffre(None, "euro", Etat.NON_APPLICABLE)
        return somme(montants, unite="euro", couverture=False)

    return Cout(
        total(Portee.ANNUELLE),
        total(Portee.UNIQUE),
        total(Portee.SANS_PERIODE),
        len(par_portee[Portee.UNITAIRE]),
        len(par_portee[Portee.SANS_MONTANT]),
        len(par_portee[Portee.REPETEE]),
    )


def cout_action(programme: Programme, action: FicheAction) -> Cout:
    """Budget prévu d'une fiche, ses lignes répétées exclues."""
    return cout(programme, action.budget)


@dataclass(frozen=True, slots=True)
class CoutOrientation:
    """Une orientation, ses fiches et ce qu'elles coûtent."""

    orientation: Orientation
    actions: tuple[FicheAction, ...]
    cout: Cout


def couts_orientations(programme: Programme) -> tuple[CoutOrientation, ...]:
    """Coût de chaque orientation, dans l'ordre du programme."""
    sortie = []
    for o in programme.orientations:
        actions = tuple(a for a in programme.actions if a.orientation == o.id)
        sortie.append(CoutOrientation(o, actions, cout(programme, [x for a in actions for x in a.budget])))
    return tuple(sortie)


def cout_programme(programme: Programme) -> Cout:
    """Coût de tout le programme."""
    return cout(programme, [x for a in programme.actions for x in a.budget])
