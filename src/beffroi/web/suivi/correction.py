"""Local correction of an open-data value of a commune: which measures, what is published, what was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.unit import exact
from beffroi.warehouse.suivi import AUTORISES, COMMENCES, SOURCE
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.tables.models import Correction

# source, measure, label; the last published year of the others is offered, every year for Sitadel.
MESURES: tuple[tuple[str, str, str], ...] = (
    (SOURCE, AUTORISES, "Logements autorisés (Sitadel)"),
    (SOURCE, COMMENCES, "Logements commencés (Sitadel)"),
    ("recensement_logement", "logement", "Logements (recensement)"),
    ("recensement_logement", "residence_principale", "Résidences principales (recensement)"),
    ("recensement_logement", "logement_vacant", "Logements vacants (recensement)"),
    ("lovac", "logement_vacant_plus_2_ans", "Vacants depuis plus de deux ans (LOVAC)"),
)
LIBELLES = {(s, m): label for s, m, label in MESURES}


@dataclass(frozen=True, slots=True)
class Publie:
    """A measure that one may correct: years loaded, published figure of each."""

    source: str
    mesure: str
    libelle: str
    annees: tuple[tuple[int, Chiffre], ...]


def publies(situation: Situation, code: str) -> list[Publie]:
    """Published figures of a commune, measure by measure; a source that is not loaded offers nothing."""
    by_source: dict[str, list[tuple[str, str]]] = {}
    for source, mesure, label in MESURES:
        by_source.setdefault(source, []).append((mesure, label))
    out = []
    for source, measures in by_source.items():
        years = situation.entrepot.annees(source)
        if not years:
            continue
        read = situation.entrepot.series_communales(source, [m for m, _ in measures], [code], years)
        out += [
            Publie(source, m, label, tuple((y, read[m][code, y]) for y in reversed(years))) for m, label in measures
        ]
    return out


class FormulaireCorrection(forms.Form):
    """A local value over a published one."""

    mesure = forms.ChoiceField(label="Donnée", error_messages={"required": "Choisissez la donnée à corriger."})
    annee = forms.IntegerField(
        label="Année",
        min_value=1900,
        max_value=2200,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Donnez l’année de la valeur.", "invalid": "Écrivez une année, par exemple 2021."},
    )
    valeur = forms.CharField(
        label="Valeur locale",
        max_length=30,
        help_text="Un nombre ; 0 si c’est bien zéro.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Donnez la valeur locale."},
    )
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Pourquoi la valeur publiée est fausse, en une ligne.",
        error_messages={"required": "Une correction demande un motif."},
    )
    piece = forms.CharField(
        label="Pièce", required=False, max_length=300, help_text="Arrêté, registre, courrier : ce qui le prouve."
    )

    def __init__(self, *args: Any, publies: Sequence[Publie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.publies = publies
        self.fields["mesure"].choices = [("", "Choisir…"), *((f"{p.source}.{p.mesure}", p.libelle) for p in publies)]

    @property
    def publie(self) -> tuple[Publie, Chiffre] | None:
        """The published figure chosen, or None when that year is not loaded."""
        source, _, mesure = self.cleaned_data["mesure"].partition(".")
        found = next((p for p in self.publies if (p.source, p.mesure) == (source, mesure)), None)
        if found is None:
            return None
        figure = dict(found.annees).get(self.cleaned_data["annee"])
        return None if figure is None else (found, figure)

    def refuser(self, erreur: InvalidInput) -> None:
        """Put each fault of the service beside its field."""
        for p in erreur.problems:
            text = p.message[:1].upper() + p.message[1:] + (f" {p.conseil}" if p.conseil else "")
            field = str(p.colonne) if str(p.colonne) in self.fields else None
            self.add_error(field, text)


@dataclass(frozen=True, slots=True)
class CorrectionMontree:
    """A correction, with both values as figures, and what the vintage in service says today."""

    correction: Correction
    libelle: str
    locale: Chiffre
    publiee: Chiffre
    aujourdhui: Chiffre | None

    @property
    def change(self) -> bool:
        """True when the vintage in service no longer says what the corrected one said."""
        return self.aujourdhui is not None and self.aujourdhui.valeur != self.publiee.valeur


def montrer(rows: Sequence[Correction], published: Sequence[Publie]) -> list[CorrectionMontree]:
    """Corrections with their two values."""
    now = {(p.source, p.mesure, y): c for p in published for y, c in p.annees}
    out = []
    for c in rows:
        current = now.get((c.source, c.mesure, c.annee))
        unite = current.unite if current else "nombre"

        def figure(v: Any, unite: str = unite) -> Chiffre:
            if v is None:
                return Chiffre.manquant(unite)
            value = exact(v)
            return Chiffre(int(value) if value == value.to_integral_value() else value, unite, fictif=False)

        local = figure(c.valeur)
        shown = Chiffre(local.valeur, unite, Etat.CONNU, str(c.annee), fictif=c.fictif)
        label = LIBELLES.get((c.source, c.mesure), f"{c.source}.{c.mesure}")
        out.append(CorrectionMontree(c, label, shown, figure(c.valeur_publiee), current))
    return out
