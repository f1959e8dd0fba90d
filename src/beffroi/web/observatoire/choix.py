"""The first question of a simulator: which commune, which EPCI. Its answer fills the fields, never the other way round."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

from beffroi.warehouse.query import Commune, Epci
from beffroi.web.observatoire.territoires import ChampCommune, ChampEpci
from beffroi.web.pilotage.contexte import Situation


class FormulaireChoix(forms.Form):
    """One field, bound when the address names a territory."""

    use_required_attribute = False


@dataclass(frozen=True, slots=True)
class Choix:
    """The form, the territory it found, and the text that the address keeps."""

    form: forms.Form
    commune: Commune | None = None
    epci: Epci | None = None

    @property
    def fautif(self) -> bool:
        """The address names a territory that does not exist."""
        return self.form.is_bound and not self.form.is_valid()

    @property
    def garder(self) -> list[tuple[str, str]]:
        """Hidden values of the main form."""
        if self.commune is not None:
            return [("commune", self.commune.code)]
        return [("epci", self.epci.siren)] if self.epci is not None else []

    @property
    def nom(self) -> str:
        """Name of the territory, or nothing."""
        return self.commune.nom if self.commune else self.epci.nom if self.epci else ""


def choisir_commune(request: HttpRequest, situation: Situation) -> Choix:
    """The commune of ``?commune=``; the communes of the programme are suggested."""
    form = FormulaireChoix(request.GET if request.GET.get("commune") else None, label_suffix="")
    near = situation.entrepot.communes(situation.programme.communes())
    form.fields["commune"] = ChampCommune(situation.entrepot, near, required=False)
    found = form.cleaned_data.get("commune") if form.is_bound and form.is_valid() else None
    if found is not None:
        form = FormulaireChoix(initial={"commune": f"{found.nom} ({found.code})"}, label_suffix="")
        form.fields["commune"] = ChampCommune(situation.entrepot, near, required=False)
    return Choix(form, commune=found)


def choisir_epci(request: HttpRequest, situation: Situation) -> Choix:
    """The EPCI of ``?epci=``; by default the only signatory of the programme."""
    signatories = []
    for siren in situation.programme.collectivites:
        signatories += [e for e in situation.entrepot.rechercher(siren) if isinstance(e, Epci) and e.siren == siren]
    form = FormulaireChoix(request.GET if request.GET.get("epci") else None, label_suffix="")
    form.fields["epci"] = ChampEpci(situation.entrepot, signatories, required=False)
    found = form.cleaned_data.get("epci") if form.is_bound and form.is_valid() else None
    if not form.is_bound and len(signatories) == 1:
        found = signatories[0]
    if found is not None:
        form = FormulaireChoix(initial={"epci": f"{found.nom} ({found.siren})"}, label_suffix="")
        form.fields["epci"] = ChampEpci(situation.entrepot, signatories, required=False)
    return Choix(form, epci=found)
