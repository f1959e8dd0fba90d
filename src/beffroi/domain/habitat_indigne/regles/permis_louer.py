"""Permis de louer : autorisation préalable (APML), déclaration (DML), entrée en vigueur, amendes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from beffroi.domain.habitat_indigne.modele import DecisionAutorisation, EtatAutorisation, ManquementLocation
from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule

ALUR = date(2014, 3, 27)


def _avant(premier: date, second: date | None, nom: str, ensuite: str) -> None:
    if second is not None and second < premier:
        raise InvalidInput(
            Problem(f"le champ « {ensuite} » ({second:%d/%m/%Y}) précède « {nom} » ({premier:%d/%m/%Y}) : vérifier.")
        )


@rule(
    id="habitat_indigne.autorisation_prealable",
    label="Autorisation préalable de mise en location",
    legal=LegalRef("CCH", "L. 635-3 à L. 635-9"),
    since=ALUR,
)
def autorisation_prealable(
    etapes: Etapes,
    *,
    le: date,
    depot: Annotated[date, Entree("Dépôt de la demande")],
    decision: Annotated[DecisionAutorisation | None, Entree("Décision expresse")] = None,
    date_decision: Annotated[date | None, Entree("Date de la décision")] = None,
    completude: Annotated[date | None, Entree("Dossier complet")] = None,
    mise_en_location: Annotated[date | None, Entree("Mise en location")] = None,
    immeuble_sous_arrete: Annotated[bool | None, Entree("Immeuble sous arrêté de police")] = None,
) -> dict[str, Any]:
    """État d'une demande d'autorisation préalable et date de l'autorisation tacite.

    Le silence gardé un mois après le dépôt vaut autorisation (CCH, L. 635-4). Le texte ne dit pas si le délai part du
    dépôt ou du dossier complet : il part ici du dépôt. Une décision prise le jour de l'autorisation tacite, ou après,
    ne la fait pas disparaître d'elle-même. L'autorisation non suivie d'une mise en location dans les deux ans est
    caduque (R. 635-3) ; aucune autorisation n'est possible pour un immeuble sous arrêté (L. 635-9).

    Rend : état, date tacite, date de caducité (dates civiles).
    """
    _avant(depot, completude, "Dépôt de la demande", "Dossier complet")
    _avant(depot, date_decision, "Dépôt de la demande", "Date de la décision")
    if (decision is None) != (date_decision is None):
        raise InvalidInput(Problem("donner ensemble « Décision expresse » et « Date de la décision », ou aucune."))
    delai = PARAMETRES("delai_decision_apml", depot)
    tacite = etapes.ajouter(
        "Silence valant autorisation", deadline(depot, delai), "date", legal=delai.legal, parametre=delai
    )
    if completude is not None and completude > depot:
        etapes.avertir(
            "Dossier complété après le dépôt : le texte ne dit pas si le délai repart ; il est compté du dépôt."
        )
    if decision is not None and date_decision is not None and date_decision < tacite:
        etat, delivree = EtatAutorisation(decision.value), date_decision
        etapes.ajouter("Décision expresse dans le délai", date_decision, "date")
    elif le >= tacite:
        etat, delivree = EtatAutorisation.ACCORDE_TACITE, tacite
        etapes.ajouter("Aucune décision avant cette date", tacite, "date")
        if date_decision is not None:
            etapes.avertir(
                f"La décision du {date_decision:%d/%m/%Y} arrive quand l'autorisation tacite existe déjà : "
                "il faut la retirer, non la refuser."
            )
    else:
        etat, delivree = EtatAutorisation.EN_INSTRUCTION, None
        etapes.ajouter("Délai en cours jusqu'au", tacite, "date")
    if immeuble_sous_arrete and etat in (EtatAutorisation.ACCORDE, EtatAutorisation.ACCORDE_TACITE):
        etapes.avertir("L'immeuble est sous arrêté : aucune autorisation ne peut être délivrée (CCH, L. 635-9).")
    caducite = None
    if delivree is not None and etat is not EtatAutorisation.REFUSE:
        validite = PARAMETRES("validite_apml", delivree)
        caducite = etapes.ajouter(
            "Caducité sans mise en location", deadline(delivree, validite), "date", parametre=validite
        )
        if mise_en_location is None and le >= caducite:
            etat = EtatAutorisation.CADUC
    return {"etat": etat, "date_tacite": tacite, "delivree_le": delivree, "caduque_le": caducite}


@rule(
    id="habitat_indigne.declaration_mise_en_location",
    label="Déclaration de mise en location",
    legal=LegalRef("CCH", "L. 634-1 à L. 634-5"),
    since=ALUR,
)
def declaration_mise_en_location(
    etapes: Etapes,
    *,
    le: date,
    bail: Annotated[date, Entree("Signature du bail")],
    declaration: Annotated[date | None, Entree("Dépôt de la déclaration")] = None,
) -> dict[str, Any]:
    """Dernier jour pour déclarer une location, et retard éventuel.

    Quinze jours après la signature du bail (CCH, L. 634-3) ; récépissé sous une semaine (R. 634-3).
    Rend : dernier jour, en retard (oui ou non), date attendue du récépissé.
    """
    _avant(bail, declaration, "Signature du bail", "Dépôt de la déclaration")
    delai = PARAMETRES("delai_declaration_dml", bail)
    limite = etapes.ajouter("Dernier jour pour déclarer", deadline(bail, delai), "date", parametre=delai)
    recepisse = None
    if declaration is not None:
        semaine = PARAMETRES("delai_recepisse_dml", declaration)
        recepisse = etapes.ajouter("Récépissé attendu", deadline(declaration, semaine), "date", parametre=semaine)
    retard = (declaration or le) > limite
    etapes.ajouter("En retard", retard)
    return {"declarer_avant_le": limite, "en_retard": retard, "recepisse_avant_le": recepisse}


@rule(
    id="habitat_indigne.entree_en_vigueur_permis_louer",
    label="Entrée en vigueur d'un permis de louer",
    legal=LegalRef("CCH", "L. 634-1 et L. 635-1"),
    since=ALUR,
)
def entree_en_vigueur_permis_louer(
    etapes: Etapes,
    *,
    le: date,
    publication: Annotated[date, Entree("Publication de la délibération")],
    date_prevue: Annotated[date | None, Entree("Entrée en vigueur prévue")] = None,
) -> dict[str, Any]:
    """Première date à laquelle une zone de déclaration ou d'autorisation peut s'appliquer.

    Six mois au moins après la publication de la délibération (CCH, L. 634-1 et L. 635-1).
    Rend : date au plus tôt, et si la date prévue la respecte.
    """
    delai = PARAMETRES("delai_entree_vigueur_permis_louer", publication)
    tot = etapes.ajouter("Entrée en vigueur au plus tôt", deadline(publication, delai), "date", parametre=delai)
    conforme = None if date_prevue is None else date_prevue >= tot
    if conforme is False:
        etapes.avertir(f"L'entrée en vigueur prévue est trop proche : la repousser au {tot:%d/%m/%Y} au moins.")
    return {"au_plus_tot": tot, "conforme": conforme}


@rule(
    id="habitat_indigne.amende_permis_louer",
    label="Amende du permis de louer",
    legal=LegalRef("CCH", "L. 634-4 et L. 635-7"),
    since=ALUR,
    unite="euro",
)
def amende_permis_louer(
    etapes: Etapes,
    *,
    le: date,
    manquement: Annotated[ManquementLocation, Entree("Manquement")],
    constat: Annotated[date, Entree("Constat du manquement")],
    manquement_precedent: Annotated[date | None, Entree("Manquement précédent")] = None,
) -> int:
    """Plafond de l'amende, autorité qui l'inflige, délai d'observations et dernier jour pour la prononcer.

    Rend : plafond en euros. L'amende reste proportionnée à la gravité ; la règle ne propose pas de montant.
    """
    nom = {
        ManquementLocation.DECLARATION_ABSENTE: "amende_dml",
        ManquementLocation.DEMANDE_ABSENTE: "amende_apml",
        ManquementLocation.LOCATION_MALGRE_REFUS: "amende_apml_refus",
    }[manquement]
    if manquement is ManquementLocation.DEMANDE_ABSENTE and manquement_precedent is not None:
        _avant(manquement_precedent, constat, "Manquement précédent", "Constat du manquement")
        delai = PARAMETRES("delai_recidive_apml", constat)
        fin = etapes.ajouter(
            "Un nouveau manquement est aggravé jusqu'au", deadline(manquement_precedent, delai), "date", parametre=delai
        )
        if constat < fin:
            nom = "amende_apml_recidive"
    plafond = PARAMETRES(nom, constat)
    autorite = PARAMETRES("autorite_amende", constat)
    etapes.ajouter("Autorité", autorite.valeur, parametre=autorite)
    try:
        observation = PARAMETRES("delai_observation_amende", constat)
        etapes.ajouter("Délai d'observations et de régularisation", observation.valeur, "mois", parametre=observation)
    except NotFound:
        etapes.avertir("Délai d'observations : aucun texte chargé avant le 02/11/2024.")
    dernier = PARAMETRES("prescription_amende", constat)
    etapes.ajouter("Amende possible jusqu'au", deadline(constat, dernier), "date", parametre=dernier)
    if le > deadline(constat, dernier):
        etapes.avertir("Le délai pour prononcer l'amende est passé.")
    etapes.ajouter("Plafond de l'amende", plafond.entier, "euro", parametre=plafond)
    return plafond.entier
