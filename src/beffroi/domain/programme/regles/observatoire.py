"""Observatoire de l'habitat et du foncier : grille de complétude."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from beffroi.domain.programme.observatoire import BLOCS, BlocObservatoire, JeuObservatoire, Presence
from beffroi.domain.programme.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months
from beffroi.kernel.rule import Etapes, rule


@rule(
    id="programme.completude_observatoire",
    label="Complétude de l'observatoire de l'habitat et du foncier",
    legal=LegalRef("CCH", "R. 302-1-4 et L. 302-1 III"),
    since=date(2021, 8, 25),
)
def completude_observatoire(
    etapes: Etapes,
    *,
    le: date,
    jeux: Annotated[tuple[JeuObservatoire, ...], Entree("Jeux de données de l'observatoire")],
    secteur_a_enjeux: Annotated[bool, Entree("Secteurs à enjeux définis par l'intercommunalité")],
) -> dict[str, Any]:
    """Grille de neuf lignes : quatre analyses, cinq inventaires ; chacune présente, périmée, absente ou sans objet.

    Une ligne est présente si un jeu a ses données de moins de 24 mois (âge compris). L'inventaire de la surélévation
    est sans objet quand aucun secteur à enjeux n'est défini, et n'empêche pas la conformité.
    """
    futurs = [j for j in jeux if j.millesime > le]
    if futurs:
        raise InvalidInput(
            Problem(
                f"le jeu « {futurs[0].nom or futurs[0].bloc.libelle} » porte une date ({futurs[0].millesime:%d/%m/%Y}) à venir."
            )
        )
    age = PARAMETRES("age_maximal_donnee", le)
    grille: dict[str, Presence] = {}
    for bloc, (libelle, texte) in BLOCS.items():
        dernier = max((j.millesime for j in jeux if j.bloc is bloc), default=None)
        if dernier is None:
            sans_objet = bloc is BlocObservatoire.SURELEVATION and not secteur_a_enjeux
            presence = Presence.NON_APPLICABLE if sans_objet else Presence.ABSENT
        else:
            presence = Presence.PRESENT if add_months(dernier, age.entier) >= le else Presence.PERIME
        note = f"données du {dernier:%d/%m/%Y}" if dernier else ""
        grille[bloc.value] = etapes.ajouter(libelle, presence, legal=texte, parametre=age if dernier else (), note=note)
    conforme = all(p in (Presence.PRESENT, Presence.NON_APPLICABLE) for p in grille.values())
    etapes.ajouter("Observatoire conforme", conforme)
    return {"grille": grille, "conforme": conforme}
