"""Règles des copropriétés."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.copropriete.modele import Classe, Syndic
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import half_up_int

PARAMETRES = load_parameters("beffroi.domain.copropriete")
ALUR = date(2014, 3, 27)
LOI_65 = LegalRef(
    "Loi 65-557 du 10 juillet 1965", "29-1 A", "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000880200/"
)
METHODE = LegalRef("Méthode du projet", "copropriétés", "docs/methodes/copropriete.md")

Impayes = Annotated[Decimal, Entree("Impayés des copropriétaires", "euro", minimum=0)]
Budget = Annotated[Decimal, Entree("Charges appelées de l'exercice", "euro", minimum=0)]
Lots = Annotated[int, Entree("Lots", "lot", minimum=1)]


def _taux(etapes: Etapes, impayes: Decimal, budget: Decimal) -> Decimal | None:
    if budget == 0:
        etapes.avertir("Budget nul : le taux d'impayés n'existe pas.")
        return etapes.ajouter("Taux d'impayés", None, "part")
    return etapes.ajouter("Taux d'impayés", impayes / budget, "part")


@rule(id="copropriete.taux_impaye", label="Taux d'impayés d'une copropriété", legal=METHODE, since=ALUR)
def taux_impaye(
    etapes: Etapes,
    *,
    le: date,
    impayes: Impayes,
    budget: Budget,
    lots: Annotated[int | None, Entree("Lots", "lot", minimum=1)] = None,
) -> dict[str, Any]:
    """Impayés rapportés aux charges appelées de l'exercice, et seuils franchis.

    Le taux manque quand le budget est nul. Seuils : procédure d'alerte (loi de 1965, à partir de 25 %, 15 % au-delà de
    200 lots), copropriété fragile de l'Anah (à partir de 8 %, à vérifier), suivi de la CALL (plus de 25 %).
    """
    taux = _taux(etapes, impayes, budget)
    alerte = PARAMETRES("seuil_alerte", le)
    if lots is not None and lots > PARAMETRES("lot_grande", le).entier:
        alerte = PARAMETRES("seuil_alerte_grande", le)
    fragile = PARAMETRES("seuil_fragile", le) if le >= date(2020, 1, 1) else None
    local = PARAMETRES("seuil_local_call", le) if le >= date(2023, 1, 1) else None
    seuils: dict[str, bool | None] = {}
    for nom, seuil, strict in (
        ("procedure_alerte", alerte, False),
        ("fragile_anah", fragile, False),
        ("suivi_call", local, True),
    ):
        if seuil is None:
            continue
        franchi = None if taux is None else taux > seuil.decimal if strict else taux >= seuil.decimal
        seuils[nom] = etapes.ajouter(seuil.label, franchi, parametre=seuil)
    return {"taux": taux, "seuils": seuils}


@rule(id="copropriete.procedure_alerte", label="Procédure d'alerte d'une copropriété", legal=LOI_65, since=ALUR)
def procedure_alerte(
    etapes: Etapes,
    *,
    le: date,
    impayes: Impayes,
    budget: Budget,
    lots: Lots,
    cloture: Annotated[date | None, Entree("Clôture des comptes")] = None,
    annees_sans_approbation: Annotated[
        int | None, Entree("Années sans approbation des comptes", "annee", minimum=0)
    ] = None,
) -> dict[str, Any]:
    """Le syndic doit-il demander un mandataire ad hoc, et jusqu'à quand a-t-il la main ?

    Impayés à la clôture à partir de 25 % des sommes exigibles (15 % au-delà de 200 lots), ou comptes non approuvés
    depuis deux ans (loi 65-557, art. 29-1 A). Un mois après la clôture, le maire, l'EPCI, le préfet ou des
    copropriétaires réunissant 15 % des voix peuvent saisir le juge.
    """
    taux = _taux(etapes, impayes, budget)
    grande = PARAMETRES("lot_grande", le)
    est_grande = etapes.ajouter("Grande copropriété", lots > grande.entier, parametre=grande)
    seuil = PARAMETRES("seuil_alerte_grande" if est_grande else "seuil_alerte", le)
    impaye = None if taux is None else taux >= seuil.decimal
    etapes.ajouter("Impayés au seuil ou au-dessus", impaye, parametre=seuil)
    duree = PARAMETRES("annee_sans_comptes", le)
    sans_comptes = None if annees_sans_approbation is None else annees_sans_approbation >= duree.entier
    etapes.ajouter("Comptes non approuvés", sans_comptes, parametre=duree)
    alerte: bool | None = True if True in (impaye, sans_comptes) else None if impaye is None else False
    relais = None
    if alerte and cloture is not None:
        delai = PARAMETRES("delai_syndic", cloture)
        voix = PARAMETRES("part_voix", cloture)
        relais = etapes.ajouter(
            "D'autres peuvent saisir le juge à partir du", deadline(cloture, delai), "date", parametre=(delai, voix)
        )
    return {"taux": taux, "seuil": seuil.decimal, "alerte": alerte, "relais_le": relais}


@rule(
    id="copropriete.immatriculation",
    label="Copropriétés immatriculées et copropriétés très endettées",
    legal=METHODE,
    since=ALUR,
)
def immatriculation(
    etapes: Etapes,
    *,
    le: date,
    coproprietes: Annotated[int, Entree("Copropriétés connues", "copropriete", minimum=0)],
    part_non_immatriculee: Annotated[Decimal, Entree("Part non immatriculée", "part", minimum=0, maximum=1)],
    endettees: Annotated[int, Entree("Copropriétés au-dessus de 25 % d'impayés", "copropriete", minimum=0)],
) -> dict[str, Any]:
    """Nombre de copropriétés non immatriculées et part des copropriétés endettées parmi les immatriculées.

    Les impayés ne sont connus que des copropriétés immatriculées : c'est leur dénominateur.
    """
    absentes = etapes.ajouter("Non immatriculées", half_up_int(coproprietes * part_non_immatriculee), "copropriete")
    presentes = etapes.ajouter("Immatriculées", coproprietes - absentes, "copropriete")
    if endettees > presentes:
        raise InvalidInput(
            Problem(
                f"le champ « Copropriétés au-dessus de 25 % d'impayés » (endettees, {endettees}) dépasse le nombre "
                f"d'immatriculées ({presentes}) : vérifier."
            )
        )
    part = Decimal(endettees) / Decimal(presentes) if presentes else None
    etapes.ajouter("Part endettée parmi les immatriculées", part, "part")
    return {"non_immatriculees": absentes, "immatriculees": presentes, "part_endettee": part}


@rule(
    id="copropriete.quota_residence_principale",
    label="Résidences principales d'une copropriété aidée",
    legal=LegalRef("Anah, MaPrimeRénov' Copropriété", "", "https://www.anah.gouv.fr/"),
    since=date(2020, 1, 1),
)
def quota_residence_principale(
    etapes: Etapes,
    *,
    le: date,
    logements: Annotated[int, Entree("Logements", "logement", minimum=1)],
    residences_principales: Annotated[int, Entree("Résidences principales", "logement", minimum=0)],
) -> dict[str, Any]:
    """Part de résidences principales et quota demandé : 75 % au-delà de 20 logements, 65 % jusqu'à 20."""
    if residences_principales > logements:
        raise InvalidInput(Problem("« residences_principales » dépasse « logements » : vérifier les deux champs."))
    taille = PARAMETRES("logement_petite", le)
    petite = logements <= taille.entier
    quota = PARAMETRES("quota_residence_principale_petite" if petite else "quota_residence_principale", le)
    part = etapes.ajouter("Part de résidences principales", Decimal(residences_principales) / logements, "part")
    atteint = etapes.ajouter("Quota atteint", part >= quota.decimal, parametre=(taille, quota))
    return {"part": part, "quota": quota.decimal, "atteint": atteint}


@dataclass(frozen=True, slots=True)
class _Item:
    famille: str
    libelle: str
    connu: bool
    points: int
    maximum: int


@rule(
    id="copropriete.score",
    label="Score de fragilité d'une copropriété",
    legal=LegalRef("Méthode du projet", "score de fragilité", "docs/methodes/copropriete.md"),
    since=date(2020, 1, 1),
)
def score(
    etapes: Etapes,
    *,
    le: date,
    immatriculee: Annotated[bool | None, Entree("Immatriculée au registre national")] = None,
    syndic: Annotated[Syndic | None, Entree("Syndic")] = None,
    taux_impaye: Annotated[Decimal | None, Entree("Taux d'impayés", "part", minimum=0)] = None,
    mandat_expire: Annotated[bool | None, Entree("Mandat de syndic expiré")] = None,
    conseil_syndical: Annotated[bool | None, Entree("Conseil syndical en place")] = None,
    annee_construction: Annotated[int | None, Entree("Année de construction", minimum=0)] = None,
    etiquette_fg: Annotated[bool | None, Entree("Étiquette énergie F ou G")] = None,
    arrete: Annotated[bool | None, Entree("Arrêté de police en cours")] = None,
    lots: Annotated[int | None, Entree("Lots", "lot", minimum=1)] = None,
    part_locataires: Annotated[Decimal | None, Entree("Part de locataires", "part", minimum=0, maximum=1)] = None,
    qpv: Annotated[bool | None, Entree("Quartier prioritaire")] = None,
) -> dict[str, Any]:
    """Score de 0 (solide) à 100 (très fragile), classe de A à D, complétude.

    Quatre familles : gestion (40), fonctionnement (20), bâti (25), structure (15), chacune plafonnée. Un point inconnu
    ne compte ni comme bon ni comme mauvais : le score est donné avec celui qu'il pourrait atteindre, et la classe
    devient *non évaluable* quand moins de la moitié des points est connue. Méthode du projet : ce n'est pas un texte.
    """

    def p(nom: str) -> int:
        return PARAMETRES(nom, le).entier

    tranches = [int(x) for x in PARAMETRES("point_impaye", le).valeur]
    periodes = [int(x) for x in PARAMETRES("point_construction", le).valeur]
    taille = max(p("point_petite"), p("point_grande"))
    sans_assemblee = syndic in (Syndic.ABSENT, Syndic.BENEVOLE_SANS_ASSEMBLEE)
    petite = lots is not None and 1 < lots <= p("lot_petite")
    grande = lots is not None and lots > p("lot_grande")
    locatif = part_locataires is not None and part_locataires > PARAMETRES("part_locatif", le).decimal
    impaye = bisect_right(PARAMETRES("borne_impaye", le).valeur, taux_impaye) if taux_impaye is not None else 0
    periode = bisect_right(PARAMETRES("borne_construction", le).valeur, annee_construction or 0)

    def oui_non(famille: str, libelle: str, valeur: object, vrai: bool, nom: str) -> _Item:
        return _Item(famille, libelle, valeur is not None, p(nom) if vrai else 0, p(nom))

    items = (
        oui_non("gestion", "Immatriculation", immatriculee, immatriculee is False, "point_non_immatriculee"),
        oui_non("gestion", "Syndic", syndic, sans_assemblee, "point_syndic"),
        _Item("gestion", "Impayés", taux_impaye is not None, tranches[impaye], max(tranches)),
        oui_non("fonctionnement", "Mandat de syndic", mandat_expire, mandat_expire is True, "point_mandat"),
        oui_non("fonctionnement", "Conseil syndical", conseil_syndical, conseil_syndical is False, "point_conseil"),
        _Item("bati", "Période de construction", annee_construction is not None, periodes[periode], max(periodes)),
        oui_non("bati", "Étiquette énergie", etiquette_fg, etiquette_fg is True, "point_dpe"),
        oui_non("bati", "Arrêté", arrete, arrete is True, "point_arrete"),
        _Item(
            "structure",
            "Taille",
            lots is not None,
            p("point_petite") if petite else p("point_grande") if grande else 0,
            taille,
        ),
        oui_non("structure", "Locataires", part_locataires, locatif, "point_locatif"),
        oui_non("structure", "Quartier prioritaire", qpv, qpv is True, "point_qpv"),
    )
    total = haut = 0
    familles: dict[str, int] = {}
    for famille in ("gestion", "fonctionnement", "bati", "structure"):
        siens = [i for i in items if i.famille == famille]
        plafond = PARAMETRES(f"plafond_{famille}", le)
        familles[famille] = min(plafond.entier, sum(i.points for i in siens if i.connu))
        haut += min(plafond.entier, sum(i.points if i.connu else i.maximum for i in siens))
        detail = ", ".join(f"{i.libelle} {i.points if i.connu else 'inconnu'}" for i in siens)
        total += etapes.ajouter(f"Famille {famille}", familles[famille], "point", parametre=plafond, note=detail)
    minimum = PARAMETRES("completude_minimale", le)
    completude = Decimal(sum(i.connu for i in items)) / len(items)
    etapes.ajouter("Complétude", completude, "part", parametre=minimum)
    bornes = PARAMETRES("borne_classe", le)
    classes = (Classe.A, Classe.B, Classe.C, Classe.D)
    classe = Classe.NON_EVALUABLE
    if completude >= minimum.decimal:
        classe = classes[bisect_right(bornes.valeur, total)]
    etapes.ajouter("Classe", classe, parametre=bornes)
    inconnus = [i.libelle.lower() for i in items if not i.connu]
    if inconnus:
        etapes.avertir(f"Non renseigné : {', '.join(inconnus)}. Le score pourrait aller jusqu'à {haut}.")
    return {
        "score": total,
        "score_possible": haut,
        "classe": classe,
        "completude": completude,
        "familles": familles,
    }
