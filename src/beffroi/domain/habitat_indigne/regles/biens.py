"""Biens sans maître et abandon manifeste : qui, quand, combien de temps."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from beffroi.domain.habitat_indigne.modele import OrigineBien, SecteurSuccession
from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule


@rule(
    id="habitat_indigne.bien_sans_maitre",
    label="Acquisition d'un bien sans maître",
    legal=LegalRef("CGPPP", "L. 1123-1 et L. 1123-3"),
    since=date(2006, 7, 1),
)
def bien_sans_maitre(
    etapes: Etapes,
    *,
    le: date,
    origine: Annotated[OrigineBien, Entree("Origine")],
    deces: Annotated[date | None, Entree("Ouverture de la succession")] = None,
    secteur: Annotated[SecteurSuccession, Entree("Secteur du bien")] = SecteurSuccession.AUTRE,
    impot_impaye_depuis: Annotated[date | None, Entree("Taxe foncière impayée ou payée par un tiers depuis")] = None,
    publicites: Annotated[tuple[date, ...], Entree("Dates d'affichage, de publication et de notification")] = (),
) -> dict[str, Any]:
    """Date à partir de laquelle le bien est sans maître, ou présumé l'être, et dernier jour pour l'incorporer.

    Succession ouverte depuis plus de trente ans (dix ans dans les secteurs de L. 1123-1) : le bien est acquis de plein
    droit, sans présomption ni délai. Propriétaire inconnu et taxes foncières impayées depuis plus de trois ans :
    arrêté, publicités, présomption six mois après la dernière, délibération dans les six mois, sinon l'État.
    """
    if origine is OrigineBien.SUCCESSION:
        if deces is None:
            raise InvalidInput(Problem("il manque « Ouverture de la succession » (deces), une date AAAA-MM-JJ."))
        reduit = secteur is not SecteurSuccession.AUTRE
        delai = PARAMETRES("delai_succession_secteur" if reduit else "delai_succession", le)
        depuis = etapes.ajouter(
            "Succession ouverte assez longtemps au", deadline(deces, delai), "date", parametre=delai
        )
        return {"sans_maitre_le": depuis, "acquis": le > depuis, "presume_le": None, "incorporer_avant_le": None}
    if impot_impaye_depuis is None:
        raise InvalidInput(
            Problem("il manque « Taxe foncière impayée ou payée par un tiers depuis » (impot_impaye_depuis), une date.")
        )
    delai = PARAMETRES("delai_impot_impaye", le)
    depuis = etapes.ajouter(
        "Taxe impayée assez longtemps au", deadline(impot_impaye_depuis, delai), "date", parametre=delai
    )
    acquis = le > depuis
    if not publicites:
        etapes.avertir("Aucune publicité saisie : le délai de présomption n'a pas commencé.")
        return {"sans_maitre_le": depuis, "acquis": acquis, "presume_le": None, "incorporer_avant_le": None}
    if min(publicites) <= depuis:
        etapes.avertir("Une publicité précède les trois ans d'impayé : la procédure est à reprendre.")
    attente = PARAMETRES("delai_publicite_bien", max(publicites))
    presume = etapes.ajouter("Présumé sans maître au", deadline(max(publicites), attente), "date", parametre=attente)
    incorporation = PARAMETRES("delai_incorporation", presume)
    dernier = etapes.ajouter(
        "Délibération d'incorporation avant le", deadline(presume, incorporation), "date", parametre=incorporation
    )
    if le > dernier:
        etapes.avertir("Le délai d'incorporation est passé : la propriété est attribuée à l'État.")
    return {
        "sans_maitre_le": depuis,
        "acquis": acquis and le >= presume,
        "presume_le": presume,
        "incorporer_avant_le": dernier,
    }


@rule(
    id="habitat_indigne.abandon_manifeste",
    label="Procédure d'abandon manifeste",
    legal=LegalRef("CGCT", "L. 2243-1 à L. 2243-4"),
    since=date(2022, 2, 23),
)
def abandon_manifeste(
    etapes: Etapes,
    *,
    le: date,
    formalites: Annotated[
        tuple[date, ...], Entree("Affichage, publications et notifications du procès-verbal provisoire")
    ],
    pv_definitif: Annotated[date | None, Entree("Procès-verbal définitif")] = None,
    mise_a_disposition: Annotated[date | None, Entree("Ouverture du dossier au public")] = None,
) -> dict[str, Any]:
    """Dates de la procédure d'abandon manifeste.

    Le procès-verbal définitif vient trois mois au moins après la dernière publicité ou notification (CGCT, L. 2243-3),
    et non après le seul affichage ; le dossier est ouvert un mois au moins ; six mois après le procès-verbal définitif
    sans suite de la commune, l'EPCI peut prendre le relais (L. 2243-4).
    """
    if not formalites:
        raise InvalidInput(Problem("il manque les dates de « formalites » (affichage, publications, notifications)."))
    derniere = etapes.ajouter("Dernière formalité", max(formalites), "date", legal=LegalRef("CGCT", "L. 2243-2"))
    delai = PARAMETRES("delai_pv_definitif", derniere)
    tot = etapes.ajouter("Procès-verbal définitif au plus tôt", deadline(derniere, delai), "date", parametre=delai)
    if pv_definitif is not None and pv_definitif < tot:
        etapes.avertir(f"Le procès-verbal définitif du {pv_definitif:%d/%m/%Y} est trop proche : procédure fragile.")
    fin = relais = None
    if mise_a_disposition is not None:
        duree = PARAMETRES("duree_mise_disposition", mise_a_disposition)
        fin = etapes.ajouter(
            "Fin de la mise à disposition au plus tôt", deadline(mise_a_disposition, duree), "date", parametre=duree
        )
    if pv_definitif is not None:
        reprise = PARAMETRES("delai_reprise_epci", pv_definitif)
        relais = etapes.ajouter(
            "L'EPCI peut se substituer à partir du", deadline(pv_definitif, reprise), "date", parametre=reprise
        )
    return {"pv_definitif_au_plus_tot": tot, "fin_mise_a_disposition": fin, "reprise_epci_le": relais}
