"""Valeurs datées de la loi SRU."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.sru")
