"""A register checks its declaration, and draws it."""

from __future__ import annotations

from datetime import date

import pytest

from beffroi.kernel.errors import InvalidInput, NotFound
from beffroi.kernel.parameter import parse_parameters
from beffroi.kernel.register import Clock, EtatEcheance, Event, Field, Register, State, Transition, deadline, in_force

PARAMETERS = parse_parameters(
    "essai",
    """
[delai]
label = "Délai"
unite = "mois"
valeurs = [{ du = 2020-01-01, valeur = "2", texte = "CCH", article = "L. 1" }]

[surface]
label = "Surface"
unite = "m2"
valeurs = [{ du = 2020-01-01, valeur = "2", texte = "CCH", article = "L. 1" }]
""",
    "essai.toml",
)


def _register(**change: object) -> Register:
    base: dict[str, object] = {
        "id": "essai.registre",
        "label": "Essai",
        "roles": {"agent": "Agent"},
        "etats": (State("ouvert", "ouvert"), State("clos", "clos", final=True)),
        "champs": (Field("motif", "Motif"),),
        "horloges": (Clock("reponse", "Réponse", ("delai",)),),
        "parametres": PARAMETERS,
        "transitions": (
            Transition("ouvrir", "Ouvrir", (), "ouvert", ("agent",), demarre=("reponse",)),
            Transition("clore", "Clore", ("ouvert",), "clos", ("agent",), ("motif",), arrete=("reponse",)),
        ),
    }
    return Register(**(base | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"etats": (State("ouvert", "o"), State("clos", "c", final=True), State("perdu", "p"))}, "jamais atteint"),
        ({"etats": (State("ouvert", "o"), State("clos", "c"))}, "pas de suite"),
        ({"horloges": (Clock("reponse", "R", ("inconnu",)),)}, "paramètre inconnu"),
        ({"horloges": (Clock("reponse", "R"),)}, "ni paramètre ni champ"),
        ({"horloges": (Clock("reponse", "R", ("delai",), tacite="rien"),)}, "transition inconnue"),
        ({"horloges": ()}, "délai inconnu"),
        ({"roles": {}}, "rôle inconnu"),
        ({"champs": ()}, "champ inconnu"),
        (
            {"transitions": (Transition("clore", "C", ("ouvert",), "clos"),), "horloges": ()},
            "aucune transition n'ouvre",
        ),
    ],
)
def test_bad_declaration(change: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        _register(**change)


def test_late_then_closed() -> None:
    register = _register()
    opened = [Event("ouvrir", date(2026, 1, 31), "agent")]
    (running,) = register.situation(opened, date(2026, 4, 1)).ouvertes()
    assert running.fin == date(2026, 3, 31)
    assert running.etat(date(2026, 3, 31)) is EtatEcheance.EN_COURS
    assert running.etat(date(2026, 4, 1)) is EtatEcheance.EN_RETARD
    closed = register.situation(
        [*opened, Event("clore", date(2026, 4, 2), "agent", {"motif": "fait"})], date(2026, 5, 1)
    )
    assert closed.etat.final
    assert closed.echeances[0].etat(date(2026, 5, 1)) is EtatEcheance.EN_RETARD


def test_an_event_after_the_day_is_not_seen() -> None:
    register = _register()
    events = [Event("ouvrir", date(2026, 1, 1), "agent"), Event("clore", date(2026, 1, 9), "agent", {"motif": "x"})]
    assert register.situation(events, date(2026, 1, 8)).etat.id == "ouvert"
    with pytest.raises(InvalidInput, match="aucun événement"):
        register.situation(events, date(2025, 12, 31))


def test_unknown_step_and_wrong_state() -> None:
    register = _register()
    with pytest.raises(NotFound, match="étapes : ouvrir, clore"):
        register.situation([Event("inconnu", date(2026, 1, 1))], date(2026, 1, 2))
    with pytest.raises(InvalidInput, match="un dossier qui n'est pas ouvert ; étapes possibles : « Ouvrir »"):
        register.situation([Event("clore", date(2026, 1, 1))], date(2026, 1, 2))


def test_duration_units() -> None:
    assert deadline(date(2026, 1, 31), PARAMETERS("delai", date(2026, 1, 1))) == date(2026, 3, 31)
    with pytest.raises(ValueError, match="pas une durée"):
        deadline(date(2026, 1, 31), PARAMETERS("surface", date(2026, 1, 1)))
    with pytest.raises(NotFound):
        in_force(PARAMETERS, ("delai",), date(2019, 1, 1))


def test_diagram_names_every_state() -> None:
    drawing = _register().mermaid()
    assert "[*] --> ouvert: Ouvrir" in drawing and "clos --> [*]" in drawing
