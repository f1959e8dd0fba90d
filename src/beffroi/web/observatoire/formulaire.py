"""The form of a simulator: a plain GET form, its values in the address, its faults beside the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.safestring import SafeString

from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import half_up_int
from beffroi.reports.typographie import majuscule, typographier
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, ChampNombre, attributs, ecrire
from beffroi.web.observatoire.territoires import Prerempli

CALCULER = "calculer"  # parameter of the button: the reader asked for an answer
GARDER = "lignes"  # parameter of the button that adds rows: the values typed stay, without an answer
_IDENTIFIANT = re.compile(r" \((?:[a-z_]+(?:\[\d+\])?\.?)+\)")


@dataclass(frozen=True, slots=True)
class Groupe:
    """Fields shown together under a title."""

    titre: str
    noms: tuple[str, ...]
    aide: str = ""
    replie: bool = False


@dataclass(frozen=True, slots=True)
class GroupeLie:
    """A group of the form with its bound fields."""

    groupe: Groupe
    champs: tuple[BoundField, ...]

    @property
    def ouvert(self) -> bool:
        """A folded group opens on its faults."""
        return not self.groupe.replie or any(c.errors for c in self.champs)


@dataclass(frozen=True, slots=True)
class ValeurUtilisee:
    """One value of the sheet printed: label, value with its unit, where it comes from."""

    libelle: str
    texte: str
    origine: Prerempli | None
    modifiee: bool


class Formulaire(forms.Form):
    """Fields of a simulator, given once built; bound when the address holds values."""

    use_required_attribute = False

    def __init__(
        self,
        requete: QueryDict,
        champs: Mapping[str, forms.Field],
        groupes: Sequence[Groupe],
        proposes: Mapping[str, Prerempli] | None = None,
    ):
        super().__init__(requete if CALCULER in requete or GARDER in requete else None, label_suffix="")
        self._demande = CALCULER in requete
        if not self._demande:
            self._errors = ErrorDict()  # des valeurs à garder, pas encore une question
        self.fields.update(champs)
        self._groupes = groupes
        self._libelles = {n: str(f.label).partition(", scénario ")[0] for n, f in champs.items()}
        for nom, propose in (proposes or {}).items():
            champ = self.fields[nom]
            champ.origine = propose
            if propose.valeur is not None:
                entier = isinstance(champ, ChampNombre) and champ.entier
                champ.initial = ecrire(
                    half_up_int(propose.valeur) if entier else propose.valeur, getattr(champ, "unite", "")
                )

    @property
    def demande(self) -> bool:
        """The reader asked for an answer."""
        return self._demande

    def groupes(self) -> list[GroupeLie]:
        """Groups with their fields, in order."""
        return [GroupeLie(g, tuple(self[n] for n in g.noms if n in self.fields)) for g in self._groupes]

    def refuser(self, erreur: BeffroiError, prefixe: str = "") -> None:
        """Put the faults of a rule beside the fields they name (those of ``prefixe`` first), in the form's words."""
        problems = (
            [(str(p), p.message) for p in erreur.problems]
            if isinstance(erreur, InvalidInput)
            else [(str(erreur), str(erreur))]
        )
        for whole, message in problems:
            told = majuscule(typographier(self._en_mots(_IDENTIFIANT.sub("", message))))
            self.add_error(self._champ_nomme(whole, prefixe), told)

    def _en_mots(self, message: str) -> str:
        for nom, libelle in self._libelles.items():
            message = message.replace(f"« {nom} »", f"« {libelle} »")
        return message

    def _champ_nomme(self, message: str, prefixe: str) -> str | None:
        """The field that a message names by its identifier, in brackets or quoted, or by its label."""
        if "date demandée" in message and "le" in self.fields:
            return "le"
        mine = [n for n in self.fields if n.startswith(prefixe)]

        def cited(nom: str) -> bool:
            own = re.escape(nom.removeprefix(prefixe))
            return bool(re.search(rf"[(«] ?(?:[\w\[\]]+\.)*{own}(?:\[\d+\])? ?[)»]", message))

        found = [n for n in mine if cited(n)] or [n for n in mine if f"« {self._libelles[n]} »" in message]
        return found[0] if found else None

    def provenance(self) -> dict[str, str]:
        """Field → source, for the fields whose value is still that of the observatory."""
        out = {}
        for nom, champ in self.fields.items():
            origine = getattr(champ, "origine", None)
            if origine is not None and origine.valeur is not None and not self._modifiee(nom):
                out[nom] = ", ".join(origine.chiffre.provenance) or origine.libelle
        return out

    def _modifiee(self, nom: str) -> bool:
        return bool(self.is_bound and str(self[nom].value() or "").strip() != str(self.fields[nom].initial or ""))

    def valeurs_utilisees(self) -> list[ValeurUtilisee]:
        """Every value of the answer, for the sheet: in the reader's words, with its unit."""
        out = []
        for nom, champ in self.fields.items():
            text = str(self[nom].value() or "").strip()
            if not text or nom == CALCULER:
                continue
            if isinstance(champ, ChampChoix):
                text = dict(champ.choices).get(text, text)
            elif isinstance(champ, ChampDate):
                text = "/".join(reversed(text.split("-"))) if "-" in text else text
            text = f"{text}\u00a0{getattr(champ, 'suffixe', '')}".strip()
            if isinstance(champ, ChampNombre):
                text = _nombre(champ, text)
            origine = getattr(champ, "origine", None)
            proposed = origine if origine is not None and origine.valeur is not None else None
            out.append(ValeurUtilisee(str(champ.label), text, proposed, bool(proposed) and self._modifiee(nom)))
        return out


def _nombre(champ: ChampNombre, texte: str) -> str:
    """« 5 412 logements »: what was typed, in the house's writing; itself when it is not a number."""
    try:
        number = champ.clean(texte.partition("\u00a0")[0])
    except ValidationError:
        return texte
    return (
        texte
        if number is None or champ.sans_separateur
        else Chiffre(number, champ.unite or "nombre").texte(
            ecrites(texte) if champ.unite != "part" else None, avec_unite=True
        )
    )


def ecrites(texte: str) -> int:
    """Number of decimals typed."""
    return len(re.sub(r"\D", "", texte.partition(",")[2].partition("\u00a0")[0]))


def saisie(champ: BoundField) -> SafeString:
    """The box of a field with its attributes."""
    return champ.as_widget(attrs=attributs(champ))
