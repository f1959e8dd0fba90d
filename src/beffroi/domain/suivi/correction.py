"""Vérité locale : une commune ou un service corrige une valeur ouverte, avec motif, auteur et pièce.

La correction survit aux millésimes ; la valeur publiée reste à côté, dans la note du chiffre et dans l'historique.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from beffroi.kernel.figure import Chiffre, Etat


@dataclass(frozen=True, slots=True)
class CorrectionLocale:
    """Une correction en vigueur. ``valeur_publiee`` : ce que disait le millésime corrigé (``None`` : rien)."""

    id: int
    source: str
    mesure: str
    territoire: str
    annee: int
    valeur: Decimal
    valeur_publiee: Decimal | None
    millesime: str
    motif: str
    auteur: str
    piece: str = ""
    fictif: bool = False


def corriger(
    mesures: Mapping[tuple[str, int], Chiffre], corrections: Iterable[CorrectionLocale]
) -> dict[tuple[str, int], Chiffre]:
    """Remplace les valeurs corrigées ; chaque chiffre corrigé garde la valeur publiée en note.

    Une valeur secrète ne se corrige pas par cette voie : la correction la révélerait à qui n'y a pas droit.
    """
    out = dict(mesures)
    for c in corrections:
        echelle, _, code = c.territoire.partition(":")
        cle = (code, c.annee)
        publie = out.get(cle)
        if echelle != "commune" or publie is None or publie.etat is Etat.SECRET:
            continue
        entier = c.valeur == c.valeur.to_integral_value()
        out[cle] = replace(
            publie,
            valeur=int(c.valeur) if entier else c.valeur,
            etat=Etat.CONNU,
            provenance=(*publie.provenance, f"correction:{c.id}"),
            fictif=publie.fictif or c.fictif,
            note=f"valeur locale ({c.motif}) ; publié : {publie.texte()}",
        )
    return out
