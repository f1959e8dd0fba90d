"""Registres de la lutte contre l'habitat indigne : états déclarés, étapes, délais de la loi.

Les suites pénales n'ont pas de registre : données d'infraction (RGPD, art. 10), à ne pas tenir ici.
"""

from beffroi.domain.habitat_indigne.registres import biens, permis, police

__all__ = ["biens", "permis", "police"]
