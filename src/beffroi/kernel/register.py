"""Registers: states and transitions declared once (who may, what it requires, which clock it starts).

Buttons, rights, deadline alerts, diagrams and documentation derive from the declaration; a state is never typed, it is
the result of dated events. See ``domain/habitat_indigne/registres.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import Parameters, ParameterValue
from beffroi.kernel.period import add_months, add_years


class Sens(StrEnum):
    """What the end of a clock means."""

    MAXIMUM = "maximum"  # must be done by that day
    MINIMUM = "minimum"  # may not be done before that day


class EtatEcheance(StrEnum):
    """State of a deadline on a given day."""

    EN_COURS = "en_cours"
    TENUE = "tenue"
    EN_RETARD = "en_retard"
    ECHUE = "echue"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a register. ``final``: nothing more is expected."""

    id: str
    label: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field asked by a transition. ``nature``: texte, entier, nombre, date, booleen or choix."""

    id: str
    label: str
    nature: str = "texte"
    unite: str = ""
    choix: tuple[str, ...] = ()
    personnel: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory delay.

    ``parametres``: names of dated parameters, the first one in force on the first day gives the length (a delay that
    changed from days to months has two). ``champ``: the end is a date typed with the event instead (the deadline of an
    arrêté); then ``parametres`` is its legal minimum. ``tacite``: transition that happens by itself at the end.
    """

    id: str
    label: str
    parametres: tuple[str, ...] = ()
    legal: LegalRef | None = None
    sens: Sens = Sens.MAXIMUM
    champ: str = ""
    tacite: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A step. ``de`` empty: opens the record. ``par``: roles; ``exige``: fields asked; clocks started and stopped."""

    id: str
    label: str
    de: tuple[str, ...]
    vers: str
    par: tuple[str, ...] = ()
    exige: tuple[str, ...] = ()
    demarre: tuple[str, ...] = ()
    arrete: tuple[str, ...] = ()
    legal: LegalRef | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: transition, day of effect, role of the actor, fields, document."""

    transition: str
    le: date
    par: str = ""
    champs: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running or stopped clock."""

    horloge: Clock
    debut: date
    fin: date
    arretee_le: date | None = None
    parametre: ParameterValue | None = None

    def etat(self, le: date) -> EtatEcheance:
        """State on ``le``. The last day is still in time; a tacit or a minimum delay is simply over (*échue*)."""
        if self.arretee_le is not None and self.arretee_le <= le:
            late = self.arretee_le > self.fin and self.horloge.sens is Sens.MAXIMUM and not self.horloge.tacite
            return EtatEcheance.EN_RETARD if late else EtatEcheance.TENUE
        if self.horloge.sens is Sens.MINIMUM or self.horloge.tacite:
            return EtatEcheance.EN_COURS if le < self.fin else EtatEcheance.ECHUE
        return EtatEcheance.EN_COURS if le <= self.fin else EtatEcheance.EN_RETARD


@dataclass(frozen=True, slots=True)
class Situation:
    """State of a record on a day: since when, by which events (tacit ones included), with which deadlines."""

    etat: State
    depuis: date
    evenements: tuple[Event, ...]
    echeances: tuple[Deadline, ...]

    def ouvertes(self) -> tuple[Deadline, ...]:
        """Deadlines that nothing has stopped yet, the nearest first."""
        return tuple(sorted((d for d in self.echeances if d.arretee_le is None), key=lambda d: d.fin))


def deadline(start: date, delay: ParameterValue) -> date:
    """First day plus a dated delay in days, months or years.

    Raises:
        ValueError: the unit of the parameter is not a duration.
    """
    match delay.unite:
        case "jour":
            return start + timedelta(days=delay.entier)
        case "mois":
            return add_months(start, delay.entier)
        case "annee":
            return add_years(start, delay.entier)
    raise ValueError(f"{delay.id} n'est pas une durée ({delay.unite})")


def in_force(parameters: Parameters, names: Iterable[str], le: date) -> ParameterValue:
    """First of these parameters that has a value on ``le``.

    Raises:
        NotFound: none has one.
    """
    fault: NotFound | None = None
    for name in names:
        try:
            return parameters(name, le)
        except NotFound as e:
            fault = e
    raise fault or NotFound("Aucun paramètre n'est cité pour ce délai.")


@dataclass(frozen=True)
class Register:
    """A register: fields, states, transitions, clocks. Checked when declared."""

    id: str
    label: str
    etats: tuple[State, ...]
    transitions: tuple[Transition, ...]
    roles: Mapping[str, str]
    horloges: tuple[Clock, ...] = ()
    champs: tuple[Field, ...] = ()
    parametres: Parameters | None = None
    legal: LegalRef | None = None

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise ValueError(f"registre {self.id} : " + " ; ".join(faults))

    @property
    def area(self) -> str:
        """Area of the domain: first part of the id."""
        return self.id.split(".", 1)[0]

    def _faults(self) -> Iterable[str]:
        states = {s.id: s for s in self.etats}
        clocks = {c.id: c for c in self.horloges}
        steps = {t.id: t for t in self.transitions}
        fields = {f.id for f in self.champs}
        for name, known, declared in (
            ("état", states, self.etats),
            ("délai", clocks, self.horloges),
            ("transition", steps, self.transitions),
        ):
            if len(known) != len(declared):
                yield f"un même {name} est déclaré deux fois"
        for t in self.transitions:
            for s in (*t.de, t.vers):
                if s not in states:
                    yield f"« {t.id} » cite l'état inconnu « {s} »"
                elif s in t.de and states[s].final and s != t.vers:
                    yield f"« {t.id} » part de l'état final « {s} »"
            for c in (*t.demarre, *t.arrete):
                if c not in clocks:
                    yield f"« {t.id} » cite le délai inconnu « {c} »"
            for r in t.par:
                if r not in self.roles:
                    yield f"« {t.id} » cite le rôle inconnu « {r} »"
            for x in t.exige:
                if x not in fields:
                    yield f"« {t.id} » demande le champ inconnu « {x} »"
        for clock in self.horloges:
            if clock.tacite and clock.tacite not in steps:
                yield f"le délai « {clock.id} » mène à la transition inconnue « {clock.tacite} »"
            if not clock.parametres and not clock.champ:
                yield f"le délai « {clock.id} » n'a ni paramètre ni champ"
            unknown = [p for p in clock.parametres if self.parametres is None or p not in self.parametres.values]
            if unknown:
                yield f"le délai « {clock.id} » cite le paramètre inconnu « {unknown[0]} »"
        reached = {t.vers for t in self.transitions if not t.de}
        if not reached:
            yield "aucune transition n'ouvre un dossier"
        todo = list(reached)
        while todo:
            here = todo.pop()
            for t in self.transitions:
                if here in t.de and t.vers not in reached:
                    reached.add(t.vers)
                    todo.append(t.vers)
        for state in self.etats:
            if state.id not in reached:
                yield f"l'état « {state.id} » n'est jamais atteint"
            if not state.final and not any(state.id in t.de and t.vers != state.id for t in self.transitions):
                yield f"l'état « {state.id} » n'a pas de suite et n'est pas final"

    def state(self, identifier: str) -> State:
        """The state of that identifier."""
        return next(s for s in self.etats if s.id == identifier)

    def clock(self, identifier: str) -> Clock:
        """The clock of that identifier."""
        return next(c for c in self.horloges if c.id == identifier)

    def transition(self, identifier: str) -> Transition:
        """The transition of that identifier.

        Raises:
            NotFound: no such transition.
        """
        for t in self.transitions:
            if t.id == identifier:
                return t
        raise NotFound(
            f"Le registre « {self.label} » n'a pas d'étape « {identifier} » ; "
            f"étapes : {', '.join(t.id for t in self.transitions)}."
        )

    def possible(self, etat: str | None, role: str | None = None) -> tuple[Transition, ...]:
        """Transitions open from a state (``None``: to open a record), for a role when one is given.

        A tacit transition has no role and is never offered: it happens by itself.
        """
        tacit = {c.tacite for c in self.horloges}
        return tuple(
            t
            for t in self.transitions
            if (etat in t.de if etat else not t.de) and t.id not in tacit and (role is None or role in t.par)
        )

    def _check(self, event: Event, etat: State | None, running: list[Deadline]) -> Transition:
        step = self.transition(event.transition)
        where = f"« {step.label} » du {event.le:%d/%m/%Y}"
        allowed = etat.id in step.de if etat else not step.de
        if not allowed:
            now = f"l'état « {etat.label} »" if etat else "un dossier qui n'est pas ouvert"
            options = ", ".join(f"« {t.label} »" for t in self.possible(etat.id if etat else None)) or "aucune"
            raise InvalidInput(Problem(f"l'étape {where} ne part pas de {now} ; étapes possibles : {options}."))
        if event.par and step.par and event.par not in step.par:
            who = ", ".join(self.roles[r] for r in step.par)
            asked = self.roles.get(event.par, event.par)
            raise InvalidInput(Problem(f"l'étape {where} revient à : {who} ; demandée par : {asked}."))
        for name in step.exige:
            if event.champs.get(name) in (None, ""):
                asked = next(f.label for f in self.champs if f.id == name)
                raise InvalidInput(Problem(f"l'étape {where} demande le champ « {asked} » ({name})."))
        for d in running:
            early = d.horloge.sens is Sens.MINIMUM and d.horloge.id in step.arrete and event.le < d.fin
            if early and d.arretee_le is None:
                raise InvalidInput(
                    Problem(
                        f"l'étape {where} ne peut pas avoir lieu avant le {d.fin:%d/%m/%Y} "
                        f"(« {d.horloge.label} »{f', {d.horloge.legal}' if d.horloge.legal else ''})."
                    )
                )
        return step

    def _start(self, clock: Clock, event: Event) -> Deadline:
        delay = None
        if clock.parametres:
            assert self.parametres is not None
            delay = in_force(self.parametres, clock.parametres, event.le)
        if clock.champ:
            end = event.champs.get(clock.champ)
            if not isinstance(end, date):
                label = next((f.label for f in self.champs if f.id == clock.champ), clock.champ)
                raise InvalidInput(Problem(f"le champ « {label} » ({clock.champ}) attend une date."))
            if delay is not None and end < deadline(event.le, delay):
                raise InvalidInput(
                    Problem(
                        f"« {clock.label} » ne peut pas finir le {end:%d/%m/%Y} : au plus tôt le "
                        f"{deadline(event.le, delay):%d/%m/%Y} ({delay.legal})."
                    )
                )
            return Deadline(clock, event.le, end, parametre=delay)
        assert delay is not None
        return Deadline(clock, event.le, deadline(event.le, delay), parametre=delay)

    def situation(self, evenements: Iterable[Event], le: date) -> Situation:
        """Replay the events whose effect is on or before ``le``; tacit transitions happen on their day.

        Raises:
            InvalidInput: no event yet, step not open from the state, wrong role, missing field, step before a minimum
                delay. The sentence names the step and what is possible.
        """
        todo = sorted((e for e in evenements if e.le <= le), key=lambda e: e.le)
        if not todo:
            raise InvalidInput(Problem(f"aucun événement du registre « {self.label} » au {le:%d/%m/%Y}."))
        etat: State | None = None
        since = todo[0].le
        running: list[Deadline] = []
        done: list[Event] = []

        def tacit_before(limit: date) -> Event | None:
            due = [d for d in running if d.arretee_le is None and d.horloge.tacite and d.fin <= limit]
            for d in sorted(due, key=lambda d: d.fin):
                if etat is not None and etat.id in self.transition(d.horloge.tacite).de:
                    return Event(d.horloge.tacite, d.fin, champs={"tacite": True})
            return None

        while todo or tacit_before(le):
            event = tacit_before(todo[0].le if todo else le) or todo.pop(0)  # a tacit decision exists on its day
            step = self._check(event, etat, running)
            new = self.state(step.vers)
            if etat is None or new.id != etat.id:
                since = event.le
            etat = new
            stopped = set(step.arrete) | ({c.id for c in self.horloges} if new.final and not step.demarre else set())
            running = [
                Deadline(d.horloge, d.debut, d.fin, event.le, d.parametre)
                if d.arretee_le is None and d.horloge.id in stopped
                else d
                for d in running
            ]
            running += [self._start(self.clock(c), event) for c in step.demarre]
            done.append(event)
        assert etat is not None
        return Situation(etat, since, tuple(done), tuple(running))

    def mermaid(self) -> str:
        """The diagram of states, as Mermaid text."""
        lines = ["stateDiagram-v2"] + [f"    {s.id}: {s.label}" for s in self.etats]
        for t in self.transitions:
            lines += [f"    {origin} --> {t.vers}: {t.label}" for origin in (t.de or ("[*]",))]
        lines += [f"    {s.id} --> [*]" for s in self.etats if s.final]
        return "\n".join(lines)


def alerts(deadlines: Iterable[Deadline], le: date, days: Iterable[int]) -> list[tuple[Deadline, int]]:
    """Open deadlines that fall exactly on one of the ``days`` relative to their end (−30, −7, +1) on ``le``."""
    wanted = set(days)
    found = [(d, (le - d.fin).days) for d in deadlines if d.arretee_le is None]
    return sorted(((d, gap) for d, gap in found if gap in wanted), key=lambda pair: pair[0].fin)


_REGISTERS: dict[str, Register] = {}


def declare(register: Register) -> Register:
    """Declare a register; its id is unique.

    Raises:
        ValueError: an other register has that id.
    """
    if register.id in _REGISTERS:
        raise ValueError(f"le registre {register.id} est déclaré deux fois")
    _REGISTERS[register.id] = register
    return register


def registers() -> dict[str, Register]:
    """Every declared register, by id."""
    return dict(sorted(_REGISTERS.items()))
