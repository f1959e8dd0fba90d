"""Reads ``docs/glossaire.md`` and checks the words of the domain against it.

One entry::

    ### Fiche-action
    Une action du programme… (one paragraph)
    - Texte : CCH, R. 302-1-3
    - À éviter : projet, tâche
    - Identifiant : `fiche_action`
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Terme:
    """An entry of the glossary; ``a_eviter``: words that must not name this thing."""

    nom: str
    definition: str
    texte: str
    a_eviter: tuple[str, ...]
    identifiants: tuple[str, ...]


def lire_glossaire(path: Path) -> list[Terme]:
    """Entries of the glossary, in the order of the file."""
    terms = []
    for block in re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        lines = block.strip().splitlines()
        fields = dict(re.findall(r"^- ([^:]+?)\s*: (.*)$", block, flags=re.MULTILINE))
        definition = " ".join(line for line in lines[1:] if line and not line.startswith(("- ", "#")))
        terms.append(
            Terme(
                lines[0].strip(),
                definition,
                fields.get("Texte", ""),
                tuple(w.strip() for w in fields.get("À éviter", "").split(",") if w.strip()),
                tuple(re.findall(r"`([^`]+)`", fields.get("Identifiant", ""))),
            )
        )
    return terms


def etats_declares() -> set[str]:
    """Values of the state lists of the domain, and ids and states of the registers."""
    from beffroi.domain.nomenclatures import avancement

    states = {
        member.value
        for kind in vars(avancement).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
        for member in kind
    }
    try:
        from beffroi.kernel import register
    except ImportError:
        return states
    for declared in register.registers().values():
        states.add(declared.id.rsplit(".", 1)[-1])
    return states


def fautes(racine: Path) -> list[str]:
    """Sentences about the glossary: entry without definition, word to avoid used, state not defined."""
    path = racine / "docs" / "glossaire.md"
    terms = lire_glossaire(path)
    problems = [f"docs/glossaire.md : « {t.nom} » n'a pas de définition." for t in terms if not t.definition]
    defined = {i for t in terms for i in t.identifiants}
    problems += [
        f"docs/glossaire.md : l'état ou le registre « {s} » n'est pas défini."
        for s in sorted(etats_declares() - defined)
    ]
    problems += list(_mots_a_eviter(racine, terms))
    return problems


def _mots_a_eviter(racine: Path, terms: Iterable[Terme]) -> Iterable[str]:
    words = {w: t.nom for t in terms for w in t.a_eviter}
    if not words:
        return
    pattern = re.compile(r"(?<![\w-])(" + "|".join(re.escape(w) for w in sorted(words, key=len)) + r")(?![\w-])", re.I)
    for path in sorted((racine / "src" / "beffroi" / "domain").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for match in pattern.finditer(line):
                word = match.group(1).lower()
                owner = next((o for w, o in words.items() if w.lower() == word), "")
                yield (
                    f"{path.relative_to(racine)}, ligne {number} : « {match.group(1)} » est à éviter, "
                    f"le glossaire dit « {owner} »."
                )
