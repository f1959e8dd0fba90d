"""Indicateurs de la rénovation du parc privé : communes couvertes par une opération programmée."""

from beffroi.kernel.formula import Count
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

declare(
    Indicator(
        id="renovation.commune_couverte",
        label="Communes couvertes par une opération programmée",
        definition="Communes où une opération programmée de l'Anah (OPAH, PIG, plan de sauvegarde…) court dans l'année.",
        unit="commune",
        sense=Sense.UP,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.MAP, Representation.SERIES),
        cautions="Une opération dont la fin n'est pas dite est tenue pour en cours. Elle ne dit rien des logements aidés.",
        legal=LegalRef("CCH", "R. 302-1-4"),
        formula=Count("commune_en_operation"),
        source="Anah, opérations programmées",
        block="parcs",
    ),
)
