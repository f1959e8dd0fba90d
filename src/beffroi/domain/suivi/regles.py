"""Taux de réalisation et appréciation d'un résultat, avec leur raisonnement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION
from beffroi.domain.suivi.appreciation import PARAMETRES, appreciation
from beffroi.kernel.convert import Entree
from beffroi.kernel.figure import Chiffre, ratio
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule


@rule(
    id="suivi.taux_realisation",
    label="Taux de réalisation et appréciation",
    legal=LegalRef("CCH", "L. 302-3"),
    since=date(2009, 3, 28),
)
def taux_realisation(
    etapes: Etapes,
    *,
    le: date,
    objectif_a_date: Annotated[Decimal | None, Entree("Objectif à date", minimum=0)],
    realise: Annotated[Decimal | None, Entree("Réalisé", minimum=0)],
) -> dict[str, Any]:
    """Réalisé rapporté à l'objectif à date (fraction), et appréciation sur le quotient exact.

    Les deux nombres sont dans la même unité. Un objectif nul n'a pas de taux, ni 0 % ni infini ; un résultat inconnu est
    « sans donnée ». Les seuils sont une convention du projet, aucun texte n'en fixe.
    """
    objectif = Chiffre.manquant("nombre") if objectif_a_date is None else Chiffre(objectif_a_date, "nombre")
    obtenu = Chiffre.manquant("nombre") if realise is None else Chiffre(realise, "nombre")
    etapes.ajouter("Objectif à date", objectif)
    etapes.ajouter("Réalisé", obtenu)
    taux = ratio(obtenu, objectif)
    seuils = tuple(PARAMETRES(nom, le) for nom in ("seuil_atteint", "seuil_en_bonne_voie", "seuil_a_surveiller"))
    etapes.ajouter("Taux", taux)
    jugement = appreciation(objectif, taux, le)
    etapes.ajouter("Appréciation", LIBELLE_APPRECIATION[jugement], parametre=seuils)
    return {"taux": taux.valeur, "appreciation": jugement}
