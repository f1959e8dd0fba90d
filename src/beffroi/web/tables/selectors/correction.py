"""Corrections in force, as objects of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from beffroi.domain.suivi.correction import CorrectionLocale
from beffroi.web.tables.models import Correction


def corrections(
    collectivites: Iterable[str], source: str = "", mesure: str = "", connu_le: datetime | None = None
) -> list[CorrectionLocale]:
    """Corrections of a measure (or of all, in one query) in force now, or as known on a date."""
    rows = Correction.objects.filter(collectivite__in=list(collectivites))
    if source:
        rows = rows.filter(source=source)
    if mesure:
        rows = rows.filter(mesure=mesure)
    if connu_le is None:
        rows = rows.filter(retiree_le__isnull=True)
    else:
        rows = rows.filter(enregistrement__lte=connu_le).filter(Q(retiree_le__isnull=True) | Q(retiree_le__gt=connu_le))
    return [
        CorrectionLocale(
            c.pk, c.source, c.mesure, c.territoire, c.annee, c.valeur, c.valeur_publiee, c.millesime, c.motif,
            c.auteur_nom, c.piece, c.fictif,
        )
        for c in rows
    ]  # fmt: skip


def corrections_commune(collectivites: Iterable[str], code: str) -> list[Correction]:
    """Every correction of a commune, withdrawn ones included, latest first."""
    rows = Correction.objects.filter(collectivite__in=list(collectivites), territoire=f"commune:{code}")
    return list(rows.order_by("-enregistrement"))
