"""Valeurs datées du programme local de l'habitat, de son observatoire et du contrat de réussite de la transition."""

from beffroi.kernel.parameter import load_parameters

PARAMETRES = load_parameters("beffroi.domain.programme")
