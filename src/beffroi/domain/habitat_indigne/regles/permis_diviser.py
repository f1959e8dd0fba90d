"""Permis de diviser : délai de décision, contrôle de la division, amende."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.habitat_indigne.modele import DecisionAutorisation, EtatAutorisation, MotifRefusDivision
from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import deadline, in_force
from beffroi.kernel.rule import Etapes, rule

ALUR = date(2014, 3, 27)


@rule(
    id="habitat_indigne.permis_diviser",
    label="Décision sur un permis de diviser",
    legal=LegalRef("CCH", "L. 126-17 à L. 126-22"),
    since=ALUR,
)
def permis_diviser(
    etapes: Etapes,
    *,
    le: date,
    reception: Annotated[date, Entree("Réception de la demande")],
    decision: Annotated[DecisionAutorisation | None, Entree("Décision expresse")] = None,
    date_decision: Annotated[date | None, Entree("Date de la décision")] = None,
) -> dict[str, Any]:
    """État d'une demande de division et date de l'autorisation tacite.

    Le délai est celui du jour de réception : quinze jours avant le 11 avril 2024, un mois depuis (CCH, L. 126-20) ;
    le silence vaut autorisation. Une autorisation d'urbanisme en tient lieu quand les travaux en demandent une.
    """
    if (decision is None) != (date_decision is None):
        raise InvalidInput(Problem("donner ensemble « Décision expresse » et « Date de la décision », ou aucune."))
    if date_decision is not None and date_decision < reception:
        raise InvalidInput(
            Problem(
                f"le champ « Date de la décision » ({date_decision:%d/%m/%Y}) précède « Réception de la demande » "
                f"({reception:%d/%m/%Y}) : vérifier."
            )
        )
    delai = in_force(PARAMETRES, ("delai_permis_diviser_mois", "delai_permis_diviser_jour"), reception)
    tacite = etapes.ajouter(
        "Silence valant autorisation", deadline(reception, delai), "date", legal=delai.legal, parametre=delai
    )
    if decision is not None and date_decision is not None and date_decision < tacite:
        etapes.ajouter("Décision expresse dans le délai", date_decision, "date")
        etat = EtatAutorisation(decision.value)
    elif le >= tacite:
        etapes.ajouter("Aucune décision avant cette date", tacite, "date")
        etat = EtatAutorisation.ACCORDE_TACITE
    else:
        etapes.ajouter("Délai en cours jusqu'au", tacite, "date")
        etat = EtatAutorisation.EN_INSTRUCTION
    return {"etat": etat, "date_tacite": tacite}


@rule(
    id="habitat_indigne.controle_division",
    label="Contrôle d'une division de logement",
    legal=LegalRef("CCH", "L. 126-17"),
    since=ALUR,
)
def controle_division(
    etapes: Etapes,
    *,
    le: date,
    surface: Annotated[Decimal, Entree("Surface habitable du plus petit logement", "m2", minimum=0)],
    volume: Annotated[Decimal, Entree("Volume habitable du plus petit logement", "m3", minimum=0)],
    eau_potable: Annotated[bool | None, Entree("Installation d'eau potable")] = None,
    assainissement: Annotated[bool | None, Entree("Évacuation des eaux usées")] = None,
    electricite: Annotated[bool | None, Entree("Accès à l'électricité")] = None,
    diagnostics: Annotated[bool | None, Entree("Diagnostics plomb et amiante fournis")] = None,
    immeuble_frappe: Annotated[bool | None, Entree("Immeuble sous interdiction d'habiter ou arrêté")] = None,
) -> dict[str, Any]:
    """Motifs qui obligent à refuser une division. Surfaces en m², volumes en m³.

    La surface et le volume sont deux minima séparés : manquer à l'un suffit à refuser. Un point non renseigné n'est
    jamais tenu pour bon : la réponse le dit.
    """
    minimum_surface = PARAMETRES("surface_minimale_division", le)
    minimum_volume = PARAMETRES("volume_minimal_division", le)
    motifs: list[MotifRefusDivision] = []
    etapes.ajouter("Surface habitable", surface, "m2", parametre=minimum_surface)
    if surface < minimum_surface.decimal:
        motifs.append(MotifRefusDivision.SURFACE_INSUFFISANTE)
    etapes.ajouter("Volume habitable", volume, "m3", parametre=minimum_volume)
    if volume < minimum_volume.decimal:
        motifs.append(MotifRefusDivision.VOLUME_INSUFFISANT)
    manquants = []
    for valeur, refuse_si, motif, nom in (
        (eau_potable, False, MotifRefusDivision.EAU_ABSENTE, "eau potable"),
        (assainissement, False, MotifRefusDivision.ASSAINISSEMENT_ABSENT, "assainissement"),
        (electricite, False, MotifRefusDivision.ELECTRICITE_ABSENTE, "électricité"),
        (diagnostics, False, MotifRefusDivision.DIAGNOSTIC_ABSENT, "diagnostics plomb et amiante"),
        (immeuble_frappe, True, MotifRefusDivision.IMMEUBLE_FRAPPE, "arrêté sur l'immeuble"),
    ):
        if valeur is None:
            manquants.append(nom)
        elif valeur is refuse_si:
            motifs.append(motif)
    if manquants:
        etapes.avertir(f"Non renseigné : {', '.join(manquants)} ; l'autorisation en dépend.")
    autorise: bool | None = False if motifs else None if manquants else True
    etapes.ajouter("Motifs de refus", motifs or "aucun", legal=LegalRef("CCH", "L. 126-17"))
    return {"autorise": autorise, "motifs": motifs}


@rule(
    id="habitat_indigne.amende_division",
    label="Amende pour division sans autorisation",
    legal=LegalRef("CCH", "L. 183-14"),
    since=ALUR,
    unite="euro",
)
def amende_division(
    etapes: Etapes,
    *,
    le: date,
    constat: Annotated[date, Entree("Constat du manquement")],
    manquement_precedent: Annotated[date | None, Entree("Manquement précédent")] = None,
) -> int:
    """Plafond de l'amende infligée par le préfet, en euros ; aggravée pour un nouveau manquement sous trois ans."""
    nom = "amende_division"
    if manquement_precedent is not None:
        if manquement_precedent > constat:
            raise InvalidInput(Problem("le champ « Manquement précédent » est après « Constat du manquement »."))
        delai = PARAMETRES("delai_recidive_division", constat)
        fin = etapes.ajouter(
            "Un nouveau manquement est aggravé jusqu'au", deadline(manquement_precedent, delai), "date", parametre=delai
        )
        if constat < fin:
            nom = "amende_division_recidive"
    plafond = PARAMETRES(nom, constat)
    return etapes.ajouter("Plafond de l'amende", plafond.entier, "euro", parametre=plafond)
