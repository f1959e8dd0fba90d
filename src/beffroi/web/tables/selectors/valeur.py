"""Values as objects of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.suivi.valeur import CleValeur, ValeurSuivie
from beffroi.web.tables.models import Evenement, PeriodeVerrouillee, Valeur


def valeurs(
    programme: str,
    elements: Iterable[str] | None = None,
    *,
    territoires: Iterable[str] | None = None,
    periodes: Iterable[str] | None = None,
) -> list[ValeurSuivie]:
    """Values of a programme, of some elements, territories or periods or of all, in one query."""
    rows = Valeur.objects.filter(programme=programme)
    for field, wanted in (("element", elements), ("territoire", territoires), ("periode", periodes)):
        if wanted is not None:
            rows = rows.filter(**{f"{field}__in": list(wanted)})
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
            v.commentaire,
        )
        for v in rows.order_by("element", "territoire", "periode", "ventilation")
    ]


def periodes_verrouillees(programme: str) -> set[str]:
    """Periods closed."""
    return set(PeriodeVerrouillee.objects.filter(programme=programme).values_list("periode", flat=True))


NATURES_CELLULE = ("valeur", "statut_valeur", "source_valeur")


@dataclass(frozen=True, slots=True)
class ChangementCellule:
    """What an event did to a cell: what it held (value, status, source…) or None, and what it holds."""

    evenement: Evenement
    cle: CleValeur
    avant: Mapping[str, Any] | None
    apres: Mapping[str, Any]


def changements(evenement: Evenement) -> list[ChangementCellule]:
    """Changes told by an event about values: one, or those of a whole import (``cases``)."""
    after = evenement.apres
    if "cases" not in after:
        key = CleValeur(evenement.element, after["territoire"], after["periode"], after["ventilation"])
        return [ChangementCellule(evenement, key, evenement.avant, after)]
    return [
        ChangementCellule(evenement, CleValeur(evenement.element, t, p, v), before, {"valeur": value})
        for t, p, v, value, before in after["cases"]
    ]


def historique_cellule(programme: str, cle: CleValeur) -> list[ChangementCellule]:
    """Every change of a cell, latest first: values, passages, sources, imports, cancellations."""
    one = Q(apres__territoire=cle.territoire, apres__periode=cle.periode, apres__ventilation=cle.ventilation)
    rows = (
        Evenement.objects.filter(programme=programme, element=cle.element, nature__in=NATURES_CELLULE)
        .filter(one | Q(apres__has_key="cases"))
        .select_related("annule_par")
        .order_by("-enregistrement")
    )
    return [c for e in rows for c in changements(e) if c.cle == cle]


def derniere_ecriture(programme: str, auteur: Any) -> tuple[datetime, int] | None:
    """Recording time and number of cells of the last write that this person can still undo."""
    mine = Evenement.objects.filter(programme=programme, nature="valeur", auteur=auteur)
    last = mine.order_by("-enregistrement").values_list("enregistrement", flat=True).first()
    if last is None:
        return None
    undoable = mine.filter(enregistrement=last, annule=None, annule_par=None)
    count = sum(len(changements(e)) for e in undoable)
    return (last, count) if count else None


def decompte_statuts(programme: str) -> dict[str, dict[str, int]]:
    """Period → status → number of values given."""
    found: dict[str, dict[str, int]] = {}
    rows = (
        Valeur.objects.filter(programme=programme, valeur__isnull=False)
        .values_list("periode", "statut")
        .annotate(n=Count("pk"))
    )
    for periode, statut, n in rows:
        found.setdefault(periode, {})[statut] = n
    return found


def verrous(programme: str) -> dict[str, PeriodeVerrouillee]:
    """Locks by period, with who locked and when."""
    return {v.periode: v for v in PeriodeVerrouillee.objects.filter(programme=programme)}


def elements_suivis(programme: str) -> dict[str, int]:
    """Element → number of values that it holds, whatever the version of the programme."""
    rows = Valeur.objects.filter(programme=programme, valeur__isnull=False).values_list("element")
    return dict(rows.annotate(n=Count("pk")))


Contenu = tuple[Decimal | None, str, str, str]


def contenus(programme: str, elements: Iterable[str]) -> dict[CleValeur, Contenu]:
    """Key → value, source, evidence, comment of some elements, in one query and without an object per row."""
    rows = Valeur.objects.filter(programme=programme, element__in=list(elements))
    fields = ("element", "territoire", "periode", "ventilation", "valeur", "source", "piece", "commentaire")
    return {CleValeur(e, t, p, v): (x, s, i, c) for e, t, p, v, x, s, i, c in rows.values_list(*fields)}


def dernier_import(programme: str, empreinte: str) -> Evenement | None:
    """Last import of a file of that sha256, or None."""
    rows = Evenement.objects.filter(programme=programme, nature="import_classeur", apres__empreinte=empreinte)
    return rows.order_by("-enregistrement").first()
