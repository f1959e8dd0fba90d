"""Values typed, pasted or sent back in a workbook: what is new, changed or rejected, before anything is written.

The caller gives the cells it expects (one per element × territory × period × breakdown) with their present value; this
module matches the rows received against them. It writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from beffroi.exchange.noeuds import soigner
from beffroi.kernel.errors import InvalidInput, Problem

# (champ, titre de la colonne) dans l'ordre du classeur ; seules les cinq dernières se saisissent.
COLONNES: dict[str, str] = {
    "element": "Élément",
    "libelle": "Libellé",
    "territoire": "Territoire",
    "nom_territoire": "Nom du territoire",
    "periode": "Période",
    "ventilation": "Ventilation",
    "unite": "Unité",
    "valeur": "Valeur",
    "source": "Source",
    "piece": "Pièce",
    "commentaire": "Commentaire",
    "exportee": "Valeur exportée",
}
OBLIGATOIRES = ("element", "territoire", "periode", "valeur")
LUES = ("element", "territoire", "periode", "ventilation", "valeur", "source", "piece", "commentaire", "exportee")
TEXTES = ("source", "piece", "commentaire")
SANS_REPONSE = {"non renseigne", "non renseignee", "nr", "n.r.", "nc", "n.c.", "inconnu", "inconnue"}
_NOMBRE = re.compile(r"[-−]?(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)?")
_SERIE_DATE = range(20_000, 80_000)  # du 03/10/1954 au 10/01/2119, en jours depuis le 30/12/1899
_EPOQUE = date(1899, 12, 30)


class Cle(NamedTuple):
    """Where a value goes: permanent id of the element, code of the territory, period, breakdown (or empty)."""

    element: str
    territoire: str
    periode: str
    ventilation: str = ""


class CaseSaisie(NamedTuple):
    """One cell to fill: its key, what the person reads, its present content.

    ``entier`` refuses decimals (dwellings, places); ``minimum`` is included; ``verrouillee`` = period closed.
    """

    cle: Cle
    libelle: str = ""
    nom_territoire: str = ""
    unite: str = ""
    valeur: Decimal | None = None
    source: str = ""
    piece: str = ""
    commentaire: str = ""
    verrouillee: bool = False
    entier: bool = False
    minimum: Decimal | None = Decimal(0)

    @property
    def contenu(self) -> tuple[Decimal | None, str, str, str]:
        """What can be changed: value, source, evidence, comment."""
        return self.valeur, self.source, self.piece, self.commentaire


@dataclass(frozen=True, slots=True)
class Feuille:
    """Rows received, whatever they come from. Line 1 is the first row; ``fusions`` as ((r1, c1), (r2, c2)) from 0.

    ``erreurs``: (row, column) → text of a formula in error; ``incalculees``: formulas never computed.
    """

    nom: str
    lignes: Sequence[Sequence[Any]]
    fusions: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    erreurs: Mapping[tuple[int, int], str] = field(default_factory=dict)
    incalculees: frozenset[tuple[int, int]] = frozenset()
    programme: str | None = None
    empreinte: str = ""


class Changement(NamedTuple):
    """One cell to write: line in the file, key, content before and after."""

    ligne: int
    cle: Cle
    avant: tuple[Decimal | None, str, str, str]
    apres: tuple[Decimal | None, str, str, str]


@dataclass(frozen=True, slots=True)
class Apercu:
    """What an import would do. Nothing is written until the caller accepts ``nouvelles`` and ``changees``."""

    nouvelles: tuple[Changement, ...]
    changees: tuple[Changement, ...]
    inchangees: int
    sans_reponse: int
    rejetees: tuple[Problem, ...]
    empreinte: str = ""

    @property
    def resume(self) -> str:
        """« 12 nouvelles, 3 changées, 37 rejetées, 4 948 inchangées. »"""
        nombres = (
            (len(self.nouvelles), "nouvelle"),
            (len(self.changees), "changée"),
            (len(self.rejetees), "rejetée"),
            (self.inchangees, "inchangée"),
            (self.sans_reponse, "sans réponse"),
        )
        dits = [_compte(n, mot) for n, mot in nombres if n]
        return f"{', '.join(dits)}." if dits else "aucune ligne."


def _compte(n: int, mot: str) -> str:
    pluriel = "" if n < 2 or mot.endswith("réponse") else "s"
    return f"{n:,}".replace(",", "\u202f") + f" {mot}{pluriel}"


def nombre(recu: Any) -> Decimal:
    """A number as a French person writes it: 1 034,5 · 1034.5 · −3. Typed numbers are kept exact.

    Raises:
        ValueError: it is not a number; the message says what to do.
    """
    if isinstance(recu, bool):
        raise ValueError("est vrai ou faux, pas un nombre. Écrire 0 ou 1")
    if isinstance(recu, float) and recu.is_integer():
        return Decimal(int(recu))
    if isinstance(recu, (int, float)):
        return _propre(Decimal(repr(recu)))
    if isinstance(recu, (date, datetime, timedelta)):
        raise ValueError("est une date, pas un nombre. Donner à la cellule le format « nombre » et resaisir la valeur")
    texte = re.sub(r"[\s\u00a0\u202f]+", " ", str(recu)).strip()
    if not _NOMBRE.fullmatch(texte):
        seuls = _NOMBRE.findall(texte)
        if len(seuls) == 1:
            raise ValueError(f"n’est pas un nombre seul. Écrire {seuls[0].replace(' ', '')}, sans unité ni texte")
        raise ValueError("n’est pas un nombre. Écrire un nombre, ou « non renseigné » si la réponse manque")
    if re.fullmatch(r"\d{1,3}\.\d{3}", texte):
        raise ValueError("peut se lire mille ou décimale. Écrire sans point : 1234, ou avec une virgule : 1,234")
    return _propre(Decimal(texte.replace(" ", "").replace(",", ".").replace("−", "-")))


def _propre(valeur: Decimal) -> Decimal:
    entiere = valeur.to_integral_value()
    return entiere if valeur == entiere else valeur.normalize()


def apercu(feuille: Feuille, cases: Iterable[CaseSaisie], *, programme: str | None = None) -> Apercu:
    """Match the rows of a sheet against the expected cells.

    An empty cell never erases a value: « non renseigné » does. A value that the person did not touch since the export
    never overwrites a newer one.

    Raises:
        InvalidInput: the sheet cannot be read at all (no header, missing column, other programme).
    """
    if programme is not None and feuille.programme is not None and feuille.programme != programme:
        raise InvalidInput(
            Problem(
                soigner(f"ce classeur a été préparé pour le programme « {feuille.programme} »."),
                feuille.nom,
                conseil="Choisir ce programme, ou repartir d’un classeur du programme ouvert.",
            )
        )
    return _Lecture(feuille, cases).faire()


class _Lecture:
    def __init__(self, feuille: Feuille, cases: Iterable[CaseSaisie]) -> None:
        self.feuille = feuille
        self.cases = {c.cle: c for c in cases}
        self.elements = {c.element for c in self.cases}
        self.territoires = {c.territoire for c in self.cases}
        self.periodes = {c.periode for c in self.cases}
        self.rejets: list[Problem] = []
        self.colonnes: dict[str, int] = {}
        self.vues: dict[Cle, tuple[int, tuple[Decimal | None, str, str, str]]] = {}
        self.fusionnees: dict[int, str] = {}
        self.places: tuple[int, ...] = ()

    def faire(self) -> Apercu:
        tete = self._entete()
        self._fusions()
        recues: dict[Cle, Changement] = {}
        ambigues: set[Cle] = set()
        inchangees = vides = 0
        for rang in range(tete + 1, len(self.feuille.lignes)):
            ligne = self.feuille.lignes[rang]
            if all(v in ("", None) for v in ligne):
                continue
            lu = self._ligne(rang, ligne)
            if lu is None:
                continue
            cle, case, apres = lu
            if cle in self.vues:
                premiere, contenu = self.vues[cle]
                if contenu != apres:
                    ambigues.add(cle)
                    quoi = f"cette ligne et la ligne {premiere} donnent deux réponses à la même case."
                    self._rejet(rang, "element", quoi, "Garder une seule des deux lignes.")
                continue
            self.vues[cle] = (rang + 1, apres)
            if case.contenu == apres:
                if apres[0] is None:
                    vides += 1
                else:
                    inchangees += 1
            elif case.verrouillee:
                conseil = "Demander la réouverture de la période."
                self._rejet(rang, "valeur", f"la période {cle.periode} est verrouillée.", conseil)
            else:
                recues[cle] = Changement(rang + 1, cle, case.contenu, apres)
        for cle in ambigues:
            premiere, _ = self.vues[cle]
            quoi = "une autre ligne donne une autre réponse à la même case."
            self._rejet(premiere - 1, "element", quoi, "Garder une seule des deux lignes.")
            recues.pop(cle, None)
        garder = [c for c in recues.values() if c.cle not in ambigues]
        return Apercu(
            tuple(c for c in garder if c.avant[0] is None),
            tuple(c for c in garder if c.avant[0] is not None),
            inchangees,
            vides,
            tuple(sorted(self.rejets, key=lambda p: (p.ligne or 0, str(p.colonne)))),
            self.feuille.empreinte,
        )

    def _entete(self) -> int:
        """Row of the titles, wherever they are in the first rows and in whatever order."""
        attendus = {_simple(titre): champ for champ, titre in COLONNES.items()}
        for rang, ligne in enumerate(self.feuille.lignes[:30]):
            trouves: dict[str, int] = {}
            for colonne, valeur in enumerate(ligne):
                champ = attendus.get(_simple(valeur)) if isinstance(valeur, str) else None
                if champ is None:
                    continue
                if champ in trouves:
                    quoi = f"la colonne « {COLONNES[champ]} » est là deux fois."
                    raise self._refus(rang, quoi, "En supprimer une.")
                trouves[champ] = colonne
            if len(trouves) >= 2:
                manquent = [COLONNES[c] for c in OBLIGATOIRES if c not in trouves]
                if manquent:
                    quoi = f"il manque {'la colonne' if len(manquent) == 1 else 'les colonnes'} {', '.join(manquent)}."
                    raise self._refus(rang, quoi, "Repartir du classeur de saisie, sans changer ses titres.")
                self.colonnes = trouves
                self.places = tuple(trouves.get(c, -1) for c in Cle._fields)
                return rang
        titres = ", ".join(COLONNES[c] for c in OBLIGATOIRES)
        raise self._refus(0, "aucune ligne de titres n’est reconnue.", f"Titres attendus : {titres}.")

    def _refus(self, rang: int, quoi: str, conseil: str) -> InvalidInput:
        return InvalidInput(Problem(soigner(quoi), self.feuille.nom, rang + 1, conseil=soigner(conseil)))

    def _fusions(self) -> None:
        utiles = {c for champ, c in self.colonnes.items() if champ in LUES}
        for (l1, c1), (l2, c2) in self.feuille.fusions:
            if utiles & set(range(c1, c2 + 1)):
                for rang in range(l1, l2 + 1):
                    self.fusionnees[rang] = f"{_adresse(l1, c1)}:{_adresse(l2, c2)}"

    def _rejet(self, rang: int, champ: str, quoi: str, conseil: str) -> None:
        self.rejets.append(Problem(soigner(quoi), self.feuille.nom, rang + 1, COLONNES[champ], soigner(conseil)))

    def _cellule(self, ligne: Sequence[Any], champ: str) -> Any:
        colonne = self.colonnes.get(champ)
        valeur = ligne[colonne] if colonne is not None and colonne < len(ligne) else None
        return None if valeur == "" or (type(valeur) is str and valeur.isspace()) else valeur

    def _ligne(
        self, rang: int, ligne: Sequence[Any]
    ) -> tuple[Cle, CaseSaisie, tuple[Decimal | None, str, str, str]] | None:
        if rang in self.fusionnees:
            quoi = f"des cellules sont fusionnées ici ({self.fusionnees[rang]})."
            self._rejet(rang, "element", quoi, "Les défusionner et écrire la valeur sur chaque ligne.")
            return None
        if (self.feuille.erreurs or self.feuille.incalculees) and not self._formules_saines(rang):
            return None
        cle = self._cle(rang, ligne)
        if cle is None:
            return None
        case = self.cases[cle]
        valeur = self._valeur(rang, ligne, case)
        if valeur is _FAUTE:
            return None
        textes = [
            getattr(case, c) if (t := self._cellule(ligne, c)) is None else str(t).strip() for c in TEXTES
        ]  # une colonne absente ou vide garde ce qui est là
        return cle, case, (valeur, *textes)

    def _formules_saines(self, rang: int) -> bool:
        for champ in LUES:
            place = (rang, self.colonnes.get(champ, -1))
            if place in self.feuille.erreurs:
                quoi = f"une formule est en erreur ({self.feuille.erreurs[place]})."
                self._rejet(rang, champ, quoi, "La corriger, ou la remplacer par sa valeur.")
                return False
            if place in self.feuille.incalculees:
                conseil = "Ouvrir le classeur, laisser le tableur calculer, enregistrer."
                self._rejet(rang, champ, "une formule n’a jamais été calculée.", conseil)
                return False
        return True

    def _cle_telle_quelle(self, ligne: Sequence[Any]) -> Cle | None:
        """The key of a row left as the workbook wrote it: the usual case, and the quick one."""
        if max(self.places) >= len(ligne):
            return None
        brute = tuple("" if i < 0 else ligne[i] for i in self.places)
        return self.cases[brute].cle if brute in self.cases else None

    def _cle(self, rang: int, ligne: Sequence[Any]) -> Cle | None:
        directe = self._cle_telle_quelle(ligne)
        if directe is not None:
            return directe
        textes = {c: self._cellule(ligne, c) for c in ("element", "territoire", "periode")}
        for champ, brut in textes.items():
            if brut is None:
                self._rejet(rang, champ, f"« {COLONNES[champ]} » est vide.", "La recopier du classeur de saisie.")
                return None
        element = str(textes["element"]).strip()
        territoire = self._territoire(textes["territoire"])
        periode = self._periode(textes["periode"])
        ventilation = str(self._cellule(ligne, "ventilation") or "").strip()
        cle = Cle(element, territoire, periode, ventilation)
        if cle in self.cases:
            return cle
        for champ, lu, connus in (
            ("element", element, self.elements),
            ("territoire", territoire, self.territoires),
            ("periode", periode, self.periodes),
        ):
            if lu not in connus:
                quoi = f"« {lu} » n’est pas attendu dans « {COLONNES[champ]} »."
                self._rejet(rang, champ, quoi, f"Attendu, par exemple : {', '.join(sorted(connus)[:3])}.")
                return None
        quoi = "cette case n’est pas attendue (élément, territoire, période et ventilation ne vont pas ensemble)."
        self._rejet(rang, "element", quoi, "Repartir du classeur de saisie.")
        return None

    def _territoire(self, brut: Any) -> str:
        """A code turned into a number by a spreadsheet loses its zeros: 1004 is 01004."""
        if isinstance(brut, (int, float)) and not isinstance(brut, bool) and brut == int(brut):
            return next((c for n in (0, 5, 9) if (c := str(int(brut)).zfill(n)) in self.territoires), str(int(brut)))
        return str(brut).strip()

    def _periode(self, brut: Any) -> str:
        """A year kept as text, number, date, or serial number of a date."""
        if isinstance(brut, (int, float)) and not isinstance(brut, bool) and brut == int(brut):
            if str(int(brut)) in self.periodes or int(brut) not in _SERIE_DATE:
                return str(int(brut))
            brut = _EPOQUE + timedelta(days=int(brut))
        if isinstance(brut, datetime):
            brut = brut.date()
        if isinstance(brut, date):
            ecritures = (brut.isoformat(), f"{brut:%d/%m/%Y}", f"{brut:%Y-%m}", f"{brut:%Y}")
            return next((e for e in ecritures if e in self.periodes), f"{brut:%d/%m/%Y}")
        return str(brut).strip()

    def _valeur(self, rang: int, ligne: Sequence[Any], case: CaseSaisie) -> Any:
        brut = self._cellule(ligne, "valeur")
        if brut is None:
            return case.valeur
        if isinstance(brut, str) and _simple(brut) in SANS_REPONSE:
            return None
        try:
            lue = nombre(brut)
        except ValueError as faute:
            self._rejet(rang, "valeur", f"« {_montrer(brut)} » {faute}.", "")
            return _FAUTE
        if "exportee" in self.colonnes:
            exportee = self._cellule(ligne, "exportee")
            avant = None if exportee is None else nombre(exportee)
            if lue == avant:
                return case.valeur  # non touchée depuis l'export : ce qui est en base reste
            if case.valeur is not None and case.valeur not in (avant, lue):
                alors = "sans réponse" if avant is None else _dire(avant)
                quoi = f"cette case a changé depuis l’export ({alors} alors, {_dire(case.valeur)} maintenant)."
                self._rejet(rang, "valeur", quoi, "Vérifier avec son auteur, puis repartir d’un nouveau classeur.")
                return _FAUTE
        if case.entier and lue != lue.to_integral_value():
            quoi = f"« {_dire(lue)} » n’est pas un nombre entier{f' de {case.unite}' if case.unite else ''}."
            self._rejet(rang, "valeur", quoi, "Écrire un nombre entier.")
            return _FAUTE
        if case.minimum is not None and lue < case.minimum:
            self._rejet(rang, "valeur", f"« {_dire(lue)} » est sous {_dire(case.minimum)}.", "Vérifier la saisie.")
            return _FAUTE
        return lue


_FAUTE = object()


def _simple(texte: Any) -> str:
    sans = unicodedata.normalize("NFKD", str(texte).casefold())
    return " ".join("".join(c for c in sans if not unicodedata.combining(c)).replace("’", "'").split())


def _montrer(valeur: Any) -> str:
    if isinstance(valeur, (date, datetime)):
        return f"{valeur:%d/%m/%Y}"
    texte = " ".join(str(valeur).split())
    return texte if len(texte) <= 40 else texte[:37] + "…"


def _dire(valeur: Decimal) -> str:
    return f"{valeur:,f}".replace(",", "\u202f").replace(".", ",").replace("-", "−")


def _adresse(rang: int, colonne: int) -> str:
    lettres = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        lettres = chr(65 + reste) + lettres
    return f"{lettres}{rang + 1}"
