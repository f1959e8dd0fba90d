"""Checks of territories: SIREN, sectors, communes, values of objectives and series."""

from __future__ import annotations

import re
from typing import Any

from beffroi.domain.programme.modele import ObjectifTerritorial, SeriePubliee, TotalPublie, ValeurTerritoire
from beffroi.exchange.controle import Controle

_COMMUNE = re.compile(r"\d[\dAB]\d{3}")
_SIREN = re.compile(r"\d{9}")


def secteurs(c: Controle) -> None:
    """SIREN and communes: well formed, of the right EPCI, in one sector only."""
    connues: set[str] | None = set()
    for rang, siren in enumerate(c.p.collectivites):
        if not _SIREN.fullmatch(siren):
            c.faute(c.p, "collectivites", f"« {siren} » n’est pas un SIREN.", "Écrire ses neuf chiffres.", rang)
        membres = c.territoires.communes_de(siren) if c.territoires else None
        if c.territoires and membres is None and _SIREN.fullmatch(siren):
            c.faute(c.p, "collectivites", f"aucun EPCI n’a le SIREN « {siren} ».", "Vérifier le SIREN.", rang)
        connues = None if connues is None or membres is None else connues | membres
    if not c.p.collectivites:
        c.faute(c.p, "collectivites", "le programme n’a aucune collectivité.", "Donner le SIREN de l’EPCI.")
    place: dict[str, str] = {}
    for secteur in c.p.secteurs:
        vues: set[str] = set()
        for rang, code in enumerate(secteur.communes):
            if not _COMMUNE.fullmatch(code):
                c.faute(secteur, "communes", f"« {code} » n’est pas un code de commune.", 'Exemple : "62119".', rang)
            elif code in vues or (not secteur.groupe and code in place):
                ou = secteur.id if code in vues else place[code]
                c.faute(
                    secteur,
                    "communes",
                    f"la commune {code} est déjà dans le secteur « {ou} ».",
                    "La garder une fois.",
                    rang,
                )
            elif connues is not None and c.p.collectivites and code not in connues:
                c.faute(secteur, "communes", *_autre_epci(c, code), rang=rang)
            vues.add(code)
            if not secteur.groupe:
                place.setdefault(code, secteur.id)
    c.communes = set(place)
    for code in c.p.noms_communes:
        if c.p.secteurs and code not in c.communes:
            c.faute(
                c.p,
                "noms_communes",
                f"la commune {code} n’est dans aucun secteur.",
                "L’ajouter à un secteur.",
                code,
            )


def _autre_epci(c: Controle, code: str) -> tuple[str, str]:
    vrai = c.territoires.epci_de(code) if c.territoires else None
    siens = ", ".join(c.p.collectivites)
    if vrai is None:
        return f"la commune {code} n’existe pas dans le découpage connu.", "Vérifier le code INSEE."
    return (
        f"la commune {code} appartient à {vrai[1]} ({vrai[0]}), pas à la collectivité du programme ({siens}).",
        "Retirer cette commune, ou ajouter sa collectivité à « collectivites ».",
    )


def objectifs(c: Controle) -> None:
    """Territories of the values: exactly one, known, once; rates are fractions."""
    secteurs = {s.id: s for s in c.p.secteurs}
    groupes: tuple[ObjectifTerritorial | SeriePubliee, ...] = (*c.p.objectifs, *c.p.series)
    for groupe in groupes:
        vus: set[str] = set()
        for v in groupe.valeurs:
            cle = v.commune or v.secteur
            if (v.commune is None) == (v.secteur is None):
                c.faute(v, None, "une valeur porte soit « commune », soit « secteur ».", "Garder l’un des deux.")
            elif cle in vus:
                c.faute(v, None, f"« {cle} » a deux valeurs dans « {groupe.id} ».", "Garder une seule valeur.")
            elif v.commune is not None and v.commune not in c.communes:
                c.faute(
                    v,
                    "commune",
                    f"la commune {v.commune} n’est dans aucun secteur du programme.",
                    "L’ajouter à un secteur, ou corriger le code.",
                )
            vus.add(str(cle))
            _secteur(c, v, secteurs)
            _taux(c, v)
            if v.libre and v.valeur is not None and isinstance(groupe, SeriePubliee):
                c.faute(v, "libre", "un constat ne peut pas être « libre ».", "Retirer « libre ».")
        for t in groupe.totaux_publies:
            _secteur(c, t, secteurs)
        if isinstance(groupe, ObjectifTerritorial) and groupe.reference is not None and groupe.reference.secteur:
            c.faute(groupe.reference, "secteur", "la référence vaut pour l’EPCI entier.", "Retirer « secteur ».")
    for case in c.p.matrice_mixite:
        _taux(c, case)
    objectifs = {o.id: o for o in c.p.objectifs}
    c.existe(c.p, "objectif_reference", c.p.objectif_reference, objectifs, "l’objectif")


def inventaire_sru(c: Controle) -> None:
    """Communes of the SRU inventory: in the programme, once; rates are fractions."""
    if c.p.inventaire_sru is None:
        return
    vues: set[str] = set()
    for ligne in c.p.inventaire_sru.communes or ():
        if ligne.commune in vues:
            c.faute(ligne, "commune", f"la commune {ligne.commune} a deux lignes à l’inventaire.", "En garder une.")
        elif ligne.commune is not None and ligne.commune not in c.communes:
            message = f"la commune {ligne.commune} n’est dans aucun secteur du programme."
            c.faute(ligne, "commune", message, "L’ajouter à un secteur, ou corriger le code.")
        vues.add(ligne.commune)
        for champ in ("taux", "taux_cible"):
            taux = getattr(ligne, champ)
            if taux is not None and not 0 <= taux <= 1:
                c.faute(ligne, champ, f"un taux est une fraction entre 0 et 1 ; reçu : {taux}.", "Exemple : 0.182.")


def _secteur(c: Controle, porteur: ValeurTerritoire | TotalPublie, secteurs: dict[str, Any]) -> None:
    c.existe(porteur, "secteur", porteur.secteur, secteurs, "le secteur")


def _taux(c: Controle, porteur: Any) -> None:
    taux = porteur.taux
    if taux is not None and not 0 <= taux <= 1:
        conseil = f"Écrire la fraction : {taux / 100:f}." if 0 <= taux <= 100 else "Écrire une fraction entre 0 et 1."
        c.faute(porteur, "taux", f"un taux est une fraction entre 0 et 1 ; reçu : {taux}.", conseil)
