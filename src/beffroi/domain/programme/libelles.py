"""Nommer en français les éléments d'un programme et leurs champs."""

from __future__ import annotations

from typing import Any, Literal

from beffroi.domain.programme.modele import (
    DocumentSource,
    Engagement,
    FicheAction,
    IndicateurProgramme,
    Instance,
    Jalon,
    LigneBudgetaire,
    LigneCalendrier,
    Mesure,
    MoyenHumain,
    Note,
    ObjectifAction,
    ObjectifTerritorial,
    Orientation,
    Programme,
    RegleFinancement,
    Secteur,
    Section,
    SeriePubliee,
)

Genre = Literal["m", "f"]

_NOMS: dict[type, tuple[Genre, str]] = {
    Programme: ("m", "programme"),
    Orientation: ("f", "orientation"),
    FicheAction: ("f", "action"),
    Mesure: ("f", "mesure"),
    ObjectifAction: ("m", "objectif"),
    LigneBudgetaire: ("f", "ligne budgétaire"),
    MoyenHumain: ("m", "moyen humain"),
    Jalon: ("m", "jalon"),
    IndicateurProgramme: ("m", "indicateur"),
    ObjectifTerritorial: ("m", "objectif territorial"),
    SeriePubliee: ("f", "série"),
    Secteur: ("m", "secteur"),
    Section: ("f", "partie"),
    Instance: ("f", "instance"),
    RegleFinancement: ("f", "aide"),
    LigneCalendrier: ("f", "ligne du calendrier"),
    Engagement: ("m", "engagement"),
    Note: ("f", "note"),
    DocumentSource: ("m", "document"),
}

_CHAMPS: dict[str, str] = {
    "actes": "actes",
    "adresse": "adresse",
    "annee": "année",
    "annee_fin": "dernière année",
    "base": "base du montant",
    "borne": "sens du nombre",
    "catalogue": "indicateurs du catalogue",
    "cible": "cible",
    "collectivites": "collectivités",
    "communes": "communes",
    "comprise_dans": "ligne qui la comprend",
    "concerne": "éléments concernés",
    "conditions": "conditions",
    "conflit": "conflit",
    "contenu": "contenu",
    "contexte": "contexte",
    "date": "date",
    "decoupage": "découpage en exercices",
    "depend_de": "fiches à mener avant",
    "echeance": "échéance",
    "engages": "engagés",
    "etp": "équivalents temps plein",
    "fichier": "fichier",
    "fiche": "fiche",
    "fictif": "caractère fictif",
    "financeur": "financeur",
    "frequence": "fréquence",
    "groupe": "groupe",
    "identique_a": "répétition de",
    "inventaire_sru": "inventaire SRU",
    "libelle": "libellé",
    "libelle_court": "libellé court",
    "liens": "liens",
    "lieux": "lieux",
    "lignes_fiche": "lignes des fiches",
    "matrice_mixite": "matrice de mixité",
    "membres": "membres",
    "minimum_par_an": "réunions dues par an",
    "montant": "montant",
    "montant_maximal": "montant maximal",
    "montants": "montants",
    "moyenne_annuelle": "moyenne annuelle",
    "nature": "nature",
    "nom": "nom",
    "noms_communes": "nom de commune",
    "note": "note",
    "notes": "notes",
    "numero": "numéro",
    "objectif_reference": "objectif de référence",
    "orientation": "orientation",
    "par_an": "nombre par an",
    "par_annee": "valeur par année",
    "parente": "orientation parente",
    "partenaires": "partenaires",
    "perimetre": "périmètre",
    "periode": "période",
    "periodicite": "périodicité",
    "pilote_implicite": "pilote supposé",
    "pilotes": "pilotes",
    "placement": "année connue",
    "plafond": "plafond",
    "plafond_base": "base du plafond",
    "produit": "produit",
    "quantite": "quantité",
    "quantite_maximale": "quantité maximale",
    "recurrence": "récurrence",
    "reference": "objectif de référence",
    "role": "rôle",
    "sommable": "additionnable",
    "statut": "statut",
    "taxe": "taxe",
    "texte": "texte",
    "titre": "titre",
    "titre_court": "titre court",
    "totaux_publies": "total publié",
    "unite": "unité",
    "valeurs": "valeur",
}


def genre_et_nom(objet: Any) -> tuple[Genre, str]:
    """Genre grammatical et nom d'un élément : ``("f", "action 3 « Reconquérir… »")``."""
    genre, nom = _NOMS[type(objet)]
    numero = getattr(objet, "numero", None)
    if numero is not None:
        nom = f"{nom} {numero}"
    titre = next((t for c in ("titre", "libelle", "nom", "texte") if (t := getattr(objet, c, None))), None)
    if titre is None and isinstance(objet, FicheAction):
        return genre, f"{nom} (titre absent)"
    return genre, f"{nom} «\u00a0{_court(titre or objet.id)}\u00a0»"


def champ_libelle(champ: str) -> str:
    """Nom français d'un champ du modèle."""
    return _CHAMPS[champ]


def accorder(participe: str, genre: Genre) -> str:
    """« ajouté » ou « ajoutée »."""
    return participe + ("e" if genre == "f" else "")


def _court(texte: str, longueur: int = 70) -> str:
    return texte if len(texte) <= longueur else texte[: longueur - 1].rsplit(" ", 1)[0] + "…"
