"""Élaboration d'un programme local de l'habitat : délais des avis, caractère exécutoire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from beffroi.domain.programme.parametres import PARAMETRES
from beffroi.domain.programme.regles.plh import ENL
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months
from beffroi.kernel.rule import Etapes, rule

ELABORATION = LegalRef("CCH", "L. 302-2 et R. 302-7 à R. 302-12")


@rule(id="programme.delais_elaboration", label="Délais d'élaboration du programme", legal=ELABORATION, since=ENL)
def delais_elaboration(
    etapes: Etapes,
    *,
    le: date,
    engagement_transmis: Annotated[date | None, Entree("Transmission de la délibération d'engagement")] = None,
    projet_transmis: Annotated[date | None, Entree("Transmission du projet arrêté aux communes")] = None,
    saisine_comite: Annotated[date | None, Entree("Saisine du comité régional par le préfet")] = None,
    avis_comite: Annotated[date | None, Entree("Avis du comité régional")] = None,
) -> dict[str, date]:
    """Date limite de chaque étape engagée, calculée de la date qui la déclenche.

    Chaque étape repart d'un fait daté, pas d'une prévision. Le silence des communes vaut avis favorable (R. 302-9).
    """
    dates: dict[str, date] = {}
    for cle, depart, nom in (
        ("porter_a_connaissance", engagement_transmis, "delai_porter_connaissance"),
        ("avis_communes", projet_transmis, "delai_avis_commune"),
        ("avis_comite", saisine_comite, "delai_avis_crhh"),
        ("demandes_prefet", avis_comite, "delai_demandes_prefet"),
    ):
        if depart is not None:
            delai = PARAMETRES(nom, depart)
            dates[cle] = etapes.ajouter(delai.label, add_months(depart, delai.entier), "date", parametre=delai)
    if not dates:
        raise InvalidInput(
            Problem("donner au moins une date : engagement, projet, saisine ou avis du comité régional.")
        )
    return dates


@rule(
    id="programme.caractere_executoire",
    label="Date à laquelle le programme est exécutoire",
    legal=ELABORATION,
    since=ENL,
)
def caractere_executoire(
    etapes: Etapes,
    *,
    le: date,
    transmission: Annotated[date, Entree("Transmission du programme adopté au préfet")],
    demande_modification: Annotated[date | None, Entree("Demande de modification du préfet")] = None,
    publication_modification: Annotated[date | None, Entree("Publication de la délibération modificative")] = None,
    transmission_modification: Annotated[date | None, Entree("Transmission de la délibération modificative")] = None,
) -> dict[str, Any]:
    """Deux mois après la transmission ; si le préfet demande des modifications dans ce délai, dès que la délibération
    qui les apporte est à la fois publiée et transmise.
    """
    delai, affichage = PARAMETRES("delai_executoire", transmission), PARAMETRES("duree_affichage", transmission)
    ordinaire = etapes.ajouter(
        "Fin du délai du préfet", add_months(transmission, delai.entier), "date", parametre=delai
    )
    executoire: date | None = ordinaire
    if demande_modification is not None:
        if demande_modification < transmission:
            raise InvalidInput(Problem("la demande de modification du préfet précède la transmission du programme."))
        if demande_modification > ordinaire:
            etapes.avertir(
                "La demande du préfet est arrivée après son délai : elle ne retarde pas le caractère exécutoire."
            )
        else:
            dates = (publication_modification, transmission_modification)
            connues = [d for d in dates if d is not None]
            executoire = max(connues) if len(connues) == len(dates) else None
            if executoire is None:
                etapes.avertir(
                    "Exécutoire à la publication et à la transmission de la délibération modificative : dates attendues."
                )
    etapes.ajouter("Exécutoire le", executoire, "date" if executoire else "", legal=ELABORATION)
    fin_affichage = None
    if executoire is not None:
        fin_affichage = etapes.ajouter(
            "Affichage jusqu'au, s'il commence ce jour",
            add_months(executoire, affichage.entier),
            "date",
            parametre=affichage,
        )
    return {"executoire": executoire, "fin_affichage": fin_affichage}
