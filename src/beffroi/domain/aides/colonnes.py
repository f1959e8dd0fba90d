"""Appliquer un règlement à une table d'opérations, colonne par colonne.

Même réponse que ``evaluation.evaluer`` opération par opération (un test le vérifie) : les opérations sûres sont triées
par conditions sur des colonnes entières ; celles dont une information manque, ou qui tombent exactement sur une borne
que le texte laisse ouverte, passent une à une par l'évaluation expliquée.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.domain.aides.enveloppes import Montant, servir
from beffroi.domain.aides.evaluation import Resultat, cumuler, evaluer
from beffroi.domain.aides.modele import (
    Aide,
    Condition,
    EtatAide,
    Niveau,
    Portee,
    RegleCumul,
    Reglement,
)
from beffroi.domain.aides.table import COMPLET_LE, Table, filtrer
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.unit import exact, half_up


@dataclass(slots=True)
class Application:
    """Un règlement appliqué à une table : sommes accordées, réponses en attente, refus.

    ``accorde`` : aide → {ligne (à partir de 0) : euros}. ``indetermine`` : il manque une information.
    ``indefini`` : le texte ne donne pas le montant. ``ouvertes`` : lignes tombées sur une borne laissée ouverte.
    """

    reglement: Reglement
    nombre: int
    accorde: dict[str, dict[int, Montant]] = field(default_factory=dict)
    indetermine: dict[str, list[int]] = field(default_factory=dict)
    indefini: dict[str, list[int]] = field(default_factory=dict)
    refuse: dict[str, list[int]] = field(default_factory=dict)
    ecarte: dict[str, list[int]] = field(default_factory=dict)
    ouvertes: dict[str, list[int]] = field(default_factory=dict)
    hors_periode: list[int] = field(default_factory=list)

    @property
    def cout(self) -> Decimal:
        """Somme des aides accordées, en euros."""
        return sum((Decimal(sum(m.values())) for m in self.accorde.values()), start=Decimal(0))

    @property
    def aidees(self) -> set[int]:
        """Lignes qui reçoivent au moins une aide."""
        return set().union(*(m.keys() for m in self.accorde.values())) if self.accorde else set()


def _payer(table: Table, aide: Aide, niveau: Niveau, indices: list[int], resultat: Application) -> None:
    if niveau.indefini or niveau.assiette_inconnue:
        resultat.indefini.setdefault(aide.id, []).extend(indices)
        return
    montants = resultat.accorde[aide.id]
    nouveaux: dict[int, Montant]
    if niveau.taux is not None:
        plafond, taux = niveau.plafond_assiette, niveau.taux
        nouveaux = {}
        for i in indices:
            assiette = Decimal(table.exacte(niveau.de, i))
            if plafond is not None and assiette > plafond:
                assiette = plafond
            nouveaux[i] = half_up(assiette * taux, 2)
    else:
        assert niveau.montant is not None
        unitaire: Montant = niveau.montant
        if unitaire == int(unitaire):
            unitaire = int(unitaire)
        if not unitaire:
            return
        if niveau.par:
            quantites = table.colonnes[niveau.par]
            if niveau.par in table.flottantes:
                nouveaux = {i: unitaire * exact(quantites[i]) for i in indices}
            else:
                nouveaux = {i: unitaire * quantites[i] for i in indices}
        else:
            nouveaux = dict.fromkeys(indices, unitaire)
    if aide.plafond is not None and aide.plafond.portee is Portee.DOSSIER:
        limite = aide.plafond.montant
        nouveaux = {i: m if m <= limite else limite for i, m in nouveaux.items()}
    if not all(nouveaux.values()):
        nouveaux = {i: m for i, m in nouveaux.items() if m}
    if montants:
        montants.update(nouveaux)
    else:
        resultat.accorde[aide.id] = nouveaux


def _une_aide(
    table: Table, aide: Aide, indices: list[int] | range, resultat: Application, jours: Sequence[date | None], le: date
) -> None:
    resultat.accorde[aide.id] = {}
    if not aide.niveau:
        return
    lents: set[int] = set()
    if aide.du is not None or aide.au is not None:
        indices = [i for i in indices if aide.en_vigueur((jours[i] if jours else None) or le)]
    for c in aide.conditions:
        indices = filtrer(table, indices, c, lents)
    prefixes: dict[tuple[Condition, ...], list[int] | range] = {(): indices}
    pris: set[int] = set()
    for rang in range(len(aide.niveau), 0, -1):
        niveau = aide.niveau[rang - 1]
        if rang == 1 and niveau.montant == 0 and _sans_trou(table, niveau):
            break  # ce dernier niveau ne donne rien, et on sait tout ce qu'il demande
        retenus = indices
        for k, c in enumerate(niveau.conditions, 1):
            cle = niveau.conditions[:k]
            if cle not in prefixes:
                prefixes[cle] = filtrer(table, retenus, c, lents)
            retenus = prefixes[cle]
        for nom in (niveau.par, niveau.de):
            if nom and retenus and nom not in table.colonnes:
                lents.update(retenus)
            elif nom in table.trous:
                colonne = table.colonnes[nom]
                lents.update(i for i in retenus if colonne[i] is None)
        sortis = pris | lents if lents else pris
        nouveaux = [i for i in retenus if i not in sortis] if sortis else list(retenus)
        if nouveaux:
            _payer(table, aide, niveau, nouveaux, resultat)
            pris.update(nouveaux)
    for i in sorted(lents - pris):
        _ranger(evaluer(aide, table.operation(i), (jours[i] if jours else None) or le), i, resultat)


def _sans_trou(table: Table, niveau: Niveau) -> bool:
    noms = {n for c in niveau.conditions for n in (c.champ, c.autre) if n} | {n for n in (niveau.par, niveau.de) if n}
    return not noms & table.trous and noms <= table.colonnes.keys()


def _ranger(reponse: Resultat, i: int, resultat: Application) -> None:
    identifiant = reponse.aide.id
    if reponse.ouverte:
        resultat.ouvertes.setdefault(identifiant, []).append(i)
    if reponse.accordable and reponse.montant is not None:
        resultat.accorde[identifiant][i] = reponse.montant
    elif reponse.etat is EtatAide.INDETERMINE:
        resultat.indetermine.setdefault(identifiant, []).append(i)
    elif reponse.etat is EtatAide.MONTANT_INDEFINI:
        resultat.indefini.setdefault(identifiant, []).append(i)


def appliquer(reglement: Reglement, colonnes: Mapping[str, Sequence[Any]], le: date) -> Application:
    """Appliquer un règlement à une table (colonne → valeurs, une par opération).

    ``complet_le`` : jour du dossier complet, nécessaire dès qu'une aide puise dans une enveloppe.

    Raises:
        InvalidInput: colonne inconnue, de longueur différente, valeur d'un mauvais type ou hors bornes (la ligne est
            nommée), ``complet_le`` absent quand il faut servir une enveloppe.
    """
    nombre = len(next(iter(colonnes.values()), ()))
    table = Table(reglement, colonnes, nombre)
    jours: Sequence[date | None] = colonnes.get(COMPLET_LE, ())
    for i, jour in enumerate(jours, 1):
        if jour is not None and type(jour) is not date:
            raise InvalidInput(Problem(f"le champ « operation[{i}].{COMPLET_LE} » attend une date AAAA-MM-JJ."))
    resultat = Application(reglement, nombre)
    tout: list[int] | range = range(nombre)
    connus = [j for j in jours if j is not None]
    fin = reglement.au or date.max
    if connus and (min(connus) < reglement.du or max(connus) > fin):
        resultat.hors_periode = [i for i, j in enumerate(jours) if j is not None and not reglement.du <= j <= fin]
        dehors = set(resultat.hors_periode)
        tout = [i for i in tout if i not in dehors]
    for aide in reglement.aide:
        _une_aide(table, aide, tout, resultat, jours, le)
    _cumul(reglement, resultat)
    _enveloppes(reglement, resultat, jours)
    return resultat


def _cumul(reglement: Reglement, resultat: Application) -> None:
    paires = [c for c in reglement.cumul if c.regle in (RegleCumul.EXCLUSIF, RegleCumul.SUBORDONNE)]
    concernees: set[int] = set()
    if reglement.cumul_par_defaut is RegleCumul.EXCLUSIF:
        vues: set[int] = set()
        for montants in resultat.accorde.values():
            concernees |= vues & montants.keys()
            vues |= montants.keys()
    for c in paires:
        premiere, seconde = (resultat.accorde[a] for a in c.aides)
        if c.regle is RegleCumul.EXCLUSIF:
            concernees |= premiere.keys() & seconde.keys()
        else:
            concernees |= seconde.keys()
    for i in sorted(concernees):
        reponses = [
            Resultat(a, EtatAide.ACCORDABLE, Decimal(resultat.accorde[a.id][i]))
            for a in reglement.aide
            if i in resultat.accorde[a.id]
        ]
        for r in cumuler(reglement, reponses)[0]:
            if r.etat is EtatAide.ECARTE_PAR_CUMUL:
                del resultat.accorde[r.aide.id][i]
                resultat.ecarte.setdefault(r.aide.id, []).append(i)


def _enveloppes(reglement: Reglement, resultat: Application, jours: Sequence[date | None]) -> None:
    for nom, enveloppe in reglement.enveloppe.items():
        demandes = [
            (i, a.id, m) for a in reglement.aide if a.enveloppe == nom for i, m in resultat.accorde[a.id].items()
        ]
        if not demandes:
            continue
        if not jours:
            raise InvalidInput(
                Problem(
                    f"l'enveloppe « {enveloppe.label} » se sert dans l'ordre des dossiers complets : "
                    f"ajouter la colonne « {COMPLET_LE} » (dates AAAA-MM-JJ)."
                )
            )
        demandes.sort(key=lambda d: d[0])
        dates: list[date] = []
        servies: list[tuple[int, str, Montant]] = []
        for d in demandes:
            jour = jours[d[0]]
            if jour is None:
                del resultat.accorde[d[1]][d[0]]
                resultat.indetermine.setdefault(d[1], []).append(d[0])
            else:
                dates.append(jour)
                servies.append(d)
        for rang in servir(enveloppe, dates, [d[2] for d in servies])[0]:
            i, identifiant, _ = servies[rang]
            del resultat.accorde[identifiant][i]
            resultat.refuse.setdefault(identifiant, []).append(i)
