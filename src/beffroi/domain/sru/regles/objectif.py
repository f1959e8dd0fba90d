"""Taux, logements manquants, objectif triennal et sa répartition par financement."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import Ecart, Regime
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import DUFLOT, PERIODE_3DS
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import nombre
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue
from beffroi.kernel.period import add_years
from beffroi.kernel.rule import Etapes, rule, valeur_texte
from beffroi.kernel.unit import ceiling, exact, floor, half_up_int

TAUX = LegalRef("CCH", "L. 302-5 I")
OBJECTIF = LegalRef("CCH", "L. 302-8 VII")

ResidencePrincipale = Annotated[int, Entree("Résidences principales", "logement", minimum=1)]
LogementSocial = Annotated[int, Entree("Logements sociaux", "logement", minimum=0)]
TauxLegal = Annotated[Decimal, Entree("Taux légal", "part", minimum=0, maximum=1)]
LogementManquant = Annotated[int, Entree("Logements sociaux manquants", "logement", minimum=0)]

PARTS = {
    Ecart.FORT: "rattrapage_ecart_fort",
    Ecart.MOYEN: "rattrapage_ecart_moyen",
    Ecart.FAIBLE: "rattrapage_ecart_faible",
}
PARTS_ENTRANT = {
    Regime.ENTREE_EN_COURS: "rattrapage_entree_en_cours",
    Regime.PREMIERE_PERIODE: "rattrapage_premiere_periode",
    Regime.DEUXIEME_PERIODE: "rattrapage_deuxieme_periode",
}


def controler_taux_legal(taux_legal: Decimal, le: date) -> ParameterValue:
    """Rend le paramètre dont ``taux_legal`` est la valeur ; un autre taux n'existe pas dans la loi."""
    connus = (PARAMETRES("taux_legal", le), PARAMETRES("taux_legal_reduit", le))
    for connu in connus:
        if connu.decimal == taux_legal:
            return connu
    valeurs = " ou ".join(format(p.decimal, "f").replace(".", ",") for p in connus)
    raise InvalidInput(
        Problem(f"le champ « Taux légal » (taux_legal) attend {valeurs} (en fraction) ; reçu : « {taux_legal} ».")
    )


def taux_et_manquant(etapes: Etapes, le: date, rp: int, lls: int, taux_legal: Decimal) -> tuple[Decimal, int]:
    """Établit le taux (exact) et le nombre de logements manquants."""
    if lls > rp:
        etapes.avertir("Il y a plus de logements sociaux que de résidences principales : vérifier les deux nombres.")
    legal = controler_taux_legal(taux_legal, le)
    taux = etapes.ajouter(
        "Taux de logements sociaux", exact(lls) / rp, "part", legal=TAUX, note=f"{nombre(lls)} sur {nombre(rp)}"
    )
    vises = etapes.ajouter(
        "Logements à atteindre",
        floor(rp * taux_legal),
        "logement",
        parametre=legal,
        note="arrondi à l'entier inférieur",
    )
    manquant = etapes.ajouter("Logements manquants", max(0, vises - lls), "logement", legal=TAUX)
    return taux, manquant


def ecart_au_taux(etapes: Etapes, le: date, rp: int, lls: int, taux_legal: Decimal) -> Ecart:
    """Classe l'écart au taux légal. Comparé exactement : « entre deux et quatre points » comprend les deux bornes."""
    haut, bas = PARAMETRES("ecart_fort", le), PARAMETRES("ecart_faible", le)
    etapes.ajouter("Écart au taux légal", (taux_legal - exact(lls) / rp) * 100, "point", parametre=(haut, bas))
    if lls >= rp * taux_legal:
        return Ecart.NUL
    if lls > rp * (taux_legal - bas.decimal):
        return Ecart.FAIBLE
    if lls < rp * (taux_legal - haut.decimal):
        return Ecart.FORT
    return Ecart.MOYEN


def appliquer_part(etapes: Etapes, manquant: int, part: ParameterValue) -> int:
    """Objectif : part du déficit, arrondie au plus proche (le texte ne dit rien de l'arrondi)."""
    etapes.ajouter("Part du déficit à rattraper", part.decimal, "part", parametre=part)
    exactement = manquant * part.decimal
    if exactement != exactement.to_integral_value() and half_up_int(exactement) != ceiling(exactement):
        etapes.avertir(
            f"L'objectif tombe sur {valeur_texte(exactement)} : le texte ne fixe pas "
            f"d'arrondi ; à l'entier supérieur il serait de {ceiling(exactement)}. Retenir le nombre notifié."
        )
    return etapes.ajouter(
        "Objectif triennal", half_up_int(exactement), "logement", legal=part.legal, note="arrondi au plus proche"
    )


@rule(id="sru.taux", label="Taux de logements sociaux", legal=TAUX, since=DUFLOT, unite="part")
def taux(
    etapes: Etapes, *, le: date, residence_principale: ResidencePrincipale, logement_social: LogementSocial
) -> Decimal:
    """Logements sociaux rapportés aux résidences principales, en fraction exacte."""
    if logement_social > residence_principale:
        etapes.avertir("Il y a plus de logements sociaux que de résidences principales : vérifier les deux nombres.")
    return etapes.ajouter(
        "Taux de logements sociaux", exact(logement_social) / residence_principale, "part", legal=TAUX
    )


@rule(id="sru.logement_manquant", label="Logements sociaux manquants", legal=TAUX, since=DUFLOT, unite="logement")
def logement_manquant(
    etapes: Etapes,
    *,
    le: date,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
) -> int:
    """Logements à produire pour atteindre le taux légal ; 0 quand il est atteint.

    Le nombre à atteindre est arrondi à l'entier inférieur (convention, le texte ne fixe pas d'arrondi).
    """
    return taux_et_manquant(etapes, le, residence_principale, logement_social, taux_legal)[1]


@rule(
    id="sru.periode_triennale", label="Période triennale", legal=LegalRef("CCH", "L. 302-8 I"), since=date(2002, 1, 1)
)
def periode_triennale(etapes: Etapes, *, le: date) -> dict[str, Any]:
    """Rang et bornes de la période triennale qui contient ``le``, et date de l'inventaire qui fonde ses objectifs."""
    origine, duree = PARAMETRES("debut_periodes", le), PARAMETRES("duree_periode", le)
    rang = (le.year - origine.valeur.year) // duree.entier
    debut = add_years(origine.valeur, rang * duree.entier)
    etapes.ajouter("Première période", origine.valeur, "date", parametre=(origine, duree))
    etapes.ajouter("Début de la période", debut, "date")
    fin = etapes.ajouter("Fin de la période", add_years(debut, duree.entier) - timedelta(days=1), "date")
    inventaire = etapes.ajouter("Inventaire de référence", add_years(debut, -1), "date", legal=OBJECTIF)
    return {"rang": rang + 1, "debut": debut, "fin": fin, "inventaire": inventaire}


@rule(
    id="sru.objectif_triennal",
    label="Objectif triennal de logements sociaux",
    legal=OBJECTIF,
    since=DUFLOT,
    unite="logement",
)
def objectif_triennal_par_periode(
    etapes: Etapes,
    *,
    le: date,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
) -> int:
    """Objectif des périodes 2014-2016 à 2020-2022 : la part du déficit ne dépend que de la période (25, 33, 50 %)."""
    manquant = taux_et_manquant(etapes, le, residence_principale, logement_social, taux_legal)[1]
    return appliquer_part(etapes, manquant, PARAMETRES("rattrapage_periode", le))


@rule(
    id="sru.objectif_triennal",
    label="Objectif triennal de logements sociaux",
    legal=OBJECTIF,
    since=PERIODE_3DS,
    unite="logement",
)
def objectif_triennal(
    etapes: Etapes,
    *,
    le: date,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    regime: Annotated[Regime, Entree("Régime de rattrapage")] = Regime.DROIT_COMMUN,
) -> int:
    """Logements sociaux à réaliser dans la période, d'après l'inventaire du 1er janvier de l'année précédente.

    33 % du déficit ; 50 % si l'écart au taux légal est compris entre deux et quatre points (bornes comprises) ; 100 %
    s'il est inférieur à deux points. Une commune entrante a ses propres taux (10, 15 puis 25 %), quel que soit l'écart.
    """
    manquant = taux_et_manquant(etapes, le, residence_principale, logement_social, taux_legal)[1]
    ecart = ecart_au_taux(etapes, le, residence_principale, logement_social, taux_legal)
    if ecart is Ecart.NUL or manquant == 0:
        return etapes.ajouter("Objectif triennal", 0, "logement", note="le taux légal est atteint")
    return appliquer_part(etapes, manquant, part_rattrapage(le, ecart, regime))


def part_rattrapage(le: date, ecart: Ecart, regime: Regime) -> ParameterValue:
    """Part du déficit à rattraper : celle du régime de la commune entrante, sinon celle de l'écart."""
    return PARAMETRES(PARTS[ecart] if regime is Regime.DROIT_COMMUN else PARTS_ENTRANT[regime], le)


@rule(
    id="sru.objectif_depuis_deficit",
    label="Objectif triennal à partir d'un déficit publié",
    legal=OBJECTIF,
    since=PERIODE_3DS,
)
def objectif_depuis_deficit(
    etapes: Etapes,
    *,
    le: date,
    logement_manquant: LogementManquant,
    ecart: Annotated[Ecart, Entree("Écart au taux légal (faible : moins de 2 points ; fort : plus de 4)")],
    regime: Annotated[Regime, Entree("Régime de rattrapage")] = Regime.DROIT_COMMUN,
) -> dict[str, int]:
    """Objectif quand on ne connaît que le nombre de logements manquants ; les deux arrondis sont donnés."""
    if ecart is Ecart.NUL:
        if logement_manquant:
            raise InvalidInput(
                Problem("un écart « nul » ne va pas avec des logements manquants : corriger l'un des deux.")
            )
        etapes.ajouter("Objectif triennal", 0, "logement", note="le taux légal est atteint")
        return {"au_plus_proche": 0, "superieur": 0}
    part = part_rattrapage(le, ecart, regime)
    proche = appliquer_part(etapes, logement_manquant, part)
    superieur = etapes.ajouter("À l'entier supérieur", ceiling(logement_manquant * part.decimal), "logement")
    return {"au_plus_proche": proche, "superieur": superieur}


def bornes_financement(
    etapes: Etapes, le: date, objectif: int, taux_communal: Decimal | None, couverte_plh: bool
) -> tuple[int, int, ParameterValue, ParameterValue]:
    """PLAI au moins et PLS au plus, en logements entiers, avec les paramètres."""
    plai, faible = PARAMETRES("plai_minimum", le), PARAMETRES("parc_faible", le)
    peu_dotee = taux_communal is not None and taux_communal < faible.decimal and not couverte_plh
    pls = PARAMETRES("pls_maximum_parc_faible" if peu_dotee else "pls_maximum", le)
    if taux_communal is None and not couverte_plh:
        etapes.avertir(
            "Taux de la commune non renseigné : sous 10 % et sans programme local, le plafond de PLS baisse."
        )
    minimum = etapes.ajouter("PLAI au moins", ceiling(objectif * plai.decimal), "logement", parametre=plai)
    maximum = etapes.ajouter("PLS au plus", floor(objectif * pls.decimal), "logement", parametre=pls)
    return minimum, maximum, plai, pls


@rule(
    id="sru.qualite_objectif",
    label="Répartition des logements financés (PLAI, PLUS, PLS)",
    legal=LegalRef("CCH", "L. 302-8 III"),
    since=DUFLOT,
)
def qualite_objectif(
    etapes: Etapes,
    *,
    le: date,
    objectif: Annotated[int, Entree("Objectif triennal", "logement", minimum=0)],
    plai: Annotated[int, Entree("Logements financés en PLAI", "logement", minimum=0)],
    plus: Annotated[int, Entree("Logements financés en PLUS", "logement", minimum=0)],
    pls: Annotated[int, Entree("Logements financés en PLS", "logement", minimum=0)],
    taux_communal: Annotated[
        Decimal | None, Entree("Taux de logements sociaux de la commune", "part", minimum=0, maximum=1)
    ] = None,
    couverte_plh: Annotated[bool, Entree("Commune couverte par un programme local de l'habitat")] = True,
) -> dict[str, Any]:
    """Parts de PLAI et de PLS des logements financés, comparées exactement à leurs bornes.

    Le dénominateur est le nombre de logements financés. Quand il diffère de l'objectif, la part rapportée à l'objectif
    (« logements à produire ») est donnée en avertissement.
    """
    finances = etapes.ajouter("Logements financés", plai + plus + pls, "logement")
    *_, borne_plai, borne_pls = bornes_financement(etapes, le, objectif, taux_communal, couverte_plh)
    if finances == 0:
        etapes.avertir("Aucun logement financé : les parts n'existent pas.")
        return {"part_plai": None, "part_pls": None, "conforme": None}
    part_plai = etapes.ajouter("Part de PLAI", exact(plai) / finances, "part", parametre=borne_plai)
    part_pls = etapes.ajouter("Part de PLS", exact(pls) / finances, "part", parametre=borne_pls)
    conforme = plai >= borne_plai.decimal * finances and pls <= borne_pls.decimal * finances
    if objectif and finances != objectif:
        etapes.avertir(
            f"{finances} logements financés pour un objectif de {objectif} : rapporté à l'objectif, le minimum de PLAI "
            f"est {'tenu' if plai >= borne_plai.decimal * objectif else 'manqué'}."
        )
    etapes.ajouter("Répartition conforme", conforme, legal=LegalRef("CCH", "L. 302-8 III"))
    return {"part_plai": part_plai, "part_pls": part_pls, "conforme": conforme}
