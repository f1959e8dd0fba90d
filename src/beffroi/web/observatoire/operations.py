"""Rows of operations typed in a table: each row whole, or wholly blank; a fault names its row and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from beffroi.domain.sru.modele import Operation
from beffroi.kernel.convert import Entree, field_types
from beffroi.web.observatoire.champs import ChampNombre, ChampTexte

LIGNES = 3
MAXIMUM = 60
VIDE_VAUT_ZERO = frozenset({"demoli", "social_demoli"})  # said in the head of the column
COLONNES = ("nom", "annee", "logement", "social", "demoli", "social_demoli")


@dataclass
class Case:
    """A box of the table of operations."""

    nom: str
    libelle: str
    valeur: str
    erreur: str = ""


@dataclass
class LigneOperation:
    """A row of the table; ``nom`` numbers it for a screen reader."""

    id: str
    nom: str
    cases: list[Case] = field(default_factory=list)

    @property
    def erreurs(self) -> list[str]:
        """Faults of the row."""
        return [f"{c.libelle} : {c.erreur}" for c in self.cases if c.erreur]


@dataclass
class TableOperations:
    """The rows shown and the operations read; ``fautes`` is true when one row is wrong."""

    titres: list[str]
    lignes: list[LigneOperation]
    operations: tuple[Operation, ...] = ()
    fautes: bool = False
    message: str = ""
    suite: str = ""


def _entree(nom: str) -> Entree:
    meta = getattr(field_types(Operation)[nom], "__metadata__", ())
    return next(x for x in meta if isinstance(x, Entree))


def _champ(nom: str) -> ChampNombre | ChampTexte:
    entree = _entree(nom)
    if nom == "nom":
        champ = ChampTexte(label=entree.label, max_length=80)
        champ.error_messages["required"] = "Champ vide : donner un nom à l’opération."
        return champ
    return ChampNombre(entree, entier=True)


def lire_operations(requete: QueryDict, *, controler: bool) -> TableOperations:
    """The table of the address: ``op_nom=…&op_annee=…``, one value of each column per row.

    ``controler`` is false while rows are still being typed: the values are kept, nothing is judged.
    """
    columns = {c: requete.getlist(f"op_{c}") for c in COLONNES}
    asked = requete.get("lignes", "")
    typed = max((len(v) for v in columns.values()), default=0)
    count = min(MAXIMUM, max(typed, int(asked) if asked.isdigit() else 0, LIGNES))
    fields: dict[str, Any] = {c: _champ(c) for c in COLONNES}
    heads = [f"{fields[c].label}{' (vide : aucun)' if c in VIDE_VAUT_ZERO else ''}" for c in COLONNES]
    table = TableOperations(heads, [])
    found = []
    for i in range(count):
        values = {c: columns[c][i].strip() if i < len(columns[c]) else "" for c in COLONNES}
        row = LigneOperation(f"op-{i + 1}-e", f"opération {i + 1}")
        blank = not controler or not any(v for v in values.values())
        read: dict[str, Any] = {}
        for c in COLONNES:
            case = Case(f"op_{c}", str(fields[c].label), values[c])
            if not blank and c in VIDE_VAUT_ZERO and not values[c]:
                read[c] = 0
            elif not blank:
                try:
                    read[c] = fields[c].clean(values[c])
                except ValidationError as e:
                    case.erreur = " ".join(e.messages)
                    table.fautes = True
            row.cases.append(case)
        if not blank and not row.erreurs:
            found.append(Operation(**read))
        table.lignes.append(row)
    table.operations = tuple(found)
    table.suite = str(min(MAXIMUM, count + LIGNES))
    return table
