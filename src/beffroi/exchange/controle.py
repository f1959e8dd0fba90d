"""What every check of a programme shares: where to place a fault, and whether an identifier exists."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from beffroi.domain.programme.modele import Programme
from beffroi.exchange.lecture import Lecteur
from beffroi.exchange.noeuds import Fautes

IDENTIFIANT = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


class Territoires(Protocol):
    """What the exchange needs to know of territories; the warehouse or a file of reference gives it."""

    def communes_de(self, siren: str) -> set[str] | None:
        """INSEE codes of the communes of an EPCI; ``None`` when the EPCI is unknown here."""
        ...

    def epci_de(self, commune: str) -> tuple[str, str] | None:
        """(SIREN, name) of the EPCI of a commune; ``None`` when unknown. Used only to write a helpful sentence."""
        ...


@dataclasses.dataclass(slots=True)
class Controle:
    """One check in progress: the programme, where its objects stand in the file, the faults found so far."""

    p: Programme
    lecteur: Lecteur
    fautes: Fautes
    territoires: Territoires | None = None
    ids: dict[str, Any] = dataclasses.field(default_factory=dict)
    communes: set[str] = dataclasses.field(default_factory=set)

    def faute(
        self, objet: Any, champ: str | None, message: str, conseil: str | None = None, rang: int | str | None = None
    ) -> None:
        """Record a fault at an object, one of its fields, or one item of a field."""
        self.fautes.ajouter(self.lecteur.noeud(objet, champ, rang), message, conseil)

    def ligne(self, objet: Any, champ: str) -> str:
        """Line of a field, to cite it from another place."""
        noeud = self.lecteur.noeud(objet, champ)
        return str(noeud.start_mark.line + 1) if noeud is not None else "?"

    def existe(
        self, objet: Any, champ: str, ident: str | None, connus: dict[str, Any], quoi: str, rang: int | None = None
    ) -> bool:
        """Whether an identifier is declared (``None`` is fine); a fault otherwise."""
        if ident is None or ident in connus:
            return True
        self.faute(objet, champ, f"{quoi} « {ident} » n’existe pas.", suggestion(ident, connus), rang)
        return False

    def origine(self, objet: Any, champ: str, connus: dict[str, Any], quoi: str) -> Any:
        """Original of a repetition (``identique_a``), itself not a repetition; ``None`` without one or after a fault."""
        ident = getattr(objet, champ)
        if ident is None or not self.existe(objet, champ, ident, connus, quoi):
            return None
        origine = connus[ident]
        if origine is objet or getattr(origine, champ) is not None:
            message = f"« {ident} » est elle-même une répétition."
            self.faute(objet, champ, message, "Désigner l’origine, celle qui compte.")
            return None
        return origine


def objets(racine: Any) -> Iterator[Any]:
    """Every dataclass of a tree, in document order, root included."""
    yield racine
    for champ in dataclasses.fields(racine):
        valeur = getattr(racine, champ.name)
        if dataclasses.is_dataclass(valeur):
            yield from objets(valeur)
        elif isinstance(valeur, (tuple, dict)):
            for item in valeur.values() if isinstance(valeur, dict) else valeur:
                if dataclasses.is_dataclass(item):
                    yield from objets(item)


def suggestion(mot: str, connus: Any) -> str:
    """Advice for an unknown identifier: the nearest known one, or the list."""
    proches = difflib.get_close_matches(mot, list(connus), n=1, cutoff=0.5)
    if proches:
        return f"Écrire plutôt « {proches[0]} » ?"
    liste = sorted(connus)
    return (
        f"Identifiants connus : {', '.join(liste[:8])}{'…' if len(liste) > 8 else ''}."
        if liste
        else "Aucun n’est déclaré."
    )


def boucle(depart: str, suivants: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether following ``suivants`` from ``depart`` comes back to it."""
    vus: set[str] = set()
    pile = list(suivants.get(depart, ()))
    while pile:
        courant = pile.pop()
        if courant == depart:
            return True
        if courant not in vus:
            vus.add(courant)
            pile.extend(suivants.get(courant, ()))
    return False
