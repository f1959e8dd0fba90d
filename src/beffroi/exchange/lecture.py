"""Nodes → typed dataclasses, by the declared types alone; every fault keeps its line and column.

A fault never stops the reading: the faulty field takes its default (or ``None``) so that all faults of a file are
listed at once. The caller must raise them before using the result.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin

import yaml

from beffroi.exchange.noeuds import Fautes

_NOMBRE = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_TAG = "tag:yaml.org,2002:"
_RIEN = object()


@cache
def types_des_champs(classe: type) -> dict[str, Any]:
    """Declared type of each field of a dataclass."""
    return typing.get_type_hints(classe)


@cache
def champs(classe: type) -> dict[str, dataclasses.Field[Any]]:
    """Fields of a dataclass by name, in order."""
    return {f.name: f for f in dataclasses.fields(classe)}


def defaut(champ: dataclasses.Field[Any]) -> Any:
    """Default of a field that has one."""
    if champ.default_factory is not dataclasses.MISSING:
        return champ.default_factory()
    return champ.default


def obligatoire(champ: dataclasses.Field[Any]) -> bool:
    """Whether a field has no default."""
    return champ.default is dataclasses.MISSING and champ.default_factory is dataclasses.MISSING


@cache
def facultatif(annotation: Any) -> tuple[Any, bool]:
    """(type without ``None``, whether ``None`` is allowed)."""
    if get_origin(annotation) in (Union, types.UnionType):
        autres = [a for a in get_args(annotation) if a is not type(None)]
        assert len(autres) == 1, f"one type or None expected: {annotation}"
        return autres[0], True
    return annotation, False


class Lecteur:
    """Turns nodes into dataclasses; remembers which node each object came from (for the semantic checks)."""

    def __init__(self, fautes: Fautes) -> None:
        self.fautes = fautes
        self._noeuds: dict[int, yaml.Node] = {}
        self._vus: set[int] = set()

    def noeud(self, objet: Any, champ: str | None = None, rang: int | str | None = None) -> yaml.Node | None:
        """Node of an object, of one of its fields, or of one item of a list (rank) or table (key) field."""
        base = self._noeuds.get(id(objet))
        if champ is None or not isinstance(base, yaml.MappingNode):
            return base
        valeur = _enfant(base, champ)
        if valeur is None:
            return base
        if isinstance(rang, int) and isinstance(valeur, yaml.SequenceNode) and rang < len(valeur.value):
            return typing.cast(yaml.Node, valeur.value[rang])
        if isinstance(rang, str) and isinstance(valeur, yaml.MappingNode):
            return _enfant(valeur, rang) or valeur
        return valeur

    def objet(self, classe: type, noeud: yaml.Node, nom: str) -> Any:
        """Build a dataclass from a mapping node."""
        if not isinstance(noeud, yaml.MappingNode):
            self.fautes.ajouter(
                noeud, f"« {nom} » attend un groupe de champs ; reçu : {_montrer(noeud)}.", _exemple_groupe(classe)
            )
            return _RIEN
        connus = champs(classe)
        types_ = types_des_champs(classe)
        valeurs: dict[str, Any] = {}
        for cle, valeur in noeud.value:
            champ = cle.value if isinstance(cle, yaml.ScalarNode) else None
            if champ not in connus:
                self.fautes.ajouter(
                    cle, f"le champ « {champ or '?'} » n’existe pas dans « {nom} ».", _proche(champ, connus)
                )
            elif champ in valeurs:
                self.fautes.ajouter(
                    cle, f"le champ « {champ} » est écrit deux fois.", "Garder une seule des deux lignes."
                )
            else:
                valeurs[champ] = self.valeur(types_[champ], valeur, champ, classe)
        for champ, f in connus.items():
            if champ in valeurs and valeurs[champ] is not _RIEN:
                continue
            if champ not in valeurs and obligatoire(f):
                self.fautes.ajouter(
                    noeud, f"il manque le champ « {champ} » dans « {nom} ».", f"Ajouter « {champ}: … »."
                )
            if obligatoire(f):
                valeurs[champ] = () if get_origin(types_[champ]) is tuple else None
            else:
                valeurs.pop(champ, None)
        resultat = classe(**valeurs)
        self._noeuds[id(resultat)] = noeud
        return resultat

    def valeur(self, annotation: Any, noeud: yaml.Node, nom: str, classe: type) -> Any:
        """Read one value of a declared type; ``_RIEN`` after a fault."""
        if id(noeud) in self._vus:
            self.fautes.ajouter(
                noeud, f"« {nom} » est un renvoi (*).", "Recopier la valeur : les renvois ne sont pas admis."
            )
            return _RIEN
        self._vus.add(id(noeud))
        base, nul = facultatif(annotation)
        if isinstance(noeud, yaml.ScalarNode) and noeud.tag == _TAG + "null":
            if nul:
                return None
            self.fautes.ajouter(noeud, f"« {nom} » est vide.", "Donner une valeur, ou supprimer la ligne.")
            return _RIEN
        origine = get_origin(base)
        if origine is tuple:
            return self._liste(get_args(base)[0], noeud, nom, classe)
        if origine is dict:
            return self._table(get_args(base), noeud, nom, classe)
        if dataclasses.is_dataclass(base):
            return self.objet(typing.cast(type, base), noeud, nom)
        return self._scalaire(base, noeud, nom, classe)

    def _liste(self, type_: Any, noeud: yaml.Node, nom: str, classe: type) -> Any:
        if not isinstance(noeud, yaml.SequenceNode):
            self.fautes.ajouter(
                noeud, f"« {nom} » attend une liste ; reçu : {_montrer(noeud)}.", "Écrire « - » devant."
            )
            return _RIEN
        lus = (self.valeur(type_, item, nom, classe) for item in noeud.value)
        return tuple(v for v in lus if v is not _RIEN)

    def _table(self, types_: tuple[Any, ...], noeud: yaml.Node, nom: str, classe: type) -> Any:
        if not isinstance(noeud, yaml.MappingNode):
            self.fautes.ajouter(noeud, f"« {nom} » attend une table « clé: valeur » ; reçu : {_montrer(noeud)}.")
            return _RIEN
        resultat: dict[Any, Any] = {}
        for cle, valeur in noeud.value:
            lue = self._cle(types_[0], cle, nom, classe)
            if lue is _RIEN:
                continue
            if lue in resultat:
                self.fautes.ajouter(cle, f"« {lue} » est écrit deux fois dans « {nom} ».", "Garder une seule ligne.")
                continue
            contenu = self.valeur(types_[1], valeur, nom, classe)
            if contenu is not _RIEN:
                resultat[lue] = contenu
        return resultat

    def _cle(self, type_: Any, cle: yaml.Node, nom: str, classe: type) -> Any:
        """Key of a table; JSON writes a whole number between quotes there."""
        if type_ is int and isinstance(cle, yaml.ScalarNode) and _NOMBRE.fullmatch(cle.value) and "." not in cle.value:
            return int(cle.value)
        return self.valeur(type_, cle, nom, classe)

    def _scalaire(self, type_: Any, noeud: yaml.Node, nom: str, classe: type) -> Any:
        recu = _montrer(noeud)
        if not isinstance(noeud, yaml.ScalarNode):
            self.fautes.ajouter(noeud, f"« {nom} » attend {_MOTS.get(type_, 'une valeur')} ; reçu : {recu}.")
            return _RIEN
        texte, tag = str(noeud.value), noeud.tag.removeprefix(_TAG)
        if type_ is str:
            if tag == "str":
                return texte
            self.fautes.ajouter(
                noeud, f"« {nom} » attend un texte ; reçu : {recu}.", f'Mettre entre guillemets : "{texte}".'
            )
        elif isinstance(type_, type) and issubclass(type_, Enum):
            choix = [str(m.value) for m in type_]
            if texte in choix:
                return type_(texte)
            conseil = _proche(texte, choix) or ""
            self.fautes.ajouter(
                noeud, f"« {nom} » attend une valeur parmi {', '.join(choix)} ; reçu : {recu}.", conseil
            )
        elif type_ in (Decimal, int):
            if tag in ("int", "float") and _NOMBRE.fullmatch(texte) and (type_ is Decimal or "." not in texte):
                return type_(texte)
            self.fautes.ajouter(
                noeud, f"« {nom} » attend {_MOTS[type_]} ; reçu : {recu}.", _conseil_nombre(texte, nom, classe)
            )
        elif type_ is bool:
            if tag == "bool" and texte in ("true", "false"):
                return texte == "true"
            self.fautes.ajouter(noeud, f"« {nom} » attend true ou false ; reçu : {recu}.")
        elif type_ is date:
            try:
                return date.fromisoformat(texte)
            except ValueError:
                self.fautes.ajouter(
                    noeud, f"« {nom} » attend une date AAAA-MM-JJ ; reçu : {recu}.", "Exemple : 2022-12-31."
                )
        else:  # pragma: no cover - a type added to the model and unknown here
            raise TypeError(f"unknown type {type_!r} for {nom}")
        return _RIEN


_MOTS: dict[Any, str] = {
    str: "un texte",
    Decimal: "un nombre",
    int: "un nombre entier",
    date: "une date",
    bool: "true ou false",
}


def _enfant(noeud: yaml.MappingNode, champ: str) -> yaml.Node | None:
    return next((v for c, v in noeud.value if isinstance(c, yaml.ScalarNode) and c.value == champ), None)


def _montrer(noeud: yaml.Node) -> str:
    if isinstance(noeud, yaml.SequenceNode):
        return "une liste"
    if isinstance(noeud, yaml.MappingNode):
        return "un groupe de champs"
    texte = " ".join(str(noeud.value).split())
    if not texte:
        return "rien"
    return f"« {texte if len(texte) <= 60 else texte[:57] + '…'} »"


def _proche(mot: str | None, connus: typing.Iterable[str]) -> str | None:
    proches = difflib.get_close_matches(mot or "", list(connus), n=1, cutoff=0.6)
    if proches:
        return f"Écrire plutôt « {proches[0]} » ?"
    return f"Champs possibles : {', '.join(connus)}." if isinstance(connus, dict) else None


def _exemple_groupe(classe: type) -> str:
    nom = next(iter(champs(classe)))
    return f"Exemple : {{{nom}: …}}."


def _conseil_nombre(texte: str, nom: str, classe: type) -> str:
    nombres = re.findall(r"\d+(?:[.,]\d+)?", re.sub(r"(?<=\d)[\s\u00a0\u202f_](?=\d{3}\b)", "", texte))
    jumeau = next((c for c in (f"{nom}_maximal", f"{nom}_maximale") if c in champs(classe)), None)
    if len(nombres) == 2 and jumeau:
        bas, haut = (n.replace(",", ".") for n in nombres)
        return f"Une fourchette s’écrit en deux champs : {nom}: {bas} et {jumeau}: {haut}."
    if len(nombres) == 1:
        return f"Écrire le nombre seul, sans espace ni unité, avec un point : {nombres[0].replace(',', '.')}."
    return "Écrire le nombre seul, sans espace ni unité ; supprimer la ligne s’il n’est pas connu."
