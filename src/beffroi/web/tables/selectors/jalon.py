"""Milestones held, as objects of the domain."""

from __future__ import annotations

from datetime import datetime

from beffroi.domain.suivi.echeance import JalonTenu
from beffroi.web.tables.models import Evenement

NATURE_JALON = "jalon_tenu"


def jalons_tenus(programme: str, connu_le: datetime | None = None) -> list[JalonTenu]:
    """Milestones held of a programme, cancelled ones left out (at the latest on ``connu_le``, if given)."""
    rows = Evenement.objects.filter(programme=programme, nature=NATURE_JALON)
    if connu_le is None:
        rows = rows.filter(annule_par__isnull=True)
    else:
        rows = rows.filter(enregistrement__lte=connu_le).exclude(annule_par__enregistrement__lte=connu_le)
    return [
        JalonTenu(e.element, e.effet, e.enregistrement, e.auteur_nom, e.motif, e.piece, str(e.pk), e.fictif)
        for e in rows
    ]
