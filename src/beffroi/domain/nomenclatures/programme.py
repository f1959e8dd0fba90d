"""Listes fermées du programme : nature, actes, produits, périodicités, natures de dépense.

Sources : CCH, art. R. 302-1 à R. 302-13 (PLH) ; produits de logement : CCH, art. L. 302-1 IV et R. 302-1-3.
"""

from enum import StrEnum


class NatureProgramme(StrEnum):
    """Nature du document suivi."""

    PLH = "plh"
    CRTE = "crte"
    PCAET = "pcaet"
    AUTRE = "autre"


class NatureSection(StrEnum):
    """Partie que la loi demande à un PLH (CCH, art. R. 302-1 et L. 302-1 III)."""

    DIAGNOSTIC = "diagnostic"
    ORIENTATIONS = "orientations"
    ACTIONS = "actions"
    OBSERVATOIRE = "observatoire"


LIBELLE_SECTION: dict[NatureSection, str] = {
    NatureSection.DIAGNOSTIC: "Diagnostic",
    NatureSection.ORIENTATIONS: "Document d’orientations",
    NatureSection.ACTIONS: "Programme d’actions",
    NatureSection.OBSERVATOIRE: "Observatoire de l’habitat et du foncier",
}

# Texte qui demande chaque partie, tel qu'il s'imprime.
TEXTE_SECTION: dict[NatureSection, str] = {
    NatureSection.DIAGNOSTIC: "CCH, art. L. 302-1 III et R. 302-1-1",
    NatureSection.ORIENTATIONS: "CCH, art. L. 302-1 II et R. 302-1-2",
    NatureSection.ACTIONS: "CCH, art. L. 302-1 IV et R. 302-1-3",
    NatureSection.OBSERVATOIRE: "CCH, art. L. 302-1 III et R. 302-1-4",
}


class NatureActe(StrEnum):
    """Acte daté de la vie du programme."""

    ENGAGEMENT = "engagement"
    ARRET_PROJET = "arret_projet"
    ADOPTION = "adoption"
    TRANSMISSION = "transmission"
    EXECUTOIRE = "executoire"
    SIGNATURE = "signature"
    MODIFICATION = "modification"
    PROROGATION = "prorogation"
    FIN = "fin"


LIBELLE_ACTE: dict[NatureActe, str] = {
    NatureActe.ENGAGEMENT: "engagement",
    NatureActe.ARRET_PROJET: "arrêt du projet",
    NatureActe.ADOPTION: "adoption",
    NatureActe.TRANSMISSION: "transmission",
    NatureActe.EXECUTOIRE: "caractère exécutoire",
    NatureActe.SIGNATURE: "signature",
    NatureActe.MODIFICATION: "modification",
    NatureActe.PROROGATION: "prorogation",
    NatureActe.FIN: "fin",
}


class Produit(StrEnum):
    """Produit de logement sur lequel porte un objectif."""

    TOUS = "tous"
    LOGEMENT_LOCATIF_SOCIAL = "logement_locatif_social"
    PLAI = "plai"
    PLUS = "plus"
    PLS = "pls"
    ACCESSION_SOCIALE = "accession_sociale"
    ACCESSION_ABORDABLE = "accession_abordable"
    LOCATIF_PRIVE = "locatif_prive"
    LIBRE = "libre"


LIBELLE_PRODUIT: dict[Produit, str] = {
    Produit.TOUS: "tous logements",
    Produit.LOGEMENT_LOCATIF_SOCIAL: "logements locatifs sociaux",
    Produit.PLAI: "PLAI",
    Produit.PLUS: "PLUS",
    Produit.PLS: "PLS",
    Produit.ACCESSION_SOCIALE: "accession sociale",
    Produit.ACCESSION_ABORDABLE: "accession abordable",
    Produit.LOCATIF_PRIVE: "locatif privé",
    Produit.LIBRE: "libre",
}


class Periodicite(StrEnum):
    """Ce que vaut un nombre du programme : par exercice, ou pour toute la durée."""

    ANNUELLE = "annuelle"
    PERIODE = "periode"


class ModeExercice(StrEnum):
    """Façon de découper le programme en exercices."""

    ANNEES_CIVILES = "annees_civiles"
    DOUZE_MOIS = "douze_mois"


class NatureDepense(StrEnum):
    """Nature d'une ligne budgétaire."""

    INVESTISSEMENT = "investissement"
    FONCTIONNEMENT = "fonctionnement"
    ETP = "etp"
    AIDE_UNITAIRE = "aide_unitaire"
    NON_PRECISEE = "non_precisee"


class BaseMontant(StrEnum):
    """Ce à quoi s'applique un montant : un total, une année, un logement, une place, un dossier, une unité."""

    TOTAL = "total"
    AN = "an"
    LOGEMENT = "logement"
    PLACE = "place"
    DOSSIER = "dossier"
    UNITE = "unite"
    NON_PRECISEE = "non_precisee"


class PlacementAnnee(StrEnum):
    """Comment l'année d'un montant du calendrier est connue."""

    EXACT = "exact"
    DEDUIT = "deduit"
    ILLISIBLE = "illisible"


LIBELLE_PLACEMENT: dict[PlacementAnnee, str] = {
    PlacementAnnee.EXACT: "autant de montants que d'années",
    PlacementAnnee.DEDUIT: "année déduite de la fiche ou de la période",
    PlacementAnnee.ILLISIBLE: "année illisible dans le texte",
}


class Borne(StrEnum):
    """Ce que dit un nombre du programme : un minimum, un maximum, une cible, un ordre de grandeur."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    CIBLE = "cible"
    ENVIRON = "environ"


class NatureNote(StrEnum):
    """Nature d'une note attachée au programme."""

    CONTRADICTION = "contradiction"
    LACUNE = "lacune"
    LECTURE = "lecture"
    CONTEXTE = "contexte"
