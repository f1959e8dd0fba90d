"""Budget: the grid where it is typed, and what the page shows by action, year and funder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.programme import LIBELLE_PLACEMENT
from beffroi.domain.nomenclatures.saisie import StadeBudget
from beffroi.domain.programme.budget import (
    LigneEcartee,
    Montants,
    calendrier_par_annee,
    calendrier_total,
    ecritures_prevues,
    rapprochements,
)
from beffroi.domain.programme.modele import FicheAction, LigneBudgetaire, LigneCalendrier, Orientation, Programme
from beffroi.domain.suivi.execution import (
    EcritureBudget,
    Stades,
    ecritures,
    financeurs,
    lignes_suivies,
    moyens_suivis,
    regrouper,
    stades,
)
from beffroi.domain.suivi.valeur import ValeurSuivie
from beffroi.kernel.figure import Chiffre, somme
from beffroi.kernel.unit import Nombre
from beffroi.web.suivi.grille import Colonne, Grille, Groupe, Rang, ecrit
from beffroi.web.suivi.saisie import Saisie, cases_saisies, colonnes_exercices, sans_statut

_PLURIEL = {
    StadeBudget.PREVU: "prévus",
    StadeBudget.VOTE: "votés",
    StadeBudget.ENGAGE: "engagés",
    StadeBudget.PAYE: "payés",
}


def grille_budget(s: Saisie) -> Grille:
    """Lines of the budget, each once, and human resources: one column for each exercice, for a stage and a funder."""
    p = s.programme
    groups: dict[str, list[Rang]] = {}
    for x in lignes_suivies(p):
        told = " · ".join(t for t in (x.ligne.financeur or "", _ecrit(x.ligne)) if t)
        if len(x.actions) > 1:
            told += " · répétée, comptée ici une fois"
        groups.setdefault(f"Action {x.action.numero}", []).append(Rang(x.ligne.id, x.ligne.libelle, told))
    for m, a in moyens_suivis(p):
        groups.setdefault(f"Action {a.numero}", []).append(Rang(m.id, m.libelle, "équivalents temps plein"))
    rows = {r.cle for g in groups.values() for r in g}
    units = {key: unite for key, _, _, unite in s.mesures}
    columns = colonnes_exercices(s)
    cases = cases_saisies(s)
    computed: dict[tuple[str, str], SafeString] = {}
    by_year: dict[str, list[Chiffre]] = {}
    for r in rows:
        mine = [cases[r, c.cle].chiffre for c in columns if (r, c.cle) in cases]
        known = [c for c in mine if c.connu]
        computed[r, "_total"] = _somme(known, units[r]) if known else rendu_vide()
        if units[r] == "euro":
            for c in columns:
                if (r, c.cle) in cases:
                    by_year.setdefault(c.cle, []).append(cases[r, c.cle].chiffre)
    for c in columns:
        computed["_somme", c.cle] = _somme(by_year.get(c.cle, []), "euro")
    computed["_somme", "_total"] = _somme([x for v in by_year.values() for x in v], "euro")
    groups_out = [Groupe("", (Rang("_somme", "Total en euros", "montants saisis", calcule=True),))] if rows else []
    groups_out += [Groupe(label, tuple(r)) for label, r in groups.items()]
    funder = financeurs(p).get(s.financeur, "financeur de chaque ligne")
    return Grille(
        f"Montants {_PLURIEL[s.stade]}, {funder}",
        (*columns, Colonne("_total", "Total", "somme des exercices saisis", calculee=True)),
        tuple(groups_out),
        units,
        cases,
        computed,
        "Ligne du budget",
    )


def rendu_vide() -> SafeString:
    """Nothing to add up."""
    return SafeString("")


def _somme(figures: Sequence[Chiffre], unite: str) -> SafeString:
    return ecrit(sans_statut(somme(figures, unite=unite, couverture=False)))


def _nombre(v: Decimal) -> Nombre:
    return int(v) if v == v.to_integral_value() else v


def _ecrit(ligne: LigneBudgetaire) -> str:
    """Amount as the document writes it, in a few words."""
    if ligne.montant is None:
        return ligne.statut or ""
    return Chiffre(_nombre(ligne.montant), "euro").texte(avec_unite=True)


@dataclass(frozen=True, slots=True)
class LigneBudget:
    """A row of the page: what it is, its four stages, and where it leads."""

    libelle: str
    sous: str
    stades: Stades
    action: FicheAction | None = None


@dataclass(frozen=True, slots=True)
class BandeBudget:
    """An orientation, its actions that have an amount, its total."""

    orientation: Orientation
    lignes: tuple[LigneBudget, ...]
    total: Stades


@dataclass(frozen=True, slots=True)
class PageBudget:
    """Everything the page shows for a year (or all) and a funder (or all)."""

    bandes: tuple[BandeBudget, ...]
    annees: tuple[LigneBudget, ...]
    financeurs: tuple[LigneBudget, ...]
    total: Stades
    ecartees: tuple[LigneEcartee, ...]
    sans_montant: int


def page_budget(programme: Programme, valeurs: Sequence[ValeurSuivie], annee: str, financeur: str) -> PageBudget:
    """Build the page."""
    every = ecritures(programme, valeurs)
    known = financeurs(programme)

    def kept(e: EcritureBudget, *, year: bool = True, funder: bool = True) -> bool:
        return (not year or not annee or str(e.annee) == annee) and (
            not funder or not financeur or e.financeur == financeur
        )

    shown = [e for e in every if kept(e)]
    by_action = regrouper(shown, lambda e: e.action)
    bands, empty = [], 0
    for o in programme.orientations:
        rows = []
        for a in programme.actions:
            if a.orientation != o.id:
                continue
            mine = by_action.get(a.id, [])
            if not mine:
                empty += 1
                continue
            rows.append(
                LigneBudget(f"{a.numero}. {a.titre or 'titre absent du document'}", _qui(mine, known), stades(mine), a)
            )
        if rows:
            ids = {a.id for a in programme.actions if a.orientation == o.id}
            bands.append(BandeBudget(o, tuple(rows), stades(e for e in shown if e.action in ids)))
    by_year = regrouper([e for e in every if kept(e, year=False)], lambda e: e.annee)
    by_funder = regrouper([e for e in every if kept(e, funder=False)], lambda e: e.financeur)
    _, apart = ecritures_prevues(programme)
    return PageBudget(
        tuple(bands),
        tuple(LigneBudget(e.libelle, "", stades(by_year.get(e.annee, []))) for e in programme.exercices()),
        tuple(
            LigneBudget(known.get(str(f), str(f)) or "financeur non dit", "", stades(rows))
            for f, rows in sorted(by_funder.items(), key=lambda x: str(x[0]))
        ),
        stades(shown),
        apart,
        empty,
    )


def _qui(mine: Sequence[EcritureBudget], known: dict[str, str]) -> str:
    names = dict.fromkeys(known.get(e.financeur, e.financeur) or "financeur non dit" for e in mine)
    return ", ".join(names)


@dataclass(frozen=True, slots=True)
class LigneCalendrierMontree:
    """A line of the budget calendar of the document beside the amounts of the fiches."""

    ligne: LigneCalendrier
    action: FicheAction | None
    annees: tuple[Chiffre | None, ...]
    total: Chiffre | None
    placement: str
    fiches: tuple[tuple[FicheAction | None, str], ...]
    conflit: str


@dataclass(frozen=True, slots=True)
class CalendrierMontre:
    """The budget calendar: lines, totals by year, amounts whose year is not readable, total printed."""

    lignes: tuple[LigneCalendrierMontree, ...]
    annees: tuple[str, ...]
    totaux: tuple[str, ...]
    illisibles: str
    imprime: str
    sans_montant: int

    @property
    def largeur(self) -> int:
        """Columns of the table."""
        return len(self.annees) + 2


def montants(m: Montants) -> str:
    """« 230 000 € TTC et 12 000 € HT »: amounts of different taxes are never added."""
    parts = [
        Chiffre(_nombre(v), "euro").texte(avec_unite=True) + (f" {taxe}" if taxe else "")
        for taxe, v in m.par_taxe.items()
    ]
    return " et ".join(parts)


def calendrier_montre(programme: Programme) -> CalendrierMontre | None:
    """The budget calendar of the document, if it has one."""
    if not programme.calendrier_budgetaire:
        return None
    years = [e.annee for e in programme.exercices()]
    by_id = {a.id: a for a in programme.actions}
    lines, silent = [], 0
    for r in rapprochements(programme):
        c = r.calendrier
        if not c.montants and not r.conflit:
            silent += 1
            continue
        spread = c.par_annee or {}
        lines.append(
            LigneCalendrierMontree(
                c,
                by_id.get(c.fiche or ""),
                tuple(Chiffre(_nombre(spread[y]), "euro") if y in spread else None for y in years),
                Chiffre(_nombre(sum(c.montants, Decimal(0))), "euro") if c.montants else None,
                LIBELLE_PLACEMENT[c.placement] if c.placement else "",
                tuple(
                    (by_id.get(i), f"{b.libelle} : {_ecrit(b) or 'montant non écrit'}{f' {b.taxe}' if b.taxe else ''}")
                    for i, b in r.fiches
                ),
                r.conflit or "",
            )
        )
    totals, unread = calendrier_par_annee(programme)
    return CalendrierMontre(
        tuple(lines),
        tuple(str(y) for y in years),
        tuple(montants(totals[y]) if y in totals else "" for y in years),
        montants(unread),
        montants(calendrier_total(programme)),
        silent,
    )
