"""Writing of a programme: canonical YAML (same programme, same bytes) and JSON.

Defaults are left out, texts are quoted, identifiers and enumerations are plain, a value of a commune takes one line.
"""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from beffroi.domain.programme import modele
from beffroi.domain.programme.inventaire import CommuneSru
from beffroi.exchange.lecture import champs, defaut, obligatoire

_SIMPLE = re.compile(r"[a-z][a-z0-9_-]*")
_RESERVES = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_ECHAPPER = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LARGEUR = 110
EN_LIGNE: tuple[type, ...] = (
    modele.Lieu,
    modele.ValeurTerritoire,
    modele.TotalPublie,
    modele.CaseMatrice,
    modele.Acte,
    CommuneSru,
    modele.DocumentSource,
)


def yaml_de(programme: modele.Programme) -> str:
    """The programme as canonical YAML text."""
    lignes: list[str] = []
    _bloc(programme, 0, lignes)
    return "\n".join(lignes) + "\n"


def json_de(programme: modele.Programme) -> str:
    """The programme as JSON text: same fields and order as the YAML."""
    return _echapper(json.dumps(_donnees(programme), ensure_ascii=False, indent=2)) + "\n"


def presents(objet: Any) -> list[tuple[str, Any]]:
    """Fields of an object to write: those without default, and those that differ from it."""
    gardes = []
    classe: type = type(objet)
    for nom, f in champs(classe).items():
        valeur = getattr(objet, nom)
        if not obligatoire(f) and valeur == defaut(f):
            continue
        gardes.append((nom, valeur))
    return gardes


def _bloc(objet: Any, retrait: int, lignes: list[str]) -> None:
    marge = " " * retrait
    for nom, valeur in presents(objet):
        _entree(f"{marge}{nom}:", valeur, retrait, lignes)


def _entree(tete: str, valeur: Any, retrait: int, lignes: list[str]) -> None:
    marge = " " * (retrait + 2)
    if isinstance(valeur, tuple):
        if not valeur:
            lignes.append(f"{tete} []")
        elif any(dataclasses.is_dataclass(v) for v in valeur):
            lignes.append(tete)
            for item in valeur:
                _item(item, retrait + 2, lignes)
        else:
            _liste_simple(tete, [_scalaire(v) for v in valeur], marge, lignes)
    elif isinstance(valeur, dict):
        lignes.append(tete if valeur else f"{tete} {{}}")
        for cle in sorted(valeur):
            _entree(f"{marge}{_scalaire(cle)}:", valeur[cle], retrait + 2, lignes)
    elif dataclasses.is_dataclass(valeur):
        if isinstance(valeur, EN_LIGNE):
            lignes.append(f"{tete} {_accolades(valeur)}")
        else:
            lignes.append(tete)
            _bloc(valeur, retrait + 2, lignes)
    else:
        lignes.append(f"{tete} {_scalaire(valeur)}")


def _item(objet: Any, retrait: int, lignes: list[str]) -> None:
    marge = " " * retrait
    if isinstance(objet, EN_LIGNE):
        lignes.append(f"{marge}- {_accolades(objet)}")
        return
    debut = len(lignes)
    _bloc(objet, retrait + 2, lignes)
    lignes[debut] = f"{marge}- {lignes[debut].lstrip()}"


def _liste_simple(tete: str, textes: list[str], marge: str, lignes: list[str]) -> None:
    en_ligne = f"{tete} [{', '.join(textes)}]"
    if len(en_ligne) <= _LARGEUR:
        lignes.append(en_ligne)
    elif max(map(len, textes)) > 20:
        lignes.append(tete)
        lignes.extend(f"{marge}- {t}" for t in textes)
    else:
        lignes.append(f"{tete} [")
        courante = marge
        for t in textes:
            if len(courante) + len(t) + 2 > _LARGEUR:
                lignes.append(courante.rstrip())
                courante = marge
            courante += f"{t}, "
        lignes.append(courante.rstrip(", "))
        lignes.append(f"{marge[:-2]}]")


def _accolades(objet: Any) -> str:
    return "{" + ", ".join(f"{nom}: {_en_ligne(v)}" for nom, v in presents(objet)) + "}"


def _en_ligne(valeur: Any) -> str:
    if dataclasses.is_dataclass(valeur):
        return _accolades(valeur)
    if isinstance(valeur, tuple):
        return "[" + ", ".join(_en_ligne(v) for v in valeur) + "]"
    return _scalaire(valeur)


def _scalaire(valeur: Any) -> str:
    if valeur is None:
        return "null"
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, Enum):
        valeur = str(valeur.value)
    if isinstance(valeur, int):
        return str(valeur)
    if isinstance(valeur, Decimal):
        return nombre(valeur)
    if isinstance(valeur, date):
        return valeur.isoformat()
    texte = str(valeur)
    if _SIMPLE.fullmatch(texte) and texte not in _RESERVES:
        return texte
    return _echapper(json.dumps(texte, ensure_ascii=False))


def _echapper(texte: str) -> str:
    """Escape what JSON leaves as it is and YAML reads as a line break or refuses."""
    return _ECHAPPER.sub(lambda m: f"\\u{ord(m[0]):04x}", texte)


def nombre(valeur: Decimal) -> str:
    """A decimal without useless zeros nor exponent: 27.0 → 27."""
    texte = format(valeur, "f")
    if "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    return "0" if texte == "-0" else texte


def _donnees(valeur: Any) -> Any:
    if dataclasses.is_dataclass(valeur):
        return {nom: _donnees(v) for nom, v in presents(valeur)}
    if isinstance(valeur, tuple):
        return [_donnees(v) for v in valeur]
    if isinstance(valeur, dict):
        return {str(cle): _donnees(valeur[cle]) for cle in sorted(valeur)}
    if isinstance(valeur, Enum):
        return valeur.value
    if isinstance(valeur, Decimal):
        return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)
    if isinstance(valeur, date):
        return valeur.isoformat()
    return valeur
