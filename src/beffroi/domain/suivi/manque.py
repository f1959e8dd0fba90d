"""Ce qui manque au suivi d'un exercice, par action, et qui peut le donner (le pilote, ou la fonction que la fiche dit)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from beffroi.domain.nomenclatures.saisie import StadeBudget
from beffroi.domain.programme.modele import FicheAction, Programme
from beffroi.domain.suivi.echeance import Echeance, EtatEcheance
from beffroi.domain.suivi.execution import SAISIS, lignes_suivies
from beffroi.domain.suivi.valeur import CleValeur, NatureElement, ValeurSuivie, decouper, elements
from beffroi.kernel.figure import nombre

SANS_PILOTE = "Pilote non dit par le document"


class NatureManque(StrEnum):
    """Ce qu'il faut donner."""

    ETAT = "etat"
    VALEUR = "valeur"
    BUDGET = "budget"
    ECHEANCE = "echeance"
    SOURCE = "source"


LIBELLE_MANQUE: dict[NatureManque, str] = {
    NatureManque.ETAT: "état de l'action",
    NatureManque.VALEUR: "valeurs d'indicateurs et d'objectifs",
    NatureManque.BUDGET: "budget exécuté",
    NatureManque.ECHEANCE: "échéances",
    NatureManque.SOURCE: "source des valeurs",
}


@dataclass(frozen=True, slots=True)
class Manque:
    """Une chose qui manque à une action pour un exercice."""

    action: FicheAction
    nature: NatureManque
    phrase: str


def _pluriel(n: int, un: str, plusieurs: str) -> str:
    return f"{nombre(n)}\u00a0{un if n < 2 else plusieurs}"


def manques(
    programme: Programme,
    annee: int,
    *,
    etats: Collection[str],
    valeurs: Iterable[ValeurSuivie],
    echeances: Iterable[Echeance],
    mesurees: Collection[str] = (),
) -> tuple[Manque, ...]:
    """Ce qui manque à chaque action pour l'exercice ``annee``, dans l'ordre du programme.

    Args:
        etats: ids des actions dont l'état est saisi.
        valeurs: valeurs saisies du programme.
        echeances: échéances à la fin de l'exercice.
        mesurees: ids d'éléments dont la valeur vient d'ailleurs (données ouvertes), qui ne manquent donc pas.
    """
    donnees: dict[str, list[ValeurSuivie]] = {}
    for v in valeurs:
        if v.valeur is not None and v.cle.periode == str(annee):
            donnees.setdefault(v.cle.element, []).append(v)
    par_fiche: dict[str, list[str]] = {}
    for e in elements(programme).values():
        if e.fiche and e.nature in (NatureElement.INDICATEUR, NatureElement.OBJECTIF_ACTION):
            par_fiche.setdefault(e.fiche, []).append(e.id)
    budget: dict[str, list[str]] = {}
    for x in lignes_suivies(programme):
        budget.setdefault(x.action.id, []).append(x.ligne.id)
    retards: dict[str, list[Echeance]] = {}
    for ech in echeances:
        if ech.etat is EtatEcheance.EN_RETARD:
            retards.setdefault(ech.action.id, []).append(ech)
    sortie: list[Manque] = []
    for a in programme.actions:
        if a.id not in etats:
            sortie.append(Manque(a, NatureManque.ETAT, "état de l'action non saisi"))
        attendus = par_fiche.get(a.id, [])
        vides = [i for i in attendus if i not in donnees and i not in mesurees]
        if vides:
            mots = _pluriel(len(vides), "indicateur ou objectif", "indicateurs et objectifs")
            sortie.append(Manque(a, NatureManque.VALEUR, f"{mots} sans valeur pour {annee}, sur {len(attendus)}"))
        sortie += [Manque(a, NatureManque.BUDGET, p) for p in _budget(budget.get(a.id, []), donnees, annee)]
        for ech in retards.get(a.id, []):
            sortie.append(Manque(a, NatureManque.ECHEANCE, _retard(ech)))
        muettes = [v.cle for i in attendus for v in donnees.get(i, []) if not v.source and not v.piece]
        if muettes:
            mots = _pluriel(len(muettes), "valeur", "valeurs")
            sortie.append(Manque(a, NatureManque.SOURCE, f"{mots} de {annee} sans source ni pièce"))
    return tuple(sortie)


def _stade(cle: CleValeur) -> str:
    return decouper(cle.ventilation).get("stade", "")


def _budget(lignes: list[str], donnees: dict[str, list[ValeurSuivie]], annee: int) -> list[str]:
    if not lignes:
        return []
    remplis = {_stade(v.cle) for i in lignes for v in donnees.get(i, [])}
    mots = {StadeBudget.VOTE: "voté", StadeBudget.ENGAGE: "engagé", StadeBudget.PAYE: "payé"}
    absents = [mots[s] for s in SAISIS if s.value not in remplis]
    return [f"budget {', '.join(absents)} : non renseigné pour {annee}"] if absents else []


def _retard(e: Echeance) -> str:
    if e.recurrente and e.attendu is not None:
        return f"{e.jalon.libelle} : {_fois(e.manquantes)} à tenir sur {_fois(e.attendu)} attendues à date"
    return f"{e.jalon.libelle} : due au plus tard le {e.due:%d/%m/%Y}, non constatée"


def _fois(valeur: Decimal) -> str:
    return nombre(valeur, max(0, -int(valeur.normalize().as_tuple().exponent)))


def par_personne(liste: Iterable[Manque]) -> dict[str, list[Manque]]:
    """Qui peut le donner → ce qui manque : chaque pilote de la fiche, ou « pilote non dit »."""
    groupes: dict[str, list[Manque]] = {}
    for m in liste:
        for qui in m.action.pilotes or (SANS_PILOTE,):
            groupes.setdefault(qui, []).append(m)
    return groupes
