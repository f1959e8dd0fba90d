"""Where a value stands in the source document, in words."""

from __future__ import annotations

from beffroi.domain.programme.modele import Lieu
from beffroi.kernel.figure import nombre


def endroit(lieu: Lieu | None) -> str:
    """« lignes 316 à 906 », « ligne 332 », « page 12 » — the words of a place in the source document."""
    if lieu is None:
        return ""
    if lieu.ligne is None:
        return f"page {lieu.page}" if lieu.page else ""
    if lieu.fin and lieu.fin != lieu.ligne:
        return f"lignes {nombre(lieu.ligne)} à {nombre(lieu.fin)}"
    return f"ligne {nombre(lieu.ligne)}"
