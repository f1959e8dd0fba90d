"""Conformité d'une opération à la règle de son groupe de communes ; logement social dans une commune déjà dotée."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.production.modele import Conformite, Justification, RegleGroupe, Sens, StatutProgrammation
from beffroi.domain.production.parametres import PARAMETRES
from beffroi.domain.production.regles.objectif import PROGRAMME, TOUJOURS
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, exact, floor


@rule(
    id="production.conformite_operation",
    label="Conformité d'une opération à la part sociale de son groupe",
    legal=PROGRAMME,
    since=TOUJOURS,
)
def conformite_operation(
    etapes: Etapes,
    *,
    le: date,
    groupe: Annotated[RegleGroupe, Entree("Règle du groupe de communes")],
    logement: Annotated[int, Entree("Logements de l'opération", "logement", minimum=1)],
    social: Annotated[int, Entree("Dont logements sociaux", "logement", minimum=0)],
) -> dict[str, Any]:
    """Part sociale de l'opération et sa conformité au minimum, au maximum ou à l'orientation du groupe.

    Comparée en logements entiers : au moins le minimum arrondi au-dessus, au plus le maximum arrondi au-dessous. Un
    logement seul est exempté. Une orientation n'empêche jamais rien : elle informe.
    """
    if social > logement:
        raise InvalidInput(Problem(f"le champ « Dont logements sociaux » ({social}) dépasse l'opération ({logement})."))
    part = etapes.ajouter("Part sociale de l'opération", exact(social) / logement, "part")
    exempte = PARAMETRES("operation_exemptee", le)
    etapes.ajouter(f"Taux du groupe {groupe.nom}", groupe.taux, "part", note=groupe.sens.value, legal=PROGRAMME)
    borne = groupe.taux * logement
    if groupe.sens is Sens.INDICATIF:
        conformite = Conformite.INFORMATION
        if social < borne:
            etapes.avertir("Sous l'orientation du groupe ; elle n'est pas opposable à l'opération.")
    elif logement <= exempte.entier:
        etapes.ajouter("Opération exemptée", True, parametre=exempte)
        conformite = Conformite.EXEMPTEE
    elif groupe.sens is Sens.MINIMUM:
        minimum = etapes.ajouter("Logements sociaux au moins", ceiling(borne), "logement")
        conformite = Conformite.CONFORME if social >= minimum else Conformite.NON_CONFORME
    else:
        maximum = etapes.ajouter("Logements sociaux au plus", floor(borne), "logement")
        conformite = Conformite.CONFORME if social <= maximum else Conformite.NON_CONFORME
    etapes.ajouter("Conformité", conformite)
    return {"part": part, "conformite": conformite, "admise": conformite is not Conformite.NON_CONFORME}


@rule(
    id="production.programmation_sociale",
    label="Logement social dans une commune déjà très dotée",
    legal=PROGRAMME,
    since=TOUJOURS,
)
def programmation_sociale(
    etapes: Etapes,
    *,
    le: date,
    part_parc: Annotated[Decimal, Entree("Part sociale du parc de la commune", "part", minimum=0, maximum=1)],
    seuil: Annotated[Decimal, Entree("Seuil fixé par le programme", "part", minimum=0, maximum=1)],
    social: Annotated[int, Entree("Logements sociaux du projet", "logement", minimum=0)],
    justification: Annotated[Justification | None, Entree("Besoin identifié")] = None,
    argumentaire: Annotated[str, Entree("Argumentaire")] = "",
    avis_delegataire: Annotated[date | None, Entree("Avis du délégataire des aides à la pierre")] = None,
) -> dict[str, Any]:
    """Au-delà du seuil, un projet de logement social demande un échange : besoin identifié, argumentaire, avis daté.

    Tant que les trois ne sont pas réunis, le projet est bloqué. « Au-delà » : strictement plus que le seuil.
    """
    depasse = etapes.ajouter(
        "Parc au-delà du seuil", part_parc > seuil, note=f"seuil de {(seuil * 100).normalize():f} %", legal=PROGRAMME
    )
    if not depasse or social == 0:
        etapes.ajouter("Statut", StatutProgrammation.LIBRE)
        return {"statut": StatutProgrammation.LIBRE, "bloquant": False, "manques": []}
    if avis_delegataire is not None and avis_delegataire > le:
        raise InvalidInput(Problem("le champ « Avis du délégataire des aides à la pierre » est une date à venir."))
    manques = [
        nom
        for nom, la in (
            ("besoin identifié", justification is not None),
            ("argumentaire", bool(argumentaire.strip())),
            ("avis du délégataire", avis_delegataire is not None),
        )
        if not la
    ]
    etapes.ajouter("Pièces manquantes", manques or "aucune")
    statut = StatutProgrammation.ECHANGE_REQUIS if manques else StatutProgrammation.JUSTIFIE
    etapes.ajouter("Statut", statut)
    return {"statut": statut, "bloquant": bool(manques), "manques": manques}
