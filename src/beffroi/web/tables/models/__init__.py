"""Models, one module per area."""

from beffroi.web.tables.models.evenement import Evenement
from beffroi.web.tables.models.programme import ProgrammeVersion
from beffroi.web.tables.models.rapport import Edition
from beffroi.web.tables.models.scenario import Scenario, ScenarioValeur
from beffroi.web.tables.models.suivi import Correction, PeriodeVerrouillee, Valeur

__all__ = [
    "Correction",
    "Edition",
    "Evenement",
    "PeriodeVerrouillee",
    "ProgrammeVersion",
    "Scenario",
    "ScenarioValeur",
    "Valeur",
]
