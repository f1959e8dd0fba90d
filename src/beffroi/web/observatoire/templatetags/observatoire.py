"""Tags of the simulators: the row of a field with its unit, its provenance and its faults."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from beffroi.kernel.figure import Chiffre
from beffroi.reports.typographie import typographier
from beffroi.web.observatoire.formulaire import saisie
from beffroi.web.observatoire.territoires import Prerempli

register = template.Library()


@register.inclusion_tag("observatoire/_champ.html", takes_context=True)
def champ_simulateur(context: template.Context, champ: BoundField, court: bool = False) -> dict[str, Any]:
    """Row of a field; ``court`` leaves the label to a table head."""
    return {
        "champ": champ,
        "saisie": saisie(champ),
        "origine": getattr(champ.field, "origine", None),
        "suffixe": getattr(champ.field, "suffixe", ""),
        "liste": getattr(champ.field, "liste", ()),
        "modifiee": _modifiee(champ),
        "court": court,
        "situation": context.get("situation"),
    }


def _modifiee(champ: BoundField) -> bool:
    origine: Prerempli | None = getattr(champ.field, "origine", None)
    if origine is None or origine.valeur is None or not champ.form.is_bound:
        return False
    return str(champ.value() or "").strip() != str(champ.field.initial or "")


@register.simple_tag
def proposition(origine: Prerempli) -> SafeString:
    """Figure that the observatory proposes, with its unit."""
    from beffroi.web.pilotage import rendu

    figure: Chiffre | None = origine.chiffre
    if figure is None:
        return rendu.sur("")
    return rendu.chiffre(figure, unite=True)


@register.filter
def typo(texte: str) -> str:
    """A sentence of a rule in French typography (escaped by the template)."""
    return typographier(str(texte))
