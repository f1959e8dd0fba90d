"""Valeurs datées de la production."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.production")
