"""Relit un document et dit si chaque valeur d'un programme se trouve à la ligne qu'elle annonce.

Ne sert qu'aux tests : relecture indépendante de l'écriture des programmes livrés.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from beffroi.domain.programme.modele import FicheAction, Lieu, Note, Programme, ValeurTerritoire

_NOMBRE = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPE = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?:,\d+)?(?!\d)")
_ECHELLE = re.compile(
    r"(?P<n>\d+(?: \d{3})*(?:[.,]\d+)?) ?(?P<u>millions?|milliards?|mds?\b|m ?d['’]?€|m€|k€|ke\b|m(?=\b))",
    re.IGNORECASE,
)
_MOTS = {"zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
         "neuf": 9, "dix": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "moitie": 50,
         "dizaine": 10, "vingtaine": 20, "trentaine": 30, "centaine": 100}  # fmt: skip
_RYTHME = {
    1: "annuel|chaque annee|par an|/an|une fois par an|1 fois par an",
    2: "semestr|deux fois par an|2 fois par an|2 par an",
    4: "trimestr",
    6: "tous les deux mois|bimestr",
    12: "mensu|par mois|chaque mois",
}
# Qui s'engage : un nom, ou ce par quoi le texte le désigne (ses opérateurs, ses crédits, ses programmes).
_QUI = {
    "État": r"\betat\b|gouvernement|\bvnf\b|agence de l'eau|\bars\b|new deal|plan de relance",
    "Valenciennes Métropole": r"\bcavm\b|valenciennes metropole|deux agglomerations",
    "La Porte du Hainaut": r"\bcaph\b|porte du hainaut|deux agglomerations",
}
_TEXTES = ("libelle", "texte", "titre", "nom", "perimetre", "conditions", "plafond", "frequence", "echeance", "periode")
_CHIFFRES = ("valeur", "quantite", "quantite_maximale", "montant", "montant_maximal", "cible", "etp", "annee", "annee_fin",
             "communes", "logements", "plafond", "moyenne_annuelle")  # fmt: skip


def simple(texte: str) -> str:
    """Minuscules sans accent, espaces simples."""
    texte = unicodedata.normalize("NFKD", texte.lower().replace("œ", "oe").replace("’", "'"))
    return " ".join("".join(c for c in texte if not unicodedata.combining(c)).split())


def passage(lignes: list[str], lieu: Lieu) -> str:
    """Texte des lignes d'un lieu, mots coupés recollés."""
    assert lieu.ligne is not None
    texte = "\n".join(ligne.strip() for ligne in lignes[lieu.ligne - 1 : lieu.fin or lieu.ligne] if ligne.strip())
    texte = re.sub(r"(?<=\w)-\n(?=\w)", "-", texte).replace("\n", " ")
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def nombres(texte: str) -> set[Decimal]:
    """Nombres lus dans un texte : en chiffres (milliers à la française, k€, M€) ou en lettres."""
    lus = {Decimal(n.replace(",", ".")) for n in _NOMBRE.findall(texte)}
    lus |= {Decimal(n.replace(" ", "").replace(",", ".")) for n in _GROUPE.findall(texte)}
    lus |= {Decimal(a) / Decimal(b) for a, b in re.findall(r"\b(\d+)/(\d+)\b", texte) if int(b)}
    lus |= {Decimal(n.replace(".", "")) for n in re.findall(r"\b\d{1,3}(?:\.\d{3})+\b", texte)}
    for m in _ECHELLE.finditer(texte):
        unite = m["u"].lower()
        facteur = (
            1_000 if unite.startswith("k") else 1_000_000_000 if unite.startswith(("milliard", "md")) else 1_000_000
        )
        lus.add(Decimal(m["n"].replace(" ", "").replace(",", ".")) * facteur)
    if re.search(r"m ?€|millions?", texte, re.IGNORECASE):  # « 5 M€ au global, dont 2.5 pour… »
        lus |= {Decimal(n.replace(",", ".")) * 1_000_000 for n in re.findall(r"\d+[.,]\d+", texte)}
    lus |= {Decimal(_MOTS[m]) for m in re.findall(r"[a-z]+", simple(texte)) if m in _MOTS}
    return lus


def nombres_ecrits(texte: str) -> set[Decimal]:
    """Nombres en chiffres d'un de nos textes, milliers recollés."""
    texte = re.sub(r"(?<=\d)[ \u202f\u00a0](?=\d{3}(?!\d))", "", texte)
    return {Decimal(n.replace(",", ".")) for n in _NOMBRE.findall(texte)}


def mots(texte: str) -> set[str]:
    """Racines (cinq lettres) des mots qui comptent."""
    return {m[:5] for m in re.findall(r"[a-z0-9]{3,}", simple(texte)) if len(m) >= 4} | {
        m.lower() for m in re.findall(r"\b[A-Z0-9]{2,}\b", texte)
    }


def ecarts(programme: Programme, documents: dict[str, list[str]]) -> tuple[int, list[str]]:
    """(valeurs relues, phrases de ce qui ne se trouve pas à sa ligne)."""
    releve = _Releve(programme, documents)
    releve.visiter(programme, programme.id)
    return releve.relus, releve.fautes


class _Releve:
    def __init__(self, programme: Programme, documents: dict[str, list[str]]) -> None:
        self.p, self.documents = programme, documents
        self.defaut = programme.documents[0].id if programme.documents else ""
        self.relus = 0
        self.fautes: list[str] = []

    def texte(self, lieu: Lieu) -> str | None:
        lignes = self.documents.get(lieu.document or self.defaut)
        if lignes is None or lieu.ligne is None:
            return None
        if (lieu.fin or lieu.ligne) > len(lignes):
            return ""
        return passage(lignes, lieu)

    def attendre(self, vrai: bool, qui: str, quoi: str, lieu: Lieu, texte: str) -> None:
        self.relus += 1
        if not vrai:
            self.fautes.append(f"{qui} : {quoi} absent de l.{lieu.ligne}-{lieu.fin or lieu.ligne} « {texte[:160]} »")

    def visiter(self, objet: Any, qui: str) -> None:
        nom = getattr(objet, "id", None) or getattr(objet, "commune", None) or getattr(objet, "secteur", None)
        qui = f"{qui}/{nom}" if nom else qui
        if isinstance(objet, Note):
            self.note(objet, qui)
            return
        lieu = getattr(objet, "lieu", None)
        if lieu is not None:
            self.element(objet, lieu, qui)
        if isinstance(objet, FicheAction):
            self.rubriques(objet, qui)
        for enfant in _enfants(objet):
            self.visiter(enfant, qui)

    def element(self, objet: Any, lieu: Lieu, qui: str) -> None:
        texte = self.texte(lieu)
        if texte is None:
            return
        self.attendre(bool(texte.strip()), qui, "tout texte", lieu, texte)
        lus = nombres(texte)
        for champ in _CHIFFRES:
            valeur = getattr(objet, champ, None)
            if isinstance(valeur, (int, Decimal)) and not isinstance(valeur, bool):
                self.attendre(Decimal(valeur) in lus, qui, f"{champ} {valeur}", lieu, texte)
        taux = getattr(objet, "taux", None)
        if taux is not None:
            self.attendre(taux * 100 in lus and "%" in texte, qui, f"taux {taux}", lieu, texte)
        for champ in ("par_an", "minimum_par_an"):
            rythme = getattr(objet, champ, None)
            if rythme is not None:
                dit = re.search(_RYTHME.get(int(rythme), "$a"), simple(texte)) is not None
                compte = Decimal(rythme) in lus and re.search("par an|/ ?an|annuel", simple(texte)) is not None
                self.attendre(dit or compte, qui, f"{champ} {rythme}", lieu, texte)
        for montant in (*(getattr(objet, "par_annee", None) or {}).values(), *getattr(objet, "montants", ())):
            self.attendre(montant in lus, qui, f"montant {montant}", lieu, texte)
        if isinstance(objet, ValeurTerritoire) and objet.commune is not None:
            ecrit = self.p.noms_communes[objet.commune]
            colle = re.sub("[^a-z]", "", simple(texte))
            self.attendre(re.sub("[^a-z]", "", simple(ecrit)) in colle, qui, ecrit, lieu, texte)
        if isinstance(objet, ValeurTerritoire) and objet.libre and objet.valeur is None:
            self.attendre("objectif libre" in simple(texte), qui, "objectif libre", lieu, texte)
        for engage in getattr(objet, "engages", ()):
            motif = _QUI.get(engage)
            nomme = re.search(motif, simple(texte)) is not None if motif else bool(mots(engage) & mots(texte))
            self.attendre(nomme, qui, f"engagé {engage}", lieu, texte)
        for champ in _TEXTES:
            ecrit = getattr(objet, champ, None)
            if isinstance(ecrit, str) and hasattr(objet, "id") and not isinstance(objet, FicheAction):
                self.attendre(nombres_ecrits(ecrit) <= lus, qui, f"{champ} « {ecrit} »", lieu, texte)
                principal = "libelle" if hasattr(objet, "libelle") else "texte"
                if champ in (principal, "titre", "nom"):
                    self.attendre(bool(mots(ecrit) & mots(texte)), qui, f"mots de « {ecrit} »", lieu, texte)

    def rubriques(self, fiche: FicheAction, qui: str) -> None:
        for champ, lieu in fiche.lieux.items():
            texte = self.texte(lieu)
            if texte is None:
                continue
            valeur = getattr(fiche, champ)
            if champ == "liens":
                self.grille(fiche, lieu, qui, texte)
                continue
            for ecrit in (valeur,) if isinstance(valeur, str) else valeur or ():
                self.attendre(nombres_ecrits(ecrit) <= nombres(texte), qui, f"{champ} « {ecrit} »", lieu, texte)
                if champ == "titre":
                    communs, tous = mots(ecrit) & mots(texte), mots(ecrit)
                    self.attendre(communs == tous, qui, f"titre « {ecrit} » ({tous - communs})", lieu, texte)
                else:
                    trouve = bool(mots(ecrit) & mots(texte)) or simple(ecrit) in simple(texte)
                    self.attendre(trouve, qui, f"{champ} « {ecrit} »", lieu, texte)

    def grille(self, fiche: FicheAction, lieu: Lieu, qui: str, texte: str) -> None:
        """Grille d'articulation : une croix par lien, ni plus ni moins (la fiche elle-même exceptée)."""
        croix = set(re.findall(r"\bX Fiche Action n°(\d+)", texte)) - {fiche.numero}
        numeros = {a.id: a.numero for a in self.p.actions}
        liens = {numeros[lien] for lien in fiche.liens if lien in numeros}
        self.attendre(croix == liens, qui, f"grille {sorted(liens)} pour {sorted(croix)}", lieu, texte)

    def note(self, note: Note, qui: str) -> None:
        for lieu in note.lieux:
            texte = self.texte(lieu)
            if texte is not None:
                commun = (nombres_ecrits(note.texte) & nombres(texte)) or (mots(note.texte) & mots(texte))
                self.attendre(bool(commun), qui, "tout mot ou nombre de la note", lieu, texte)


def _enfants(objet: Any) -> Iterator[Any]:
    for champ in dataclasses.fields(objet):
        valeur = getattr(objet, champ.name)
        if dataclasses.is_dataclass(valeur):
            yield valeur
        elif isinstance(valeur, tuple):
            yield from (v for v in valeur if dataclasses.is_dataclass(v))
