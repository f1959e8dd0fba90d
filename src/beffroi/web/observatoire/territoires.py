"""The commune or the EPCI of a simulation, and what the observatory proposes for its fields, with vintage and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Chiffre, Etat, somme
from beffroi.sources import source
from beffroi.warehouse.query import Commune, Entrepot, Epci
from beffroi.web.observatoire.champs import ChampTexte


@dataclass(frozen=True, slots=True)
class Prerempli:
    """What the observatory knows for a field: a figure, its source, or why there is none.

    ``chiffre`` is proposed in the field only when it is known and ``propose`` is true; otherwise it stands beside it.
    """

    source: str
    libelle: str
    chiffre: Chiffre | None = None
    propose: bool = True
    note: str = ""

    @property
    def chargee(self) -> bool:
        """The source is in the warehouse."""
        return self.chiffre is not None

    @property
    def valeur(self) -> Any:
        """Value to write in the field, or none."""
        c = self.chiffre
        if c is None or not self.propose or c.etat not in (Etat.CONNU, Etat.PROVISOIRE):
            return None
        if c.couverture is not None and not c.couverture.complete:
            return None
        return c.valeur


class ChampCommune(ChampTexte):
    """A commune by name or code; the communes of the programme are suggested."""

    def __init__(self, entrepot: Entrepot, suggestions: list[Commune], initial: str = "", required: bool = True):
        super().__init__(
            label="Commune",
            required=required,
            initial=initial,
            help_text="Un nom ou un code Insee, comme Annezin ou 62035.",
        )
        self.entrepot = entrepot
        self.liste = [(f"{c.nom} ({c.code})", "") for c in suggestions]
        self.error_messages["required"] = "Champ vide : écrire un nom de commune ou un code Insee, comme 62035."

    def clean(self, value: Any) -> Any:
        """The commune.

        Raises:
            ValidationError: unknown commune, or several of that name.
        """
        text = super().clean(value).strip()
        if not text:
            return None
        code = re.search(r"\b(\d[\dABab]\d{3})\b", text)
        if code:
            try:
                return self.entrepot.commune(code.group(1).upper())
            except NotFound:
                raise ValidationError(
                    f"Aucune commune n’a le code «\u00a0{code.group(1)}\u00a0» : écrire un code Insee à cinq caractères, "
                    "comme 62035, ou un nom."
                ) from None
        found = [x for x in self.entrepot.rechercher(text) if isinstance(x, Commune)]
        exact = [x for x in found if x.nom.casefold() == text.casefold()]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(
                f"Aucune commune ne répond à «\u00a0{text}\u00a0» : écrire son nom, ou son code Insee (62035)."
            )
        named = ", ".join(f"{c.nom} ({c.code})" for c in (exact or found)[:4])
        raise ValidationError(f"Plusieurs communes répondent à «\u00a0{text}\u00a0» : écrire le code ({named}…).")


class ChampEpci(ChampTexte):
    """An EPCI by name or SIREN; the signatories of the programme are suggested."""

    def __init__(self, entrepot: Entrepot, suggestions: list[Epci], initial: str = "", required: bool = True):
        super().__init__(
            label="Intercommunalité",
            required=required,
            initial=initial,
            help_text="Un nom ou un numéro SIREN à neuf chiffres.",
        )
        self.entrepot = entrepot
        self.liste = [(f"{e.nom} ({e.siren})", "") for e in suggestions]
        self.error_messages["required"] = "Champ vide : écrire un nom d’intercommunalité ou un numéro SIREN."

    def clean(self, value: Any) -> Any:
        """The EPCI.

        Raises:
            ValidationError: unknown EPCI, or several answers.
        """
        text = super().clean(value).strip()
        if not text:
            return None
        siren = re.search(r"\b(\d{9})\b", text)
        if siren:
            try:
                return self.entrepot.epci(siren.group(1))
            except NotFound:
                raise ValidationError(
                    f"Aucune intercommunalité n’a le numéro «\u00a0{siren.group(1)}\u00a0» : écrire un SIREN à neuf "
                    "chiffres, ou un nom."
                ) from None
        found = [x for x in self.entrepot.rechercher(text) if isinstance(x, Epci)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(
                f"Aucune intercommunalité ne répond à «\u00a0{text}\u00a0» : écrire son nom, ou son numéro SIREN."
            )
        named = ", ".join(f"{e.nom} ({e.siren})" for e in found[:3])
        raise ValidationError(f"Plusieurs intercommunalités répondent : écrire le numéro SIREN ({named}…).")


def de_commune(
    entrepot: Entrepot, code: str, source_id: str, mesure: str, *, propose: bool = True, note: str = ""
) -> Prerempli:
    """Latest figure of a commune."""
    label = source(source_id).label
    if not entrepot.annees(source_id):
        return Prerempli(source_id, label, None, propose, note)
    return Prerempli(source_id, label, entrepot.valeurs_communales(source_id, mesure, [code])[code], propose, note)


def d_epci(
    entrepot: Entrepot, siren: str, source_id: str, mesure: str, *, propose: bool = True, note: str = ""
) -> Prerempli:
    """Sum over the communes of an EPCI, of the latest year of the source; hidden cells stay hidden (« au moins »)."""
    label = source(source_id).label
    years = entrepot.annees(source_id)
    if not years:
        return Prerempli(source_id, label, None, propose, note)
    codes = [c.code for c in entrepot.communes_epci(siren)]
    series = entrepot.serie_communale(source_id, mesure, codes, [years[-1]])
    return Prerempli(
        source_id, label, somme([series[c, years[-1]] for c in codes], periode=str(years[-1])), propose, note
    )
