"""Scenarios and their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.suivi.scenario import CleObjectif
from beffroi.web.tables.models import Evenement, Scenario, ScenarioValeur


@dataclass(frozen=True, slots=True)
class CaseScenario:
    """A cell: value, revision, who wrote it last."""

    valeur: Decimal | None
    revision: int
    auteur: str


def scenarios(programme: str) -> list[Scenario]:
    """Scenarios of a programme, latest first."""
    return list(Scenario.objects.filter(programme=programme).defer("trace"))


def scenario(programme: str, identifiant: int) -> Scenario | None:
    """One scenario of this programme, or None."""
    return Scenario.objects.filter(programme=programme, pk=identifiant).first()


def cases_scenario(s: Scenario, objectifs: Iterable[str] | None = None) -> dict[CleObjectif, CaseScenario]:
    """Cells of a scenario, of some objectives or of all, in one query."""
    rows = ScenarioValeur.objects.filter(scenario=s)
    if objectifs is not None:
        rows = rows.filter(objectif__in=list(objectifs))
    fields = rows.values_list("objectif", "territoire", "periode", "valeur", "revision", "auteur_nom")
    return {CleObjectif(o, t, p): CaseScenario(v, r, who) for o, t, p, v, r, who in fields}


def grille_scenario(s: Scenario) -> dict[CleObjectif, Decimal | None]:
    """Values of a scenario."""
    return {k: c.valeur for k, c in cases_scenario(s).items()}


def derniere_ecriture_scenario(s: Scenario, auteur: object) -> tuple[str, int] | None:
    """Event and number of cells of the last write that this person can still undo."""
    last = (
        Evenement.objects.filter(
            programme=s.programme, element=f"scenario:{s.pk}", nature="scenario_valeur", auteur=auteur
        )
        .select_related("annule_par")
        .order_by("-enregistrement")
        .first()
    )
    if last is None or last.annule_id or getattr(last, "annule_par", None) is not None:
        return None
    return str(last.pk), len(last.apres["cases"])
