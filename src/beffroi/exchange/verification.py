"""Checks of a programme that need more than types: identifiers, references, periods, territories.

Each fault is one sentence placed on its line. The checks accept a tree with holes (a faulty field is ``None``), so that
the faults of form and of meaning are listed together.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Protocol

import yaml

from beffroi.domain.programme.modele import (
    FicheAction,
    Lieu,
    ObjectifTerritorial,
    Programme,
    SeriePubliee,
    TotalPublie,
    ValeurTerritoire,
)
from beffroi.exchange.lecture import Lecteur
from beffroi.exchange.noeuds import Fautes

_ID = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")
_COMMUNE = re.compile(r"\d[\dAB]\d{3}")
_SIREN = re.compile(r"\d{9}")
_PERIODE = re.compile(r"((?:19|20)\d\d)\s*(?:[-–/]|à)\s*((?:19|20)\d\d)")


class Territoires(Protocol):
    """What the exchange needs to know of territories; the warehouse or a file of reference gives it."""

    def communes_de(self, siren: str) -> set[str] | None:
        """INSEE codes of the communes of an EPCI; ``None`` when the EPCI is unknown here."""
        ...

    def epci_de(self, commune: str) -> tuple[str, str] | None:
        """(SIREN, name) of the EPCI of a commune; ``None`` when unknown. Used only to write a helpful sentence."""
        ...


def verifier(programme: Programme, lecteur: Lecteur, fautes: Fautes, territoires: Territoires | None = None) -> None:
    """Add to ``fautes`` every fault of meaning of a programme that has just been read."""
    _Verification(programme, lecteur, fautes, territoires).tout()


def objets(racine: Any) -> Iterator[Any]:
    """Every dataclass of a tree, in document order, root included."""
    yield racine
    for champ in dataclasses.fields(racine):
        valeur = getattr(racine, champ.name)
        if dataclasses.is_dataclass(valeur):
            yield from objets(valeur)
        elif isinstance(valeur, (tuple, dict)):
            for item in valeur.values() if isinstance(valeur, dict) else valeur:
                if dataclasses.is_dataclass(item):
                    yield from objets(item)


class _Verification:
    def __init__(self, p: Programme, lecteur: Lecteur, fautes: Fautes, territoires: Territoires | None) -> None:
        self.p, self.lecteur, self.fautes, self.territoires = p, lecteur, fautes, territoires
        self.ids: dict[str, Any] = {}

    def faute(
        self, objet: Any, champ: str | None, message: str, conseil: str | None = None, rang: int | str | None = None
    ) -> None:
        self.fautes.ajouter(self.lecteur.noeud(objet, champ, rang), message, conseil)

    def tout(self) -> None:
        self.identifiants()
        self.secteurs()
        self.orientations()
        self.actions()
        self.budget()
        self.objectifs()
        self.references()
        self.periodes()

    def identifiants(self) -> None:
        """Permanent identifiers: well formed, and each used once in the whole programme."""
        for objet in objets(self.p):
            ident = getattr(objet, "id", None)
            if not isinstance(ident, str):
                continue
            if not _ID.fullmatch(ident):
                self.faute(
                    objet,
                    "id",
                    f"l’identifiant « {ident} » n’est pas valable.",
                    "Écrire des minuscules sans accent, des chiffres, et - _ ou . entre les mots.",
                )
            if objet is self.p:
                continue
            if ident in self.ids:
                premier = self.lecteur.noeud(self.ids[ident], "id")
                ligne = premier.start_mark.line + 1 if premier is not None else "?"
                self.faute(
                    objet,
                    "id",
                    f"l’identifiant « {ident} » sert déjà à la ligne {ligne}.",
                    "En choisir un autre : un identifiant est permanent et unique dans le programme.",
                )
            else:
                self.ids[ident] = objet

    def secteurs(self) -> None:
        """SIREN and communes: well formed, of the right EPCI, in one sector only."""
        connues: set[str] | None = set()
        for rang, siren in enumerate(self.p.collectivites):
            if not _SIREN.fullmatch(siren):
                self.faute(
                    self.p, "collectivites", f"« {siren} » n’est pas un SIREN.", "Écrire ses neuf chiffres.", rang
                )
            membres = self.territoires.communes_de(siren) if self.territoires else None
            if self.territoires and membres is None and _SIREN.fullmatch(siren):
                self.faute(self.p, "collectivites", f"aucun EPCI n’a le SIREN « {siren} ».", "Vérifier le SIREN.", rang)
            connues = None if connues is None or membres is None else connues | membres
        if not self.p.collectivites:
            self.faute(self.p, "collectivites", "le programme n’a aucune collectivité.", "Donner le SIREN de l’EPCI.")
        place: dict[str, str] = {}
        for secteur in self.p.secteurs:
            vues: set[str] = set()
            for rang, code in enumerate(secteur.communes):
                if not _COMMUNE.fullmatch(code):
                    self.faute(
                        secteur, "communes", f"« {code} » n’est pas un code de commune.", 'Exemple : "62119".', rang
                    )
                elif code in vues or (not secteur.groupe and code in place):
                    ou = secteur.id if code in vues else place[code]
                    self.faute(
                        secteur,
                        "communes",
                        f"la commune {code} est déjà dans le secteur « {ou} ».",
                        "La garder une fois.",
                        rang,
                    )
                elif connues is not None and self.p.collectivites and code not in connues:
                    self.faute(secteur, "communes", *self._autre_epci(code), rang=rang)
                vues.add(code)
                if not secteur.groupe:
                    place.setdefault(code, secteur.id)
        self.communes = set(place)
        for code in self.p.noms_communes:
            if self.p.secteurs and code not in self.communes:
                self.faute(
                    self.p,
                    "noms_communes",
                    f"la commune {code} n’est dans aucun secteur.",
                    "L’ajouter à un secteur.",
                    code,
                )

    def _autre_epci(self, code: str) -> tuple[str, str]:
        vrai = self.territoires.epci_de(code) if self.territoires else None
        siens = ", ".join(self.p.collectivites)
        if vrai is None:
            return f"la commune {code} n’existe pas dans le découpage connu.", "Vérifier le code INSEE."
        return (
            f"la commune {code} appartient à {vrai[1]} ({vrai[0]}), pas à la collectivité du programme ({siens}).",
            "Retirer cette commune, ou ajouter sa collectivité à « collectivites ».",
        )

    def orientations(self) -> None:
        """Parents exist and do not loop."""
        par_id = {o.id: o for o in self.p.orientations}
        for o in self.p.orientations:
            if o.parente is None:
                continue
            if o.parente not in par_id:
                self.faute(o, "parente", f"l’orientation « {o.parente} » n’existe pas.", _suggestion(o.parente, par_id))
                continue
            vue, courante = {o.id}, par_id.get(o.parente)
            while courante is not None and courante.id not in vue:
                vue.add(courante.id)
                courante = par_id.get(courante.parente) if courante.parente else None
            if courante is not None:
                self.faute(
                    o, "parente", f"« {o.id} » finit par être sa propre orientation parente.", "Rompre la boucle."
                )

    def actions(self) -> None:
        """Numbers used once; orientation and links exist."""
        orientations = {o.id: o for o in self.p.orientations}
        fiches = {a.id: a for a in self.p.actions}
        numeros: dict[str, FicheAction] = {}
        for a in self.p.actions:
            if a.numero is not None and a.numero in numeros:
                autre = self.lecteur.noeud(numeros[a.numero], "numero")
                ligne = autre.start_mark.line + 1 if autre is not None else "?"
                self.faute(
                    a,
                    "numero",
                    f"deux actions portent le numéro {a.numero} (l’autre est à la ligne {ligne}).",
                    "Donner à chaque action son numéro.",
                )
            numeros.setdefault(a.numero, a)
            if a.orientation is not None and a.orientation not in orientations:
                self.faute(
                    a,
                    "orientation",
                    f"l’orientation « {a.orientation} » n’existe pas.",
                    _suggestion(a.orientation, orientations),
                )
            for rang, lien in enumerate(a.liens):
                if "#" in lien:
                    programme, _, fiche = lien.partition("#")
                    if not _ID.fullmatch(programme) or not _ID.fullmatch(fiche):
                        self.faute(a, "liens", f"le lien « {lien} » est mal écrit.", "L’écrire programme#fiche.", rang)
                elif lien == a.id:
                    self.faute(a, "liens", "la fiche est liée à elle-même.", "Retirer ce lien.", rang)
                elif lien not in fiches:
                    self.faute(a, "liens", f"la fiche « {lien} » n’existe pas.", _suggestion(lien, fiches), rang)
            rubriques = {f.name for f in dataclasses.fields(FicheAction)} - {"id", "lieux", "lieu"}
            for cle in a.lieux:
                if cle not in rubriques:
                    self.faute(
                        a, "lieux", f"« {cle} » n’est pas une rubrique de fiche.", _suggestion(cle, rubriques), cle
                    )

    def budget(self) -> None:
        """Repetitions point to a line that is not itself a repetition, with the same amount."""
        lignes = {b.id: b for a in self.p.actions for b in a.budget}
        for b in lignes.values():
            if b.identique_a is None:
                continue
            origine = lignes.get(b.identique_a)
            if origine is None:
                self.faute(
                    b,
                    "identique_a",
                    f"la ligne budgétaire « {b.identique_a} » n’existe pas.",
                    _suggestion(b.identique_a, lignes),
                )
            elif origine is b or origine.identique_a is not None:
                self.faute(
                    b,
                    "identique_a",
                    f"« {b.identique_a} » est elle-même une répétition.",
                    "Désigner la ligne d’origine, celle qui compte.",
                )
            elif b.montant is not None and origine.montant is not None and b.montant != origine.montant:
                self.faute(
                    b,
                    "identique_a",
                    f"cette répétition vaut {b.montant} et la ligne d’origine {origine.montant}.",
                    "Corriger le montant, ou retirer « identique_a » si ce sont deux dépenses.",
                )

    def objectifs(self) -> None:
        """Territories of the values: exactly one, known, once; rates are fractions."""
        secteurs = {s.id: s for s in self.p.secteurs}
        for groupe in (*self.p.objectifs, *self.p.series):
            vus: set[str] = set()
            for v in groupe.valeurs:
                cle = v.commune or v.secteur
                if (v.commune is None) == (v.secteur is None):
                    self.faute(v, None, "une valeur porte soit « commune », soit « secteur ».", "Garder l’un des deux.")
                elif cle in vus:
                    self.faute(v, None, f"« {cle} » a deux valeurs dans « {groupe.id} ».", "Garder une seule valeur.")
                elif v.commune is not None and v.commune not in self.communes:
                    self.faute(
                        v,
                        "commune",
                        f"la commune {v.commune} n’est dans aucun secteur du programme.",
                        "L’ajouter à un secteur, ou corriger le code.",
                    )
                vus.add(str(cle))
                self._secteur(v, secteurs)
                self._taux(v)
                if v.libre and v.valeur is not None and isinstance(groupe, SeriePubliee):
                    self.faute(v, "libre", "un constat ne peut pas être « libre ».", "Retirer « libre ».")
            for t in groupe.totaux_publies:
                self._secteur(t, secteurs)
            if isinstance(groupe, ObjectifTerritorial) and groupe.reference is not None and groupe.reference.secteur:
                self.faute(groupe.reference, "secteur", "la référence vaut pour l’EPCI entier.", "Retirer « secteur ».")
        for case in self.p.matrice_mixite:
            self._taux(case)
        objectifs = {o.id: o for o in self.p.objectifs}
        if self.p.objectif_reference is not None and self.p.objectif_reference not in objectifs:
            self.faute(
                self.p,
                "objectif_reference",
                f"l’objectif « {self.p.objectif_reference} » n’existe pas.",
                _suggestion(self.p.objectif_reference, objectifs),
            )

    def _secteur(self, porteur: ValeurTerritoire | TotalPublie, secteurs: dict[str, Any]) -> None:
        if porteur.secteur is not None and porteur.secteur not in secteurs:
            self.faute(
                porteur,
                "secteur",
                f"le secteur « {porteur.secteur} » n’existe pas.",
                _suggestion(porteur.secteur, secteurs),
            )

    def _taux(self, porteur: Any) -> None:
        taux = porteur.taux
        if taux is not None and not 0 <= taux <= 1:
            conseil = (
                f"Écrire la fraction : {taux / 100:f}." if 0 <= taux <= 100 else "Écrire une fraction entre 0 et 1."
            )
            self.faute(porteur, "taux", f"un taux est une fraction entre 0 et 1 ; reçu : {taux}.", conseil)

    def references(self) -> None:
        """Fiches of bodies and funding rules, elements of notes, documents of places."""
        fiches = {a.id: a for a in self.p.actions}
        for porteur in (*self.p.instances, *self.p.regles_financement):
            if porteur.fiche is not None and porteur.fiche not in fiches:
                self.faute(
                    porteur, "fiche", f"la fiche « {porteur.fiche} » n’existe pas.", _suggestion(porteur.fiche, fiches)
                )
        for note in self.p.notes:
            for rang, ident in enumerate(note.concerne):
                if ident not in self.ids:
                    self.faute(
                        note, "concerne", f"l’élément « {ident} » n’existe pas.", _suggestion(ident, self.ids), rang
                    )
        documents = {d.id: d for d in self.p.documents}
        for objet in objets(self.p):
            if isinstance(objet, Lieu) and objet.document is not None and objet.document not in documents:
                self.faute(
                    objet,
                    "document",
                    f"le document « {objet.document} » n’existe pas.",
                    _suggestion(objet.document, documents),
                )

    def periodes(self) -> None:
        """Nothing ends before it starts; no maximum under its minimum."""
        d = self.p.decoupage
        if d is not None and d.nombre is not None and d.nombre < 1:
            self.faute(
                d, "nombre", f"un programme compte au moins un exercice ; reçu : {d.nombre}.", "Un PLH en compte 6."
            )
        debuts = [a for a in self.p.actes if a.nature in ("adoption", "executoire", "signature") and a.date]
        for acte in self.p.actes:
            premier = min((a.date for a in debuts if a.date), default=None)
            if acte.nature == "fin" and acte.date and premier and acte.date < premier:
                self.faute(
                    acte, "date", f"le programme finit ({acte.date:%d/%m/%Y}) avant de commencer ({premier:%d/%m/%Y}).",
                    "Corriger l’une des deux dates.",
                )  # fmt: skip
        for objet in objets(self.p):
            for bas, haut in _BORNES:
                x, y = getattr(objet, bas, None), getattr(objet, haut, None)
                if isinstance(x, (int, Decimal)) and isinstance(y, (int, Decimal)) and y < x:
                    self.faute(
                        objet, haut, f"« {haut} » ({y}) est avant « {bas} » ({x}).", "Les échanger, ou corriger."
                    )
            for champ in ("periode", "texte", "echeance"):
                texte = getattr(objet, champ, None)
                for annees in _PERIODE.finditer(texte) if isinstance(texte, str) else ():
                    if int(annees[2]) < int(annees[1]):
                        self.faute(
                            objet,
                            champ,
                            f"la période « {annees[0]} » finit avant de commencer.",
                            "Échanger les deux années.",
                        )


_BORNES = (
    ("annee", "annee_fin"),
    ("ligne", "fin"),
    ("montant", "montant_maximal"),
    ("quantite", "quantite_maximale"),
)


def _suggestion(mot: str, connus: Any) -> str:
    proches = difflib.get_close_matches(mot, list(connus), n=1, cutoff=0.5)
    if proches:
        return f"Écrire plutôt « {proches[0]} » ?"
    liste = sorted(connus)
    return (
        f"Identifiants connus : {', '.join(liste[:8])}{'…' if len(liste) > 8 else ''}."
        if liste
        else "Aucun n’est déclaré."
    )
