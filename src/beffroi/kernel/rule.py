"""Rules: pure functions whose answer is a ``Constat``, that is a value, a date and the ordered reasoning.

A rule is declared once::

    @rule(
        id="sru.logement_manquant",
        label="Logements sociaux manquants",
        legal=LegalRef("CCH", "L. 302-5"),
        since=date(2014, 1, 1),
        unite="logement",
    )
    def logement_manquant(
        etapes: Etapes,
        *,
        le: date,
        residence_principale: Annotated[int, Entree("Résidences principales", "logement", minimum=0)],
        logement_social: Annotated[int, Entree("Logements locatifs sociaux", "logement", minimum=0)],
        taux_legal: Annotated[Decimal, Entree("Taux légal", "part", minimum=0, maximum=1)],
    ) -> int:
        vise = etapes.ajouter("Logements visés", floor(residence_principale * taux_legal), "logement")
        return max(0, vise - logement_social)

A new law is a new function with the same ``id`` and a later ``since``; calling any of them with a date before its
``since`` is refused, ``resolve(id, le)`` gives the version in force.
"""

from __future__ import annotations

import dataclasses
import difflib
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from beffroi.kernel.convert import Entree, _split, convert, plain
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.figure import Chiffre, nombre
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue
from beffroi.kernel.unit import unit

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Etape:
    """One step of a reasoning: what is established, its value, the text and the parameters used."""

    libelle: str
    valeur: Any = None
    unite: str = ""
    legal: LegalRef | None = None
    parametres: tuple[ParameterValue, ...] = ()
    note: str = ""

    def texte(self) -> str:
        """The step as a line: « Logements visés : 1 353 logements [CCH, L. 302-5] »."""
        shown = "" if self.valeur is None else f" : {valeur_texte(self.valeur, self.unite)}"
        ref = f" [{self.legal}]" if self.legal else ""
        params = "".join(
            f" [{p.label} : {valeur_texte(p.valeur, p.unite)}, {p.legal}{', à vérifier' if p.a_verifier else ''}]"
            for p in self.parametres
        )
        return f"{self.libelle}{shown}{ref}{params}{f' — {self.note}' if self.note else ''}"


class Etapes:
    """Collects the steps and the warnings while a rule runs."""

    __slots__ = ("avertissements", "liste")

    def __init__(self) -> None:
        self.liste: list[Etape] = []
        self.avertissements: list[str] = []

    def ajouter(
        self,
        libelle: str,
        valeur: V,
        unite: str = "",
        *,
        legal: LegalRef | None = None,
        parametre: ParameterValue | tuple[ParameterValue, ...] = (),
        note: str = "",
    ) -> V:
        """Record a step and return its value. A parameter to verify adds a warning by itself."""
        params = parametre if isinstance(parametre, tuple) else (parametre,)
        self.liste.append(Etape(libelle, valeur, unite, legal, params, note))
        for p in params:
            if p.a_verifier:
                self.avertir(f"« {p.label} » ({p.legal}) est à vérifier.")
        return valeur

    def avertir(self, message: str) -> None:
        """Record a warning, once."""
        if message not in self.avertissements:
            self.avertissements.append(message)

    def reprendre(self, constat: Constat) -> Any:
        """Take over the steps and warnings of another rule of the same area and return its value."""
        self.liste.extend(constat.etapes)
        for a in constat.avertissements:
            self.avertir(a)
        return constat.valeur


@dataclass(frozen=True, slots=True)
class Constat:
    """Answer of a rule: value, unit, date, inputs (with their provenance), ordered steps, warnings."""

    regle: Rule
    valeur: Any
    unite: str
    le: date
    entrees: Mapping[str, Any]
    etapes: tuple[Etape, ...]
    avertissements: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data, ready for ``json.dumps``; decimals are text."""
        return {
            "regle": self.regle.id,
            "libelle": self.regle.label,
            "texte": str(self.regle.legal),
            "le": self.le.isoformat(),
            "valeur": plain(self.valeur),
            "unite": self.unite,
            "entrees": plain(dict(self.entrees)),
            "provenance": dict(self.provenance),
            "etapes": [
                {
                    "libelle": e.libelle,
                    "valeur": plain(e.valeur),
                    "unite": e.unite,
                    "texte": str(e.legal) if e.legal else "",
                    "parametres": [
                        {
                            "id": p.id,
                            "valeur": plain(p.valeur),
                            "du": p.du.isoformat(),
                            "texte": str(p.legal),
                            "adresse": p.legal.url,
                            "a_verifier": p.a_verifier,
                        }
                        for p in e.parametres
                    ],
                    "note": e.note,
                }
                for e in self.etapes
            ],
            "avertissements": list(self.avertissements),
        }

    def texte(self) -> str:
        """The answer and its numbered reasoning, as plain text."""
        lines = [f"{self.regle.label} au {self.le:%d/%m/%Y} : {valeur_texte(self.valeur, self.unite)}"]
        lines += [f"  {i}. {e.texte()}" for i, e in enumerate(self.etapes, 1)]
        lines += [f"  ! {a}" for a in self.avertissements]
        return "\n".join(lines)


def valeur_texte(valeur: Any, unite: str = "") -> str:
    """Print the value of a step or a constat: number with unit, date, list, or named values.

    A member of an enumeration with a ``libelle`` prints it; a year (``annee…``) has no thousands separator.
    """
    if valeur is None:
        return "non renseigné"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Chiffre):
        return valeur.texte(avec_unite=True)
    if isinstance(valeur, (int, Decimal)):
        if unite:
            decimals = None
            if isinstance(valeur, Decimal) and unit(unite).decimales == 0 and valeur != valeur.to_integral_value():
                decimals = 2
            return Chiffre(valeur, unite).texte(decimals, avec_unite=True)
        exponent = -int(valeur.normalize().as_tuple().exponent) if isinstance(valeur, Decimal) else 0
        return nombre(valeur, min(max(exponent, 0), 4))
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if dataclasses.is_dataclass(valeur) and not isinstance(valeur, type):
        valeur = {f.name: getattr(valeur, f.name) for f in dataclasses.fields(valeur)}
    if isinstance(valeur, Mapping):
        return ", ".join(
            f"{plain(k)} = {v if str(k).startswith('annee') and v is not None else valeur_texte(v, unite)}"
            for k, v in valeur.items()
        )
    if isinstance(valeur, (list, tuple)):
        nested = any(isinstance(v, Mapping) or dataclasses.is_dataclass(v) for v in valeur)
        return (" ; " if nested else ", ").join(valeur_texte(v, unite) for v in valeur)
    return str(getattr(valeur, "libelle", plain(valeur)))


@cache
def _inputs(fonction: Callable[..., Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    hints = typing.get_type_hints(fonction, include_extras=True)
    parameters = list(inspect.signature(fonction).parameters.values())[2:]
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    return {p.name: hints[p.name] for p in parameters}, defaults


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A declared rule. Calling it validates the inputs and returns a ``Constat``."""

    id: str
    label: str
    legal: LegalRef
    since: date
    unite: str
    fonction: Callable[..., Any]
    until: date | None = None

    @property
    def entrees(self) -> Mapping[str, Any]:
        """Name → annotation of each input, in order. Read on first use: loading every rule stays fast."""
        return _inputs(self.fonction)[0]

    @property
    def defauts(self) -> Mapping[str, Any]:
        """Name → default of the inputs that have one."""
        return _inputs(self.fonction)[1]

    @property
    def area(self) -> str:
        """Area of the domain: first part of the id."""
        return self.id.split(".", 1)[0]

    @property
    def description(self) -> str:
        """Docstring of the function."""
        return inspect.getdoc(self.fonction) or ""

    def entree(self, name: str) -> Entree:
        """Label, unit and bounds of an input; label is the name when nothing is declared."""
        declared = _split(self.entrees[name])[1]
        return declared or Entree(name)

    def __call__(self, *, le: date, provenance: Mapping[str, str] | None = None, **given: Any) -> Constat:
        """Apply the rule on the date ``le``.

        Raises:
            InvalidInput: date before ``since``, missing, unknown, mistyped or out-of-bounds input.
        """
        if le < self.since:
            raise InvalidInput(
                Problem(
                    f"la règle « {self.label} » ({self.id}) ne s'applique qu'à partir du {self.since:%d/%m/%Y} ; "
                    f"date demandée : {le:%d/%m/%Y}."
                )
            )
        values: dict[str, Any] = {}
        origins = dict(provenance or {})
        for name, annotation in self.entrees.items():
            if name in given:
                if isinstance(given[name], Chiffre) and given[name].provenance:
                    origins.setdefault(name, ", ".join(given[name].provenance))
                values[name] = convert(annotation, given[name], name)
            elif name in self.defauts:
                values[name] = self.defauts[name]
            else:
                e = self.entree(name)
                detail = f" ({e.attendu()})" if e.attendu() else ""
                raise InvalidInput(
                    Problem(
                        f"il manque le champ « {e.label} » ({name}){detail}, nécessaire à la règle « {self.label} »."
                    )
                )
        unknown = [n for n in given if n not in self.entrees]
        if unknown:
            raise InvalidInput(
                Problem(
                    f"la règle « {self.label} » n'a pas de champ « {unknown[0]} » ; "
                    f"champs attendus : {', '.join(self.entrees)}."
                )
            )
        etapes = Etapes()
        result = self.fonction(etapes, le=le, **values)
        return Constat(self, result, self.unite, le, values, tuple(etapes.liste), tuple(etapes.avertissements), origins)


_RULES: dict[str, list[Rule]] = {}


def rule(
    *, id: str, label: str, legal: LegalRef, since: date, unite: str = "", until: date | None = None
) -> Callable[[Callable[..., Any]], Rule]:
    """Declare a rule; the decorated function becomes a ``Rule``.

    Args:
        id: ``area.nom_francais``, French noun phrase for what the rule returns.
        label: name on screen.
        legal: main text.
        since: date from which this version applies.
        unite: unit of the value (``kernel/unit.py``), empty when the value is composite.
        until: last day on which this version applies, when no later version replaces it.
    """

    def declare(fonction: Callable[..., Any]) -> Rule:
        names = fonction.__code__.co_varnames
        if names[:2] != ("etapes", "le"):
            raise TypeError(f"{id} : une règle commence par (etapes, *, le, …)")
        declared = Rule(id, label, legal, since, unite, fonction, until)
        versions = _RULES.setdefault(id, [])
        if any(v.since == since for v in versions):
            raise ValueError(f"la règle {id} est déclarée deux fois pour le {since}")
        versions.append(declared)
        versions.sort(key=lambda r: r.since)
        return declared

    return declare


def rules() -> dict[str, tuple[Rule, ...]]:
    """Every declared rule: id → versions by date."""
    return {k: tuple(v) for k, v in sorted(_RULES.items())}


def near_rules(identifier: str, limit: int = 3) -> list[str]:
    """Ids of the rules that look like ``identifier``: same last word, same words, or a typing slip."""
    wanted = identifier.strip().lower()
    last = wanted.rsplit(".", 1)[-1]
    slips = difflib.get_close_matches(wanted, sorted(_RULES), limit, 0.6)
    words = [i for i in sorted(_RULES) if last and last in i and i not in slips]
    same_area = [i for i in slips if i.split(".", 1)[0] == wanted.split(".", 1)[0]]
    return [*same_area, *words, *(i for i in slips if i not in same_area)][:limit]


def resolve(identifier: str, le: date) -> Rule:
    """Return the version of a rule in force on ``le``.

    Raises:
        NotFound: unknown id, or no version at that date.
    """
    versions = _RULES.get(identifier)
    if not versions:
        near = near_rules(identifier)
        hint = f"Règles proches : {', '.join(near)}." if near else "Liste : beffroi regle lister."
        raise NotFound(f"La règle « {identifier} » n'existe pas. {hint}")
    for version in reversed(versions):
        if version.since <= le and (version.until is None or le <= version.until):
            return version
    raise NotFound(
        f"La règle « {versions[0].label} » ({identifier}) n'existe pas au {le:%d/%m/%Y} : "
        f"elle s'applique à partir du {versions[0].since:%d/%m/%Y}."
    )
