"""Règles du programme : échéances et avancement du PLH, observatoire, contrat (CRTE)."""

from beffroi.domain.programme.regles import contrat, elaboration, observatoire, plh

__all__ = ["contrat", "elaboration", "observatoire", "plh"]
