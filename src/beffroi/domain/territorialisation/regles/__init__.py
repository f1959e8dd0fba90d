"""Règles de la territorialisation : répartir, et auditer un tableau publié."""

from beffroi.domain.territorialisation.regles import audit, repartition

__all__ = ["audit", "repartition"]
