"""Forms of the steering pages."""

from __future__ import annotations

from typing import Any

from django import forms

from beffroi.domain.nomenclatures.avancement import LIBELLE_ETAT_ACTION, EtatAction
from beffroi.kernel.errors import InvalidInput


class FormulaireEtat(forms.Form):
    """Change of state of an action: a dated event."""

    etat = forms.ChoiceField(
        label="Nouvel état",
        choices=[("", "Choisir…"), *((e.value, LIBELLE_ETAT_ACTION[e]) for e in EtatAction)],
        error_messages={
            "required": "Choisissez l’état de l’action.",
            "invalid_choice": "Choisissez un état de la liste.",
        },
    )
    effet = forms.DateField(
        label="Date d’effet",
        help_text="Jour, mois et année (31/12/2022) : quand l’état devient vrai, et non quand il est saisi.",
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "12"}, format="%d/%m/%Y"),
        error_messages={
            "required": "Donnez la date d’effet, par exemple 31/12/2022.",
            "invalid": "Écrivez une date comme 31/12/2022.",
        },
    )
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=500,
        help_text="Une ligne. Demandé pour « bloquée », « en pause » et « abandonnée ».",
        error_messages={"max_length": "Raccourcissez le motif : 500 caractères au plus."},
    )

    _CHAMPS = {"date d'effet": "effet", "motif": "motif", "état": "etat"}

    def refuser(self, erreur: InvalidInput) -> None:
        """Put each fault of the service beside its field."""
        for p in erreur.problems:
            text = p.message[:1].upper() + p.message[1:] + (f" {p.conseil}" if p.conseil else "")
            self.add_error(self._CHAMPS.get(str(p.colonne)), text)

    @property
    def choisi(self) -> Any:
        """The typed values, once valid."""
        return EtatAction(self.cleaned_data["etat"]), self.cleaned_data["effet"], self.cleaned_data["motif"].strip()
