"""Lire une grille de cotation : donnée versionnée par délibération, vérifiée à la lecture."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from beffroi.domain.attributions.modele import Grille
from beffroi.kernel.convert import from_mapping
from beffroi.kernel.errors import InvalidInput, NotFound, Problem


def fautes(grille: Grille) -> list[str]:
    """Fautes d'une grille, une phrase chacune."""
    codes = [c.code for c in grille.critere]
    trouvees = [f"le critère « {c} » est écrit deux fois." for c in sorted({c for c in codes if codes.count(c) > 1})]
    trouvees += [
        f"le critère « {c.code} » vaut 0 point : le retirer ou le noter." for c in grille.critere if not c.points
    ]
    trouvees += [
        f"le critère obligatoire « {c.code} » retire des points ({c.points}) : un prioritaire n'est pas pénalisé."
        for c in grille.critere
        if c.obligatoire and c.points < 0
    ]
    if not any(c.obligatoire for c in grille.critere):
        trouvees.append("aucun critère « obligatoire » : les publics prioritaires de L. 441-1 doivent être cotés.")
    if not grille.effet_refus:
        trouvees.append("« effet_refus » manque : l'effet du refus d'un logement adapté doit être fixé (L. 441-2-8).")
    return trouvees


def lire_grille(texte: str, fichier: str) -> Grille:
    """Lire une grille en TOML (``id``, ``label``, ``deliberation``, ``effet_refus``, ``[[critere]]``).

    Raises:
        InvalidInput: TOML illisible, champ inconnu ou manquant, critère double, sans point ou contraire à la loi.
    """
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as e:
        raise InvalidInput(Problem(f"cette grille n'est pas du TOML valide ({e}).", fichier)) from e
    try:
        grille = from_mapping(Grille, brut, "grille")
    except InvalidInput as e:
        raise InvalidInput([replace(p, fichier=fichier) for p in e.problems]) from e
    trouvees = fautes(grille)
    if trouvees:
        raise InvalidInput([Problem(f, fichier) for f in trouvees])
    return grille


def version(grilles: Sequence[Grille], le: date) -> Grille:
    """Dernière grille délibérée au plus tard ce jour-là.

    Raises:
        NotFound: aucune n'existe encore.
    """
    anciennes = [g for g in grilles if g.deliberation <= le]
    if not anciennes:
        premiere = min((g.deliberation for g in grilles), default=None)
        suite = f" ; la première est du {premiere:%d/%m/%Y}" if premiere else ""
        raise NotFound(f"Aucune grille de cotation au {le:%d/%m/%Y}{suite}.")
    return max(anciennes, key=lambda g: g.deliberation)
