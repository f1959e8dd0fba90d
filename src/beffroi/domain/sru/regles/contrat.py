"""Contrat de mixité sociale : abaissement ou mutualisation de l'objectif triennal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import CommuneContrat, Ecart
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import PERIODE_3DS
from beffroi.domain.sru.regles.objectif import PARTS, LogementManquant
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, half_up_int

PLANCHERS = {
    Ecart.FORT: "plancher_contrat_ecart_fort",
    Ecart.MOYEN: "plancher_contrat_ecart_moyen",
    Ecart.FAIBLE: "plancher_contrat_ecart_faible",
}


@rule(
    id="sru.contrat_abaissant",
    label="Contrat de mixité sociale abaissant l'objectif",
    legal=LegalRef("CCH", "L. 302-8 IX et L. 302-8-1"),
    since=PERIODE_3DS,
)
def contrat_abaissant(
    etapes: Etapes,
    *,
    le: date,
    logement_manquant: LogementManquant,
    ecart: Annotated[Ecart, Entree("Écart au taux légal (faible : moins de 2 points ; fort : plus de 4)")],
    objectif_propose: Annotated[int | None, Entree("Objectif du contrat", "logement", minimum=0)] = None,
    periodes_precedentes: Annotated[int, Entree("Périodes consécutives déjà abaissées", "nombre", minimum=0)] = 0,
    population: Annotated[int | None, Entree("Population municipale", "habitant", minimum=0)] = None,
    part_inconstructible: Annotated[
        Decimal | None, Entree("Part du territoire urbanisé inconstructible", "part", minimum=0, maximum=1)
    ] = None,
) -> dict[str, Any]:
    """Plancher de l'objectif, arrondi à l'entier supérieur (« sans que l'objectif puisse être inférieur »), et limites.

    Trois périodes consécutives au plus ; le préfet peut lever cette limite pour une commune de moins de 5 000 habitants
    ou dont 30 à 50 % du territoire urbanisé est inconstructible. La carence n'exclut pas le contrat.
    """
    if ecart is Ecart.NUL:
        raise InvalidInput(Problem("une commune sans écart au taux légal n'a pas d'objectif à abaisser."))
    part, commun = PARAMETRES(PLANCHERS[ecart], le), PARAMETRES(PARTS[ecart], le)
    limite = PARAMETRES("periodes_contrat_abaissant", le)
    etapes.ajouter(
        "Objectif de droit commun", half_up_int(logement_manquant * commun.decimal), "logement", parametre=commun
    )
    plancher = etapes.ajouter(
        "Plancher du contrat",
        ceiling(logement_manquant * part.decimal),
        "logement",
        parametre=part,
        note="arrondi à l'entier supérieur",
    )
    motifs: list[str] = []
    if objectif_propose is not None:
        etapes.ajouter("Objectif proposé", objectif_propose, "logement")
        if objectif_propose < plancher:
            motifs.append("objectif_sous_plancher")
    etapes.ajouter("Périodes déjà abaissées", periodes_precedentes, "nombre", parametre=limite)
    if periodes_precedentes >= limite.entier:
        petite, risque = (
            PARAMETRES("population_derogation_contrat", le),
            PARAMETRES("inconstructible_derogation_contrat", le),
        )
        moitie = PARAMETRES("part_inconstructible", le)
        derogeable = (population is not None and population < petite.entier) or (
            part_inconstructible is not None and risque.decimal <= part_inconstructible <= moitie.decimal
        )
        etapes.ajouter("Dérogation du préfet possible", derogeable, parametre=(petite, risque))
        if derogeable:
            etapes.avertir("Au-delà de trois périodes, l'abaissement suppose une dérogation du préfet.")
        else:
            motifs.append("periodes_consecutives_depassees")
    objectif = plancher if objectif_propose is None else objectif_propose
    return {"plancher": plancher, "objectif": objectif, "conforme": not motifs, "motifs": motifs}


@rule(
    id="sru.contrat_mutualisant",
    label="Contrat de mixité sociale mutualisant les objectifs",
    legal=LegalRef("CCH", "L. 302-8 X et L. 302-8-1"),
    since=PERIODE_3DS,
)
def contrat_mutualisant(
    etapes: Etapes,
    *,
    le: date,
    communes: Annotated[tuple[CommuneContrat, ...], Entree("Communes du contrat")],
    plh_executoire: Annotated[bool, Entree("Programme local de l'habitat exécutoire")],
    avis_commission: Annotated[bool | None, Entree("Avis de la commission nationale rendu")] = None,
) -> dict[str, Any]:
    """Vérifie une répartition mutualisée entre communes d'une même intercommunalité.

    Chaque commune garde au moins la moitié de son objectif (comparé exactement), la somme ne baisse pas, une commune
    dont l'objectif augmente l'accepte, et aucune ne mutualise plus de deux périodes de suite.
    """
    if not communes:
        raise InvalidInput(Problem("le champ « Communes du contrat » (communes) attend au moins une commune."))
    part, limite = PARAMETRES("part_minimale_mutualisee", le), PARAMETRES("periodes_contrat_mutualisant", le)
    motifs: list[str] = []
    if not plh_executoire:
        motifs.append("plh_non_executoire")
    if avis_commission is None:
        etapes.avertir("L'avis de la commission nationale n'est pas renseigné : le contrat le demande.")
    elif not avis_commission:
        motifs.append("avis_commission_absent")
    droit = etapes.ajouter(
        "Somme des objectifs de droit commun", sum(c.objectif_droit_commun for c in communes), "logement"
    )
    contrat = etapes.ajouter("Somme des objectifs du contrat", sum(c.objectif_contrat for c in communes), "logement")
    if contrat < droit:
        motifs.append("somme_inferieure")
    for c in communes:
        minimum = c.objectif_droit_commun * part.decimal
        etapes.ajouter(f"{c.nom} : au moins", ceiling(minimum), "logement", parametre=part)
        if c.objectif_contrat < minimum:
            motifs.append(f"moins_de_la_moitie:{c.nom}")
        if c.objectif_contrat > c.objectif_droit_commun and not c.accord:
            motifs.append(f"accord_manquant:{c.nom}")
        if c.periodes_precedentes >= limite.entier:
            motifs.append(f"periodes_consecutives_depassees:{c.nom}")
    etapes.ajouter("Périodes consécutives au plus", limite.entier, "nombre", parametre=limite)
    return {"somme_droit_commun": droit, "somme_contrat": contrat, "conforme": not motifs, "motifs": motifs}
