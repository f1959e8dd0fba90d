"""Checks of the fiches-actions: numbers, links, repeated lines, budget calendar."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from beffroi.domain.nomenclatures.programme import NatureNote
from beffroi.domain.programme.modele import FicheAction
from beffroi.exchange.controle import IDENTIFIANT, Controle, boucle, suggestion


def actions(c: Controle) -> None:
    """Numbers used once; orientation, links and dependencies exist; dependencies do not loop."""
    orientations = {o.id: o for o in c.p.orientations}
    fiches = {a.id: a for a in c.p.actions}
    depend = {a.id: a.depend_de for a in c.p.actions}
    rubriques = {f.name: None for f in dataclasses.fields(FicheAction) if f.name not in ("id", "lieux", "lieu")}
    numeros: dict[str, FicheAction] = {}
    for a in c.p.actions:
        if a.numero is not None and a.numero in numeros:
            ailleurs = c.ligne(numeros[a.numero], "numero")
            message = f"deux actions portent le numéro {a.numero} (l’autre est à la ligne {ailleurs})."
            c.faute(a, "numero", message, "Donner à chaque action son numéro.")
        numeros.setdefault(a.numero, a)
        c.existe(a, "orientation", a.orientation, orientations, "l’orientation")
        for rang, lien in enumerate(a.liens):
            if "#" in lien:
                _lien_externe(c, a, "liens", lien, rang)
            elif lien == a.id:
                c.faute(a, "liens", "la fiche est liée à elle-même.", "Retirer ce lien.", rang)
            else:
                c.existe(a, "liens", lien, fiches, "la fiche", rang)
        for rang, precedente in enumerate(a.depend_de):
            c.existe(a, "depend_de", precedente, fiches, "la fiche", rang)
        if boucle(a.id, depend):
            c.faute(a, "depend_de", f"la fiche « {a.id} » finit par dépendre d’elle-même.", "Rompre la boucle.")
        if a.identique_a is not None:
            _lien_externe(c, a, "identique_a", a.identique_a, None)
        for cle in a.lieux:
            if cle not in rubriques:
                c.faute(a, "lieux", f"« {cle} » n’est pas une rubrique de fiche.", suggestion(cle, rubriques), cle)


def _lien_externe(c: Controle, a: FicheAction, champ: str, lien: str, rang: int | None) -> None:
    programme, _, fiche = lien.partition("#")
    if not IDENTIFIANT.fullmatch(programme) or not IDENTIFIANT.fullmatch(fiche) or programme == c.p.id:
        c.faute(a, champ, f"le lien « {lien} » est mal écrit.", "L’écrire programme#fiche, d’un autre programme.", rang)


def budget(c: Controle) -> None:
    """Repetitions point to a line that is not itself one, with the same amount unless a note says why not."""
    lignes = {b.id: b for a in c.p.actions for b in a.budget}
    contredites = [set(n.concerne) for n in c.p.notes if n.nature is NatureNote.CONTRADICTION]
    parts = {b.id: (b.comprise_dans,) for b in lignes.values() if b.comprise_dans is not None}
    for b in lignes.values():
        origine = c.origine(b, "identique_a", lignes, "la ligne budgétaire")
        differe = origine is not None and None not in (b.montant, origine.montant) and b.montant != origine.montant
        if origine is not None and differe and not any({b.id, origine.id} <= ids for ids in contredites):
            c.faute(
                b,
                "identique_a",
                f"cette répétition vaut {b.montant} et la ligne d’origine {origine.montant}.",
                "Corriger le montant, ou dire la contradiction dans une note qui cite les deux lignes.",
            )
        c.existe(b, "comprise_dans", b.comprise_dans, lignes, "la ligne budgétaire")
        if boucle(b.id, parts):
            c.faute(
                b, "comprise_dans", f"la ligne « {b.id} » finit par être comprise dans elle-même.", "Rompre la boucle."
            )
    moyens = {m.id: m for a in c.p.actions for m in a.moyens_humains}
    for m in moyens.values():
        c.origine(m, "identique_a", moyens, "le moyen humain")


def calendrier(c: Controle) -> None:
    """Lines of the budget calendar: fiche and lines they are put beside exist; the years add up to the printed amounts."""
    fiches = {a.id: a for a in c.p.actions}
    lignes = {b.id: b for a in c.p.actions for b in a.budget}
    for ligne in c.p.calendrier_budgetaire:
        c.existe(ligne, "fiche", ligne.fiche, fiches, "la fiche")
        for rang, ident in enumerate(ligne.lignes_fiche):
            c.existe(ligne, "lignes_fiche", ident, lignes, "la ligne budgétaire", rang)
        imprime = sum(ligne.montants, Decimal(0))
        places = sum(ligne.par_annee.values(), Decimal(0)) if ligne.par_annee else imprime
        if places != imprime:
            message = f"les années font {places} et les montants imprimés {imprime}."
            c.faute(ligne, "par_annee", message, "Placer chaque montant imprimé sur son année, ou n’en placer aucun.")
