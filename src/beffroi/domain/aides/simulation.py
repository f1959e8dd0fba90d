"""Changer un règlement et mesurer l'effet sur une liste d'opérations : coût et bénéficiaires, avant et après."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.aides.colonnes import Application
from beffroi.domain.aides.modele import Aide, Condition, Niveau, Reglement
from beffroi.domain.aides.verification import fautes
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, NotFound, Problem


@dataclass(frozen=True, slots=True)
class Modification:
    """Un changement : montant, taux ou plafond d'une aide (d'un seul ``niveau`` si donné), borne d'un champ, enveloppe.

    ``retirer`` supprime l'aide.
    """

    aide: str = ""
    niveau: int | None = None
    enveloppe: str = ""
    champ: str = ""
    montant: Annotated[Decimal | None, Entree("Montant", "euro", minimum=0)] = None
    taux: Annotated[Decimal | None, Entree("Taux", "part", minimum=0, maximum=1)] = None
    plafond: Annotated[Decimal | None, Entree("Plafond", "euro", minimum=0)] = None
    borne: Decimal | None = None
    retirer: bool = False


def modifier(reglement: Reglement, modifications: Iterable[Modification]) -> Reglement:
    """Règlement modifié, vérifié comme à la lecture.

    Raises:
        InvalidInput: modification vide ou sans effet, règlement devenu incohérent.
        NotFound: aide, niveau ou enveloppe inconnus.
    """
    for m in modifications:
        if m.enveloppe:
            ancienne = reglement.enveloppe.get(m.enveloppe)
            if ancienne is None:
                connues = ", ".join(reglement.enveloppe) or "aucune"
                raise NotFound(
                    f"L'enveloppe « {m.enveloppe} » n'existe pas dans ce règlement ; enveloppes : {connues}."
                )
            if m.montant is None:
                raise InvalidInput(Problem(f"la modification de l'enveloppe « {m.enveloppe} » demande « montant »."))
            reglement = replace(
                reglement,
                enveloppe=reglement.enveloppe | {m.enveloppe: replace(ancienne, montant=m.montant)},
            )
            continue
        aide = reglement.une(m.aide)
        if aide is None:
            connues = ", ".join(a.id for a in reglement.aide)
            raise NotFound(f"L'aide « {m.aide} » n'existe pas dans ce règlement ; aides : {connues}.")
        if m.retirer:
            nouvelles = tuple(a for a in reglement.aide if a.id != m.aide)
            cumuls = tuple(c for c in reglement.cumul if m.aide not in c.aides)
            reglement = replace(reglement, aide=nouvelles, cumul=cumuls)
        else:
            changee = _changer(aide, m)
            if changee == aide:
                raise InvalidInput(
                    Problem(
                        f"la modification de l'aide « {m.aide} » ne change rien : donner montant, taux, plafond, borne."
                    )
                )
            reglement = replace(reglement, aide=tuple(changee if a.id == m.aide else a for a in reglement.aide))
    problemes = fautes(reglement)
    if problemes:
        raise InvalidInput([Problem(f"règlement modifié : {p}") for p in problemes])
    return reglement


def _changer(aide: Aide, m: Modification) -> Aide:
    if m.niveau is not None and not 1 <= m.niveau <= len(aide.niveau):
        raise NotFound(f"L'aide « {aide.id} » n'a pas de niveau {m.niveau} (de 1 à {len(aide.niveau)}).")
    if m.borne is not None and not m.champ:
        raise InvalidInput(
            Problem(f"la modification de l'aide « {aide.id} » donne « borne » sans dire de quel « champ ».")
        )

    def condition(c: Condition) -> Condition:
        touche = m.borne is not None and c.champ == m.champ and isinstance(c.valeur, Decimal)
        return replace(c, valeur=m.borne) if touche else c

    def niveau(rang: int, n: Niveau) -> Niveau:
        if m.niveau is not None and rang != m.niveau:
            return n
        n = replace(n, conditions=tuple(condition(c) for c in n.conditions))
        if m.montant is not None and (m.niveau is not None or n.montant is not None or n.indefini):
            n = replace(n, montant=m.montant, taux=None, de="", indefini="")
        if m.taux is not None and n.taux is not None:
            n = replace(n, taux=m.taux)
        return n

    changee = replace(aide, niveau=tuple(niveau(i, n) for i, n in enumerate(aide.niveau, 1)))
    if m.niveau is None:
        changee = replace(changee, conditions=tuple(condition(c) for c in aide.conditions))
    if m.plafond is not None:
        if aide.plafond is None:
            raise InvalidInput(Problem(f"l'aide « {aide.id} » n'a pas de plafond : modifier le règlement lui-même."))
        changee = replace(changee, plafond=replace(aide.plafond, montant=m.plafond))
    return changee


def colonnes(operations: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Table par colonnes d'une liste d'opérations ; une information absente reste absente."""
    noms = dict.fromkeys(nom for o in operations for nom in o)
    return {nom: [o.get(nom) for o in operations] for nom in noms}


def resume(application: Application) -> dict[str, Any]:
    """Coût, opérations aidées, opérations en attente ou refusées, et détail par aide."""
    aides = {}
    for aide in application.reglement.aide:
        accorde = application.accorde.get(aide.id, {})
        ligne: dict[str, Any] = {
            "operations_aidees": len(accorde),
            "cout": Decimal(sum(accorde.values())),
            "indeterminees": len(application.indetermine.get(aide.id, ())),
            "montant_indefini": len(application.indefini.get(aide.id, ())),
            "enveloppe_epuisee": len(application.refuse.get(aide.id, ())),
            "ecartees_par_cumul": len(application.ecarte.get(aide.id, ())),
        }
        if any(ligne.values()):
            aides[aide.id] = ligne
    attente = {i for lignes in (application.indetermine, application.indefini) for v in lignes.values() for i in v}
    return {
        "operations": application.nombre,
        "operations_aidees": len(application.aidees),
        "cout": application.cout,
        "operations_en_attente": len(attente),
        "aides": aides,
    }
