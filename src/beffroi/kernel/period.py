"""Periods and civil dates: exercices of a programme, delays in months."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Same day of the month ``months`` later, or the last day of that month (31/01 + 1 month → 28/02).

    Source: convention of the domain (regles.md, « Dates »): civil dates, no shift for week-ends or holidays.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Same day ``years`` later (29/02 → 28/02)."""
    return add_months(day, 12 * years)


def elapsed_months(start: date, end: date) -> int:
    """Whole months between two dates; 0 when ``end`` is before ``start``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    return max(0, months)


@dataclass(frozen=True, slots=True)
class Exercice:
    """One year of a programme. ``rang`` counts from 1; ``debut`` and ``fin`` are included."""

    rang: int
    debut: date
    fin: date

    @property
    def annee(self) -> int:
        """Civil year in which the exercice ends."""
        return self.fin.year

    @property
    def libelle(self) -> str:
        """« 2022 » for a civil year, « du 15/03/2022 au 14/03/2023 » otherwise."""
        if (self.debut.month, self.debut.day, self.fin.month, self.fin.day) == (1, 1, 12, 31):
            return str(self.annee)
        return f"du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"


def civil_years(first: int, count: int) -> tuple[Exercice, ...]:
    """``count`` exercices that are civil years, from ``first``."""
    return tuple(Exercice(i + 1, date(first + i, 1, 1), date(first + i, 12, 31)) for i in range(count))


def years_from(start: date, count: int) -> tuple[Exercice, ...]:
    """``count`` exercices of twelve months from ``start`` (the enforceable date of a PLH)."""
    return tuple(
        Exercice(i + 1, add_years(start, i), add_years(start, i + 1) - timedelta(days=1)) for i in range(count)
    )
