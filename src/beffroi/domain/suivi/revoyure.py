"""Répartir un volume dans un scénario : en cascade depuis l'EPCI, ou à mi-parcours en gardant ce qui est réalisé.

Les règles sont celles de la territorialisation ; ce module leur donne les communes du programme et rend des cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.domain.programme.modele import ObjectifTerritorial, Programme
from beffroi.domain.suivi.scenario import CleObjectif, Grille, totaliser
from beffroi.domain.territorialisation.modele import CommuneRepartie, CommuneRevoyure, SecteurReparti
from beffroi.domain.territorialisation.regles.repartition import cascade, revoyure
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import Constat


@dataclass(frozen=True, slots=True)
class Repartition:
    """Ce qu'une répartition écrit, le constat de la règle, et ce qu'il faut garder : avant et après, par territoire."""

    cases: dict[CleObjectif, Decimal]
    constat: Constat
    lignes: tuple[dict[str, Any], ...]


def _verifier(programme: Programme, poids: Mapping[str, Decimal]) -> None:
    if not programme.communes():
        raise InvalidInput(Problem("ce programme n'a pas de commune : il n'y a rien à répartir."))
    if not any(poids.get(c, Decimal(0)) for c in programme.communes()):
        raise InvalidInput(
            Problem("aucune commune n'a de poids dans cette clé.", conseil="Choisissez une autre clé de répartition.")
        )


def poids_objectif(grille: Grille, objectif: str) -> dict[str, Decimal]:
    """Commune → objectif de la durée, comme clé de répartition."""
    return {
        t.partition(":")[2]: v
        for (o, t), v in totaliser(grille).items()
        if o == objectif and t.startswith("commune:") and v is not None
    }


def repartir_volume(
    programme: Programme,
    objectif: ObjectifTerritorial,
    avant: Grille,
    total: int,
    poids: Mapping[str, Decimal],
    le: date,
) -> Repartition:
    """Répartit un volume de période entre secteurs, communes et exercices.

    La part d'un secteur est la somme des poids de ses communes.

    Raises:
        InvalidInput: aucune commune n'a de poids, ou un cas impossible (la phrase le nomme).
    """
    _verifier(programme, poids)
    annees = [e.annee for e in programme.exercices()]
    secteurs = tuple(
        SecteurReparti(
            s.id,
            sum((poids.get(c, Decimal(0)) for c in s.communes), Decimal(0)),
            tuple(CommuneRepartie(c, poids.get(c, Decimal(0)), code=c) for c in s.communes),
        )
        for s in programme.secteurs
        if not s.groupe and s.communes
    )
    constat = cascade(le=le, total=total, annees=len(annees), secteurs=secteurs)
    totaux = totaliser(avant)
    chiffres = {k.territoire for k in avant if k.objectif == objectif.id and k.territoire.startswith("secteur:")}
    cases: dict[CleObjectif, Decimal] = {}
    lignes: list[dict[str, Any]] = []
    for secteur in constat.valeur:
        attributions = [(f"commune:{c.nom}", c) for c in secteur.communes]
        if f"secteur:{secteur.nom}" in chiffres:
            attributions.append((f"secteur:{secteur.nom}", secteur))
        for territoire, a in attributions:
            cases.update(
                (CleObjectif(objectif.id, territoire, str(an)), Decimal(v))
                for an, v in zip(annees, a.par_an, strict=True)
            )
            initial = totaux.get((objectif.id, territoire))
            lignes.append({"territoire": territoire, "initial": _texte(initial), "nouveau": str(a.total)})
    return Repartition(cases, constat, tuple(lignes))


def revoir(
    programme: Programme,
    objectif: ObjectifTerritorial,
    avant: Grille,
    total: int,
    realise: Mapping[tuple[str, int], int],
    exercice: int,
    poids: Mapping[str, Decimal],
    le: date,
) -> Repartition:
    """Répartit de nouveau le volume de la période, le réalisé restant acquis (clause de revoyure).

    Les exercices échus prennent ce qui a été réalisé, le reste à faire s'étale sur les suivants : la somme est le
    nouvel objectif de la commune. L'objectif d'avant reste dans la trace et dans la version précédente.

    Args:
        realise: ``(code INSEE, année) → quantité`` des exercices échus ; toute commune qui a un objectif ou un poids y
            est.
        exercice: année du dernier exercice échu.

    Raises:
        InvalidInput: aucun exercice ne reste, une commune n'a pas de réalisé connu, ou un cas impossible.
    """
    _verifier(programme, poids)
    annees = [e.annee for e in programme.exercices()]
    echues, restantes = [a for a in annees if a <= exercice], [a for a in annees if a > exercice]
    if not restantes:
        raise InvalidInput(
            Problem(
                "il ne reste aucun exercice après la situation choisie.",
                conseil="Choisissez une situation plus tôt dans le programme.",
            )
        )
    totaux = totaliser(avant)
    initiaux = {c: int(totaux.get((objectif.id, f"commune:{c}")) or 0) for c in programme.communes()}
    # Sans objectif ni poids, une commune ne reçoit rien : elle reste en dehors, même sans résultat connu.
    communes = [c for c in programme.communes() if initiaux[c] or poids.get(c)]
    absentes = [c for c in communes if any((c, a) not in realise for a in echues)]
    if absentes:
        noms = ", ".join(programme.noms_communes.get(c, c) for c in absentes[:5])
        raise InvalidInput(
            Problem(
                f"le réalisé n'est pas connu pour {len(absentes)} commune(s) : {noms}.",
                conseil="Une valeur absente n'est pas zéro : saisissez ou corrigez ces résultats d'abord.",
            )
        )
    faits = {c: sum(realise[c, a] for a in echues) for c in communes}
    constat = revoyure(
        le=le,
        total=total,
        annees_restantes=len(restantes),
        communes=tuple(CommuneRevoyure(c, initiaux[c], faits[c], poids.get(c, Decimal(0)), code=c) for c in communes),
    )
    cases: dict[CleObjectif, Decimal] = {}
    lignes: list[dict[str, Any]] = []
    for c in communes:
        r, territoire = constat.valeur[c], f"commune:{c}"
        for a in echues:
            cases[CleObjectif(objectif.id, territoire, str(a))] = Decimal(realise[c, a])
        for a, v in zip(restantes, r["par_an"], strict=True):
            cases[CleObjectif(objectif.id, territoire, str(a))] = Decimal(v)
        lignes.append(
            {
                "territoire": territoire,
                "initial": str(r["initial"]),
                "realise": str(faits[c]),
                "nouveau": str(r["nouveau"]),
                "reste": str(r["reste"]),
            }
        )
    return Repartition(cases, constat, tuple(lignes))


def _texte(valeur: Decimal | None) -> str | None:
    return None if valeur is None else format(valeur.normalize(), "f")
