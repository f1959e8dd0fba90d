"""What every page of a programme shares: situation, figures, states, rights. Read once per request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.action import EvenementEtat, SituationAction, situation_actions
from beffroi.domain.suivi.correction import CorrectionLocale, corriger
from beffroi.domain.suivi.echeance import Echeance, JalonTenu, echeances
from beffroi.domain.suivi.production import SuiviProduction
from beffroi.domain.suivi.resultat import objectifs_mesures, resultats_mesures
from beffroi.domain.suivi.transmis import SerieSaisie, appreciations, series_transmises
from beffroi.domain.suivi.valeur import ValeurSuivie
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.figure import Chiffre, Etat, Provenance
from beffroi.kernel.period import Exercice
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.reports.editer import ALIMENTES
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.suivi import (
    SeriesProduction,
    corriger_series,
    exercice_de,
    exercice_ouvert,
    provenance_correction,
    series_production,
    suivi_programme,
)
from beffroi.web.accounts.droits import peut, programme_demande, roles_de
from beffroi.web.tables.models import ProgrammeVersion
from beffroi.web.tables.selectors.action import evenement_fictif, evenements_etat
from beffroi.web.tables.selectors.correction import corrections
from beffroi.web.tables.selectors.jalon import jalons_tenus
from beffroi.web.tables.selectors.programme import programmes_de
from beffroi.web.tables.selectors.valeur import valeurs


@dataclass
class Situation:
    """A programme seen at the end of an exercice; each part is computed when a page first asks for it."""

    programme: Programme
    exercice: Exercice
    entrepot: Entrepot

    @cached_property
    def series(self) -> SeriesProduction:
        """Authorised and started dwellings of the exercices."""
        return corriger_series(series_production(self.entrepot, self.programme, avant=0, apres=0), self.corrections)

    @cached_property
    def corrections(self) -> list[CorrectionLocale]:
        """Local corrections of open data in force, of every source."""
        return corrections(self.programme.collectivites)

    def corriger(
        self, source: str, mesure: str, mesures: Mapping[tuple[str, int], Chiffre]
    ) -> dict[tuple[str, int], Chiffre]:
        """The same figures, with the local corrections of this measure."""
        return corriger(mesures, (c for c in self.corrections if (c.source, c.mesure) == (source, mesure)))

    @cached_property
    def suivi(self) -> SuiviProduction:
        """The table of figures of the production."""
        return suivi_programme(self.entrepot, self.programme, self.exercice, self.series)

    @cached_property
    def evenements(self) -> list[EvenementEtat]:
        """State events of the actions."""
        return evenements_etat(self.programme.id)

    @cached_property
    def jalons(self) -> list[JalonTenu]:
        """Milestones held, whatever their date."""
        return jalons_tenus(self.programme.id)

    @cached_property
    def echeances(self) -> tuple[Echeance, ...]:
        """Milestones owed and held at the end of the exercice."""
        return echeances(self.programme, self.jalons, self.exercice.fin)

    @cached_property
    def quartiers(self) -> list[tuple[str, str]]:
        """Priority districts (code, name) of the communes; empty when the source is not loaded."""
        return self.entrepot.quartiers(self.programme.communes())

    @cached_property
    def valeurs(self) -> list[ValeurSuivie]:
        """Every typed value of the programme."""
        return valeurs(self.programme.id)

    @cached_property
    def valeurs_epci(self) -> list[ValeurSuivie]:
        """Typed values of the signatories, budget included."""
        places = [Territoire(Echelle.EPCI, c).id for c in self.programme.collectivites]
        if "valeurs" in self.__dict__:  # already read: no other query
            return [v for v in self.valeurs if v.cle.territoire in places]
        return valeurs(self.programme.id, territoires=places)

    @cached_property
    def transmises(self) -> tuple[SerieSaisie, ...]:
        """Series that have a value proposed or validated."""
        return series_transmises(self.programme, self.valeurs_epci, self.exercice)

    @cached_property
    def renseignes(self) -> frozenset[str]:
        """Programme indicators that have a value for the exercice, from open data or typed: those of the bilan."""
        indicators = [i for a in self.programme.actions for i in a.indicateurs]
        typed = {s.element.id for s in self.transmises if s.annees[-1].connu} & {i.id for i in indicators}
        if self.programme.objectif() is None or not self.suivi.epci.exercice.autorises.connu:
            return frozenset(typed)
        return frozenset(typed | {i.id for i in indicators if any(c in ALIMENTES for c in i.catalogue)})

    @cached_property
    def actions(self) -> tuple[SituationAction, ...]:
        """Situation of each action: results measured by open data, or by values proposed or validated."""
        p, end = self.programme, self.exercice.fin
        measured, shown = {}, frozenset[str]()
        if p.objectif() is not None:
            measured, shown = resultats_mesures(self.suivi), objectifs_mesures(self.suivi)
        measured = appreciations(self.transmises, measured, shown)
        held = {j.jalon for j in self.jalons if j.effet <= end}
        return situation_actions(self.programme, self.evenements, end, resultats=measured, tenus=held)

    @cached_property
    def fictif(self) -> bool:
        """True when something fictitious is shown."""
        if self.programme.fictif or "evenements" in self.__dict__:  # already read: no other query
            return self.programme.fictif or any(e.fictif for e in self.evenements)
        return evenement_fictif(self.programme.id)

    def derniers(self, source: str, mesures: Sequence[str]) -> dict[str, dict[str, Chiffre]]:
        """Measures of a source for every commune, all of one year: the last for which one of them has something.

        Empty when the source is not loaded.
        """
        years, communes = self.entrepot.annees(source), self.programme.communes()
        if not years:
            return {}
        read = {
            m: self.corriger(source, m, x)
            for m, x in self.entrepot.series_communales(source, mesures, communes, years).items()
        }
        told = Etat.NON_RENSEIGNE, Etat.NON_APPLICABLE
        year = next(
            (y for y in reversed(years) if any(read[m][c, y].etat not in told for m in mesures for c in communes)),
            years[-1],
        )
        return {m: {c: read[m][c, year] for c in communes} for m in mesures}

    def provenance(self, identifiant: str) -> Provenance:
        """Where a figure comes from: a dataset, or a line of the programme."""
        if identifiant.startswith("programme:"):
            ligne = identifiant.partition("#L")[2]
            source = self.programme.documents[0] if self.programme.documents else None
            return Provenance(
                identifiant,
                source.titre if source else self.programme.titre,
                mention=f"ligne {ligne} du document" if ligne else "",
            )
        if identifiant.startswith("correction:"):
            found = next((c for c in self.corrections if f"correction:{c.id}" == identifiant), None)
            return provenance_correction(found) if found else Provenance(identifiant, "Correction locale retirée")
        return self.entrepot.provenance(identifiant)


def situation(request: HttpRequest) -> Situation:
    """Situation asked by ``?au=2022``; by default the last exercice whose source is complete."""
    cached = getattr(request, "_situation", None)
    if cached is not None:
        return cached
    programme = programme_demande(request)
    entrepot = Entrepot.ouvrir()
    exercice = exercice_ouvert(entrepot, programme)
    asked = request.GET.get("au", "")
    if asked.isdigit():
        try:
            exercice = exercice_de(programme, int(asked))
        except BeffroiError:
            request.annee_refusee = int(asked)  # type: ignore[attr-defined]
    request._situation = result = Situation(programme, exercice, entrepot)  # type: ignore[attr-defined]
    return result


def contexte_page(request: HttpRequest, rubrique: str, **plus: Any) -> dict[str, Any]:
    """Context of a page: the situation, the programmes the person may open, what the person may do."""
    s = situation(request)
    signataires = s.programme.collectivites
    return {
        "rubrique": rubrique,
        "situation": s,
        "programme": s.programme,
        "exercice": s.exercice,
        "exercices": s.programme.exercices(),
        "annee_refusee": getattr(request, "annee_refusee", None),
        "programmes": programmes_du_compte(request),
        "peut_saisir": peut(request.user, "action.saisir", signataires),
        "peut_editer": peut(request.user, "bilan.editer", signataires),
        **plus,
    }


def programmes_du_compte(request: HttpRequest) -> list[ProgrammeVersion]:
    """Programmes that the person may open."""
    return programmes_de(roles_de(request.user))
