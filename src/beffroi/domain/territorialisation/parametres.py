"""Valeurs datées de la territorialisation."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.territorialisation")
