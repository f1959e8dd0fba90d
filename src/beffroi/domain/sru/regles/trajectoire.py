"""Trajectoire d'une commune vers le taux légal sur la durée d'un programme, et effet d'un ensemble d'opérations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import AnneeSru, Ecart, Operation, Regime
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import PERIODE_3DS
from beffroi.domain.sru.regles.objectif import (
    LogementSocial,
    ResidencePrincipale,
    TauxLegal,
    controler_taux_legal,
    ecart_au_taux,
    part_rattrapage,
)
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import nombre
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import exact, floor, half_up_int

AnneeDepart = Annotated[int, Entree("Année de départ (1er janvier)", minimum=2022, maximum=2100)]
Annees = Annotated[int, Entree("Années projetées", "annee", minimum=1, maximum=100)]
Solde = Annotated[tuple[int, ...], Entree("Solde annuel de résidences principales, hors opérations", "logement")]
SoldeSocial = Annotated[tuple[int, ...], Entree("Solde annuel de logements sociaux, hors opérations", "logement")]


def _par_an(valeurs: Sequence[int], annees: int, nom: str) -> tuple[int, ...]:
    """Une valeur par année : une seule donnée vaut pour toutes, aucune vaut zéro chaque année."""
    if len(valeurs) in (0, 1):
        return tuple(valeurs or (0,)) * annees
    if len(valeurs) != annees:
        raise InvalidInput(
            Problem(
                f"le champ « {nom} » attend une valeur, ou une par année projetée ({annees}) ; reçu : {len(valeurs)}."
            )
        )
    return tuple(valeurs)


def _lignes(
    depart: int,
    rp: int,
    lls: int,
    taux_legal: Decimal,
    soldes: Sequence[tuple[int, int]],
    rang_debut: tuple[int, int],
    nom: str,
) -> list[AnneeSru]:
    """Parc au 1er janvier de chaque année, de l'année de départ à la dernière, et objectif au début des périodes."""
    origine, duree = rang_debut
    lignes: list[AnneeSru] = []
    for i in range(len(soldes) + 1):
        if i:
            rp, lls = rp + soldes[i - 1][0], lls + soldes[i - 1][1]
        annee = depart + i
        if lls < 0 or rp < 1 or lls > rp:
            raise InvalidInput(
                Problem(
                    f"{nom} : au 1er janvier {annee} il resterait {rp} résidences principales et {lls} logements sociaux."
                )
            )
        manquant = max(0, floor(rp * taux_legal) - lls)
        objectif = None
        if i and (annee - origine) % duree == 0:  # objectif fondé sur l'inventaire du 1er janvier précédent
            objectif = _objectif(lignes[-1], taux_legal, date(annee, 1, 1))
        lignes.append(AnneeSru(annee, rp, lls, exact(lls) / rp, manquant, objectif))
    return lignes


def _objectif(inventaire: AnneeSru, taux_legal: Decimal, debut: date) -> int:
    ecart = ecart_au_taux(Etapes(), debut, inventaire.residence_principale, inventaire.logement_social, taux_legal)
    if ecart is Ecart.NUL:
        return 0
    return half_up_int(inventaire.manquant * part_rattrapage(debut, ecart, Regime.DROIT_COMMUN).decimal)


def _raconter(etapes: Etapes, lignes: Sequence[AnneeSru], titre: str) -> None:
    for a in lignes:
        etapes.ajouter(
            f"{titre} {a.annee} : logements manquants",
            a.manquant,
            "logement",
            note=f"{nombre(a.logement_social)} sur {nombre(a.residence_principale)}"
            + (f", objectif de la période {a.objectif}" if a.objectif is not None else ""),
        )


def _periodes(le: date) -> tuple[int, int]:
    return PARAMETRES("debut_periodes", le).valeur.year, PARAMETRES("duree_periode", le).entier


def _atteinte(lignes: Sequence[AnneeSru]) -> int | None:
    return next((a.annee for a in lignes if a.manquant == 0), None)


def _avertir(etapes: Etapes) -> None:
    etapes.avertir(
        "L'inventaire compte les logements en service ou conventionnés ; le bilan d'une période compte les logements "
        "agréés ou financés : les deux ne tombent pas la même année."
    )


@rule(
    id="sru.trajectoire",
    label="Trajectoire vers le taux légal",
    legal=LegalRef("CCH", "L. 302-5 et L. 302-8"),
    since=PERIODE_3DS,
)
def trajectoire(
    etapes: Etapes,
    *,
    le: date,
    annee_depart: AnneeDepart,
    annees: Annees,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    solde_residence_principale: Solde = (),
    solde_logement_social: SoldeSocial = (),
) -> dict[str, Any]:
    """Parc, taux et logements manquants au 1er janvier de chaque année ; objectif au début de chaque période triennale.

    Les soldes sont nets (livraisons moins sorties), en logements par an : une valeur pour toutes les années, ou une par
    année. Construire du logement privé relève aussi le nombre à atteindre : c'est pourquoi les deux soldes comptent.
    """
    controler_taux_legal(taux_legal, le)
    soldes = list(
        zip(
            _par_an(solde_residence_principale, annees, "solde_residence_principale"),
            _par_an(solde_logement_social, annees, "solde_logement_social"),
            strict=True,
        )
    )
    lignes = _lignes(
        annee_depart, residence_principale, logement_social, taux_legal, soldes, _periodes(le), "trajectoire"
    )
    _raconter(etapes, lignes, "1er janvier")
    _avertir(etapes)
    return {"lignes": lignes, "annee_atteinte": _atteinte(lignes)}


@rule(
    id="sru.effet_operations",
    label="Effet d'opérations sur la trajectoire",
    legal=LegalRef("CCH", "L. 302-5 et L. 302-8"),
    since=PERIODE_3DS,
)
def effet_operations(
    etapes: Etapes,
    *,
    le: date,
    annee_depart: AnneeDepart,
    annees: Annees,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    operations: Annotated[tuple[Operation, ...], Entree("Opérations")],
    solde_residence_principale: Solde = (),
    solde_logement_social: SoldeSocial = (),
) -> dict[str, Any]:
    """Trajectoire sans puis avec les opérations, et ce qu'elles changent au dernier 1er janvier.

    Une opération livrée dans l'année compte au 1er janvier suivant. Tous ses logements sont supposés résidences
    principales. Une opération hors de la durée projetée est refusée, pas ignorée.
    """
    controler_taux_legal(taux_legal, le)
    base = list(
        zip(
            _par_an(solde_residence_principale, annees, "solde_residence_principale"),
            _par_an(solde_logement_social, annees, "solde_logement_social"),
            strict=True,
        )
    )
    avec = list(base)
    for i, o in enumerate(operations, 1):
        if o.social > o.logement or o.social_demoli > o.demoli:
            raise InvalidInput(Problem(f"operations[{i}] « {o.nom} » : plus de logements sociaux que de logements."))
        rang = o.annee - annee_depart
        if not 0 <= rang < annees:
            raise InvalidInput(
                Problem(
                    f"operations[{i}] « {o.nom} » : l'année {o.annee} est hors de la projection "
                    f"({annee_depart} à {annee_depart + annees - 1})."
                )
            )
        avec[rang] = (avec[rang][0] + o.logement - o.demoli, avec[rang][1] + o.social - o.social_demoli)
        etapes.ajouter(f"{o.nom}, livrée en {o.annee} : logements sociaux", o.social - o.social_demoli, "logement")
    bornes = _periodes(le)
    sans_operations = _lignes(
        annee_depart, residence_principale, logement_social, taux_legal, base, bornes, "sans les opérations"
    )
    avec_operations = _lignes(
        annee_depart, residence_principale, logement_social, taux_legal, avec, bornes, "avec les opérations"
    )
    _raconter(etapes, sans_operations, "Sans opérations, 1er janvier")
    _raconter(etapes, avec_operations, "Avec opérations, 1er janvier")
    effet = sans_operations[-1].manquant - avec_operations[-1].manquant
    etapes.ajouter("Logements manquants en moins", effet, "logement")
    if effet < 0:
        etapes.avertir(
            "Ces opérations creusent le déficit : elles ajoutent plus de résidences que de logements sociaux."
        )
    _avertir(etapes)
    return {
        "sans_operations": sans_operations,
        "avec_operations": avec_operations,
        "effet_manquant": effet,
        "annee_atteinte": _atteinte(avec_operations),
    }
