"""Values as objects of the domain."""

from __future__ import annotations

from collections.abc import Iterable

from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.suivi.valeur import CleValeur, ValeurSuivie
from beffroi.web.tables.models import PeriodeVerrouillee, Valeur


def valeurs(programme: str, elements: Iterable[str] | None = None) -> list[ValeurSuivie]:
    """Values of a programme, of some elements or of all, in one query."""
    rows = Valeur.objects.filter(programme=programme)
    if elements is not None:
        rows = rows.filter(element__in=list(elements))
    return [
        ValeurSuivie(
            CleValeur(v.element, v.territoire, v.periode, v.ventilation),
            v.valeur,
            v.unite,
            StatutValeur(v.statut),
            v.source,
            v.piece,
            v.auteur_nom,
            v.enregistrement,
            v.revision,
            v.fictif,
        )
        for v in rows.order_by("element", "territoire", "periode", "ventilation")
    ]


def periodes_verrouillees(programme: str) -> set[str]:
    """Periods closed."""
    return set(PeriodeVerrouillee.objects.filter(programme=programme).values_list("periode", flat=True))
