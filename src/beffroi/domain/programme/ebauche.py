"""Un PLH vide : ses parties légales, ses communes, sa liste SRU, des objectifs à écrire. Aucun chiffre inventé.

Source : CCH, art. L. 302-1 et R. 302-1 à R. 302-1-4 (contenu et durée du programme).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from beffroi.domain.nomenclatures.programme import (
    LIBELLE_SECTION,
    TEXTE_SECTION,
    ModeExercice,
    NatureProgramme,
    NatureSection,
    Periodicite,
    Produit,
)
from beffroi.domain.programme.inventaire import InventaireSru
from beffroi.domain.programme.modele import (
    Decoupage,
    ObjectifTerritorial,
    Programme,
    Secteur,
    Section,
    ValeurTerritoire,
)
from beffroi.domain.programme.parametres import PARAMETRES
from beffroi.kernel.errors import InvalidInput, Problem

VERSION = "brouillon"
DERNIERE_ANNEE = 2100
TITRE_MAXIMAL, COURT_MAXIMAL = 300, 80
OBJECTIFS = (
    ("production_logement", "Logements à produire par an", Produit.TOUS),
    ("logement_locatif_social", "Logements locatifs sociaux à produire par an", Produit.LOGEMENT_LOCATIF_SOCIAL),
)


def duree_plh(annee: int) -> int:
    """Durée légale, en années, d'un PLH qui commence cette année-là (CCH, art. L. 302-1 II)."""
    return PARAMETRES("duree_plh", date(annee, 1, 1)).entier


def premiere_annee() -> int:
    """Première année civile entière où la durée légale du PLH est connue ici."""
    return min(v.du.year for v in PARAMETRES.values["duree_plh"]) + 1


def titre_propose(nom: str, annee: int) -> str:
    """« Programme local de l'habitat 2027-2032, Métropole de Lyon »."""
    return f"Programme local de l’habitat {annee}-{annee + duree_plh(annee) - 1}, {nom}"


def plh_vide(
    siren: str,
    nom: str,
    communes: Mapping[str, str],
    annee: int,
    *,
    titre: str = "",
    inventaire_sru: InventaireSru | None = None,
) -> Programme:
    """Le PLH vide d'un EPCI, en version « brouillon ».

    Args:
        siren: numéro SIREN de l'EPCI, ``nom`` son nom.
        communes: code INSEE → nom de chaque commune de l'EPCI.
        annee: première année civile ; la durée est celle de la loi.
        titre: titre choisi ; à défaut ``titre_propose``.
        inventaire_sru: lignes de l'inventaire ; ``None`` = inventaire non chargé.

    Raises:
        InvalidInput: première année hors du raisonnable, titre trop long.
    """
    if not premiere_annee() <= annee <= DERNIERE_ANNEE:
        raise InvalidInput(
            Problem(
                f"la première année attend une année de {premiere_annee()} à {DERNIERE_ANNEE} ; reçu : {annee}.",
                colonne="première année",
                conseil="Écrivez quatre chiffres, comme 2027.",
            )
        )
    titre = " ".join(titre.split()) or titre_propose(nom, annee)
    if len(titre) > TITRE_MAXIMAL:
        message = f"le titre compte {len(titre)} caractères ; {TITRE_MAXIMAL} au plus."
        raise InvalidInput(Problem(message, colonne="titre", conseil="Raccourcissez-le."))
    duree = duree_plh(annee)
    fin = annee + duree - 1
    codes = tuple(sorted(communes))
    court = f"PLH {annee}-{fin}, {nom}"
    return Programme(
        id=f"plh-{siren}-{annee}",
        nature=NatureProgramme.PLH,
        titre=titre,
        titre_court=court if len(court) <= COURT_MAXIMAL else court[: COURT_MAXIMAL - 1].rstrip(" ,-") + "…",
        collectivites=(siren,),
        decoupage=Decoupage(
            mode=ModeExercice.ANNEES_CIVILES,
            debut=date(annee, 1, 1),
            nombre=duree,
            mention=f"Programme en préparation : {duree} années civiles depuis {annee}, à remplacer par la date exécutoire.",
        ),
        version=VERSION,
        secteurs=(Secteur(id="ensemble", nom="Ensemble des communes", communes=codes),),
        noms_communes={c: communes[c] for c in codes},
        objectif_reference=OBJECTIFS[0][0],
        objectifs=tuple(
            ObjectifTerritorial(
                id=ident,
                libelle=libelle,
                unite="logement",
                produit=produit,
                periodicite=Periodicite.ANNUELLE,
                valeurs=tuple(ValeurTerritoire(valeur=None, commune=c) for c in codes),
            )
            for ident, libelle, produit in OBJECTIFS
        ),
        sections=tuple(
            Section(id=f"section-{n.value}", nature=n, titre=LIBELLE_SECTION[n], texte=TEXTE_SECTION[n])
            for n in NatureSection
        ),
        inventaire_sru=inventaire_sru,
    )
