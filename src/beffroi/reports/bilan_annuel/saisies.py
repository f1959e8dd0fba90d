"""What the typed values add to the bilan: results of the fiches, indicators, execution of the budget."""

from __future__ import annotations

from collections.abc import Sequence

from beffroi.domain.programme.modele import ObjectifTerritorial
from beffroi.domain.suivi.execution import Stades
from beffroi.domain.suivi.transmis import SerieSaisie
from beffroi.domain.suivi.valeur import NatureElement, decimales
from beffroi.kernel.figure import Chiffre, somme
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel.contexte import Contexte, absent, chiffre, colonnes, entetes, texte
from beffroi.reports.build import Bloc, Cellule, Ligne, Morceau, Source, Tableau, Texte, phrase
from beffroi.reports.typographie import typographier

LIGNES_MAXIMUM = 40


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


# --- social housing by commune -----------------------------------------------------------------------------------


def agrees(ctx: Contexte, social: ObjectifTerritorial, codes: Sequence[str]) -> Chiffre | None:
    """Sum of what the communes were given, those without answer left out and counted; ``None`` if nobody answered."""
    given = ctx.complements.saisies.communes.get(social.id, {})
    if not any(c in given for c in codes):
        return None
    if len(codes) == 1:
        return given[codes[0]]
    missing = Chiffre.manquant("logement", periode=ctx.periode)
    return somme([given.get(c, missing) for c in codes], unite="logement", periode=ctx.periode)


def cellule_agrees(
    ctx: Contexte, social: ObjectifTerritorial, codes: Sequence[str], identifiant: str, *, total: bool = False
) -> Cellule:
    """« 412 », « 412 (38 sur 100) » when communes did not answer, or « non transmis »."""
    found = agrees(ctx, social, codes)
    if found is None:
        return texte("") if total else absent()
    shown, cover = ctx.place(identifiant, found), found.couverture
    if len(codes) == 1 or cover is None or cover.complete:
        return chiffre(shown)
    return Cellule(phrase("{x} ({a} sur {b})", x=shown, a=str(cover.renseignes), b=str(cover.total)), "chiffre")


def phrase_agrees(ctx: Contexte, social: ObjectifTerritorial, objectif: Chiffre, a_date: Chiffre) -> Texte:
    """What was agreed against what was due, and how many communes answered."""
    codes = ctx.programme.communes()
    found = agrees(ctx, social, codes)
    assert found is not None
    n = ctx.nombre("social.communes_repondues", len(ctx.complements.saisies.communes[social.id]), "commune", mot=True)
    return phrase(
        "{x} logements sociaux saisis par {n} sur {t}, pour {a} attendus à date ({o} au {p}).",
        x=ctx.place("social.agrees", found), n=n, t=str(len(codes)),
        a=ctx.place(f"objectif.{social.id}.a_date", a_date), o=ctx.place(f"objectif.{social.id}", objectif),
        p=ctx.nom_programme,
    )  # fmt: skip
