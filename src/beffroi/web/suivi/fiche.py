"""What the follow-up adds to the sheet of an action: typed values, budget by stage, milestones, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from beffroi.domain.programme.modele import FicheAction, IndicateurProgramme, Programme
from beffroi.domain.suivi.echeance import Echeance
from beffroi.domain.suivi.execution import ecritures, regrouper, stades
from beffroi.domain.suivi.manque import Manque, manques
from beffroi.domain.suivi.production import Resultat
from beffroi.domain.suivi.resultat import objectifs_mesures
from beffroi.domain.suivi.transmis import SerieSaisie, series_saisies
from beffroi.domain.suivi.valeur import CleValeur, Element, ValeurSuivie
from beffroi.kernel.figure import Chiffre, somme
from beffroi.kernel.period import Exercice
from beffroi.reports.editer import ALIMENTES, COLLECTIF
from beffroi.warehouse.suivi import SOURCE
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.endroit import endroit
from beffroi.web.pilotage.fiche import quantite
from beffroi.web.suivi.budget import LigneBudget
from beffroi.web.suivi.echeances import etat_echeance, quand
from beffroi.web.suivi.grille import mot_unite
from beffroi.web.tables.models import ProgrammeVersion
from beffroi.web.tables.selectors.programme import contenu_version


@dataclass(frozen=True, slots=True)
class ValeurMontree:
    """An element of a sheet with its values for the whole: one for each exercice, progress if it has a target.

    ``ouverte``: the values are those of the open data in service, not typed ones; ``note``: target, frequency and place
    in the document.
    """

    element: Element
    libelle: str
    unite: str
    annees: tuple[tuple[str, Chiffre], ...]
    resultat: Resultat | None
    ouverte: bool = False
    note: str = ""

    @property
    def chiffres(self) -> list[Chiffre]:
        """Its known figures, whose provenance is told once."""
        return [c for _, c in self.annees if c.connu]

    @property
    def renseignee(self) -> bool:
        """True when one exercice has a value."""
        return any(c.connu for _, c in self.annees)


@dataclass(frozen=True, slots=True)
class EcheanceMontree:
    """A milestone in words."""

    echeance: Echeance
    quand: str
    etat: str


class Ouvert(NamedTuple):
    """A series of the open data: unit in words, year → figure."""

    unite: str
    annees: Mapping[str, Chiffre]


def _ouverts(s: Situation, action: FicheAction) -> dict[str, Ouvert]:
    """Indicator of the action → the series of the open data in service that answers it."""
    asked = {i.id: next((ALIMENTES[c] for c in i.catalogue if c in ALIMENTES), "") for i in action.indicateurs}
    if s.programme.objectif() is None or not any(asked.values()):
        return {}
    years = s.suivi.epci.annees
    found = {f: {a.periode: getattr(a, f) for a in years} for f in ("autorises", "commences")}
    if "collectif" in asked.values() and all(a.periode.isdigit() for a in years):
        codes, numbers = s.programme.communes(), [int(a.periode) for a in years]
        cells = s.entrepot.serie_communale(SOURCE, COLLECTIF, codes, numbers)
        found["collectif"] = {
            str(y): somme([cells[c, y] for c in codes], unite="logement", periode=str(y), couverture=False)
            for y in numbers
        }
    words = {"collectif": "logements en collectif"}
    return {i: Ouvert(words.get(f, "logements"), found[f]) for i, f in asked.items() if f in found}


def _note(programme: Programme, i: IndicateurProgramme | None) -> str:
    if i is None:
        return ""
    target = quantite(i.cible, None, i.unite, i.periodicite)
    return " · ".join(x for x in (f"cible : {target}" if target else "", i.frequence or "", endroit(i.lieu)) if x)


def valeurs_action(
    programme: Programme,
    action: FicheAction,
    given: dict[CleValeur, ValeurSuivie],
    passes: list[Exercice],
    ouverts: Mapping[str, Ouvert] = MappingProxyType({}),
    mesures: frozenset[str] = frozenset(),
) -> list[ValeurMontree]:
    """Values for the first signatory, quantity by quantity: typed, or those of the open data that answer an indicator.

    ``ouverts``: indicator → series of the open data; ``mesures``: objectives whose result the open data give already, shown above in the sheet and left out here.
    """
    written = {i.id: i for i in action.indicateurs}
    series: dict[str, list[SerieSaisie]] = {}
    for x in series_saisies(programme, given, passes, action.id):
        series.setdefault(x.element.id, []).append(x)
    out = []
    for rows in series.values():
        e, typed = rows[0].element, any(x.connue for x in rows)
        note, public = _note(programme, written.get(e.id)), ouverts.get(e.id)
        if public is not None and any(c.connu for c in public.annees.values()):
            none = Chiffre.manquant("logement")
            years = tuple((str(x.annee), public.annees.get(str(x.annee), none)) for x in passes)
            out.append(ValeurMontree(e, e.libelle, public.unite, years, None, True, note))
        elif e.id not in mesures or typed:
            typed = True
        if typed:
            out += [
                ValeurMontree(
                    e,
                    e.libelle,
                    mot_unite(x.mesure.unite),
                    tuple((str(y.annee), c) for y, c in zip(passes, x.annees, strict=True)),
                    x.resultat,
                    False,
                    note if x is rows[0] else "",
                )
                for x in rows
            ]
    return out


def echeances_montrees(toutes: list[Echeance]) -> list[EcheanceMontree]:
    """Milestones in words."""
    return [EcheanceMontree(e, quand(e), etat_echeance(e)) for e in toutes]


def _mesurees(s: Situation) -> set[str]:
    """Indicators and objectives whose result the open data in service give."""
    p = s.programme
    measured = {i.id for a in p.actions for i in a.indicateurs if any(c in ALIMENTES for c in i.catalogue)}
    return measured if p.objectif() is None else measured | objectifs_mesures(s.suivi)


def _objectifs_mesures(s: Situation) -> frozenset[str]:
    return objectifs_mesures(s.suivi) if s.programme.objectif() is not None else frozenset()


def manques_situation(s: Situation, given: list[ValeurSuivie]) -> tuple[Manque, ...]:
    """What is missing at the end of the exercice; what the open data answer is not."""
    states = {e.action for e in s.evenements if e.effet <= s.exercice.fin}
    return manques(
        s.programme, s.exercice.annee, etats=states, valeurs=given, echeances=s.echeances, mesurees=_mesurees(s)
    )


def complement(s: Situation, action: FicheAction) -> dict[str, Any]:
    """Context that the templates of the sheet add to theirs; one query for values, one for milestones."""
    p = s.programme
    given = s.valeurs
    by_key = {v.cle: v for v in given}
    past = [e for e in p.exercices() if e.rang <= s.exercice.rang]
    entries = regrouper([e for e in ecritures(p, given) if e.action == action.id], lambda e: e.annee)
    years = [LigneBudget(e.libelle, "", stades(entries[e.annee])) for e in p.exercices() if e.annee in entries]
    mine = [e for e in s.echeances if e.action.id == action.id]
    missing = [m.phrase[:1].upper() + m.phrase[1:] for m in manques_situation(s, given) if m.action.id == action.id]
    values = valeurs_action(p, action, by_key, past, _ouverts(s, action), _objectifs_mesures(s))
    return {
        "valeurs_saisies": values,
        "valeurs_annees": [str(e.annee) for e in past],
        "budget_annees": years,
        "budget_total": stades([e for rows in entries.values() for e in rows]),
        "echeances": echeances_montrees(mine),
        "manques_suivi": missing,
        "fictif_saisi": any(v.fictif for v in given if v.cle.element in {x.element.id for x in values}),
    }


def sans_manque_generique(manques_fiche: tuple[str, ...]) -> tuple[str, ...]:
    """Sentences of the sheet that the follow-up says better are left to it."""
    said = ("État de l’action", "Résultats des objectifs", "Budget engagé et payé")
    return tuple(m for m in manques_fiche if not m.startswith(said))


def avec_suivi(fiche: Any, suivi: dict[str, Any]) -> Any:
    """The sheet, whose list of what is missing takes the exact words of the follow-up."""
    return replace(fiche, manques=(*suivi["manques_suivi"], *sans_manque_generique(fiche.manques)))


@dataclass(frozen=True, slots=True)
class FicheAilleurs:
    """A sheet of another programme: the same action (counted once) or one that is linked to this one."""

    programme: str
    titre_court: str
    action: FicheAction
    meme: bool


def ailleurs(programme: Programme, action: FicheAction, autres: Iterable[ProgrammeVersion]) -> list[FicheAilleurs]:
    """Sheets of the other programmes the reader may open that are tied to this one, whichever of the two says it."""
    here = f"{programme.id}#{action.id}"
    out = []
    for version in autres:
        other = contenu_version(version) if version.programme != programme.id else None
        for a in other.actions if other is not None else ():
            there = f"{version.programme}#{a.id}"
            same = action.identique_a == there or a.identique_a == here
            if same or there in action.liens or here in a.liens:
                out.append(FicheAilleurs(version.programme, version.titre_court, a, same))
    return out
