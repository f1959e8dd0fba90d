"""Valeurs datées de la lutte contre l'habitat indigne."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.habitat_indigne")
