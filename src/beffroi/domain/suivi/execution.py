"""Budget exécuté : prévu par le document, voté, engagé, payé, par année, action et financeur.

Une ligne répétée dans plusieurs fiches compte une fois, à la fiche de son original. Ce que personne n'a saisi manque et
n'est pas zéro. Source des stades : comptabilité publique (autorisation, engagement, mandat).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.nomenclatures.programme import NatureDepense
from beffroi.domain.nomenclatures.saisie import FINANCEURS, StadeBudget
from beffroi.domain.programme.budget import ecritures_prevues, lignes_distinctes
from beffroi.domain.programme.modele import FicheAction, LigneBudgetaire, MoyenHumain, Programme
from beffroi.domain.suivi.valeur import ValeurSuivie, decouper
from beffroi.kernel.figure import Chiffre, Etat, somme
from beffroi.kernel.unit import Nombre

SAISIS = (StadeBudget.VOTE, StadeBudget.ENGAGE, StadeBudget.PAYE)


def cle_financeur(texte: str | None) -> str:
    """Clé d'un financeur écrit en toutes lettres : « Délégation des aides » → « delegation_des_aides »."""
    sans = unicodedata.normalize("NFKD", texte or "").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", sans).strip("_")[:60]


def financeurs(programme: Programme) -> dict[str, str]:
    """Clé → libellé : ceux que le programme écrit d'abord, puis les financeurs habituels."""
    ecrits = {cle_financeur(b.financeur): b.financeur for a in programme.actions for b in a.budget if b.financeur}
    return {**ecrits, **{k: v for k, v in FINANCEURS.items() if k not in ecrits}}


@dataclass(frozen=True, slots=True)
class LigneSuivie:
    """Une dépense suivie une fois : l'id de sa ligne d'origine, sa fiche, et ce que le document en dit."""

    ligne: LigneBudgetaire
    action: FicheAction
    actions: tuple[str, ...]


def lignes_suivies(programme: Programme) -> tuple[LigneSuivie, ...]:
    """Lignes où l'on saisit : ni répétitions, ni parts d'une autre ligne."""
    return tuple(LigneSuivie(d.ligne, d.action, d.actions) for d in lignes_distinctes(programme) if not d.part)


def moyens_suivis(programme: Programme) -> tuple[tuple[MoyenHumain, FicheAction], ...]:
    """Moyens humains où l'on saisit des équivalents temps plein : ni répétitions."""
    return tuple((m, a) for a in programme.actions for m in a.moyens_humains if m.identique_a is None)


@dataclass(frozen=True, slots=True)
class EcritureBudget:
    """Un montant : action, année, financeur (clé), stade, nature, taxe dite par le document, chiffre en euros."""

    action: str
    annee: int
    financeur: str
    stade: StadeBudget
    nature: NatureDepense
    taxe: str | None
    montant: Chiffre
    ligne: str


def ecritures(programme: Programme, valeurs: Iterable[ValeurSuivie]) -> tuple[EcritureBudget, ...]:
    """Prévu que le document date, puis tout ce qui a été saisi ; une répétition rejoint la ligne d'origine."""
    origine = {b.id: b.identique_a or b.id for a in programme.actions for b in a.budget}
    suivies = {x.ligne.id: x for x in lignes_suivies(programme)}
    sortie: list[EcritureBudget] = []
    saisis: set[tuple[str, int]] = set()
    for v in valeurs:
        suivie = suivies.get(origine.get(v.cle.element, ""))
        couples = decouper(v.cle.ventilation)
        if suivie is None or "stade" not in couples or not v.cle.periode.isdigit() or v.valeur is None:
            continue
        annee, stade = int(v.cle.periode), StadeBudget(couples["stade"])
        if stade is StadeBudget.PREVU:
            saisis.add((suivie.ligne.id, annee))
        nature = couples.get("nature", suivie.ligne.nature.value)
        financeur = couples.get("financeur") or cle_financeur(suivie.ligne.financeur)
        sortie.append(
            EcritureBudget(
                suivie.action.id, annee, financeur, stade, NatureDepense(nature), suivie.ligne.taxe,
                v.chiffre(programme.id), suivie.ligne.id,
            )
        )  # fmt: skip
    prevues, _ = ecritures_prevues(programme)
    for e in prevues:
        if e.ligne is not None and (e.ligne, e.annee) not in saisis:
            montant = Chiffre(_entier(e.montant), "euro", periode=str(e.annee), provenance=(f"programme:{programme.id}",),
                              fictif=programme.fictif)  # fmt: skip
            financeur = cle_financeur(e.financeur)
            sortie.append(
                EcritureBudget(e.action, e.annee, financeur, StadeBudget.PREVU, e.nature, e.taxe, montant, e.ligne)
            )
    return tuple(sortie)


def _entier(v: Decimal) -> Nombre:
    return int(v) if v == v.to_integral_value() else v


@dataclass(frozen=True, slots=True)
class Stades:
    """Prévu, voté, engagé, payé d'un regroupement ; un stade que personne n'a rempli est non renseigné.

    ``taxes`` : taxes côte à côte dans le prévu ; au-delà d'une, sa somme mêle HT et TTC et le dit.
    """

    prevu: Chiffre
    vote: Chiffre
    engage: Chiffre
    paye: Chiffre
    taxes: tuple[str, ...] = ()

    def de(self, stade: StadeBudget) -> Chiffre:
        """Le chiffre d'un stade."""
        return {"prevu": self.prevu, "vote": self.vote, "engage": self.engage, "paye": self.paye}[stade.value]

    @property
    def connus(self) -> bool:
        """Vrai quand au moins un stade a un montant."""
        return any(c.connu for c in (self.prevu, self.vote, self.engage, self.paye))

    @property
    def saisis(self) -> bool:
        """Vrai quand quelqu'un a saisi un montant voté, engagé ou payé."""
        return any(c.connu for c in (self.vote, self.engage, self.paye))

    @property
    def reste_a_engager(self) -> Chiffre | None:
        """Voté moins engagé, quand les deux sont connus."""
        return _reste(self.vote, self.engage)

    @property
    def reste_a_payer(self) -> Chiffre | None:
        """Engagé moins payé, quand les deux sont connus."""
        return _reste(self.engage, self.paye)

    @property
    def alertes(self) -> tuple[str, ...]:
        """Ce qui ne va pas ensemble : plus d'engagé que de voté, plus de payé que d'engagé."""
        dites = []
        if self.reste_a_engager is not None and (self.reste_a_engager.valeur or 0) < 0:
            dites.append("engagé au-delà du voté")
        if self.reste_a_payer is not None and (self.reste_a_payer.valeur or 0) < 0:
            dites.append("payé au-delà de l'engagé")
        return tuple(dites)


def _reste(a: Chiffre, b: Chiffre) -> Chiffre | None:
    if a.valeur is None or b.valeur is None:
        return None
    return Chiffre(_entier(Decimal(a.valeur) - Decimal(b.valeur)), "euro", fictif=a.fictif or b.fictif)


def stades(groupe: Iterable[EcritureBudget]) -> Stades:
    """Les quatre stades d'un regroupement d'écritures."""
    par_stade: dict[StadeBudget, list[EcritureBudget]] = {s: [] for s in StadeBudget}
    for e in groupe:
        par_stade[e.stade].append(e)
    totaux = {s: somme([e.montant for e in x], unite="euro", couverture=False) for s, x in par_stade.items()}
    taxes = tuple(sorted({e.taxe or "taxe non dite" for e in par_stade[StadeBudget.PREVU]}))
    prevu, vote, engage, paye = (_plein(totaux[s]) for s in StadeBudget)
    return Stades(prevu, vote, engage, paye, taxes if len(taxes) > 1 else ())


def _plein(c: Chiffre) -> Chiffre:
    """Un total de brouillons reste un total : les cases disent leur statut."""
    if c.etat is not Etat.PROVISOIRE:
        return c
    return Chiffre(c.valeur, c.unite, Etat.CONNU, c.periode, c.territoire, c.couverture, c.provenance, c.fictif)


def regrouper(
    toutes: Sequence[EcritureBudget], cle: Callable[[EcritureBudget], object]
) -> dict[object, list[EcritureBudget]]:
    """Écritures par clé (action, année, financeur…)."""
    groupes: dict[object, list[EcritureBudget]] = {}
    for e in toutes:
        groupes.setdefault(cle(e), []).append(e)
    return groupes
