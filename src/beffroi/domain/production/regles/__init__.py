"""Règles de la production : objectifs et rythmes, part sociale, conformité d'une opération."""

from beffroi.domain.production.regles import conformite, objectif, social

__all__ = ["conformite", "objectif", "social"]
