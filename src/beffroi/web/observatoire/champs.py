"""Fields of the simulators: numbers typed the French way, percentages, dates, choices, communes.

Each knows its label and unit from the ``Entree`` of the rule it feeds; a bad value gets a sentence that says what to
write, never a default in silence. Shares are typed in % and given to the rule as fractions.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from beffroi.kernel.convert import Entree
from beffroi.kernel.figure import FINE, nombre
from beffroi.kernel.rule import Rule
from beffroi.kernel.unit import UNITS

OUI_NON = (("oui", "oui"), ("non", "non"))
_SEPARATEURS = re.compile(r"[\s\u00a0\u202f]+")


def lire_nombre(texte: str) -> Decimal:
    """« 5 412 », « 12,5 », « −3 » as an exact number.

    Raises:
        ValueError: not a number.
    """
    clean = _SEPARATEURS.sub("", texte).replace("−", "-").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?", clean):
        raise ValueError(texte)
    try:
        return Decimal(clean)
    except InvalidOperation as e:
        raise ValueError(texte) from e


def ecrire(valeur: Any, unite: str = "") -> str:
    """A value as the field shows it: comma, no thousands separator, % for a share; a date as the browser wants it."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Enum):
        return str(valeur.value)
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, (int, Decimal)):
        number = Decimal(valeur) * 100 if unite == "part" else Decimal(valeur)
        text = format(number, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    return str(valeur)


class Champ(forms.Field):
    """Base of the fields: unit written after the box, and what the observatory proposed."""

    suffixe = ""
    unite = ""
    origine: Any = None  # a ``Prerempli``: the value of the observatory and where it comes from
    liste: Iterable[tuple[str, str]] = ()  # suggestions of a ``datalist``


class ChampNombre(Champ, forms.CharField):
    """A number with its unit; a share is typed in %."""

    def __init__(self, entree: Entree, *, entier: bool, required: bool = True, aide: str = "", initial: Any = None):
        self.entree, self.entier, self.unite = entree, entier, entree.unite
        part = entree.unite == "part"
        unit = UNITS.get(entree.unite)
        self.suffixe = "%" if part else (unit.symbole or unit.pluriel) if unit else ""
        self.sans_separateur = not entree.unite and entree.label.startswith("Année")
        super().__init__(
            label=entree.label,
            required=required,
            help_text=aide,
            initial=ecrire(initial, entree.unite),
            widget=forms.TextInput(
                attrs={"inputmode": "numeric" if entier else "decimal", "autocomplete": "off", "size": 12}
            ),
        )
        self.error_messages["required"] = f"Champ vide : écrire {self.attendu()}."

    def _borne(self, valeur: int | Decimal) -> str:
        return nombre(valeur * 100 if self.unite == "part" else valeur) + (f"{FINE}%" if self.unite == "part" else "")

    def attendu(self) -> str:
        """« un nombre entier de logements, 1 ou plus »."""
        words = "un nombre entier" if self.entier else "un nombre"
        unit = UNITS.get(self.unite)
        if self.unite == "part":
            words = f"un taux en{FINE}% (18,2 pour 18,2{FINE}%)"
        elif unit and unit.pluriel:
            link = " d’" if unit.pluriel[0] in "aeéhiou" and unit.id not in ("hectare",) else " de "
            words += f"{link}{unit.pluriel}" if unit.id in _DENOMBRES else f", en {unit.pluriel}"
        low, high = self.entree.minimum, self.entree.maximum
        if low is not None and high is not None:
            words += f", entre {self._borne(low)} et {self._borne(high)}"
        elif low is not None:
            words += f", {self._borne(low)} ou plus"
        return words

    def clean(self, value: Any) -> Any:
        """Exact number, or none when the field is optional and blank."""
        text = super().clean(value)
        if not text.strip():
            return None
        raw = text.strip().rstrip("%€").strip() if self.suffixe else text.strip()
        fault = ValidationError(f"Écrire {self.attendu()} ; reçu : «\u00a0{text}\u00a0».")
        try:
            number = lire_nombre(raw)
        except ValueError:
            raise fault from None
        if self.unite == "part":
            number /= 100
        low, high = self.entree.minimum, self.entree.maximum
        if (
            (self.entier and number != number.to_integral_value())
            or (low is not None and number < low)
            or (high is not None and number > high)
        ):
            raise fault
        return int(number) if self.entier else number


_DENOMBRES = {
    "logement", "menage", "habitant", "personne", "place", "commune", "operation", "dossier", "vente", "lot", "annee",
    "mois", "jour", "euro", "terrain", "caravane",
}  # fmt: skip


class ChampDate(Champ, forms.DateField):
    """A day; the browser's calendar, or 24/11/2026 typed."""

    def __init__(self, label: str, *, required: bool = True, aide: str = "", initial: date | None = None):
        super().__init__(
            label=label,
            required=required,
            help_text=aide,
            initial=initial.isoformat() if initial else None,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.error_messages["required"] = "Champ vide : écrire une date, comme 24/11/2026."

    def to_python(self, value: Any) -> Any:
        """The day; the sentence of a bad one repeats what was typed."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                f"Écrire une date qui existe, comme 24/11/2026 ; reçu : «\u00a0{value}\u00a0»."
            ) from None


class ChampDates(Champ, forms.CharField):
    """Several days, one per line."""

    def __init__(self, label: str, *, required: bool = True, aide: str = ""):
        super().__init__(
            label=label,
            required=required,
            help_text=aide or "Une date par ligne, comme 24/11/2026.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.error_messages["required"] = "Champ vide : écrire au moins une date, comme 24/11/2026."

    def clean(self, value: Any) -> Any:
        """Tuple of days."""
        days = []
        for word in re.split(r"[\s;,]+", super().clean(value).strip()):
            if not word:
                continue
            try:
                days.append(date.fromisoformat("-".join(reversed(word.split("/"))) if "/" in word else word))
            except ValueError:
                raise ValidationError(
                    f"Écrire une date par ligne, comme 24/11/2026 ; reçu : «\u00a0{word}\u00a0»."
                ) from None
        return tuple(days)


class ChampChoix(Champ, forms.ChoiceField):
    """A closed list; ``valeurs`` gives the value of each key to the rule."""

    def __init__(
        self,
        label: str,
        choix: Iterable[tuple[str, str]],
        valeurs: Mapping[str, Any] | None = None,
        *,
        required: bool = True,
        aide: str = "",
        initial: Any = None,
        vide: str = "non renseigné",
    ):
        self.valeurs = valeurs
        options = list(choix)
        if not required or initial is None:
            options.insert(0, ("", "Choisir…" if required else vide))
        super().__init__(
            label=label, choices=options, required=required, help_text=aide, initial=ecrire(initial) or None
        )
        shown = ", ".join(text for key, text in options if key)
        self.error_messages["required"] = f"Champ vide : choisir parmi {shown}."
        told = shown.replace("%", "%%")  # Django complète ce message avec « % »
        self.error_messages["invalid_choice"] = f"Choisir parmi {told} ; reçu : «\u00a0%(value)s\u00a0»."

    def clean(self, value: Any) -> Any:
        """Value of the key chosen; none when the field is optional and blank."""
        key = super().clean(value)
        if key == "":
            return None
        return key if self.valeurs is None else self.valeurs[key]


class ChampTexte(Champ, forms.CharField):
    """A free text."""


def oui_non(label: str, *, required: bool = True, aide: str = "", initial: bool | None = None) -> ChampChoix:
    """Yes or no, always shown: an unticked box would answer in silence."""
    return ChampChoix(label, OUI_NON, {"oui": True, "non": False}, required=required, aide=aide, initial=initial)


def enumeration(
    kind: type[Enum], label: str, *, required: bool = True, aide: str = "", initial: Any = None
) -> ChampChoix:
    """One member of an enumeration, under its ``libelle``."""
    choices = [(str(m.value), str(getattr(m, "libelle", m.value))) for m in kind]
    return ChampChoix(label, choices, {str(m.value): m for m in kind}, required=required, aide=aide, initial=initial)


def _lire_type(annotation: Any) -> tuple[Any, Entree | None]:
    if get_origin(annotation) is Annotated:
        base, *told = get_args(annotation)
        return base, next((x for x in told if isinstance(x, Entree)), None)
    return annotation, None


def champ_de(regle: Rule, nom: str, *, aide: str = "", initial: Any = None) -> forms.Field:
    """The field of one input of a rule, from its declaration.

    Raises:
        TypeError: the type of the input has no field here (a fault of the caller).
    """
    annotation, _ = _lire_type(regle.entrees[nom])
    entree = regle.entree(nom)
    required = True
    if get_origin(annotation) in (Union, types.UnionType):
        options = get_args(annotation)
        required = type(None) not in options
        annotation, inner = _lire_type(next(o for o in options if o is not type(None)))
        entree = inner or entree
    default = regle.defauts.get(nom)
    start = initial if initial is not None else default
    if annotation in (int, Decimal):
        return ChampNombre(entree, entier=annotation is int, required=required, aide=aide, initial=start)
    if annotation is bool:
        return oui_non(entree.label, required=required, aide=aide, initial=start)
    if annotation is date:
        return ChampDate(entree.label, required=required, aide=aide, initial=start)
    if annotation is str:
        return ChampTexte(label=entree.label, required=required, help_text=aide, initial=start)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return enumeration(annotation, entree.label, required=required, aide=aide, initial=start)
    if get_origin(annotation) is tuple and get_args(annotation)[0] is date:
        return ChampDates(entree.label, required=nom not in regle.defauts, aide=aide)
    raise TypeError(f"{regle.id}.{nom} : pas de champ pour {annotation}")


def attributs(champ: BoundField) -> dict[str, str]:
    """Attributes of the box: look, description, fault."""
    described = [f"{champ.auto_id}-e"] if champ.errors else []
    described += [f"{champ.auto_id}-a"] if champ.help_text else []
    described += [f"{champ.auto_id}-o"] if getattr(champ.field, "origine", None) else []
    attrs = {"class": "form-select" if isinstance(champ.field.widget, forms.Select) else "form-control"}
    if getattr(champ.field, "liste", ()):
        attrs["list"] = f"{champ.auto_id}-l"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if champ.errors:
        attrs["class"] += " est-faux"
        attrs["aria-invalid"] = "true"
    if champ.field.required:
        attrs["aria-required"] = "true"
    return attrs
