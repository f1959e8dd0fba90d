"""Valeurs datées de la gouvernance."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.gouvernance")
