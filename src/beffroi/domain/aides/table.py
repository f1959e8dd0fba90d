"""Une table d'opérations, colonne par colonne : vérifiée, groupée par choix, triée par condition."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from beffroi.domain.aides.evaluation import lire_operation
from beffroi.domain.aides.modele import Champ, Comparateur, Condition, Egalite, Nature, Reglement
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.unit import exact

COMPLET_LE = "complet_le"
PRECISION_FLOTTANTE = 15  # chiffres qu'un nombre flottant porte exactement
STRICTS = (Comparateur.SUPERIEUR, Comparateur.INFERIEUR)
SIMPLES: dict[Nature, set[type]] = {
    Nature.BOOLEEN: {bool},
    Nature.ENTIER: {int},
    Nature.NOMBRE: {int, Decimal},
}


class Table:
    """Colonnes vérifiées, avec leurs trous et leurs groupes."""

    def __init__(self, reglement: Reglement, colonnes: Mapping[str, Sequence[Any]], nombre: int) -> None:
        self.reglement = reglement
        self.nombre = nombre
        self.colonnes: dict[str, Sequence[Any]] = {}
        self.trous: set[str] = set()
        self.flottantes: set[str] = set()
        self._groupes: dict[str, dict[Any, list[int]]] = {}
        for nom, valeurs in colonnes.items():
            if nom == COMPLET_LE:
                continue
            champ = reglement.champ.get(nom)
            if champ is None:
                raise InvalidInput(
                    Problem(
                        f"la colonne « {nom} » n'existe pas dans « {reglement.label} » ; "
                        f"colonnes : {', '.join((*reglement.champ, COMPLET_LE))}."
                    )
                )
            if len(valeurs) != nombre:
                raise InvalidInput(
                    Problem(f"la colonne « {nom} » a {len(valeurs)} valeurs, les autres {nombre} : compléter la table.")
                )
            self._verifier(nom, champ, valeurs if isinstance(valeurs, list) else list(valeurs))

    def _verifier(self, nom: str, champ: Champ, valeurs: Sequence[Any]) -> None:
        bon = self._choix(nom, champ, valeurs) if champ.nature is Nature.CHOIX else self._nombre(nom, champ, valeurs)
        if not bon:  # lecture une à une : convertit ce qui peut l'être, nomme la ligne fautive
            self.flottantes.discard(nom)
            valeurs = [
                lire_operation(self.reglement, {nom: v}, f"operation[{i}]")[nom] for i, v in enumerate(valeurs, 1)
            ]
        self.colonnes[nom] = valeurs

    def _choix(self, nom: str, champ: Champ, valeurs: Sequence[Any]) -> bool:
        try:
            distinctes = set(valeurs)
        except TypeError:
            return False
        if None in distinctes:
            self.trous.add(nom)
            distinctes.discard(None)
        return distinctes <= set(champ.choix)

    def _nombre(self, nom: str, champ: Champ, valeurs: Sequence[Any]) -> bool:
        types = set(map(type, valeurs))
        if type(None) in types:
            self.trous.add(nom)
            types.discard(type(None))
            valeurs = [v for v in valeurs if v is not None]
        if types == {float} and champ.nature is Nature.NOMBRE and isfinite(sum(valeurs)):
            self.flottantes.add(nom)
        elif not types <= SIMPLES[champ.nature]:
            return False
        if champ.nature is Nature.BOOLEEN or not valeurs:
            return True
        bas_ok = champ.minimum is None or min(valeurs) >= champ.minimum
        return bool(bas_ok and (champ.maximum is None or max(valeurs) <= champ.maximum))

    def groupe(self, nom: str) -> dict[Any, list[int]]:
        """Lignes par valeur d'une colonne de choix."""
        if nom not in self._groupes:
            groupes: dict[Any, list[int]] = {c: [] for c in (*self.reglement.champ[nom].choix, None)}
            ajouts = {c: g.append for c, g in groupes.items()}
            for i, v in enumerate(self.colonnes[nom]):
                ajouts[v](i)
            self._groupes[nom] = groupes
        return self._groupes[nom]

    def exacte(self, nom: str, i: int) -> Any:
        """Valeur d'une ligne, exacte."""
        v = self.colonnes[nom][i]
        return exact(v) if nom in self.flottantes else v

    def operation(self, i: int) -> dict[str, Any]:
        """Une ligne, sous la forme lue par ``evaluer``."""
        return {nom: None if c[i] is None else self.exacte(nom, i) for nom, c in self.colonnes.items()}


def _comparer(c: Comparateur, indices: Iterable[int], colonne: Sequence[Any], borne: Any) -> list[int]:
    match c:
        case Comparateur.SUPERIEUR:
            return [i for i in indices if colonne[i] > borne]
        case Comparateur.SUPERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] >= borne]
        case Comparateur.INFERIEUR:
            return [i for i in indices if colonne[i] < borne]
        case Comparateur.INFERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] <= borne]
    if isinstance(borne, tuple):
        return [i for i in indices if colonne[i] in borne]
    return [i for i in indices if colonne[i] == borne]


def _comparer_champs(c: Comparateur, indices: Iterable[int], colonne: Sequence[Any], autre: Sequence[Any]) -> list[int]:
    match c:
        case Comparateur.SUPERIEUR:
            return [i for i in indices if colonne[i] > autre[i]]
        case Comparateur.SUPERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] >= autre[i]]
        case Comparateur.INFERIEUR:
            return [i for i in indices if colonne[i] < autre[i]]
        case Comparateur.INFERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] <= autre[i]]
    return [i for i in indices if colonne[i] == autre[i]]


def _places(indices: Sequence[int], colonne: Sequence[Any], valeur: Any) -> list[int]:
    """Parmi des lignes croissantes, celles où une colonne vaut exactement une valeur, par sauts."""
    places: list[int] = []
    i = -1
    try:
        while True:
            i = colonne.index(valeur, i + 1)
            rang = bisect_left(indices, i)
            if rang < len(indices) and indices[rang] == i:
                places.append(i)
    except ValueError:
        return places


def filtrer(table: Table, indices: list[int] | range, c: Condition, lents: set[int]) -> list[int] | range:
    """Lignes qui remplissent une condition ; celles dont on ne sait pas vont à ``lents``."""
    noms = [n for n in (c.champ, c.autre) if n]
    if any(n not in table.colonnes for n in noms):
        lents.update(indices)
        return []
    if table.reglement.champ[c.champ].nature is Nature.CHOIX and not c.autre and len(indices) == table.nombre:
        groupes = table.groupe(c.champ)
        lents.update(groupes[None])
        return sorted(i for v in c.valeur for i in groupes[v]) if len(c.valeur) > 1 else groupes[c.valeur[0]]
    for n in noms:
        if n in table.trous:
            colonne = table.colonnes[n]
            lents.update(i for i in indices if colonne[i] is None)
            indices = [i for i in indices if colonne[i] is not None]
    colonne = table.colonnes[c.champ]
    if c.autre:
        if (c.champ in table.flottantes) != (c.autre in table.flottantes):
            table.colonnes |= {n: [None if v is None else exact(v) for v in table.colonnes[n]] for n in noms}
            table.flottantes -= set(noms)
            colonne = table.colonnes[c.champ]
        autre = table.colonnes[c.autre]
        if c.egalite is Egalite.INDEFINIE:
            lents.update(i for i in indices if colonne[i] == autre[i])
            indices = [i for i in indices if colonne[i] != autre[i]]
        return _comparer_champs(c.comparateur, indices, colonne, autre)
    borne = c.valeur
    if isinstance(borne, Decimal):
        if c.champ in table.flottantes and len(borne.as_tuple().digits) <= PRECISION_FLOTTANTE:
            borne = float(borne)
        elif c.champ in table.flottantes:
            table.colonnes[c.champ] = colonne = [None if v is None else exact(v) for v in colonne]
            table.flottantes.discard(c.champ)
        elif borne == borne.to_integral_value():
            borne = int(borne)
    if c.egalite is Egalite.INDEFINIE:
        egales = _places(indices, colonne, borne)
        lents.update(egales)
        if egales and c.comparateur not in STRICTS:
            indices = [i for i in indices if colonne[i] != borne]
    return _comparer(c.comparateur, indices, colonne, borne)
