"""Règles de la lutte contre l'habitat indigne, une pièce par police."""

from beffroi.domain.habitat_indigne.regles import biens, durees, permis_diviser, permis_louer, police

__all__ = ["biens", "durees", "permis_diviser", "permis_louer", "police"]
