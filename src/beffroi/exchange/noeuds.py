"""Reading of a YAML (or JSON) text as nodes that keep their line and column.

Nothing is constructed: no date, number or object is built by the YAML library, so no text can run code or change value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from beffroi.kernel.errors import InvalidInput, Problem

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML sans sa bibliothèque C : plus lent, même résultat
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

TAILLE_MAXIMALE = 20_000_000

_SYNTAXE = {
    "mapping values are not allowed": "un « : » suit un texte qui en contient déjà un ; mettre ce texte entre guillemets",
    "could not find expected ':'": "il manque le « : » après un nom de champ",
    "did not find expected key": "l’alignement des champs change au milieu d’un groupe",
    "expected <block end>": "l’alignement des champs change au milieu d’un groupe",
    "did not find expected '-' indicator": "l’alignement des tirets change au milieu d’une liste",
    "did not find expected ',' or": "il manque une virgule, ou la parenthèse qui ferme ([ ] ou { })",
    "found character that cannot start any token": "un caractère interdit ouvre cette valeur (tabulation, @ ou `)",
    "found unexpected end of stream": "un guillemet ouvert n’est pas refermé",
    "while scanning a quoted scalar": "un guillemet ouvert n’est pas refermé",
    "found undefined alias": "un renvoi (*) vise une ancre (&) qui n’existe pas",
    "found unknown escape character": "une barre oblique inverse est suivie d’un signe inconnu",
    "found duplicate anchor": "la même ancre (&) est posée deux fois",
    "control characters are not allowed": "un caractère invisible interdit se trouve ici",
}


@dataclass(slots=True)
class Fautes:
    """Faults met while reading one file, sorted by place."""

    fichier: str
    liste: list[Problem] = field(default_factory=list)

    def ajouter(self, noeud: yaml.Node | None, message: str, conseil: str | None = None) -> None:
        """Record a fault at a node (or for the whole file)."""
        ligne = colonne = None
        if noeud is not None:
            ligne, colonne = noeud.start_mark.line + 1, noeud.start_mark.column + 1
        self.liste.append(_probleme(message, self.fichier, ligne, colonne, conseil))

    def lever(self) -> None:
        """Raise every fault at once, if there is any."""
        if self.liste:
            raise InvalidInput(sorted(self.liste, key=_place))


def soigner(phrase: str) -> str:
    """No-break spaces before « : », « ; » and inside quotes, so that a sentence never breaks there."""
    phrase = phrase.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")
    return re.sub(r" (?=[;?!%€])", "\u202f", phrase)


def _probleme(
    message: str,
    fichier: str,
    ligne: int | None = None,
    colonne: int | None = None,
    conseil: str | None = None,
) -> Problem:
    return Problem(soigner(message), fichier, ligne, colonne, soigner(conseil) if conseil else None)


def _place(probleme: Problem) -> tuple[int, int]:
    colonne = probleme.colonne if isinstance(probleme.colonne, int) else 0
    return probleme.ligne or 0, colonne


def lire_texte(chemin: Path) -> str:
    """Read a file as UTF-8.

    Raises:
        InvalidInput: missing file, folder, too big, empty, not UTF-8 (with the line of the first bad byte).
    """
    nom = chemin.name
    try:
        octets = chemin.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(_probleme("ce fichier n’existe pas.", str(chemin), conseil="Vérifier le chemin.")) from None
    except IsADirectoryError:
        raise InvalidInput(
            _probleme("c’est un dossier.", str(chemin), conseil="Donner le chemin d’un fichier .yaml.")
        ) from None
    except OSError as erreur:
        raise InvalidInput(_probleme(f"le fichier ne peut pas être lu ({erreur.strerror}).", str(chemin))) from None
    if len(octets) > TAILLE_MAXIMALE:
        raise InvalidInput(
            _probleme(
                "le fichier dépasse 20 Mo.", nom, conseil="Un programme entier tient dans 1 Mo : vérifier le fichier."
            )
        )
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        avant = octets[: erreur.start]
        ligne = avant.count(b"\n") + 1
        colonne = len(avant.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        raise InvalidInput(
            _probleme(
                "le fichier n’est pas en UTF-8.",
                nom,
                ligne,
                colonne,
                "L’enregistrer en UTF-8 depuis l’éditeur de texte.",
            )
        ) from None
    if not texte.strip():
        raise InvalidInput(
            _probleme("le fichier est vide.", nom, conseil="Partir d’un export : beffroi programme exporter.")
        )
    return texte


def composer(texte: str, fichier: str) -> yaml.MappingNode:
    """Compose the nodes of a text; the root is a mapping.

    Raises:
        InvalidInput: syntax fault (line, column), several documents, root that is not a group of fields.
    """
    try:
        racine: Any = yaml.compose(texte, Loader=_Loader)
    except yaml.MarkedYAMLError as erreur:
        marque = erreur.problem_mark or erreur.context_mark
        brut = f"{erreur.context or ''} {erreur.problem or ''}"
        if "expected a single document" in brut:
            explication = "le fichier contient plusieurs documents séparés par « --- »"
        else:
            explication = next((fr for en, fr in _SYNTAXE.items() if en in brut), "l’écriture YAML est incorrecte ici")
        ligne, colonne = (marque.line + 1, marque.column + 1) if marque else (None, None)
        raise InvalidInput(
            _probleme(f"{explication}.", fichier, ligne, colonne, "Corriger cette ligne, ou celle qui la précède.")
        ) from None
    except yaml.YAMLError as erreur:
        position = getattr(erreur, "position", None)
        avant = texte[:position] if isinstance(position, int) else ""
        rang = avant.count("\n") + 1 if position is not None else None
        raise InvalidInput(
            _probleme("un caractère invisible interdit se trouve ici.", fichier, rang, None, "Le supprimer.")
        ) from None
    if not isinstance(racine, yaml.MappingNode):
        raise InvalidInput(
            _probleme(
                "ce n’est pas un programme : le fichier doit commencer par des champs (id, nature, titre…).",
                fichier,
                1,
                1,
                "Partir d’un export : beffroi programme exporter.",
            )
        )
    return racine
