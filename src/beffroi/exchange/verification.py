"""Checks of a programme that need more than types: identifiers, references, periods, territories."""

from __future__ import annotations

import re
from decimal import Decimal

from beffroi.domain.programme.modele import Engagement, Instance, Lieu, Programme, RegleFinancement
from beffroi.exchange.controle import IDENTIFIANT, Controle, Territoires, boucle, objets
from beffroi.exchange.lecture import Lecteur
from beffroi.exchange.noeuds import Fautes
from beffroi.exchange.verification_fiche import actions, budget, calendrier
from beffroi.exchange.verification_territoire import inventaire_sru, objectifs, secteurs

_PERIODE = re.compile(r"((?:19|20)\d\d)\s*(?:[-–/]|à)\s*((?:19|20)\d\d)")
_BORNES = (
    ("annee", "annee_fin"),
    ("ligne", "fin"),
    ("montant", "montant_maximal"),
    ("quantite", "quantite_maximale"),
)


def verifier(programme: Programme, lecteur: Lecteur, fautes: Fautes, territoires: Territoires | None = None) -> None:
    """Add to ``fautes`` every fault of meaning of a programme that has just been read.

    Each fault is one sentence placed on its line. The checks accept a tree with holes (a faulty field is ``None``), so
    that the faults of form and of meaning are listed together.
    """
    c = Controle(programme, lecteur, fautes, territoires)
    for controle in (
        identifiants,
        secteurs,
        orientations,
        actions,
        budget,
        calendrier,
        objectifs,
        inventaire_sru,
        references,
        periodes,
    ):
        controle(c)


def identifiants(c: Controle) -> None:
    """Permanent identifiers: well formed, and each used once in the whole programme."""
    for objet in objets(c.p):
        ident = getattr(objet, "id", None)
        if not isinstance(ident, str):
            continue
        if not IDENTIFIANT.fullmatch(ident):
            c.faute(
                objet,
                "id",
                f"l’identifiant « {ident} » n’est pas valable.",
                "Écrire des minuscules sans accent, des chiffres, et - _ ou . entre les mots.",
            )
        if objet is c.p:
            continue
        if ident in c.ids:
            ligne = c.ligne(c.ids[ident], "id")
            c.faute(
                objet,
                "id",
                f"l’identifiant « {ident} » sert déjà à la ligne {ligne}.",
                "En choisir un autre : un identifiant est permanent et unique dans le programme.",
            )
        else:
            c.ids[ident] = objet


def orientations(c: Controle) -> None:
    """Parents exist and do not loop."""
    par_id = {o.id: o for o in c.p.orientations}
    parents = {o.id: (o.parente,) for o in c.p.orientations if o.parente is not None}
    for o in c.p.orientations:
        if c.existe(o, "parente", o.parente, par_id, "l’orientation") and boucle(o.id, parents):
            c.faute(o, "parente", f"« {o.id} » finit par être sa propre orientation parente.", "Rompre la boucle.")


def references(c: Controle) -> None:
    """Fiches of bodies, rules and commitments, elements of notes, documents of places."""
    fiches = {a.id: a for a in c.p.actions}
    orientations = {o.id: o for o in c.p.orientations}
    porteurs: tuple[Instance | RegleFinancement | Engagement, ...] = (
        *c.p.instances,
        *c.p.regles_financement,
        *c.p.engagements,
    )
    for porteur in porteurs:
        c.existe(porteur, "fiche", porteur.fiche, fiches, "la fiche")
    for engagement in c.p.engagements:
        c.existe(engagement, "orientation", engagement.orientation, orientations, "l’orientation")
    for note in c.p.notes:
        for rang, ident in enumerate(note.concerne):
            c.existe(note, "concerne", ident, c.ids, "l’élément", rang)
    documents = {d.id: d for d in c.p.documents}
    for objet in objets(c.p):
        if isinstance(objet, Lieu):
            c.existe(objet, "document", objet.document, documents, "le document")


def periodes(c: Controle) -> None:
    """Nothing ends before it starts; no maximum under its minimum."""
    d = c.p.decoupage
    if d is not None and d.nombre is not None and d.nombre < 1:
        c.faute(d, "nombre", f"un programme compte au moins un exercice ; reçu : {d.nombre}.", "Un PLH en compte 6.")
    debuts = [a for a in c.p.actes if a.nature in ("adoption", "executoire", "signature") and a.date]
    for acte in c.p.actes:
        premier = min((a.date for a in debuts if a.date), default=None)
        if acte.nature == "fin" and acte.date and premier and acte.date < premier:
            message = f"le programme finit ({acte.date:%d/%m/%Y}) avant de commencer ({premier:%d/%m/%Y})."
            c.faute(acte, "date", message, "Corriger l’une des deux dates.")
    for objet in objets(c.p):
        for bas, haut in _BORNES:
            x, y = getattr(objet, bas, None), getattr(objet, haut, None)
            if isinstance(x, (int, Decimal)) and isinstance(y, (int, Decimal)) and y < x:
                c.faute(objet, haut, f"« {haut} » ({y}) est avant « {bas} » ({x}).", "Les échanger, ou corriger.")
        for champ in ("periode", "texte", "echeance"):
            texte = getattr(objet, champ, None)
            for annees in _PERIODE.finditer(texte) if isinstance(texte, str) else ():
                if int(annees[2]) < int(annees[1]):
                    message = f"la période « {annees[0]} » finit avant de commencer."
                    c.faute(objet, champ, message, "Échanger les deux années.")
