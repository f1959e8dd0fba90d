"""Quelles communes sont soumises, à quel taux, et lesquelles peuvent être exemptées."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import MotifChamp
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months
from beffroi.kernel.rule import Etapes, rule

DUFLOT = date(2014, 1, 1)
ELAN = date(2018, 11, 25)
PERIODE_3DS = date(2023, 1, 1)


@rule(
    id="sru.champ_application",
    label="Commune soumise à la loi SRU",
    legal=LegalRef("CCH", "L. 302-5 I et II"),
    since=DUFLOT,
)
def champ_application(
    etapes: Etapes,
    *,
    le: date,
    population: Annotated[int, Entree("Population municipale", "habitant", minimum=0)],
    population_ensemble: Annotated[
        int | None, Entree("Population de l'agglomération ou de l'intercommunalité", "habitant", minimum=0)
    ] = None,
    population_ville_centre: Annotated[
        int | None, Entree("Population de la plus grande commune de l'ensemble", "habitant", minimum=0)
    ] = None,
    unite_urbaine_paris: Annotated[bool, Entree("Commune de l'unité urbaine de Paris")] = False,
    croissance_cinq_ans: Annotated[Decimal | None, Entree("Croissance de la population sur cinq ans", "part")] = None,
) -> dict[str, Any]:
    """Dit si une commune entre dans le champ, et pourquoi. Populations en habitants, croissance en fraction.

    « Au moins » 3 500 habitants (1 500 dans l'unité urbaine de Paris), dans un ensemble de « plus de » 50 000 habitants
    ayant une commune de « plus de » 15 000. Donner le plus peuplé de l'agglomération et de l'intercommunalité. Une
    commune isolée entre par sa propre population et sa croissance (L. 302-5 II).
    """
    minimum = PARAMETRES("population_minimale_paris" if unite_urbaine_paris else "population_minimale", le)
    ensemble, centre = PARAMETRES("population_ensemble", le), PARAMETRES("population_ville_centre", le)
    seuil_isolee = PARAMETRES("population_commune_isolee", le)
    croissance = PARAMETRES("croissance_commune_isolee", le)
    assez = etapes.ajouter("Population suffisante", population >= minimum.entier, parametre=minimum)
    if population_ensemble is not None and population_ville_centre is None:
        raise InvalidInput(
            Problem("donner « Population de la plus grande commune de l'ensemble » avec celle de l'ensemble.")
        )
    dedans = (
        population_ensemble is not None
        and population_ville_centre is not None
        and population_ensemble > ensemble.entier
        and population_ville_centre > centre.entier
    )
    etapes.ajouter("Ensemble assez peuplé, avec une ville centre", dedans, parametre=(ensemble, centre))
    if dedans:
        motif = MotifChamp.AGGLOMERATION_OU_EPCI if assez else MotifChamp.POPULATION_INSUFFISANTE
        return {"soumise": assez, "motif": motif}
    grandit = croissance_cinq_ans is not None and croissance_cinq_ans >= croissance.decimal
    isolee = population > seuil_isolee.entier and grandit
    etapes.ajouter("Commune isolée, peuplée et en croissance", isolee, parametre=(seuil_isolee, croissance))
    if population > seuil_isolee.entier and croissance_cinq_ans is None:
        etapes.avertir("La croissance sur cinq ans n'est pas renseignée : une commune isolée en dépend.")
    if isolee:
        etapes.avertir("Une commune isolée n'est soumise que si un décret la liste (tension du parc social).")
        return {"soumise": True, "motif": MotifChamp.COMMUNE_ISOLEE}
    return {"soumise": False, "motif": MotifChamp.HORS_PERIMETRE if assez else MotifChamp.POPULATION_INSUFFISANTE}


@rule(
    id="sru.taux_legal",
    label="Taux légal de logements sociaux",
    legal=LegalRef("CCH", "L. 302-5 I et II"),
    since=DUFLOT,
    unite="part",
)
def taux_legal(
    etapes: Etapes,
    *,
    le: date,
    dans_liste: Annotated[tuple[bool, ...], Entree("Chaque ensemble de la commune est dans la liste du décret")],
    commune_isolee: Annotated[bool, Entree("Commune isolée")] = False,
) -> Decimal:
    """Taux légal, en fraction : 20 % si tous les ensembles de la commune sont dans la liste du décret, sinon 25 %.

    ``dans_liste`` : une valeur par ensemble (agglomération, intercommunalité) de plus de 50 000 habitants auquel la
    commune appartient. Un seul hors liste suffit à rétablir 25 % (L. 302-5 II, al. 2).
    """
    plein, reduit = PARAMETRES("taux_legal", le), PARAMETRES("taux_legal_reduit", le)
    if commune_isolee:
        return etapes.ajouter("Commune isolée : taux réduit", reduit.decimal, "part", parametre=reduit)
    if not dans_liste:
        raise InvalidInput(
            Problem(
                "le champ « Chaque ensemble de la commune est dans la liste du décret » attend au moins un ensemble."
            )
        )
    if all(dans_liste):
        return etapes.ajouter("Tous les ensembles sont dans la liste", reduit.decimal, "part", parametre=reduit)
    return etapes.ajouter("Un ensemble au moins est hors liste", plein.decimal, "part", parametre=plein)


@rule(
    id="sru.exemption",
    label="Commune pouvant être exemptée de la loi SRU",
    legal=LegalRef("CCH", "L. 302-5 III et III bis"),
    since=date(2020, 1, 1),
)
def exemption(
    etapes: Etapes,
    *,
    le: date,
    population_agglomeration: Annotated[int, Entree("Population de l'agglomération", "habitant", minimum=0)],
    isolee_transport: Annotated[bool | None, Entree("Commune isolée des bassins d'emploi (R. 302-14-1)")] = None,
    tension: Annotated[
        Decimal | None, Entree("Demandes par emménagement, hors mutations internes", "nombre", minimum=0)
    ] = None,
    part_inconstructible: Annotated[
        Decimal | None, Entree("Part du territoire urbanisé inconstructible", "part", minimum=0, maximum=1)
    ] = None,
) -> dict[str, Any]:
    """Motifs d'exemption qu'une commune peut faire valoir ; aucun n'exempte sans l'acte de la période.

    Deux motifs demandent un décret, sur proposition de l'intercommunalité : commune isolée hors d'une agglomération de
    plus de 30 000 habitants ; tension sous le seuil du décret. Le troisième (plus de la moitié du territoire urbanisé
    inconstructible) demande un arrêté du préfet.
    """
    taille = PARAMETRES("population_agglomeration_exemption", le)
    seuil, moitie = PARAMETRES("seuil_tension", le), PARAMETRES("part_inconstructible", le)
    hors = etapes.ajouter(
        "Hors d'une grande agglomération", population_agglomeration <= taille.entier, parametre=taille
    )
    motifs: list[str] = []
    if hors and isolee_transport:
        motifs.append("isolement")
    if tension is not None:
        etapes.ajouter("Tension de la demande", tension, "nombre", parametre=seuil)
        if tension < seuil.decimal:
            motifs.append("faible_tension")
    if part_inconstructible is not None:
        etapes.ajouter("Part inconstructible", part_inconstructible, "part", parametre=moitie)
        if part_inconstructible > moitie.decimal:
            motifs.append("inconstructibilite")
    manque = [
        nom
        for nom, valeur in (
            ("isolement", isolee_transport if hors else False),
            ("tension", tension),
            ("part inconstructible", part_inconstructible),
        )
        if valeur is None
    ]
    if manque:
        etapes.avertir(f"Non renseigné : {', '.join(manque)} ; un motif d'exemption peut en dépendre.")
    if motifs:
        etapes.avertir("L'exemption ne vaut que par le décret ou l'arrêté de la période triennale.")
    etapes.ajouter("Motifs d'exemption", motifs or "aucun", legal=LegalRef("CCH", "L. 302-5 III et III bis"))
    return {"exemptable": bool(motifs), "motifs": motifs}


@rule(
    id="sru.calendrier_inventaire",
    label="Calendrier annuel de l'inventaire SRU",
    legal=LegalRef("CCH", "L. 302-6 et R. 302-17"),
    since=date(2017, 1, 29),
)
def calendrier_inventaire(
    etapes: Etapes, *, le: date, annee: Annotated[int, Entree("Année de l'inventaire", minimum=1900, maximum=9999)]
) -> dict[str, date]:
    """Dates limites d'une année d'inventaire : chaque étape et sa date."""
    dates = {}
    for nom in ("transmission_inventaire", "communication_inventaire", "etat_depenses", "notification_inventaire"):
        limite = PARAMETRES(nom, le)
        dates[nom] = etapes.ajouter(
            limite.label, date.fromisoformat(f"{annee}-{limite.valeur}"), "date", parametre=limite
        )
    delai = PARAMETRES("delai_commune_inventaire", le)
    dates["observations_commune"] = etapes.ajouter(
        "Observations de la commune, si l'inventaire lui parvient le dernier jour",
        add_months(dates["communication_inventaire"], delai.entier),
        "date",
        parametre=delai,
    )
    return dates
