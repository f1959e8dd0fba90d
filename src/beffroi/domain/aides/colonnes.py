"""Appliquer un règlement à une table d'opérations, colonne par colonne.

Même réponse que ``evaluation.evaluer`` opération par opération (un test le vérifie) : les opérations sûres sont triées
par conditions sur des colonnes entières ; celles dont une information manque, ou qui tombent exactement sur une borne
que le texte laisse ouverte, passent une à une par l'évaluation expliquée.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from beffroi.domain.aides.enveloppes import Montant, servir
from beffroi.domain.aides.evaluation import Resultat, cumuler, evaluer, lire_operation
from beffroi.domain.aides.modele import (
    Aide,
    Champ,
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
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.unit import exact, half_up

COMPLET_LE = "complet_le"
PRECISION_FLOTTANTE = 15  # chiffres qu'un nombre flottant porte exactement
SIMPLES: dict[Nature, set[type]] = {
    Nature.BOOLEEN: {bool},
    Nature.ENTIER: {int},
    Nature.NOMBRE: {int, Decimal},
    Nature.CHOIX: {str},
}


@dataclass(slots=True)
class Application:
    """Un règlement appliqué à une table : sommes accordées, réponses en attente, refus.

    ``accorde`` : aide → {ligne (à partir de 0) : euros}. ``indetermine`` : il manque une information.
    ``indefini`` : le texte ne donne pas le montant. ``lectures`` : lignes tombées sur une borne laissée ouverte.
    """

    reglement: Reglement
    nombre: int
    accorde: dict[str, dict[int, Montant]] = field(default_factory=dict)
    indetermine: dict[str, list[int]] = field(default_factory=dict)
    indefini: dict[str, list[int]] = field(default_factory=dict)
    refuse: dict[str, list[int]] = field(default_factory=dict)
    ecarte: dict[str, list[int]] = field(default_factory=dict)
    lectures: dict[str, list[int]] = field(default_factory=dict)
    hors_periode: list[int] = field(default_factory=list)

    @property
    def cout(self) -> Decimal:
        """Somme des aides accordées, en euros."""
        return sum((Decimal(sum(m.values())) for m in self.accorde.values()), start=Decimal(0))

    @property
    def aidees(self) -> set[int]:
        """Lignes qui reçoivent au moins une aide."""
        return set().union(*(m.keys() for m in self.accorde.values())) if self.accorde else set()


class _Table:
    """Colonnes vérifiées, avec leurs trous et leurs groupes."""

    def __init__(self, reglement: Reglement, colonnes: Mapping[str, Sequence[Any]], nombre: int) -> None:
        self.reglement = reglement
        self.nombre = nombre
        self.colonnes: dict[str, Sequence[Any]] = {}
        self.trous: set[str] = set()
        self.flottantes: set[str] = set()
        self._groupes: dict[str, dict[Any, list[int]]] = {}
        for nom, valeurs in colonnes.items():
            if nom == COMPLET_LE:
                continue
            champ = reglement.champ.get(nom)
            if champ is None:
                raise InvalidInput(
                    Problem(
                        f"la colonne « {nom} » n'existe pas dans « {reglement.label} » ; "
                        f"colonnes : {', '.join((*reglement.champ, COMPLET_LE))}."
                    )
                )
            if len(valeurs) != nombre:
                raise InvalidInput(
                    Problem(f"la colonne « {nom} » a {len(valeurs)} valeurs, les autres {nombre} : compléter la table.")
                )
            self._verifier(nom, champ, valeurs)

    def _verifier(self, nom: str, champ: Champ, valeurs: Sequence[Any]) -> None:
        types = set(map(type, valeurs))
        if type(None) in types:
            self.trous.add(nom)
            types.discard(type(None))
        connues = [v for v in valeurs if v is not None] if nom in self.trous else valeurs
        if types == {float} and champ.nature is Nature.NOMBRE and all(map(isfinite, connues)):
            self.flottantes.add(nom)
            bon = True
        else:
            bon = types <= SIMPLES[champ.nature]
        if bon and connues:
            if champ.nature is Nature.CHOIX:
                bon = set(connues) <= set(champ.choix)
            elif champ.nature is not Nature.BOOLEEN:
                bas_ok = champ.minimum is None or min(connues) >= champ.minimum
                bon = bas_ok and (champ.maximum is None or max(connues) <= champ.maximum)
        if not bon:  # lecture une à une : convertit ce qui peut l'être, nomme la ligne fautive
            self.flottantes.discard(nom)
            valeurs = [
                lire_operation(self.reglement, {nom: v}, f"operation[{i}]")[nom] for i, v in enumerate(valeurs, 1)
            ]
        self.colonnes[nom] = valeurs

    def groupe(self, nom: str) -> dict[Any, list[int]]:
        """Lignes par valeur d'une colonne de choix."""
        if nom not in self._groupes:
            groupes: dict[Any, list[int]] = {c: [] for c in (*self.reglement.champ[nom].choix, None)}
            ajouts = {c: g.append for c, g in groupes.items()}
            for i, v in enumerate(self.colonnes[nom]):
                ajouts[v](i)
            self._groupes[nom] = groupes
        return self._groupes[nom]

    def exacte(self, nom: str, i: int) -> Any:
        """Valeur d'une ligne, exacte."""
        v = self.colonnes[nom][i]
        return exact(v) if nom in self.flottantes else v

    def operation(self, i: int) -> dict[str, Any]:
        """Une ligne, sous la forme lue par ``evaluer``."""
        return {nom: None if c[i] is None else self.exacte(nom, i) for nom, c in self.colonnes.items()}


def _comparer(c: Comparateur, indices: Iterable[int], colonne: Sequence[Any], borne: Any) -> list[int]:
    match c:
        case Comparateur.SUPERIEUR:
            return [i for i in indices if colonne[i] > borne]
        case Comparateur.SUPERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] >= borne]
        case Comparateur.INFERIEUR:
            return [i for i in indices if colonne[i] < borne]
        case Comparateur.INFERIEUR_OU_EGAL:
            return [i for i in indices if colonne[i] <= borne]
    if isinstance(borne, tuple):
        return [i for i in indices if colonne[i] in borne]
    return [i for i in indices if colonne[i] == borne]


def _filtrer(table: _Table, indices: list[int] | range, c: Condition, lents: set[int]) -> list[int] | range:
    """Lignes qui remplissent une condition ; celles dont on ne sait pas vont à ``lents``."""
    noms = [n for n in (c.champ, c.autre) if n]
    if any(n not in table.colonnes for n in noms):
        lents.update(indices)
        return []
    if table.reglement.champ[c.champ].nature is Nature.CHOIX and not c.autre and len(indices) == table.nombre:
        groupes = table.groupe(c.champ)
        lents.update(groupes[None])
        return sorted(i for v in c.valeur for i in groupes[v]) if len(c.valeur) > 1 else groupes[c.valeur[0]]
    for n in noms:
        if n in table.trous:
            colonne = table.colonnes[n]
            lents.update(i for i in indices if colonne[i] is None)
            indices = [i for i in indices if colonne[i] is not None]
    colonne = table.colonnes[c.champ]
    if c.autre:
        if (c.champ in table.flottantes) != (c.autre in table.flottantes):
            table.colonnes |= {n: [None if v is None else exact(v) for v in table.colonnes[n]] for n in noms}
            table.flottantes -= set(noms)
            colonne = table.colonnes[c.champ]
        autre = table.colonnes[c.autre]
        ecarts = {i: (colonne[i] > autre[i]) - (colonne[i] < autre[i]) for i in indices}
        if c.egalite is Egalite.INDEFINIE:
            lents.update(i for i in indices if ecarts[i] == 0)
            indices = [i for i in indices if ecarts[i]]
        return [i for i in _comparer(c.comparateur, indices, _Vue(ecarts), 0)]
    borne = c.valeur
    if isinstance(borne, Decimal):
        if c.champ in table.flottantes and len(borne.as_tuple().digits) <= PRECISION_FLOTTANTE:
            borne = float(borne)
        elif c.champ in table.flottantes:
            table.colonnes[c.champ] = colonne = [None if v is None else exact(v) for v in colonne]
            table.flottantes.discard(c.champ)
        elif borne == borne.to_integral_value():
            borne = int(borne)
    if c.egalite is Egalite.INDEFINIE and borne in colonne:
        lents.update(i for i in indices if colonne[i] == borne)
        indices = [i for i in indices if colonne[i] != borne]
    return _comparer(c.comparateur, indices, colonne, borne)


class _Vue(Sequence[int]):
    """Écarts indexés par ligne, lisibles comme une colonne."""

    def __init__(self, ecarts: dict[int, int]) -> None:
        self.ecarts = ecarts

    def __getitem__(self, i: Any) -> Any:
        return self.ecarts[i]

    def __len__(self) -> int:
        return len(self.ecarts)


def _payer(table: _Table, aide: Aide, niveau: Niveau, indices: list[int], resultat: Application) -> None:
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
    table: _Table, aide: Aide, indices: list[int] | range, resultat: Application, jours: Sequence[date | None], le: date
) -> None:
    resultat.accorde[aide.id] = {}
    if not aide.niveau:
        return
    lents: set[int] = set()
    if aide.du is not None or aide.au is not None:
        indices = [i for i in indices if aide.en_vigueur((jours[i] if jours else None) or le)]
    for c in aide.conditions:
        indices = _filtrer(table, indices, c, lents)
    restants: list[int] | range = indices
    for niveau in reversed(aide.niveau):
        if not restants:
            break
        retenus: list[int] | range = restants
        for c in niveau.conditions:
            retenus = _filtrer(table, retenus, c, lents)
        for nom in (niveau.par, niveau.de):
            if nom and retenus:
                if nom not in table.colonnes:
                    lents.update(retenus)
                    retenus = []
                elif nom in table.trous:
                    colonne = table.colonnes[nom]
                    lents.update(i for i in retenus if colonne[i] is None)
                    retenus = [i for i in retenus if colonne[i] is not None]
        pris = set(retenus)
        sortis = pris | lents if lents else pris
        if aide.choix is ChoixNiveau.EXCLUSIF and lents:
            # Un autre niveau peut convenir sans ce qui manque ici : l'évaluation une à une tranche.
            pris -= lents
        if pris:
            _payer(table, aide, niveau, [i for i in retenus if i in pris], resultat)
        restants = [] if len(sortis) >= len(restants) and not lents else [i for i in restants if i not in sortis]
    for i in sorted(lents):
        _ranger(evaluer(aide, table.operation(i), (jours[i] if jours else None) or le), i, resultat)


def _ranger(reponse: Resultat, i: int, resultat: Application) -> None:
    identifiant = reponse.aide.id
    if reponse.lectures:
        resultat.lectures.setdefault(identifiant, []).append(i)
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
    table = _Table(reglement, colonnes, nombre)
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
