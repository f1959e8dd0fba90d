"""Règles de la vacance : taux, classes, contrôles de chiffres publiés, objectif, taxe datée."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation
from beffroi.domain.vacance.modele import (
    CENTIME,
    LIBELLE_EXONERATION,
    ClasseVacance,
    ControlePart,
    ControleRemobilisation,
    EvolutionVacance,
    Exoneration,
    Instauration,
    ObjectifVacance,
    PointVacance,
    TauxPublie,
    TaxeVacance,
    TypeTaxe,
    Zone,
    limite_deliberation,
)
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue, load_parameters
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import half_up, half_up_int

PARAMETRES = load_parameters("beffroi.domain.vacance")

OBSERVATOIRE = LegalRef("CCH", "R. 302-1-4")
TLV = LegalRef("CGI", "art. 232")
THLV = LegalRef("CGI", "art. 1407 bis")
TVLH = LegalRef("CGI", "art. 1406 bis")
LOVAC_DEPUIS = date(2019, 1, 1)
TLV_DEPUIS = date(2013, 1, 1)
TLV_JUSQU_A = date(2026, 12, 31)
TVLH_DEPUIS = date(2027, 1, 1)

Logement: TypeAlias = Annotated[int, Entree("Logements", "logement", minimum=0)]
Total: TypeAlias = Annotated[int, Entree("Total connu", "logement", minimum=1)]
Annees: TypeAlias = Annotated[Decimal, Entree("Durée de vacance au 1er janvier", "annee", minimum=0)]
ValeurLocative: TypeAlias = Annotated[Decimal, Entree("Valeur locative cadastrale", "euro", minimum=0)]
TauxVote: TypeAlias = Annotated[Decimal | None, Entree("Taux voté", "part", minimum=0, maximum=1)]


@rule(id="vacance.taux_vacance", label="Taux de vacance", legal=OBSERVATOIRE, since=LOVAC_DEPUIS, unite="part")
def taux_vacance(
    etapes: Etapes, *, le: date, point: Annotated[PointVacance, Entree("Compte de logements vacants")]
) -> Decimal | None:
    """Logements vacants ÷ logements du même parc, de la même source et du même millésime, en fraction.

    Un parc nul ou inconnu n'a pas de taux.
    """
    etapes.ajouter("Série", point.serie, note=f"millésime {point.millesime}")
    etapes.ajouter("Logements vacants", point.logement_vacant, "logement")
    etapes.ajouter("Logements du parc", point.parc, "logement")
    if not point.parc:
        etapes.avertir("Le parc n'est pas connu : il n'y a pas de taux.")
        return None
    return etapes.ajouter("Taux de vacance", Decimal(point.logement_vacant) / point.parc, "part", legal=OBSERVATOIRE)


@rule(id="vacance.evolution_vacance", label="Évolution de la vacance", legal=OBSERVATOIRE, since=LOVAC_DEPUIS)
def evolution_vacance(
    etapes: Etapes,
    *,
    le: date,
    debut: Annotated[PointVacance, Entree("Premier millésime")],
    fin: Annotated[PointVacance, Entree("Dernier millésime")],
) -> EvolutionVacance:
    """Écart entre deux millésimes d'une même série (source et périmètre), en logements.

    Deux sources, ou le parc privé et l'ensemble, ne se comparent pas : la règle refuse.
    """
    if debut.serie != fin.serie:
        raise InvalidInput(
            Problem(
                f"« {debut.serie} » et « {fin.serie} » sont deux séries : on ne les mêle pas ; "
                "donner deux millésimes de la même source et du même parc."
            )
        )
    etapes.ajouter("Série", debut.serie)
    etapes.ajouter(f"Vacants en {debut.millesime}", debut.logement_vacant, "logement")
    etapes.ajouter(f"Vacants en {fin.millesime}", fin.logement_vacant, "logement")
    ecart = etapes.ajouter("Évolution", fin.logement_vacant - debut.logement_vacant, "logement")
    taux = [Decimal(p.logement_vacant) / p.parc if p.parc else None for p in (debut, fin)]
    return EvolutionVacance(debut.serie, ecart, *taux)


@rule(id="vacance.classe_vacance", label="Classe d'un logement vacant", legal=OBSERVATOIRE, since=LOVAC_DEPUIS)
def classe_vacance(etapes: Etapes, *, le: date, annees_vacance: Annees) -> ClasseVacance:
    """Frictionnelle sous un an, conjoncturelle d'un à deux ans, structurelle au-delà de deux ans.

    LOVAC appelle longue durée la vacance de deux ans ou plus ; la taxe hors zone tendue, plus de deux ans.
    """
    court, long = PARAMETRES("duree_frictionnelle", le), PARAMETRES("duree_structurelle", le)
    etapes.ajouter("Durée de vacance", annees_vacance, "annee", parametre=(court, long))
    if annees_vacance < court.decimal:
        classe = ClasseVacance.FRICTIONNELLE
    elif annees_vacance <= long.decimal:
        classe = ClasseVacance.CONJONCTURELLE
    else:
        classe = ClasseVacance.STRUCTURELLE
    return etapes.ajouter("Classe", classe)


@rule(
    id="vacance.parc_implicite",
    label="Parc qu'impliquent un nombre et un taux publiés",
    legal=OBSERVATOIRE,
    since=LOVAC_DEPUIS,
)
def parc_implicite(
    etapes: Etapes, *, le: date, series: Annotated[list[TauxPublie], Entree("Nombres et taux publiés")]
) -> dict[str, int]:
    """Logements du parc que supposent, source par source, un nombre de vacants et un taux publiés ensemble.

    Le taux publié est arrondi : le parc trouvé n'est qu'un ordre de grandeur. Des sources différentes restent à part.
    """
    resultat: dict[str, int] = {}
    for s in series:
        if s.taux == 0:
            raise InvalidInput(Problem(f"le taux publié de « {s.source} » est nul : aucun parc ne s'en déduit."))
        resultat[s.source] = etapes.ajouter(
            f"Parc implicite, {s.source}",
            half_up_int(s.logement_vacant / s.taux),
            "logement",
            note="vacants ÷ taux publié",
        )
    if len(resultat) > 1:
        etapes.avertir("Ces sources ne comptent pas la même chose : ne pas les mettre dans une même série.")
    etapes.avertir("Le taux publié est arrondi : garder le numérateur et le dénominateur, jamais le seul taux.")
    return resultat


@rule(id="vacance.controle_part", label="Contrôle d'une part publiée", legal=OBSERVATOIRE, since=LOVAC_DEPUIS)
def controle_part(
    etapes: Etapes,
    *,
    le: date,
    logement: Annotated[int, Entree("Logements comptés", "logement", minimum=0)],
    part_publiee: Annotated[Decimal, Entree("Part publiée", "part", minimum=0, maximum=1)],
    totaux: Annotated[dict[str, Total], Entree("Totaux connus", "logement")],
) -> ControlePart:
    """Compare une part publiée aux parts que donnent les totaux connus, arrondies à la même précision (1 %).

    Sert quand un document écrit « 3 870 logements, 39 % des vacants » sans dire de quel total.
    """
    if part_publiee == 0:
        raise InvalidInput(Problem("le champ « Part publiée » (part_publiee) est nul : aucun total ne s'en déduit."))
    etapes.ajouter("Logements", logement, "logement")
    etapes.ajouter("Part publiée", part_publiee, "part")
    implique = etapes.ajouter("Total impliqué", half_up_int(logement / part_publiee), "logement")
    parts = {nom: Decimal(logement) / total for nom, total in totaux.items()}
    concorde = False
    for nom, part in parts.items():
        etapes.ajouter(f"Part dans {nom}", part, "part")
        concorde = concorde or half_up(part * 100) == half_up(part_publiee * 100)
    if not concorde:
        etapes.avertir("La part publiée ne correspond à aucun des totaux connus.")
    return ControlePart(implique, parts, concorde)


@rule(
    id="vacance.objectif_zero_vacant",
    label="Objectif « zéro logement vacant supplémentaire »",
    legal=LegalRef("CCH", "R. 302-1-3"),
    since=LOVAC_DEPUIS,
)
def objectif_zero_vacant(
    etapes: Etapes,
    *,
    le: date,
    logement_vacant_debut: Annotated[int, Entree("Logements vacants au début", "logement", minimum=0)],
    tendance: Annotated[int, Entree("Vacants supplémentaires attendus sur la durée", "logement", minimum=0)],
    duree: Annotated[int, Entree("Durée du programme", "annee", minimum=1)],
    logement_vacant_actuel: Annotated[int, Entree("Logements vacants aujourd'hui", "logement", minimum=0)],
    annees_ecoulees: Annotated[Decimal, Entree("Années écoulées", "annee", minimum=0)],
    remobilise: Annotated[int, Entree("Logements remis sur le marché", "logement", minimum=0)],
) -> ObjectifVacance:
    """Ne pas compter plus de vacants à la fin qu'au début : remettre sur le marché ce que la tendance ajouterait.

    Deux conditions : l'écart aux vacants du début n'est pas positif ; les logements remis sur le marché atteignent la
    cible au prorata des années. Les deux tenues : atteint ; une seule : à surveiller ; aucune : en retard.
    Les deux comptes viennent d'une même série. Source : PLH de Valenciennes Métropole, action 2 (636 en six ans).
    """
    etapes.ajouter("Vacants au début", logement_vacant_debut, "logement")
    par_an = etapes.ajouter(
        "À remettre sur le marché par an", Decimal(tendance) / duree, "logement_par_an", note="tendance ÷ durée"
    )
    ecart = etapes.ajouter("Écart aux vacants du début", logement_vacant_actuel - logement_vacant_debut, "logement")
    attendu = etapes.ajouter("Attendu à ce jour", par_an * min(annees_ecoulees, Decimal(duree)), "logement")
    etapes.ajouter("Remis sur le marché", remobilise, "logement")
    stable, tenu = ecart <= 0, remobilise >= attendu
    if stable and tenu:
        appreciation = Appreciation.ATTEINT
    elif stable or tenu:
        appreciation = Appreciation.A_SURVEILLER
    else:
        appreciation = Appreciation.EN_RETARD
    etapes.ajouter("Appréciation", LIBELLE_APPRECIATION[appreciation])
    return ObjectifVacance(logement_vacant_debut, 0, ecart, par_an, attendu, remobilise, appreciation)


@rule(
    id="vacance.controle_remobilisation",
    label="Contrôle d'un objectif de remobilisation ventilé",
    legal=LegalRef("CCH", "R. 302-1-3"),
    since=LOVAC_DEPUIS,
)
def controle_remobilisation(
    etapes: Etapes,
    *,
    le: date,
    objectif: Annotated[int, Entree("Objectif de remobilisation", "logement", minimum=0)],
    duree: Annotated[int, Entree("Durée du programme", "annee", minimum=1)],
    lieu: Annotated[dict[str, Logement], Entree("Ventilation par lieu", "logement")],
    outil: Annotated[dict[str, Logement], Entree("Ventilation par outil", "logement")],
) -> ControleRemobilisation:
    """Vérifie que les ventilations par lieu et par outil d'un objectif font le total écrit (logements)."""
    etapes.ajouter("Objectif écrit", objectif, "logement")
    somme_lieu = etapes.ajouter("Somme par lieu", sum(lieu.values()), "logement", note=_addition(lieu))
    somme_outil = etapes.ajouter("Somme par outil", sum(outil.values()), "logement", note=_addition(outil))
    par_an = etapes.ajouter("Par an", Decimal(objectif) / duree, "logement_par_an")
    for nom, somme, detail in (("lieu", somme_lieu, lieu), ("outil", somme_outil, outil)):
        if somme != objectif:
            etapes.avertir(f"Par {nom}, {_addition(detail)} = {somme} et non {objectif}.")
    return ControleRemobilisation(somme_lieu, somme_outil, somme_lieu - objectif, somme_outil - objectif, par_an)


def _addition(detail: dict[str, int]) -> str:
    return " + ".join(str(v) for v in detail.values())


def _exoneree(etapes: Etapes, exoneration: Exoneration, taxe: TypeTaxe) -> TaxeVacance | None:
    etapes.ajouter("Exonération", LIBELLE_EXONERATION[exoneration], legal=LegalRef("CGI", "art. 232, II, V et VI"))
    if exoneration is Exoneration.AUCUNE:
        return None
    return TaxeVacance(taxe, False, LIBELLE_EXONERATION[exoneration], None, None, None)


def _taxer(
    etapes: Etapes, taxe: TypeTaxe, legal: LegalRef, valeur_locative: Decimal, taux: Decimal, maximum: Decimal | None
) -> TaxeVacance:
    montant = half_up(valeur_locative * taux, CENTIME)
    etapes.ajouter("Montant", montant, "euro", legal=legal, note="valeur locative × taux")
    return TaxeVacance(taxe, True, "due", taux, maximum, montant)


@rule(
    id="vacance.taxe_vacance",
    label="Taxe sur la vacance d'un logement (TLV ou THLV)",
    legal=TLV,
    since=TLV_DEPUIS,
    until=TLV_JUSQU_A,
)
def taxe_vacance_2013(
    etapes: Etapes,
    *,
    le: date,
    zone: Annotated[Zone, Entree("Zone de la taxe")],
    annees_vacance: Annees,
    valeur_locative: ValeurLocative,
    taux_vote: TauxVote = None,
    instauration: Annotated[Instauration, Entree("Taxe instituée par")] = Instauration.AUCUNE,
    epci_plh_adopte: Annotated[bool | None, Entree("L'EPCI a adopté un PLH")] = None,
    exoneration: Annotated[Exoneration, Entree("Exonération")] = Exoneration.AUCUNE,
) -> TaxeVacance:
    """Taxe jusqu'au 31 décembre 2026, en euros : TLV en zone tendue, THLV ailleurs si elle est instituée.

    TLV : vacant depuis au moins un an au 1er janvier, taux national la première année puis la suivante. THLV : vacant
    depuis plus de deux ans, instituée par la commune, ou par l'EPCI s'il a adopté un PLH ; ``taux_vote`` est alors le
    taux de taxe d'habitation. Textes : CGI, art. 232 et 1407 bis.
    """
    taxe, texte = (TypeTaxe.TLV, TLV) if zone is Zone.TENDUE else (TypeTaxe.THLV, THLV)
    etapes.ajouter("Taxe applicable", taxe.value.upper(), legal=texte)
    exoneree = _exoneree(etapes, exoneration, taxe)
    if exoneree:
        return exoneree
    if taxe is TypeTaxe.TLV:
        duree = PARAMETRES("tlv_duree", le)
        etapes.ajouter("Durée de vacance", annees_vacance, "annee", parametre=duree, legal=texte)
        if annees_vacance < duree.decimal:
            return TaxeVacance(taxe, False, "vacance trop courte", None, None, None)
        premiere = annees_vacance < duree.decimal + 1
        taux = PARAMETRES("tlv_taux_premiere_annee" if premiere else "tlv_taux_suivant", le)
        etapes.ajouter("Taux", taux.decimal, "part", parametre=taux, legal=texte)
        return _taxer(etapes, taxe, texte, valeur_locative, taux.decimal, None)
    duree = PARAMETRES("thlv_duree", le)
    etapes.ajouter("Institution", instauration.value, legal=texte)
    if instauration is Instauration.AUCUNE:
        return TaxeVacance(taxe, False, "taxe non instituée", None, None, None)
    if instauration is Instauration.EPCI and not epci_plh_adopte:
        etapes.avertir("L'EPCI ne peut instituer la THLV que s'il a adopté un PLH.")
        return TaxeVacance(taxe, False, "EPCI sans PLH adopté", None, None, None)
    etapes.ajouter("Durée de vacance", annees_vacance, "annee", parametre=duree, legal=texte)
    if annees_vacance <= duree.decimal:
        return TaxeVacance(taxe, False, "vacance trop courte", None, None, None)
    vote = _vote(taux_vote)
    etapes.ajouter("Taux de taxe d'habitation", vote, "part", legal=texte)
    return _taxer(etapes, taxe, texte, valeur_locative, vote, None)


def _vote(taux: Decimal | None) -> Decimal:
    if taux is None:
        raise InvalidInput(
            Problem(
                "il manque le champ « Taux voté » (taux_vote) (en fraction : 0,182 pour 18,2 %) : la taxe est instituée."
            )
        )
    return taux


def _plafonner(taux: Decimal, plancher: Decimal | None, plafond: ParameterValue) -> Decimal:
    bas = plancher if plancher is not None else Decimal(0)
    if not bas <= taux <= plafond.decimal:
        raise InvalidInput(
            Problem(
                f"le champ « Taux voté » (taux_vote) attend une fraction entre {bas} et {plafond.decimal} "
                f"({plafond.legal}) ; reçu : « {taux} »."
            )
        )
    return taux


@rule(
    id="vacance.taxe_vacance",
    label="Taxe sur la vacance des locaux d'habitation (TVLH)",
    legal=TVLH,
    since=TVLH_DEPUIS,
)
def taxe_vacance_2027(
    etapes: Etapes,
    *,
    le: date,
    zone: Annotated[Zone, Entree("Zone de la taxe")],
    annees_vacance: Annees,
    valeur_locative: ValeurLocative,
    taux_vote: TauxVote = None,
    instauration: Annotated[Instauration, Entree("Taxe instituée par")] = Instauration.AUCUNE,
    date_deliberation: Annotated[date | None, Entree("Date de la délibération", "date")] = None,
    exoneration: Annotated[Exoneration, Entree("Exonération")] = Exoneration.AUCUNE,
) -> TaxeVacance:
    """Taxe à partir du 1er janvier 2027, en euros : automatique en zone tendue, facultative ailleurs.

    Zone tendue : vacant depuis au moins un an ; 17 % puis 34 %, que la collectivité peut porter jusqu'à 30 % puis
    60 %. Ailleurs : vacant depuis plus de deux ans, taux voté jusqu'à 50 %, délibération prise avant le 1er octobre de
    l'année d'avant. Texte : CGI, art. 1406 bis, connu par des descriptions : tous ses chiffres sont à vérifier.
    """
    taxe = TypeTaxe.TVLH
    etapes.ajouter("Taxe applicable", taxe.value.upper(), legal=TVLH)
    exoneree = _exoneree(etapes, exoneration, taxe)
    if exoneree:
        return exoneree
    tendue = zone is Zone.TENDUE
    duree = PARAMETRES("tvlh_duree_tendue" if tendue else "tvlh_duree_non_tendue", le)
    etapes.ajouter("Durée de vacance", annees_vacance, "annee", parametre=duree, legal=TVLH)
    if tendue:
        if annees_vacance < duree.decimal:
            return TaxeVacance(taxe, False, "vacance trop courte", None, None, None)
        rang = "premiere_annee" if annees_vacance < duree.decimal + 1 else "suivant"
        legal, plafond = PARAMETRES(f"tvlh_taux_{rang}", le), PARAMETRES(f"tvlh_plafond_{rang}", le)
        taux = legal.decimal if taux_vote is None else _plafonner(taux_vote, legal.decimal, plafond)
        etapes.ajouter("Taux", taux, "part", parametre=(legal, plafond), legal=TVLH)
        return _taxer(etapes, taxe, TVLH, valeur_locative, taux, plafond.decimal)
    plafond = PARAMETRES("tvlh_plafond_non_tendue", le)
    limite = limite_deliberation(le.year)
    if instauration is Instauration.AUCUNE:
        return TaxeVacance(taxe, False, "taxe non instituée", None, plafond.decimal, None)
    if date_deliberation is None:
        etapes.avertir(
            f"La date de la délibération n'est pas donnée ; elle doit être au plus tard le {limite:%d/%m/%Y}."
        )
    elif date_deliberation > limite:
        etapes.avertir(f"Délibération du {date_deliberation:%d/%m/%Y}, après le {limite:%d/%m/%Y} : rien cette année.")
        return TaxeVacance(taxe, False, "délibération trop tardive", None, plafond.decimal, None)
    if annees_vacance <= duree.decimal:
        return TaxeVacance(taxe, False, "vacance trop courte", None, plafond.decimal, None)
    vote = _plafonner(_vote(taux_vote), None, plafond)
    etapes.ajouter("Taux voté", vote, "part", parametre=plafond, legal=TVLH)
    return _taxer(etapes, taxe, TVLH, valeur_locative, vote, plafond.decimal)
