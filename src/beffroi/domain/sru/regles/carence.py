"""Carence : déclenchement, délais, majoration, obligations qui en découlent ; état d'une commune."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import EtatSru
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import DUFLOT
from beffroi.domain.sru.regles.objectif import LogementSocial, ResidencePrincipale, TauxLegal, controler_taux_legal
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months, add_years
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, exact

CARENCE = LegalRef("CCH", "L. 302-9-1")

Objectif = Annotated[int, Entree("Objectif triennal", "logement", minimum=0)]
Realise = Annotated[int, Entree("Logements sociaux réalisés dans la période", "logement", minimum=0)]


@rule(id="sru.carence", label="Motifs de carence au terme d'une période", legal=CARENCE, since=DUFLOT)
def carence(
    etapes: Etapes,
    *,
    le: date,
    objectif: Objectif,
    realise: Realise,
    repartition_conforme: Annotated[bool | None, Entree("Répartition PLAI et PLS conforme")] = None,
) -> dict[str, Any]:
    """Motifs qui ouvrent la procédure de carence : le nombre, ou la répartition des financements.

    Donne aussi le minimum de la majoration, part non réalisée de l'objectif, et son maximum.
    """
    multiple = PARAMETRES("multiple_prelevement_majore", le)
    motifs: list[str] = []
    manque = etapes.ajouter("Logements non réalisés", max(0, objectif - realise), "logement", legal=CARENCE)
    if manque:
        motifs.append("nombre")
    if repartition_conforme is None:
        etapes.avertir("Répartition des financements non renseignée : elle peut suffire à ouvrir la procédure.")
    elif not repartition_conforme:
        motifs.append("repartition")
    minimum = exact(manque) / objectif if objectif else Decimal(0)
    etapes.ajouter("Majoration minimale", minimum, "part", legal=CARENCE)
    maximum = etapes.ajouter("Majoration maximale", multiple.decimal - 1, "part", parametre=multiple)
    if motifs:
        etapes.avertir(
            "La carence n'est pas automatique : le préfet pèse l'écart, les difficultés et les projets en cours."
        )
    return {
        "procedure_ouverte": bool(motifs),
        "motifs": motifs,
        "majoration_minimale": minimum if manque else Decimal(0),
        "majoration_maximale": maximum,
    }


@rule(id="sru.delais_carence", label="Délais de la procédure de carence", legal=CARENCE, since=DUFLOT)
def delais_carence(
    etapes: Etapes,
    *,
    le: date,
    information: Annotated[date, Entree("Information du maire par le préfet")],
    arrete: Annotated[date | None, Entree("Signature de l'arrêté de carence")] = None,
) -> dict[str, Any]:
    """Fin du délai d'observations, début et fin de la majoration (au plus trois ans depuis le 1er janvier suivant)."""
    delai, duree = PARAMETRES("delai_observations", information), PARAMETRES("duree_carence", information)
    fin_observations = etapes.ajouter(
        "Observations du maire jusqu'au", add_months(information, delai.entier), "date", parametre=delai
    )
    debut = fin = None
    if arrete is not None:
        if arrete < information:
            raise InvalidInput(Problem("le champ « Signature de l'arrêté de carence » précède l'information du maire."))
        if arrete < fin_observations:
            etapes.avertir("L'arrêté est signé avant la fin du délai d'observations.")
        debut = etapes.ajouter("Majoration à compter du", date(arrete.year + 1, 1, 1), "date", legal=CARENCE)
        fin = etapes.ajouter("Majoration au plus jusqu'au", add_years(debut, duree.entier), "date", parametre=duree)
    return {"fin_observations": fin_observations, "debut_majoration": debut, "fin_majoration": fin}


@rule(
    id="sru.obligation_operation",
    label="Logements sociaux imposés dans une opération",
    legal=LegalRef("CCH", "L. 302-9-1-2 et L. 302-5 III ter"),
    since=date(2023, 1, 1),
)
def obligation_operation(
    etapes: Etapes,
    *,
    le: date,
    logement: Annotated[int, Entree("Logements familiaux de l'opération", "logement", minimum=0)],
    surface: Annotated[Decimal, Entree("Surface de plancher", "m2", minimum=0)],
    commune_carencee: Annotated[bool, Entree("Commune carencée")],
    exemptee_inconstructible: Annotated[
        bool, Entree("Commune exemptée pour inconstructibilité, hors zone détendue")
    ] = False,
) -> dict[str, Any]:
    """Nombre minimal de logements sociaux d'une opération de plus de 12 logements ou de plus de 800 m².

    30 % hors PLS dans une commune carencée, 25 % dans une commune exemptée pour inconstructibilité. Le préfet peut
    déroger sur demande motivée de la commune.
    """
    taille, metres = PARAMETRES("operation_logement", le), PARAMETRES("operation_surface", le)
    soumise = logement > taille.entier or surface > metres.decimal
    etapes.ajouter("Opération au-dessus des seuils", soumise, parametre=(taille, metres))
    if not soumise or not (commune_carencee or exemptee_inconstructible):
        etapes.ajouter("Logements sociaux au moins", 0, "logement", note="aucune obligation")
        return {"minimum": 0, "hors_pls": False}
    part = PARAMETRES("part_sociale_carence" if commune_carencee else "part_sociale_inconstructible", le)
    minimum = etapes.ajouter("Logements sociaux au moins", ceiling(logement * part.decimal), "logement", parametre=part)
    return {"minimum": minimum, "hors_pls": commune_carencee}


def etat_commune(
    *,
    soumise: bool,
    deficitaire: bool | None,
    exemptee: bool,
    information: date | None,
    arrete: date | None,
    fin_majoration: date | None,
    objectif_atteint: bool | None,
    le: date,
) -> EtatSru:
    """État d'une commune, du plus grave au plus léger."""
    if not soumise:
        return EtatSru.NON_SOUMISE
    if arrete is not None and arrete <= le and (fin_majoration is None or le < fin_majoration):
        return EtatSru.CARENCEE
    if information is not None and information <= le and arrete is None:
        return EtatSru.PROCEDURE_CARENCE
    if not deficitaire:
        return EtatSru.CONFORME
    if exemptee:
        return EtatSru.DEFICITAIRE_EXEMPTEE
    return EtatSru.OBJECTIF_NON_ATTEINT if objectif_atteint is False else EtatSru.DEFICITAIRE


@rule(
    id="sru.etat",
    label="État d'une commune au regard de la loi SRU",
    legal=LegalRef("CCH", "L. 302-5 à L. 302-9-1"),
    since=DUFLOT,
)
def etat(
    etapes: Etapes,
    *,
    le: date,
    soumise: Annotated[bool, Entree("Commune soumise")],
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    exemptee: Annotated[bool, Entree("Commune exemptée")] = False,
    objectif: Annotated[int | None, Entree("Objectif de la période échue", "logement", minimum=0)] = None,
    realise: Annotated[int | None, Entree("Logements réalisés dans la période échue", "logement", minimum=0)] = None,
    repartition_conforme: Annotated[bool | None, Entree("Répartition PLAI et PLS conforme")] = None,
    information: Annotated[date | None, Entree("Information du maire par le préfet")] = None,
    arrete: Annotated[date | None, Entree("Signature de l'arrêté de carence")] = None,
    fin_majoration: Annotated[date | None, Entree("Fin de la majoration fixée par l'arrêté")] = None,
) -> EtatSru:
    """État à la date ``le`` : non soumise, conforme, déficitaire (exemptée ou non), objectif non atteint, en procédure
    de carence, carencée. La fin de la majoration est celle de l'arrêté ; à défaut, son maximum légal.
    """
    controler_taux_legal(taux_legal, le)
    deficitaire = etapes.ajouter("Sous le taux légal", logement_social < residence_principale * taux_legal)
    atteint: bool | None = None
    if objectif is not None and realise is not None:
        atteint = realise >= objectif and repartition_conforme is not False
        etapes.ajouter("Objectif de la période échue atteint", atteint, legal=CARENCE)
    elif deficitaire and soumise and not exemptee:
        etapes.avertir("Bilan de la période échue non renseigné : l'atteinte de l'objectif n'est pas jugée.")
    if arrete is not None and fin_majoration is None:
        duree = PARAMETRES("duree_carence", arrete)
        fin_majoration = etapes.ajouter(
            "Fin de la majoration, au plus",
            add_years(date(arrete.year + 1, 1, 1), duree.entier),
            "date",
            parametre=duree,
        )
    resultat = etat_commune(
        soumise=soumise,
        deficitaire=deficitaire,
        exemptee=exemptee,
        information=information,
        arrete=arrete,
        fin_majoration=fin_majoration,
        objectif_atteint=atteint,
        le=le,
    )
    return etapes.ajouter("État", resultat)
