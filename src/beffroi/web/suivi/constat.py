"""Say that something of the programme was held on a day, and take it back: milestones and commitments alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.selectors.jalon import NATURE_JALON
from beffroi.web.tables.services.action import annuler
from beffroi.web.tables.services.jalon import tenir


def _dire(request: HttpRequest, refus: InvalidInput) -> None:
    told = [f"{p.message[:1].upper()}{p.message[1:]}{f' {p.conseil}' if p.conseil else ''}" for p in refus.problems]
    messages.error(request, " ".join(told))


def constater(request: HttpRequest, programme: Programme, element: str, quoi: str, fait: str) -> None:
    """Record what the form says (day, note, evidence) and tell it. ``quoi``, ``fait``: words of the two messages."""
    try:
        when = parse_date(request.POST.get("effet", ""))
    except ValueError:
        when = None
    if when is None:
        messages.error(request, f"Donnez le jour où {quoi}, par exemple 31/12/2022.")
        return
    note, piece = (request.POST.get(n, "").strip() for n in ("motif", "piece"))
    try:
        tenir(programme, element, when, auteur=request.user, motif=note, piece=piece)
    except InvalidInput as e:
        _dire(request, e)
    else:
        messages.success(request, f"{fait} le {when:%d/%m/%Y}.")


def reprendre(
    request: HttpRequest, programme: Programme, evenement: Any, elements: Collection[str]
) -> Evenement | None:
    """Cancel an event about one of these elements; both stay. ``None`` when it is refused, and told.

    Raises:
        Http404: no such event about these elements; nothing is written.
    """
    known = Evenement.objects.filter(programme=programme.id, nature=NATURE_JALON, pk=evenement, element__in=elements)
    if not known.exists():
        raise Http404("Cet événement n’existe pas dans ce programme.")
    try:
        event = annuler(programme, str(evenement), auteur=request.user, nature=NATURE_JALON)
    except InvalidInput as e:
        _dire(request, e)
        return None
    except BeffroiError as e:
        raise Http404(str(e)) from e
    messages.success(request, "L’événement est annulé ; l’historique garde la trace des deux.")
    return event
