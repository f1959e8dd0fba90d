"""The calendar of a programme as an ICS file: milestones, recurrences, meetings owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from beffroi.exchange.noeuds import soigner

if TYPE_CHECKING:
    from beffroi.domain.programme.modele import Instance, Jalon, Programme


def ics_de(programme: Programme, *, ecrit: datetime) -> bytes:
    """All-day events of a programme; the same programme and ``ecrit`` give the same bytes.

    A milestone known by its year alone falls on 31 December of its last year, and its title says so. A recurrence that
    divides twelve months (1, 2, 3, 4, 6 or 12 a year) becomes a repeated event over the exercices, due at the end of
    each interval; what has neither date, year nor rhythm is left out.

    Args:
        programme: the programme.
        ecrit: date and time (UTC) of the file, needed by the format.
    """
    from icalendar import Calendar

    calendrier = Calendar()
    calendrier.add("prodid", "-//Beffroi//Programme//FR")
    calendrier.add("version", "2.0")
    calendrier.add("calscale", "GREGORIAN")
    calendrier.add("method", "PUBLISH")
    calendrier.add("x-wr-calname", f"{programme.titre_court} : échéances")
    for evenement in _evenements(programme, ecrit):
        calendrier.add_component(evenement)
    return bytes(calendrier.to_ical())


def _evenements(programme: Programme, ecrit: datetime) -> Iterator[Any]:
    for action in programme.actions:
        for jalon in action.calendrier:
            titre = f"Action {action.numero} : {jalon.libelle}"
            description = action.titre or "titre absent"
            yield from _echeance(programme, jalon, titre, description, ecrit)
    for instance in programme.instances:
        yield from _reunion(programme, instance, ecrit)


def _echeance(programme: Programme, jalon: Jalon, titre: str, description: str, ecrit: datetime) -> Iterator[Any]:
    if jalon.date is not None:
        yield _evenement(programme, jalon.id, titre, jalon.date, description, ecrit)
    elif jalon.annee is not None:
        derniere = jalon.annee_fin or jalon.annee
        periode = str(jalon.annee) if derniere == jalon.annee else f"{jalon.annee} à {derniere}"
        yield _evenement(programme, jalon.id, f"{titre} (année {periode})", date(derniere, 12, 31), description, ecrit)
    elif jalon.par_an is not None:
        yield from _recurrence(programme, jalon.id, titre, jalon.par_an, description, ecrit)


def _reunion(programme: Programme, instance: Instance, ecrit: datetime) -> Iterator[Any]:
    if instance.minimum_par_an is not None:
        description = instance.role or ""
        yield from _recurrence(programme, instance.id, instance.nom, instance.minimum_par_an, description, ecrit)


def _recurrence(
    programme: Programme, ident: str, titre: str, par_an: Decimal, description: str, ecrit: datetime
) -> Iterator[Any]:
    if par_an <= 0 or par_an != par_an.to_integral_value() or 12 % int(par_an):
        return
    intervalle = 12 // int(par_an)
    exercices = programme.exercices()
    debut, fin = exercices[0].debut, exercices[-1].fin
    premiere = _veille(debut, intervalle)
    evenement = _evenement(programme, ident, f"{titre} ({int(par_an)} par an)", premiere, description, ecrit)
    nombre = len(exercices) * int(par_an)
    # Le dernier jour d'un mois se répète comme tel : le 30 juin puis le 31 décembre.
    regle: dict[str, Any] = {"freq": "monthly", "interval": intervalle, "count": nombre}
    if (premiere + timedelta(days=1)).day == 1:
        regle["bymonthday"] = -1
    evenement.add("rrule", regle)
    assert premiere <= fin
    yield evenement


def _veille(debut: date, mois: int) -> date:
    """Last day of the interval of ``mois`` months that starts on ``debut``."""
    from beffroi.kernel.period import add_months

    return add_months(debut, mois) - timedelta(days=1)


def _evenement(programme: Programme, ident: str, titre: str, jour: date, description: str, ecrit: datetime) -> Any:
    from icalendar import Event

    evenement = Event()
    evenement.add("uid", f"{ident}@{programme.id}.beffroi")
    evenement.add("dtstamp", ecrit)
    evenement.add("summary", soigner(titre))
    evenement.add("dtstart", jour)
    evenement.add("dtend", jour + timedelta(days=1))
    evenement.add("transp", "TRANSPARENT")
    if description:
        evenement.add("description", description)
    return evenement
