"""Quantified objectives of the fiches-actions, brought to date, and what their place in the document says of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import FicheAction, ObjectifAction, ObjectifTerritorial
from beffroi.domain.suivi.production import Resultat
from beffroi.kernel.figure import Chiffre, produit
from beffroi.kernel.unit import UNITS, exact
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, absent, avis, chiffre, texte
from beffroi.reports.build import Cellule, Ligne, Texte, phrase
from beffroi.reports.typographie import en_lettres


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


def resultat_saisi(ctx: Contexte, a: Attendu) -> Resultat | None:
    """Result that typed values give to an objective of a fiche, if they do."""
    return ctx.complements.saisies.resultats.get(a.objectif.id)


def en_annees(nombre: int) -> str:
    """« six ans »."""
    return f"{en_lettres(nombre)} ans"


def ligne_attendu(ctx: Contexte, a: Attendu) -> Ligne:
    """A row: objective, due at the date, obtained if someone gave it, rate, appreciation."""
    o = a.objectif
    label: Texte = phrase("{t}", t=o.texte)
    if o.perimetre and _utile(a) and len(o.perimetre) < 40:
        label = phrase("{t} – {p}", t=label, p=o.perimetre)
    ident = f"attendu.{o.id}"
    if constat(ctx, a):
        value = chiffre(ctx.place(ident, a.valeur))
        return Ligne((Cellule(label), RIEN, value, RIEN, texte("donnée du document")))
    if a.a_date is not None:
        if o.periodicite is Periodicite.PERIODE:
            whole = ctx.place(ident, a.valeur, mot=a.valeur.unite not in ("nombre", "logement"))
            label = phrase("{t} ({x} en {d})", t=label, x=whole, d=en_annees(ctx.suivi.nombre_exercices))
        target = Cellule((ctx.registre.placer(f"{ident}.a_date", a.a_date, decimales=_decimales(a.a_date)),), "chiffre")
    else:
        shown = ctx.registre.placer(ident, a.valeur, decimales=_decimales(a.valeur), unite=a.valeur.unite != "nombre")
        at_most = o.quantite is None
        target = Cellule((*phrase("au plus " if at_most else ""), shown), "chiffre")
    done = resultat_saisi(ctx, a)
    if done is None:
        return Ligne((Cellule(label), target, absent(), RIEN, avis(Appreciation.SANS_DONNEE)))
    obtained = ctx.registre.placer(f"{ident}.resultat", done.autorises, decimales=_decimales(done.autorises))
    rate = chiffre(ctx.taux(f"{ident}.taux", done.taux))
    return Ligne((Cellule(label), target, chiffre(obtained), rate, avis(done.appreciation)))


def _utile(a: Attendu) -> bool:
    """The perimeter is worth writing when neither the text nor the pilot already says it."""
    where = (a.objectif.perimetre or "").casefold()
    return where not in a.objectif.texte.casefold() and where not in {p.casefold() for p in a.action.pilotes}


def _decimales(c: Chiffre) -> int | None:
    """Targets to date of small counts keep one decimal (2 aires × 4/6 = 1,3), so that nothing looks exact that is not."""
    if c.valeur is None:
        return None
    value = exact(c.valeur) * (100 if c.unite == "part" else 1)
    if value == value.to_integral_value():
        return 0
    return 1 if abs(value) < 10 or c.unite == "part" else None
