"""Arithmétique du budget : une dépense répétée compte une fois, une taxe ne se mélange pas à une autre.

Rien n'est réparti ni estimé : seules les lignes que le document dit annuelles, ou qu'il ventile par année, entrent
dans un tableau par année ; les autres sont rendues à part, avec la raison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from beffroi.domain.nomenclatures.programme import BaseMontant, NatureDepense, PlacementAnnee
from beffroi.domain.programme.modele import FicheAction, LigneBudgetaire, LigneCalendrier, Programme


class EtapeBudget(StrEnum):
    """Où en est un montant : écrit au programme, voté, engagé, payé."""

    PREVU = "prevu"
    VOTE = "vote"
    ENGAGE = "engage"
    PAYE = "paye"


LIBELLE_ETAPE: dict[EtapeBudget, str] = {
    EtapeBudget.PREVU: "prévu",
    EtapeBudget.VOTE: "voté",
    EtapeBudget.ENGAGE: "engagé",
    EtapeBudget.PAYE: "payé",
}


@dataclass(frozen=True, slots=True)
class Montants:
    """Somme en euros, tenue par taxe : ``None`` quand le document ne dit ni HT ni TTC.

    Des montants de taxes différentes ne s'additionnent jamais : ``unique`` est alors ``None``.
    """

    par_taxe: Mapping[str | None, Decimal] = field(default_factory=dict)

    @property
    def unique(self) -> Decimal | None:
        """La somme, s'il n'y a qu'une taxe ; ``None`` sans montant ou quand plusieurs taxes se côtoient."""
        return next(iter(self.par_taxe.values())) if len(self.par_taxe) == 1 else None

    @property
    def melange(self) -> bool:
        """Vrai quand des montants de taxes différentes se côtoient sans pouvoir s'additionner."""
        return len(self.par_taxe) > 1

    def __add__(self, autre: Montants) -> Montants:
        resultat = dict(self.par_taxe)
        for taxe, montant in autre.par_taxe.items():
            resultat[taxe] = resultat.get(taxe, Decimal(0)) + montant
        return Montants(resultat)


@dataclass(frozen=True, slots=True)
class LigneDistincte:
    """Une dépense du programme : la ligne d'origine, sa fiche, et toutes les fiches qui l'impriment."""

    ligne: LigneBudgetaire
    action: FicheAction
    repetitions: tuple[LigneBudgetaire, ...]
    actions: tuple[str, ...]

    @property
    def part(self) -> bool:
        """Vrai pour un « dont » : la ligne est déjà comptée dans une autre."""
        return self.ligne.comprise_dans is not None


@dataclass(frozen=True, slots=True)
class Ecriture:
    """Un montant daté : action, année, financeur, étape, taxe ; ``ligne`` est l'id de la ligne d'où il vient."""

    action: str
    annee: int
    financeur: str | None
    etape: EtapeBudget
    montant: Decimal
    taxe: str | None = None
    nature: NatureDepense = NatureDepense.NON_PRECISEE
    ligne: str | None = None


@dataclass(frozen=True, slots=True)
class LigneEcartee:
    """Une ligne qui n'entre pas dans le tableau par année, et pourquoi."""

    distincte: LigneDistincte
    raison: str


def lignes_distinctes(programme: Programme) -> tuple[LigneDistincte, ...]:
    """Chaque dépense une fois, dans l'ordre du programme : les répétitions sont jointes à leur origine."""
    repetitions: dict[str, list[tuple[str, LigneBudgetaire]]] = {}
    for action in programme.actions:
        for ligne in action.budget:
            if ligne.identique_a is not None:
                repetitions.setdefault(ligne.identique_a, []).append((action.id, ligne))
    resultat = []
    for action in programme.actions:
        for ligne in action.budget:
            if ligne.identique_a is None:
                autres = repetitions.get(ligne.id, [])
                fiches = {action.id, *(a for a, _ in autres)}
                ordre = tuple(a.id for a in programme.actions if a.id in fiches)
                resultat.append(LigneDistincte(ligne, action, tuple(r for _, r in autres), ordre))
    return tuple(resultat)


def montant_annuel(distincte: LigneDistincte) -> Decimal | None:
    """Euros par an que le document donne : montant annuel, ou plafond annuel d'une aide unitaire.

    Une répétition peut dire la période que l'origine tait (« 35 000 € » puis « 35 000 € par an »).
    """
    for ligne in (distincte.ligne, *distincte.repetitions):
        if ligne.plafond is not None and ligne.plafond_base is BaseMontant.AN:
            return ligne.plafond
        if ligne.montant is not None and ligne.base is BaseMontant.AN:
            return ligne.montant
    return None


def annuel(programme: Programme) -> tuple[Montants, tuple[LigneDistincte, ...]]:
    """Somme des lignes que le document dit annuelles, et ces lignes ; ni total, ni moyenne, ni aide unitaire."""
    retenues = [d for d in lignes_distinctes(programme) if not d.part and montant_annuel(d) is not None]
    return _sommer((d.ligne.taxe, montant_annuel(d)) for d in retenues), tuple(retenues)


def ecritures_prevues(programme: Programme) -> tuple[tuple[Ecriture, ...], tuple[LigneEcartee, ...]]:
    """Le budget prévu par année, action et financeur, et les lignes qu'on ne peut pas dater.

    Une ligne ventilée suit sa ventilation ; une ligne annuelle sans période vaut pour chaque exercice.
    """
    annees = [e.annee for e in programme.exercices()]
    ecritures: list[Ecriture] = []
    ecartees: list[LigneEcartee] = []
    for distincte in lignes_distinctes(programme):
        ligne = distincte.ligne
        raison = _raison(distincte)
        if raison is not None:
            ecartees.append(LigneEcartee(distincte, raison))
            continue
        valeurs = ligne.par_annee or dict.fromkeys(annees, montant_annuel(distincte) or Decimal(0))
        ecritures += [
            Ecriture(distincte.action.id, a, ligne.financeur, EtapeBudget.PREVU, m, ligne.taxe, ligne.nature, ligne.id)
            for a, m in sorted(valeurs.items())
        ]
    return tuple(ecritures), tuple(ecartees)


def _raison(distincte: LigneDistincte) -> str | None:
    ligne = distincte.ligne
    if distincte.part:
        return "comprise dans une autre ligne"
    if ligne.par_annee:
        return None
    if montant_annuel(distincte) is not None:
        return f"annuelle, sur une période sans dates ({ligne.periode})" if ligne.periode else None
    if ligne.montant is None and ligne.montant_maximal is None:
        return ligne.statut or "montant non renseigné"
    if ligne.base in (BaseMontant.LOGEMENT, BaseMontant.PLACE, BaseMontant.DOSSIER, BaseMontant.UNITE):
        return "aide unitaire : le nombre n'est pas donné"
    if ligne.base is BaseMontant.AN:
        return "annuelle, donnée par un maximum"
    if ligne.base is BaseMontant.TOTAL:
        return f"montant total ({ligne.periode})" if ligne.periode else "montant total, sans année"
    return "période non précisée"


def tableau(ecritures: Iterable[Ecriture], cle: Callable[[Ecriture], object]) -> dict[object, Montants]:
    """Somme des écritures par clé (année, action, financeur, étape…), les taxes tenues séparées."""
    groupes: dict[object, list[tuple[str | None, Decimal | None]]] = {}
    for e in ecritures:
        groupes.setdefault(cle(e), []).append((e.taxe, e.montant))
    return {k: _sommer(v) for k, v in groupes.items()}


def calendrier_par_annee(programme: Programme) -> tuple[dict[int, Montants], Montants]:
    """Calendrier budgétaire : montants par année, et ceux dont l'année ne se lit pas dans le document."""
    annees: dict[int, list[tuple[str | None, Decimal | None]]] = {}
    illisibles: list[tuple[str | None, Decimal | None]] = []
    for ligne in programme.calendrier_budgetaire:
        if ligne.par_annee and ligne.placement is not PlacementAnnee.ILLISIBLE:
            for annee, montant in ligne.par_annee.items():
                annees.setdefault(annee, []).append((ligne.taxe, montant))
        else:
            illisibles += [(ligne.taxe, m) for m in ligne.montants]
    return {a: _sommer(annees[a]) for a in sorted(annees)}, _sommer(illisibles)


def calendrier_total(programme: Programme) -> Montants:
    """Somme de tous les montants imprimés au calendrier budgétaire."""
    return _sommer((ligne.taxe, m) for ligne in programme.calendrier_budgetaire for m in ligne.montants)


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """Une ligne du calendrier en face des lignes des fiches sur le même objet, et leur conflit s'il y en a un."""

    calendrier: LigneCalendrier
    fiches: tuple[tuple[str, LigneBudgetaire], ...]

    @property
    def conflit(self) -> str | None:
        """En quoi les deux diffèrent, tel qu'on l'a lu ; ``None`` quand ils s'accordent."""
        return self.calendrier.conflit


def rapprochements(programme: Programme) -> Iterator[Rapprochement]:
    """Chaque ligne du calendrier, en face des montants des fiches (id de l'action, ligne)."""
    lignes = {b.id: (a.id, b) for a in programme.actions for b in a.budget}
    for ligne in programme.calendrier_budgetaire:
        yield Rapprochement(ligne, tuple(lignes[i] for i in ligne.lignes_fiche if i in lignes))


def _sommer(paires: Iterable[tuple[str | None, Decimal | None]]) -> Montants:
    sommes: dict[str | None, Decimal] = {}
    for taxe, montant in paires:
        if montant is not None:
            sommes[taxe] = sommes.get(taxe, Decimal(0)) + montant
    return Montants(sommes)
