"""Durées des étapes d'un registre : médiane, part en retard, sorties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Annotated, Any

from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule

METHODE = LegalRef("Méthode du projet", "durée des étapes", "docs/methodes/habitat-indigne.md")


@dataclass(frozen=True, slots=True)
class Passage:
    """Passage d'un dossier dans une étape. ``fin`` vide : encore en cours ; ``echeance`` vide : aucun délai."""

    etape: str
    debut: date
    fin: date | None = None
    echeance: date | None = None


@rule(
    id="habitat_indigne.duree_etape",
    label="Durée des étapes et part en retard",
    legal=METHODE,
    since=date(2014, 3, 27),
)
def duree_etape(
    etapes: Etapes, *, le: date, passages: Annotated[tuple[Passage, ...], Entree("Passages dans les étapes")]
) -> dict[str, Any]:
    """Par étape : sorties, médiane des durées en jours des passages finis, part en retard parmi ceux qui ont un délai.

    Un passage en cours compte comme en retard une fois son échéance passée ; il ne compte pas dans la médiane. Sans
    passage fini, la médiane manque ; sans délai, la part manque.
    """
    for p in passages:
        if p.fin is not None and p.fin < p.debut:
            raise InvalidInput(Problem(f"l'étape « {p.etape} » finit ({p.fin:%d/%m/%Y}) avant de commencer."))
    resultat: dict[str, Any] = {}
    for nom in dict.fromkeys(p.etape for p in passages):
        siens = [p for p in passages if p.etape == nom and p.debut <= le]
        finis = [(p.fin - p.debut).days for p in siens if p.fin is not None and p.fin <= le]
        avec = [p for p in siens if p.echeance is not None]
        retards = [p for p in avec if p.echeance is not None and (p.fin if p.fin and p.fin <= le else le) > p.echeance]
        mediane = Decimal(str(median(finis))) if finis else None
        part = Decimal(len(retards)) / Decimal(len(avec)) if avec else None
        etapes.ajouter(f"{nom} : durée médiane", mediane, "jour", note=f"sur {len(finis)} sorties")
        etapes.ajouter(f"{nom} : part en retard", part, "part", note=f"sur {len(avec)} avec délai")
        resultat[nom] = {
            "dossiers": len(siens),
            "sorties": len(finis),
            "duree_mediane": mediane,
            "part_en_retard": part,
        }
    return resultat
