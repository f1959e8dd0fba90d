"""What the programme list and the fiche-action show of an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.programme import BaseMontant, NatureDepense, Periodicite
from beffroi.domain.programme.inventaire import CommuneSru
from beffroi.domain.programme.modele import (
    FicheAction,
    Jalon,
    LigneBudgetaire,
    Note,
    ObjectifAction,
    Orientation,
    Programme,
)
from beffroi.domain.suivi.action import SituationAction
from beffroi.domain.suivi.budget import LIBELLE_PORTEE, Cout, Portee, cout_action, couts_orientations, portee
from beffroi.domain.suivi.production import SuiviProduction
from beffroi.domain.suivi.resultat import fiche_de_objectif
from beffroi.kernel.figure import Chiffre, nombre
from beffroi.kernel.unit import UNITS
from beffroi.reports.chart import Barre, barres
from beffroi.reports.map import cle_nom
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.endroit import endroit
from beffroi.web.pilotage.rendu import sur
from beffroi.web.pilotage.tableau import avancement

_BASE = {
    BaseMontant.LOGEMENT: "par logement",
    BaseMontant.PLACE: "par place",
    BaseMontant.DOSSIER: "par dossier",
    BaseMontant.UNITE: "par unité",
    BaseMontant.AN: "par an",
}
_NATURE = {
    NatureDepense.INVESTISSEMENT: "investissement",
    NatureDepense.FONCTIONNEMENT: "fonctionnement",
    NatureDepense.ETP: "temps de travail",
    NatureDepense.AIDE_UNITAIRE: "aide à l’unité",
}


@dataclass(frozen=True, slots=True)
class LigneAction:
    """A row of the programme list. ``renseignes``: indicators with a value, from open data or typed."""

    situation: SituationAction
    cout: Cout
    renseignes: int


@dataclass(frozen=True, slots=True)
class Bande:
    """An orientation with its rows (those kept by the filters) and its cost (whole orientation)."""

    orientation: Orientation
    lignes: tuple[LigneAction, ...]
    cout: Cout
    nombre_actions: int


def lignes_actions(
    programme: Programme, situations: Sequence[SituationAction], renseignes: frozenset[str]
) -> list[LigneAction]:
    """Rows of the list. ``renseignes``: indicators that have a value at the situation."""
    return [
        LigneAction(s, cout_action(programme, s.action), sum(i.id in renseignes for i in s.action.indicateurs))
        for s in situations
    ]


def bandes(programme: Programme, lignes: Sequence[LigneAction]) -> list[Bande]:
    """Orientations that keep at least one row."""
    out = []
    for c in couts_orientations(programme):
        kept = tuple(x for x in lignes if x.situation.action.orientation == c.orientation.id)
        if kept:
            out.append(Bande(c.orientation, kept, c.cout, len(c.actions)))
    return out


@dataclass(frozen=True, slots=True)
class ObjectifMontre:
    """An objective of a fiche: words, quantity as written, place in the document."""

    objectif: ObjectifAction
    quantite: str
    endroit: str


@dataclass(frozen=True, slots=True)
class LigneBudgetMontree:
    """A budget line: amount as written, how it counts, where an original stands when it is a repetition."""

    ligne: LigneBudgetaire
    montant: str
    portee: str
    nature: str
    original: FicheAction | None
    endroit: str


@dataclass(frozen=True, slots=True)
class Fiche:
    """The whole sheet."""

    situation: SituationAction
    orientation: Orientation
    objectifs: tuple[ObjectifMontre, ...]
    budget: tuple[LigneBudgetMontree, ...]
    cout: Cout
    jalons: tuple[tuple[Jalon, str, str], ...]
    liees: tuple[FicheAction, ...]
    notes: tuple[Note, ...]
    manques: tuple[str, ...]
    suivi: SuiviProduction | None
    part: Chiffre | None
    ecoule: Chiffre | None
    dessins: tuple[tuple[str, SafeString, list[Chiffre]], ...]
    document: str
    adresse: str
    endroit: str
    communes: str


def _unite(mot: str | None, valeur: Decimal) -> str:
    if mot is None:
        return ""
    known = UNITS.get(mot)
    return known.accorde(valeur) if known else mot


def quantite(valeur: Decimal | None, maximum: Decimal | None, unite: str | None, tous: Periodicite | None) -> str:
    """« 150 logements par an », « 4 à 5 OPAH sur la période ». An unknown unit is written as the document does."""
    if valeur is None:
        return ""
    figures = Chiffre(valeur, "nombre").texte(_decimales(valeur))
    if maximum is not None:
        figures += f" à {Chiffre(maximum, 'nombre').texte(_decimales(maximum))}"
    word = _unite(unite, maximum or valeur)
    when = {Periodicite.ANNUELLE: "par an", Periodicite.PERIODE: "sur la durée du programme", None: ""}[tous]
    return " ".join(x for x in (figures + (f"\u00a0{word}" if word else ""), when) if x)


def _decimales(valeur: Decimal) -> int:
    return max(0, -int(valeur.normalize().as_tuple().exponent))


def _montant(x: LigneBudgetaire) -> str:
    if x.montant is None:
        return ""
    text = Chiffre(x.montant, "euro").texte(avec_unite=True)
    if x.montant_maximal is not None:
        text = f"{Chiffre(x.montant, 'euro').texte()} à {Chiffre(x.montant_maximal, 'euro').texte(avec_unite=True)}"
    base = _BASE.get(x.base, "")
    if x.plafond is not None:
        cap = Chiffre(x.plafond, "euro").texte(avec_unite=True)
        base += f", plafond {cap} {_BASE.get(x.plafond_base, '')}".rstrip()
    return f"{text} {base}".strip()


def _original(programme: Programme, x: LigneBudgetaire) -> FicheAction | None:
    if not x.identique_a:
        return None
    return next((a for a in programme.actions if any(b.id == x.identique_a for b in a.budget)), None)


def _jalon(j: Jalon) -> str:
    """When, in words: the date, the year, the recurrence, or the words of the document."""
    if j.date:
        return f"{j.date:%d/%m/%Y}"
    if j.annee:
        return f"{j.annee} à {j.annee_fin}" if j.annee_fin else str(j.annee)
    if j.par_an:
        times = Chiffre(j.par_an, "nombre").texte(_decimales(j.par_an))
        return f"{times} fois par an" if j.par_an != 1 else "chaque année"
    return j.texte or ""


def _manques(s: Situation, x: SituationAction, c: Cout) -> tuple[str, ...]:
    """What the sheet lacks, and who can give it."""
    a, out = x.action, []
    if x.etat is None:
        out.append("État de l’action : à saisir par le pilote")
    if a.pilote_implicite:
        out.append(f"Pilote : aucune rubrique dans le document ; {', '.join(a.pilotes)} est supposée")
    elif not a.pilotes:
        out.append("Pilote : le document ne le dit pas")
    if a.titre is None:
        out.append("Titre : absent du document")
    measured = fiche_de_objectif(s.programme, s.suivi.objectif) if s.programme.objectif() else None
    if measured is None or measured.id != a.id:
        out.append("Résultats des objectifs : aucun transmis")
    if a.budget:
        out.append("Budget engagé et payé : non renseignés")
    if c.sans_montant:
        out.append("Montant d’une ligne de budget : non écrit" if c.sans_montant == 1 else
                   f"Montant de {nombre(c.sans_montant)} lignes de budget : non écrit")  # fmt: skip
    if c.sans_periode.valeur is not None:
        out.append("Période de certains montants : le document ne la dit pas")
    if not a.calendrier:
        out.append("Calendrier : aucune échéance écrite")
    if not a.indicateurs:
        out.append("Indicateurs : aucun écrit")
    return tuple(out)


def _dessins(suivi: SuiviProduction) -> tuple[tuple[str, SafeString, list[Chiffre]], ...]:
    """Small charts of the two series that the production measures."""
    out = []
    series = (("Logements autorisés par an", "autorises", True), ("Logements commencés par an", "commences", False))
    for title, name, target in series:
        figures = [getattr(a, name) for a in suivi.epci.annees]
        if not any(c.connu for c in figures):
            continue
        bars = [
            Barre(a.periode, c, ici=a is suivi.epci.exercice) for a, c in zip(suivi.epci.annees, figures, strict=True)
        ]
        goal = suivi.epci.objectif_annuel if target and suivi.epci.objectif_annuel.valeur else None
        drawing = barres(bars, titre=title, objectif=goal, largeur=320, hauteur=160, identifiant=f"d-{name}")
        out.append((title, sur(drawing), figures))
    return tuple(out)


def lignes_sru(programme: Programme) -> list[tuple[CommuneSru, str, Chiffre, Chiffre]]:
    """Communes of the SRU inventory that the programme keeps: row, name, rate and target as figures."""
    kept = programme.inventaire_sru
    if kept is None:
        return []

    def part(valeur: Decimal | None) -> Chiffre:
        period = str(kept.annee)
        return Chiffre.manquant("part", periode=period) if valeur is None else Chiffre(valeur, "part", periode=period)

    rows = [
        (c, programme.noms_communes.get(c.commune, c.commune), part(c.taux), part(c.taux_cible)) for c in kept.communes
    ]
    return sorted(rows, key=lambda r: cle_nom(r[1]))


def fiche(s: Situation, x: SituationAction) -> Fiche:
    """Build the sheet of an action."""
    programme, a = s.programme, x.action
    holds = fiche_de_objectif(programme, s.suivi.objectif) if programme.objectif() else None
    mine = holds is not None and holds.id == a.id
    cost = cout_action(programme, a)
    concerned = {a.id} | {y.id for y in (*a.objectifs, *a.budget, *a.indicateurs, *a.mesures)}
    source = programme.documents[0] if programme.documents else None
    return Fiche(
        x,
        next(o for o in programme.orientations if o.id == a.orientation),
        tuple(
            ObjectifMontre(o, quantite(o.quantite, o.quantite_maximale, o.unite, o.periodicite), endroit(o.lieu))
            for o in a.objectifs
        ),
        tuple(
            LigneBudgetMontree(
                b,
                _montant(b),
                b.statut if portee(b) is Portee.SANS_MONTANT and b.statut else LIBELLE_PORTEE[portee(b)],
                _NATURE.get(b.nature, ""),
                _original(programme, b),
                endroit(b.lieu),
            )
            for b in a.budget
        ),
        cost,
        tuple((j, _jalon(j), endroit(j.lieu)) for j in a.calendrier),
        tuple(b for b in programme.actions if b.id in a.liens),
        tuple(n for n in programme.notes if concerned & set(n.concerne)),
        _manques(s, x, cost),
        s.suivi if mine else None,
        avancement(s).part if mine else None,
        avancement(s).ecoule if mine else None,
        _dessins(s.suivi) if mine else (),
        source.titre if source else programme.titre,
        (source.adresse if source else None) or "",
        endroit(a.lieu),
        " ; ".join(a.perimetre),
    )
