"""Le calendrier d'un programme au format ICS, relu par la bibliothèque."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from beffroi import demo
from beffroi.domain.programme.modele import Programme
from beffroi.exchange import lire
from beffroi.exchange.calendrier import ics_de

ECRIT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LIVRES = {chemin.stem: chemin for chemin in demo.programmes()}


def evenements(programme: Programme) -> dict[str, object]:
    calendrier = Calendar.from_ical(ics_de(programme, ecrit=ECRIT))
    return {str(e["uid"]).split("@")[0]: e for e in calendrier.walk("VEVENT")}


@pytest.mark.parametrize("ident", LIVRES)
def test_chaque_echeance_datee_ou_rythmee_est_dans_le_calendrier(ident: str) -> None:
    programme = lire(LIVRES[ident])
    attendus = {
        j.id for a in programme.actions for j in a.calendrier if j.date or j.annee or (j.par_an and not 12 % j.par_an)
    } | {i.id for i in programme.instances if i.minimum_par_an}
    lus = evenements(programme)
    assert set(lus) == attendus
    assert ics_de(programme, ecrit=ECRIT) == ics_de(programme, ecrit=ECRIT)


def test_une_annee_seule_tombe_au_31_decembre_et_le_dit() -> None:
    e = evenements(lire(LIVRES["plh-call-2023"]))["a17-jalon-1"]
    assert e["dtstart"].dt == date(2025, 12, 31)  # type: ignore[index]
    assert "(année 2025)" in str(e["summary"])  # type: ignore[index]


def test_une_recurrence_suit_les_exercices() -> None:
    call = lire(LIVRES["plh-call-2023"])
    lus = evenements(call)
    semestriel = lus["cotech_plh"]
    regle = semestriel["rrule"]  # type: ignore[index]
    assert semestriel["dtstart"].dt == date(2023, 6, 30)  # type: ignore[index]
    assert (regle["INTERVAL"], regle["COUNT"], regle["BYMONTHDAY"]) == ([6], [12], [-1])
    mensuel = lus["petits_dejeuners"]["rrule"]  # type: ignore[index]
    assert mensuel["COUNT"] == [72]


def test_les_exercices_de_douze_mois_ne_tombent_pas_au_31_decembre() -> None:
    e = evenements(lire(LIVRES["crte-valenciennois-2021"]))["comite_pilotage"]
    assert e["dtstart"].dt == date(2022, 10, 21)  # type: ignore[index]
    assert "BYMONTHDAY" not in e["rrule"]  # type: ignore[index]
