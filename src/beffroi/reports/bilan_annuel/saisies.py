"""What the typed values add to the bilan: results of the fiches, indicators, execution of the budget."""

from __future__ import annotations

from beffroi.domain.suivi.execution import Stades
from beffroi.domain.suivi.production import Resultat
from beffroi.domain.suivi.transmis import SerieSaisie
from beffroi.domain.suivi.valeur import NatureElement, decimales
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel.attendus import Attendu
from beffroi.reports.bilan_annuel.contexte import Contexte, absent, chiffre, colonnes, entetes, texte
from beffroi.reports.build import Bloc, Cellule, Ligne, Morceau, Source, Tableau, Texte, phrase
from beffroi.reports.typographie import typographier

LIGNES_MAXIMUM = 40


def resultat_saisi(ctx: Contexte, a: Attendu) -> Resultat | None:
    """Result that typed values give to an objective of a fiche, if they do."""
    return ctx.complements.saisies.resultats.get(a.objectif.id)


def _place(ctx: Contexte, identifiant: str, c: Chiffre, *, unite: bool = False) -> Morceau:
    places = None if c.valeur is None else decimales(exact(c.valeur), c.unite)
    return ctx.registre.placer(identifiant, c, decimales=places, unite=unite)


def valeurs_transmises(ctx: Contexte) -> list[Bloc]:
    """Table of the indicators whose values were typed: the exercice and the one before, where they come from."""
    kept = [s for s in ctx.complements.saisies.series if s.element.nature is NatureElement.INDICATEUR]
    if not kept:
        return []
    two = len(kept[0].annees) > 1
    years = [str(ctx.annee - 1), str(ctx.annee)] if two else [str(ctx.annee)]
    cols = colonnes(7.2, 1.5, *[(2.2, True)] * len(years), 7.7 - 2.2 * len(years))
    rows = [_ligne(ctx, s, two) for s in kept[:LIGNES_MAXIMUM]]
    words = f"Source : valeurs saisies pour le {ctx.nom_programme}, proposées ou validées."
    if len(kept) > LIGNES_MAXIMUM:
        words += f" {len(kept) - LIGNES_MAXIMUM} autres sont dans Beffroi."
    base = phrase("{a}", a=words)
    if any(c.fictif for s in kept for c in s.annees):
        base = (*base, Morceau(" Valeurs : données fictives.", gras=True, fictif=True))
    return [
        Tableau(
            "valeurs_transmises",
            typographier("Valeurs transmises par les services et les partenaires"),
            cols,
            (entetes(cols, "Indicateur", "Action", *years, "D'après"),),
            tuple(rows),
            typographier(f"{len(rows)} indicateurs : action, valeurs, source."),
        ),
        Source(base),
    ]


def _ligne(ctx: Contexte, s: SerieSaisie, two: bool) -> Ligne:
    number = next((a.numero for a in ctx.programme.actions if a.id == s.element.fiche), "")
    ident = f"saisie.{s.element.id}.{s.mesure.ventilation or 'valeur'}"
    figures = s.annees[-2:] if two else s.annees[-1:]
    cells = [chiffre(_place(ctx, f"{ident}.{c.periode}", c, unite=c.unite != "nombre")) for c in figures]
    return Ligne((texte(s.element.libelle), texte(number), *cells, texte(s.source or "source non dite")))


def phrase_execution(ctx: Contexte, done: Stades) -> Texte:
    """« Exercice 2022 : 60 000 € votés, 55 000 € engagés, payé non renseigné. »."""
    parts = [
        phrase("{x} {w}", x=ctx.place(f"execution.{nom}", c, mot=True), w=mot)
        if c.connu
        else phrase("{w} non renseigné", w=nom)
        for nom, mot, c in (
            ("voté", "votés", done.vote),
            ("engagé", "engagés", done.engage),
            ("payé", "payés", done.paye),
        )
    ]
    return phrase("**Exécution {a}.** {x}, {y}, {z}.", a=str(ctx.annee), x=parts[0], y=parts[1], z=parts[2])


def cellule_execution(ctx: Contexte, ligne: str) -> Cellule:
    """Committed and paid of a line in the exercice, or « non transmis »."""
    done = ctx.complements.saisies.par_ligne.get(ligne)
    known = (
        [(mot, c) for mot, c in (("engagé", done.engage), ("payé", done.paye)) if c.connu] if done is not None else []
    )
    if not known:
        return absent()
    words: Texte = ()
    for i, (mot, c) in enumerate(known):
        shown = ctx.place(f"execution.{ligne}.{mot}", c)
        words = (*words, *phrase("{s}{x} {w}", s=", " if i else "", x=shown, w=mot))
    return Cellule(words, "chiffre")
