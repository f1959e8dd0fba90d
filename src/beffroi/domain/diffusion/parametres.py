"""Valeurs datées de la diffusion."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.diffusion")
