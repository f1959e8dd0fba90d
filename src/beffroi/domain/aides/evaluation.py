"""Appliquer un règlement à une opération : niveau, montant, et la raison de chaque réponse.

Valeur exactement égale à une borne que le texte laisse ouverte : les deux lectures sont faites, la plus basse est
retenue et la réponse le dit. Information manquante : la réponse manque, elle ne vaut jamais zéro.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Annotated, Any

from beffroi.domain.aides.modele import (
    Aide,
    ChoixNiveau,
    Comparateur,
    Condition,
    Egalite,
    EtatAide,
    Nature,
    Niveau,
    Portee,
    RegleCumul,
    Reglement,
)
from beffroi.domain.aides.verification import rang_priorite
from beffroi.kernel.convert import Entree, convert
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.unit import half_up

Seuil = tuple[str, Any]
Lecture = Mapping[Seuil, bool]  # borne indéfinie → True : l'égalité est du côté haut
ZERO = Decimal(0)
CENTIMES = 2


@dataclass(frozen=True, slots=True)
class BorneOuverte:
    """L'opération tombe exactement sur des bornes que le texte laisse ouvertes : niveau retenu, et les autres."""

    seuils: tuple[Seuil, ...]
    retenu: str
    autres: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resultat:
    """Réponse pour une aide. ``rang`` : place du niveau, à partir de 1 ; 0 quand aucun niveau ne convient."""

    aide: Aide
    etat: EtatAide
    montant: Decimal | None
    rang: int = 0
    niveau: Niveau | None = None
    manque: tuple[str, ...] = ()
    motif: str = ""
    ouverte: BorneOuverte | None = None
    montant_maximum: Decimal | None = None

    @property
    def accordable(self) -> bool:
        """Une somme connue est due."""
        return self.etat is EtatAide.ACCORDABLE


def lire_operation(reglement: Reglement, operation: Mapping[str, Any], ou: str = "operation") -> dict[str, Any]:
    """Convertir les champs d'une opération dans les types du règlement.

    Raises:
        InvalidInput: champ inconnu, mauvais type, hors bornes, choix inconnu ; la phrase nomme le champ et l'unité.
    """
    lue: dict[str, Any] = {}
    for nom, valeur in operation.items():
        champ = reglement.champ.get(nom)
        if champ is None:
            raise InvalidInput(
                Problem(
                    f"le champ « {ou}.{nom} » n'existe pas dans « {reglement.label} » ; "
                    f"champs : {', '.join(reglement.champ)}."
                )
            )
        if valeur is None:
            lue[nom] = None
        elif champ.nature is Nature.CHOIX:
            if valeur not in champ.choix:
                raise InvalidInput(
                    Problem(
                        f"le champ « {champ.label} » ({ou}.{nom}) attend une valeur parmi {', '.join(champ.choix)} ; "
                        f"reçu : « {valeur} »."
                    )
                )
            lue[nom] = valeur
        else:
            kind = {Nature.BOOLEEN: bool, Nature.ENTIER: int, Nature.NOMBRE: Decimal}[champ.nature]
            entree = Entree(champ.label, champ.unite, champ.minimum, champ.maximum)
            lue[nom] = convert(Annotated[kind, entree], valeur, f"{ou}.{nom}")
    return lue


def compare(comparateur: Comparateur, gauche: Any, droite: Any) -> bool:
    """Appliquer un comparateur à deux valeurs connues."""
    match comparateur:
        case Comparateur.INFERIEUR:
            return bool(gauche < droite)
        case Comparateur.INFERIEUR_OU_EGAL:
            return bool(gauche <= droite)
        case Comparateur.SUPERIEUR:
            return bool(gauche > droite)
        case Comparateur.SUPERIEUR_OU_EGAL:
            return bool(gauche >= droite)
    return gauche in droite if isinstance(droite, tuple) else bool(gauche == droite)


def _verite(c: Condition, operation: Mapping[str, Any], lecture: Lecture) -> bool | None:
    gauche = operation.get(c.champ)
    droite = operation.get(c.autre) if c.autre else c.valeur
    if gauche is None or droite is None:
        return None
    if c.egalite is Egalite.INDEFINIE and gauche == droite:
        haute = lecture.get((c.champ, droite), False)
        return haute is (c.comparateur in (Comparateur.SUPERIEUR, Comparateur.SUPERIEUR_OU_EGAL))
    return compare(c.comparateur, gauche, droite)


def _toutes(
    conditions: Iterable[Condition], operation: Mapping[str, Any], lecture: Lecture
) -> tuple[bool | None, tuple[str, ...]]:
    """Toutes remplies, une au moins refusée, ou on ne sait pas (avec les champs qui manquent)."""
    manque: list[str] = []
    for c in conditions:
        vrai = _verite(c, operation, lecture)
        if vrai is False:
            return False, ()
        if vrai is None:
            manque += [n for n in (c.champ, c.autre) if n and operation.get(n) is None]
    return (None, tuple(manque)) if manque else (True, ())


def _niveau(aide: Aide, operation: Mapping[str, Any], lecture: Lecture) -> tuple[int, tuple[str, ...]]:
    """Rang du niveau retenu (0 : aucun), ou les champs qui manquent pour le dire."""
    manque: list[str] = []
    for rang in range(len(aide.niveau), 0, -1):
        vrai, absents = _toutes(aide.niveau[rang - 1].conditions, operation, lecture)
        if vrai and not (manque and aide.choix is ChoixNiveau.PLUS_ELEVE):
            return rang, ()
        manque += absents
    return 0, tuple(dict.fromkeys(manque))


def _montant(aide: Aide, rang: int, operation: Mapping[str, Any], ouverte: BorneOuverte | None) -> Resultat:
    niveau = aide.niveau[rang - 1]
    if niveau.indefini:
        return Resultat(
            aide, EtatAide.MONTANT_INDEFINI, None, rang, niveau, (), niveau.indefini, ouverte, niveau.montant_maximum
        )
    absent = next((n for n in (niveau.par, niveau.de) if n and operation.get(n) is None), "")
    if absent:
        return Resultat(aide, EtatAide.INDETERMINE, None, rang, niveau, (absent,), ouverte=ouverte)
    if niveau.taux is not None:
        assiette = Decimal(operation[niveau.de])
        if niveau.plafond_assiette is not None:
            assiette = min(assiette, niveau.plafond_assiette)
        montant = half_up(assiette * niveau.taux, CENTIMES)
    else:
        assert niveau.montant is not None
        montant = niveau.montant * (Decimal(operation[niveau.par]) if niveau.par else 1)
    if aide.plafond is not None and aide.plafond.portee is Portee.DOSSIER:
        montant = min(montant, aide.plafond.montant)
    if niveau.assiette_inconnue:
        motif = "le plafond de dépense n'est pas donné par le texte lu"
        return Resultat(aide, EtatAide.MONTANT_INDEFINI, None, rang, niveau, (), motif, ouverte, montant)
    etat = EtatAide.ACCORDABLE if montant > 0 else EtatAide.SANS_AIDE
    return Resultat(aide, etat, montant, rang, niveau, ouverte=ouverte)


def evaluer(aide: Aide, operation: Mapping[str, Any], le: date) -> Resultat:
    """Réponse d'une aide pour une opération déjà lue (``lire_operation``)."""
    if not aide.en_vigueur(le):
        return Resultat(aide, EtatAide.HORS_PERIODE, ZERO, motif=_periode(aide))
    if not aide.niveau:
        return Resultat(
            aide, EtatAide.LIGNE_BUDGETAIRE, None, motif="somme inscrite au budget, sans calcul par opération"
        )
    possible, manque = _toutes(aide.conditions, operation, {})
    if possible is False:
        return Resultat(aide, EtatAide.NON_ELIGIBLE, ZERO)
    if possible is None:
        return Resultat(aide, EtatAide.INDETERMINE, None, manque=manque)
    seuils = sorted(
        {
            (c.champ, operation[c.champ])
            for n in aide.niveau
            for c in n.conditions
            if c.egalite is Egalite.INDEFINIE
            and operation.get(c.champ) is not None
            and operation[c.champ] == (operation.get(c.autre) if c.autre else c.valeur)
        },
        key=str,
    )
    reponses = []
    for cotes in product((False, True), repeat=len(seuils)):
        rang, manque = _niveau(aide, operation, dict(zip(seuils, cotes, strict=True)))
        if manque:
            return Resultat(aide, EtatAide.INDETERMINE, None, manque=manque)
        reponses.append(rang)
    rang = min(reponses)
    ouverte = None
    if len(set(reponses)) > 1:
        autres = tuple(_nom(aide, r) for r in sorted(set(reponses) - {rang}))
        ouverte = BorneOuverte(tuple(seuils), _nom(aide, rang), autres)
    if rang == 0:
        return Resultat(aide, EtatAide.NON_ELIGIBLE, ZERO, ouverte=ouverte)
    return _montant(aide, rang, operation, ouverte)


def _nom(aide: Aide, rang: int) -> str:
    return f"« {aide.niveau[rang - 1].label} »" if rang else "aucun niveau"


def _periode(aide: Aide) -> str:
    debut = f" depuis le {aide.du:%d/%m/%Y}" if aide.du else ""
    fin = f" jusqu'au {aide.au:%d/%m/%Y}" if aide.au else ""
    return f"aide ouverte{debut}{fin}"


def cumuler(reglement: Reglement, resultats: Iterable[Resultat]) -> tuple[list[Resultat], list[str]]:
    """Appliquer la matrice de cumul aux réponses ; rend les réponses et les avertissements.

    Deux aides exclusives : la prioritaire, sinon la plus favorable, est gardée. Une aide subordonnée tombe avec celle
    dont elle dépend. Une paire que le texte n'évoque pas est additionnée, et dite.
    """
    resultats = list(resultats)
    if sum(r.accordable for r in resultats) < 2 and not any(c.regle is RegleCumul.SUBORDONNE for c in reglement.cumul):
        return resultats, []
    rangs = rang_priorite(reglement)
    ordre = {r.aide.id: i for i, r in enumerate(resultats)}
    candidats = sorted(
        (r for r in resultats if r.accordable), key=lambda r: (rangs[r.aide.id], -(r.montant or 0), ordre[r.aide.id])
    )
    gardes: list[Resultat] = []
    ecartes: dict[str, str] = {}
    for r in candidats:
        maitres = [c.aides[0] for c in reglement.cumul if c.regle is RegleCumul.SUBORDONNE and c.aides[1] == r.aide.id]
        absents = [m for m in maitres if m not in {g.aide.id for g in gardes}]
        rivales = [g for g in gardes if _regle(reglement, g.aide.id, r.aide.id) is RegleCumul.EXCLUSIF]
        if absents:
            ecartes[r.aide.id] = f"dépend de l'aide « {absents[0]} », qui n'est pas accordée"
        elif rivales:
            ecartes[r.aide.id] = f"ne se cumule pas avec l'aide « {rivales[0].aide.label} », retenue"
        else:
            gardes.append(r)
    avertissements = []
    flous = [
        (a, b)
        for i, a in enumerate(gardes)
        for b in gardes[i + 1 :]
        if _regle(reglement, a.aide.id, b.aide.id) is RegleCumul.NON_PRECISE
    ]
    if flous:
        noms = ", ".join(dict.fromkeys(f"« {r.aide.label} »" for paire in flous for r in paire))
        avertissements.append(f"Le texte ne dit pas si ces aides se cumulent : {noms} ; elles sont additionnées.")
    finaux = [
        replace(r, etat=EtatAide.ECARTE_PAR_CUMUL, montant=ZERO, motif=ecartes[r.aide.id])
        if r.aide.id in ecartes
        else r
        for r in resultats
    ]
    return finaux, avertissements


def _regle(reglement: Reglement, premiere: str, seconde: str) -> RegleCumul:
    ecrite = reglement.cumul_de(premiere, seconde)
    return ecrite.regle if ecrite else reglement.cumul_par_defaut
