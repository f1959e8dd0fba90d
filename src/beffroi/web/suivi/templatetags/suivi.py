"""Tags of the follow-up pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from beffroi.domain.suivi.valeur import decimales
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.web.pilotage import rendu
from beffroi.web.suivi.mots import accord

register = template.Library()


@register.simple_tag
def combien(n: int, mots: str, pluriel: str = "") -> str:
    """Print a count and its words, agreed: « 3 valeurs proposées »."""
    return accord(n, mots, pluriel or None)


@register.simple_tag
def saisi(c: Chiffre, unite: bool = True) -> SafeString:
    """Print a typed figure with every decimal it was given."""
    places = None if c.valeur is None else decimales(exact(c.valeur), c.unite)
    return rendu.chiffre(c, unite=unite, decimales=places)
