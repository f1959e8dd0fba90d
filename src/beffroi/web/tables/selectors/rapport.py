"""What the follow-up gives to a bilan: states, milestones held, local corrections, typed values."""

from __future__ import annotations

from typing import Any

from beffroi.domain.programme.modele import Programme
from beffroi.web.tables.selectors.action import evenements_etat
from beffroi.web.tables.selectors.correction import corrections
from beffroi.web.tables.selectors.jalon import jalons_tenus
from beffroi.web.tables.selectors.valeur import valeurs


def suivi_edition(programme: Programme) -> dict[str, Any]:
    """Arguments of ``reports.editer.editer`` that come from the tables."""
    signatories = [f"epci:{c}" for c in programme.collectivites]
    objectives = [o.id for o in programme.objectifs]
    return {
        "evenements": evenements_etat(programme.id),
        "tenus": [(j.jalon, j.effet) for j in jalons_tenus(programme.id)],
        "corrections": corrections(programme.collectivites),
        "valeurs": [*valeurs(programme.id, territoires=signatories), *valeurs(programme.id, objectives)],
    }
