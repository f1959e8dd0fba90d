"""Cohérence d'un règlement : niveaux qui se recouvrent, boucles de cumul, renvois, périodes, parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from beffroi.domain.aides.modele import (
    Aide,
    Champ,
    ChoixNiveau,
    Comparateur,
    Condition,
    Nature,
    Niveau,
    RegleCumul,
    Reglement,
)


def fautes(reglement: Reglement) -> list[str]:
    """Toutes les fautes d'un règlement, une phrase chacune."""
    return [*_periodes(reglement), *_aides(reglement), *_cumuls(reglement)]


def _periodes(r: Reglement) -> Iterator[str]:
    if r.au is not None and r.au < r.du:
        yield f"« au » ({r.au:%d/%m/%Y}) précède « du » ({r.du:%d/%m/%Y})."
    for a in r.aide:
        if a.du and a.au and a.au < a.du:
            yield f"aide « {a.id} » : « au » précède « du »."


def _aides(r: Reglement) -> Iterator[str]:
    ids = [a.id for a in r.aide]
    for double in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"l'aide « {double} » est écrite deux fois ; donner deux identifiants."
    for a in r.aide:
        ou = f"aide « {a.id} »"
        if not a.niveau and not a.budget:
            yield f"{ou} : écrire au moins un [[aide.niveau]] ou une ligne « budget »."
        if a.enveloppe and a.enveloppe not in r.enveloppe:
            yield f"{ou} : l'enveloppe « {a.enveloppe} » n'est pas déclarée ; ajouter [enveloppe.{a.enveloppe}]."
        if a.partage:
            yield from _partage(ou, a)
        for rang, n in enumerate(a.niveau, 1):
            yield from _montant(r, f"{ou}, niveau {rang}", n)
        if a.choix is ChoixNiveau.EXCLUSIF:
            yield from _recouvrements(r, ou, a)


def _partage(ou: str, aide: Aide) -> Iterator[str]:
    try:
        total = sum(Fraction(v) for v in aide.partage.values())
    except (ValueError, ZeroDivisionError):
        yield f"{ou} : chaque part de « partage » s'écrit comme une fraction (« 2/3 »)."
        return
    if total != 1:
        yield f"{ou} : les parts de « partage » font {total}, non 1."


def _montant(r: Reglement, ou: str, n: Niveau) -> Iterator[str]:
    donnes = [x for x in (n.montant is not None, n.taux is not None, bool(n.indefini)) if x]
    if len(donnes) != 1:
        yield f"{ou} : écrire un seul de « montant », « taux » ou « indefini » (motif, quand le texte ne dit rien)."
    for nom, valeur in (
        ("montant", n.montant),
        ("taux", n.taux),
        ("plafond_assiette", n.plafond_assiette),
        ("montant_minimum", n.montant_minimum),
        ("montant_maximum", n.montant_maximum),
    ):
        if valeur is not None and valeur < 0:
            yield f"{ou} : « {nom} » est négatif ({valeur})."
    if n.taux is not None and n.taux > 1:
        yield f"{ou} : « taux » est une part, en fraction (0,05 pour 5 %) ; reçu : {n.taux}."
    if (n.taux is not None) != bool(n.de):
        yield f"{ou} : « taux » va avec « de », le champ auquel il s'applique."
    for nom, champ in (("par", n.par), ("de", n.de)):
        if champ and champ not in r.champ:
            yield f"{ou} : « {nom} » cite le champ « {champ} », que le règlement ne déclare pas."
        elif champ and r.champ[champ].nature not in (Nature.ENTIER, Nature.NOMBRE):
            yield f"{ou} : « {nom} = {champ} » doit être un nombre, non « {r.champ[champ].nature} »."


# --- recouvrement des niveaux --------------------------------------------------------------------------------------

_BAS = {Comparateur.SUPERIEUR, Comparateur.SUPERIEUR_OU_EGAL}
_HAUT = {Comparateur.INFERIEUR, Comparateur.INFERIEUR_OU_EGAL}
_LARGE = {Comparateur.SUPERIEUR_OU_EGAL, Comparateur.INFERIEUR_OU_EGAL}


def _temoin(champ: Champ, conditions: Iterable[Condition]) -> object | None:
    """Une valeur du champ qui remplit toutes ces conditions, ou None quand il n'y en a pas."""
    if champ.nature is Nature.CHOIX:
        restants = list(champ.choix)
        for c in conditions:
            restants = [v for v in restants if v in c.valeur]
        return restants[0] if restants else None
    if champ.nature is Nature.BOOLEEN:
        possibles = {c.valeur for c in conditions}
        return ("oui" if possibles.pop() else "non") if len(possibles) == 1 else None
    bas, bas_large, haut, haut_large = champ.minimum, True, champ.maximum, True
    for c in conditions:
        egal = c.comparateur is Comparateur.EGAL
        large = egal or c.comparateur in _LARGE
        if (egal or c.comparateur in _BAS) and (bas is None or (c.valeur, not large) > (bas, not bas_large)):
            bas, bas_large = c.valeur, large
        if (egal or c.comparateur in _HAUT) and (haut is None or (c.valeur, large) < (haut, haut_large)):
            haut, haut_large = c.valeur, large
    if bas is None or haut is None:
        un = Decimal(1)
        return bas + (0 if bas_large else un) if bas is not None else haut - un if haut is not None else Decimal(0)
    if bas == haut:
        return bas if bas_large and haut_large else None
    if bas > haut:
        return None
    if champ.nature is Nature.ENTIER:
        premier = bas.to_integral_value(rounding="ROUND_CEILING")
        premier += 1 if premier == bas and not bas_large else 0
        return premier if premier < haut or (premier == haut and haut_large) else None
    return (bas + haut) / 2


def _recouvrements(r: Reglement, ou: str, aide: Aide) -> Iterator[str]:
    for (i, a), (j, b) in combinations(enumerate(aide.niveau, 1), 2):
        ensemble = [c for c in (*aide.conditions, *a.conditions, *b.conditions) if not c.autre]
        temoin: dict[str, object] = {}
        for nom in dict.fromkeys(c.champ for c in ensemble):
            valeur = _temoin(r.champ[nom], [c for c in ensemble if c.champ == nom])
            if valeur is None:
                break
            temoin[nom] = valeur
        else:
            exemple = ", ".join(f"{k} = {v}" for k, v in temoin.items()) or "toute opération"
            yield (
                f"{ou} : les niveaux {i} et {j} se recouvrent ({exemple} remplit les deux) ; resserrer une condition, "
                'ou écrire « choix = "plus_eleve" » si le plus haut l\'emporte.'
            )


# --- cumul ---------------------------------------------------------------------------------------------------------


def _cumuls(r: Reglement) -> Iterator[str]:
    connues = {a.id for a in r.aide}
    vues: set[frozenset[str]] = set()
    suites: dict[str, set[str]] = {}
    for c in r.cumul:
        inconnue = [a for a in (*c.aides, c.prioritaire) if a and a not in connues]
        if inconnue:
            yield f"[[cumul]] : l'aide « {inconnue[0]} » n'existe pas dans ce règlement."
            continue
        paire = frozenset(c.aides)
        if len(paire) == 1:
            yield f"[[cumul]] : « {c.aides[0]} » est croisée avec elle-même."
            continue
        if paire in vues:
            yield f"[[cumul]] : la paire « {c.aides[0]} », « {c.aides[1]} » est écrite deux fois ; n'en garder qu'une."
        vues.add(paire)
        if c.prioritaire and (c.regle is not RegleCumul.EXCLUSIF or c.prioritaire not in paire):
            yield f"[[cumul]] : « prioritaire = {c.prioritaire} » va avec « regle = exclusif » et l'une des deux aides."
            continue
        if c.regle is RegleCumul.SUBORDONNE:
            suites.setdefault(c.aides[0], set()).add(c.aides[1])
        elif c.prioritaire:
            suites.setdefault(c.prioritaire, set()).update(paire - {c.prioritaire})
    boucle = _boucle(suites)
    if boucle:
        yield (
            f"[[cumul]] : les priorités tournent en rond ({' → '.join(boucle)}) ; "
            "retirer une priorité ou une subordination de cette boucle."
        )


def _boucle(suites: dict[str, set[str]]) -> list[str]:
    """Première boucle du graphe, fermée sur elle-même ; vide quand il n'y en a pas."""
    finis: set[str] = set()

    def visiter(noeud: str, chemin: list[str]) -> list[str]:
        if noeud in chemin:
            return [*chemin[chemin.index(noeud) :], noeud]
        if noeud in finis:
            return []
        for suivant in sorted(suites.get(noeud, ())):
            trouve = visiter(suivant, [*chemin, noeud])
            if trouve:
                return trouve
        finis.add(noeud)
        return []

    for depart in sorted(suites):
        trouve = visiter(depart, [])
        if trouve:
            return trouve
    return []


def rang_priorite(reglement: Reglement) -> dict[str, int]:
    """Rang de chaque aide : les prioritaires et celles dont d'autres dépendent d'abord, sinon l'ordre du fichier."""
    avant: dict[str, set[str]] = {a.id: set() for a in reglement.aide}
    for c in reglement.cumul:
        if c.regle is RegleCumul.SUBORDONNE:
            avant[c.aides[1]].add(c.aides[0])
        elif c.prioritaire:
            avant[next(a for a in c.aides if a != c.prioritaire)].add(c.prioritaire)

    def profondeur(identifiant: str) -> int:
        return 1 + max((profondeur(p) for p in avant[identifiant]), default=-1)

    return {a.id: profondeur(a.id) for a in reglement.aide}
