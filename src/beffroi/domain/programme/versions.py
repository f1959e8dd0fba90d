"""Deux versions d'un programme, comparées par les identifiants permanents de leurs éléments.

Un avenant ajoute, modifie, retire ou déplace ; le suivi s'attache aux identifiants et passe d'une version à l'autre.
Les lieux (lignes, pages) changent d'un document à l'autre sans que le programme change : ils sont ignorés.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from beffroi.domain.programme.inventaire import InventaireSru
from beffroi.domain.programme.libelles import accorder, champ_libelle, genre_et_nom
from beffroi.domain.programme.modele import Lieu, Programme, TotalPublie, ValeurTerritoire


class NatureChangement(StrEnum):
    """Ce qui arrive à un élément d'une version à l'autre."""

    AJOUTE = "ajoute"
    MODIFIE = "modifie"
    RETIRE = "retire"
    DEPLACE = "deplace"


@dataclass(frozen=True, slots=True)
class Changement:
    """Un changement : l'élément (identifiant permanent), le champ s'il y en a un, et la phrase à lire.

    ``avant`` et ``apres`` sont des textes prêts à afficher, ``None`` quand il n'y a rien à comparer.
    """

    nature: NatureChangement
    element: str
    genre: str
    phrase: str
    champ: str | None = None
    avant: str | None = None
    apres: str | None = None


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Tous les changements d'une version à la suivante, dans l'ordre du programme."""

    ancienne: str
    nouvelle: str
    changements: tuple[Changement, ...]

    def de(self, nature: NatureChangement) -> tuple[Changement, ...]:
        """Les changements d'une nature."""
        return tuple(c for c in self.changements if c.nature is nature)

    @property
    def resume(self) -> str:
        """« 2 ajouts, 3 modifications, 1 retrait », ou « aucun changement »."""
        mots = {
            NatureChangement.AJOUTE: ("ajout", "ajouts"),
            NatureChangement.MODIFIE: ("modification", "modifications"),
            NatureChangement.RETIRE: ("retrait", "retraits"),
            NatureChangement.DEPLACE: ("déplacement", "déplacements"),
        }
        nombres = [(len(self.de(n)), formes) for n, formes in mots.items()]
        return ", ".join(f"{n} {formes[n > 1]}" for n, formes in nombres if n) or "aucun changement"


@dataclass(frozen=True, slots=True)
class _Place:
    objet: Any
    parent: str
    champ: str
    rang: int


def comparer(ancienne: Programme, nouvelle: Programme) -> Comparaison:
    """Compare deux versions d'un même programme.

    Raises:
        ValueError: les deux versions n'ont pas le même identifiant permanent.
    """
    if ancienne.id != nouvelle.id:
        raise ValueError(f"{ancienne.id!r} et {nouvelle.id!r} ne sont pas deux versions d'un même programme.")
    avant, apres = dict(_elements(ancienne)), dict(_elements(nouvelle))
    contexte = _Contexte(ancienne, nouvelle, avant, apres)
    changements = list(contexte.champs(ancienne, nouvelle, nouvelle.id))
    for ident, place in apres.items():
        if ident not in avant:
            if place.parent in avant or place.parent == nouvelle.id:
                changements.append(contexte.entier(NatureChangement.AJOUTE, ident, place, apres))
            continue
        ancien = avant[ident]
        if (ancien.parent, ancien.champ) != (place.parent, place.champ):
            changements.append(contexte.deplace(ident, ancien, place))
        changements += contexte.champs(ancien.objet, place.objet, ident)
    changements += contexte.reordonnes()
    for ident, place in avant.items():
        if ident not in apres and (place.parent in apres or place.parent == ancienne.id):
            changements.append(contexte.entier(NatureChangement.RETIRE, ident, place, avant))
    return Comparaison(ancienne.version, nouvelle.version, tuple(changements))


def _elements(programme: Programme) -> Iterator[tuple[str, _Place]]:
    """Éléments identifiés, dans l'ordre : (id, place)."""

    def descendre(objet: Any, parent: str) -> Iterator[tuple[str, _Place]]:
        for champ in dataclasses.fields(objet):
            valeur = getattr(objet, champ.name)
            if not isinstance(valeur, tuple):
                continue
            for rang, item in enumerate(valeur):
                ident = getattr(item, "id", None)
                if isinstance(ident, str):
                    yield ident, _Place(item, parent, champ.name, rang)
                    yield from descendre(item, ident)

    yield from descendre(programme, programme.id)


class _Contexte:
    def __init__(
        self, ancienne: Programme, nouvelle: Programme, avant: dict[str, _Place], apres: dict[str, _Place]
    ) -> None:
        self.avant, self.apres = avant, apres
        self.id = nouvelle.id
        self.noms = ancienne.noms_communes | nouvelle.noms_communes

    def entier(self, nature: NatureChangement, ident: str, place: _Place, lot: dict[str, _Place]) -> Changement:
        genre, _ = genre_et_nom(place.objet)
        verbe = "ajouté" if nature is NatureChangement.AJOUTE else "retiré"
        dessous = sum(1 for p in lot.values() if p.parent == ident)
        suite = f" ({dessous} élément{'s' if dessous > 1 else ''} avec)" if dessous else ""
        ou = "" if place.parent == self.id else f" dans {self._parent(place.parent, lot)}"
        phrase = f"{_majuscule(self._nommer(place.objet))} : {accorder(verbe, genre)}{ou}{suite}."
        return Changement(nature, ident, type(place.objet).__name__, phrase)

    def deplace(self, ident: str, ancien: _Place, place: _Place) -> Changement:
        genre, _ = genre_et_nom(place.objet)
        de, vers = self._parent(ancien.parent, self.avant), self._parent(place.parent, self.apres)
        phrase = f"{_majuscule(self._nommer(place.objet))} : {accorder('déplacé', genre)} de {de} à {vers}."
        return Changement(NatureChangement.DEPLACE, ident, type(place.objet).__name__, phrase, None, de, vers)

    def reordonnes(self) -> Iterator[Changement]:
        """Éléments restés chez leur parent, mais passés devant ou derrière leurs voisins (le moins possible)."""
        groupes: dict[tuple[str, str], list[str]] = {}
        for ident, place in self.apres.items():
            ancien = self.avant.get(ident)
            if ancien is not None and (ancien.parent, ancien.champ) == (place.parent, place.champ):
                groupes.setdefault((place.parent, place.champ), []).append(ident)
        for idents in groupes.values():
            en_place = _croissante([self.avant[i].rang for i in idents])
            for rang, ident in enumerate(idents):
                if rang in en_place:
                    continue
                genre, _ = genre_et_nom(self.apres[ident].objet)
                avant, apres = str(self.avant[ident].rang + 1), str(self.apres[ident].rang + 1)
                nom = _majuscule(self._nommer(self.apres[ident].objet))
                phrase = f"{nom} : {accorder('déplacé', genre)} du rang {avant} au rang {apres}."
                type_ = type(self.apres[ident].objet).__name__
                yield Changement(NatureChangement.DEPLACE, ident, type_, phrase, "rang", avant, apres)

    def champs(self, ancien: Any, nouveau: Any, ident: str) -> Iterator[Changement]:
        """Champs propres d'un élément qui ont changé (les éléments identifiés qu'il contient sont comparés à part)."""
        if type(ancien) is not type(nouveau):
            phrase = f"{_majuscule(self._nommer(nouveau))} : a changé de nature."
            yield Changement(NatureChangement.MODIFIE, ident, type(nouveau).__name__, phrase)
            return
        for champ in dataclasses.fields(nouveau):
            x, y = getattr(ancien, champ.name), getattr(nouveau, champ.name)
            if champ.name in ("id", "lieu", "lieux", "version") or x == y or _identifies(x) or _identifies(y):
                continue
            for precision, avant, apres in self._ecarts(x, y):
                yield self._change(nouveau, ident, champ.name, precision, avant, apres)

    def _change(self, objet: Any, ident: str, champ: str, precision: str, avant: str, apres: str) -> Changement:
        nom = "Programme" if isinstance(objet, Programme) else _majuscule(self._nommer(objet))
        quoi = f", {precision}" if precision else ""
        phrase = f"{nom} : {champ_libelle(champ)}{quoi}, de {avant} à {apres.removesuffix('.')}."
        type_ = type(objet).__name__
        return Changement(NatureChangement.MODIFIE, ident, type_, phrase, champ, avant, apres)

    def _ecarts(self, x: Any, y: Any) -> Iterator[tuple[str, str, str]]:
        """(précision, avant, après) de chaque différence entre deux valeurs d'un champ."""
        if isinstance(x, tuple) and isinstance(y, tuple) and any(dataclasses.is_dataclass(v) for v in (*x, *y)):
            yield from self._ecarts_de_liste(x, y)
        elif isinstance(x, dict) and isinstance(y, dict):
            for cle in sorted({*x, *y}, key=str):
                if x.get(cle) != y.get(cle):
                    yield self.noms.get(cle, str(cle)), self._montrer(x.get(cle)), self._montrer(y.get(cle))
        else:
            x, y = _sans_lieu(x), _sans_lieu(y)
            if x != y:
                yield "", self._montrer(x), self._montrer(y)

    def _ecarts_de_liste(self, x: tuple[Any, ...], y: tuple[Any, ...]) -> Iterator[tuple[str, str, str]]:
        anciens, nouveaux = self._par_cle(x), self._par_cle(y)
        for cle in dict.fromkeys([*nouveaux, *anciens]):
            avant, apres = _sans_lieu(anciens.get(cle)), _sans_lieu(nouveaux.get(cle))
            if avant != apres:
                yield cle, self._montrer(avant), self._montrer(apres)

    def _par_cle(self, objets: Iterable[Any]) -> dict[str, Any]:
        resultat: dict[str, Any] = {}
        for rang, objet in enumerate(objets, 1):
            cle = self._cle(objet) or f"n° {rang}"
            resultat[cle if cle not in resultat else f"{cle} ({rang})"] = objet
        return resultat

    def _cle(self, objet: Any) -> str:
        if isinstance(objet, ValeurTerritoire):
            return self.noms.get(objet.commune or "", objet.commune or objet.secteur or "")
        if isinstance(objet, TotalPublie):
            return f"{objet.secteur or 'total'}{f' ({objet.libelle})' if objet.libelle else ''}"
        nature = getattr(objet, "nature", None)
        return str(nature.value) if isinstance(nature, Enum) else ""

    def _nommer(self, objet: Any) -> str:
        return genre_et_nom(objet)[1]

    def _parent(self, ident: str, lot: dict[str, _Place]) -> str:
        # Seule une fiche-action contient des éléments identifiés : « l’action 3 ».
        return f"l’{self._nommer(lot[ident].objet)}" if ident in lot else "la racine du programme"

    def _montrer(self, valeur: Any) -> str:
        if valeur is None or valeur == ():
            return "rien"
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        if isinstance(valeur, Enum):
            return str(valeur.value).replace("_", " ")
        if isinstance(valeur, Decimal):
            return f"{valeur.normalize():,f}".replace(",", "\u202f").replace(".", ",").replace("-", "−")
        if isinstance(valeur, date):
            return f"{valeur:%d/%m/%Y}"
        if isinstance(valeur, tuple):
            return ", ".join(self.noms.get(v, v) if isinstance(v, str) else self._montrer(v) for v in valeur)
        if isinstance(valeur, ValeurTerritoire):
            taux = "" if valeur.taux is None else f", {self._montrer(valeur.taux * 100)}\u202f%"
            texte = "libre" if valeur.libre and valeur.valeur is None else self._montrer(valeur.valeur)
            if valeur.par_annee:
                annees = (f"{a} : {self._montrer(v)}" for a, v in sorted(valeur.par_annee.items()))
                texte += f" ({' ; '.join(annees)})"
            return texte + taux
        if isinstance(valeur, InventaireSru):
            lignes = ", ".join(f"{self.noms.get(c.commune, c.commune)} {c.etat}" for c in valeur.communes)
            return f"{valeur.annee} ({lignes or 'aucune commune'})"
        if isinstance(valeur, TotalPublie):
            return self._montrer(valeur.valeur)
        if dataclasses.is_dataclass(valeur):
            gardes = [getattr(valeur, f.name) for f in dataclasses.fields(valeur) if f.name != "lieu"]
            return ", ".join(self._montrer(v) for v in gardes if v is not None)
        return f"«\u00a0{valeur}\u00a0»" if isinstance(valeur, str) else str(valeur)


def _identifies(valeur: Any) -> bool:
    return isinstance(valeur, tuple) and any(hasattr(v, "id") for v in valeur)


def _sans_lieu(valeur: Any) -> Any:
    if isinstance(valeur, Lieu):
        return None
    if dataclasses.is_dataclass(valeur) and not isinstance(valeur, type) and hasattr(valeur, "lieu"):
        return dataclasses.replace(valeur, lieu=None)
    return valeur


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _croissante(rangs: list[int]) -> set[int]:
    """Positions d'une plus longue suite croissante : ce qui n'a pas bougé."""
    fins: list[int] = []
    positions: list[int] = []
    precedent: list[int] = []
    for i, rang in enumerate(rangs):
        k = bisect_left(fins, rang)
        if k == len(fins):
            fins.append(rang)
            positions.append(i)
        else:
            fins[k] = rang
            positions[k] = i
        precedent.append(positions[k - 1] if k else -1)
    resultat: set[int] = set()
    i = positions[-1] if positions else -1
    while i >= 0:
        resultat.add(i)
        i = precedent[i]
    return resultat
