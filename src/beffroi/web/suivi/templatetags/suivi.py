"""Tags of the follow-up pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
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


@register.simple_tag
def adresse_saisie(programme: str, **query: str) -> str:
    """Address of a grid of entry."""
    return f"{reverse('saisie', args=[programme])}?{urlencode(query)}"


@register.simple_tag
def aujourdhui() -> str:
    """Today, as a date field writes it."""
    return timezone.localdate().isoformat()


@register.simple_tag
def phrase(texte: str) -> str:
    """The same words with a capital letter."""
    return texte[:1].upper() + texte[1:]


@register.simple_tag
def ecrit(x: Chiffre | str) -> str:
    """Print a figure with its unit, or words."""
    return rendu.chiffre(x, unite=True) if isinstance(x, Chiffre) else escape(x)
