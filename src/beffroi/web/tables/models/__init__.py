"""Models, one module per area."""

from beffroi.web.tables.models.evenement import Evenement
from beffroi.web.tables.models.programme import ProgrammeVersion
from beffroi.web.tables.models.rapport import Edition

__all__ = ["Edition", "Evenement", "ProgrammeVersion"]
