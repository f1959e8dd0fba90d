"""Quantified objectives of the fiches-actions, brought to date, and what their place in the document says of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import FicheAction, ObjectifAction, ObjectifTerritorial
from beffroi.kernel.figure import Chiffre, produit
from beffroi.kernel.unit import UNITS, exact
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.contexte import Contexte


@dataclass(frozen=True, slots=True)
class Attendu:
    """A quantified objective of a fiche, brought to date. ``a_date`` is None when the document gives no period."""

    action: FicheAction
    objectif: ObjectifAction
    valeur: Chiffre
    a_date: Chiffre | None


def attendus(ctx: Contexte, actions: tuple[FicheAction, ...]) -> list[Attendu]:
    """Quantified objectives of actions, in the unit of the document, brought to date when they have a period."""
    rang, duree = ctx.suivi.rang, ctx.suivi.nombre_exercices
    out = []
    for action in actions:
        for o in action.objectifs:
            quantity = o.quantite if o.quantite is not None else o.quantite_maximale
            if quantity is None:
                continue
            value = _chiffre(ctx, quantity, o)
            a_date = None
            if o.periodicite is Periodicite.ANNUELLE:
                a_date = produit(value, rang)
            elif o.periodicite is Periodicite.PERIODE:
                a_date = phrases.objectif_a_date(value, rang, duree)
            out.append(Attendu(action, o, value, a_date))
    return out


def _chiffre(ctx: Contexte, quantite: Decimal, o: ObjectifAction) -> Chiffre:
    unit = {"%": "part", "€": "euro", "ha": "hectare"}.get(o.unite or "", o.unite or "nombre")
    number = exact(quantite) / 100 if unit == "part" else exact(quantite)
    whole = int(number) if number == number.to_integral_value() else number
    known = unit if unit in UNITS else "nombre"
    return Chiffre(whole, known, fictif=ctx.programme.fictif, provenance=(_origine(ctx, o),))


def _origine(ctx: Contexte, o: ObjectifAction) -> str:
    ligne = f"#L{o.lieu.ligne}" if o.lieu and o.lieu.ligne else ""
    return f"programme:{ctx.programme.id}{ligne}"


def est_production(ctx: Contexte, a: Attendu) -> bool:
    """True when the objective of the fiche is the followed objective itself (same value, same fiche)."""
    if a.action is not ctx.action_production or a.valeur.unite != ctx.suivi.objectif.unite:
        return False
    annual, total = ctx.suivi.epci.objectif_annuel.valeur, ctx.suivi.epci.total.valeur
    return a.valeur.valeur == (annual if a.objectif.periodicite is Periodicite.ANNUELLE else total)


def _memes_lieux(ctx: Contexte) -> dict[int, ObjectifTerritorial]:
    """Lines of the document that a territorial objective already carries commune by commune."""
    return {v.lieu.ligne: o for o in ctx.programme.objectifs for v in o.valeurs if v.lieu and v.lieu.ligne}


def suivi_ailleurs(ctx: Contexte, a: Attendu) -> bool:
    """Communal shares, and the production itself, have their own table."""
    line = a.objectif.lieu.ligne if a.objectif.lieu else None
    return est_production(ctx, a) or (a.valeur.unite == "part" and line is not None and line in _memes_lieux(ctx))


def constat(ctx: Contexte, a: Attendu) -> bool:
    """True when the value is one that the document states (printed total of a series), not a target."""
    line = a.objectif.lieu.ligne if a.objectif.lieu else None
    return any(
        t.secteur is None and t.valeur == a.objectif.quantite and t.lieu is not None and t.lieu.ligne == line
        for s in ctx.programme.series
        for t in s.totaux_publies
    )
