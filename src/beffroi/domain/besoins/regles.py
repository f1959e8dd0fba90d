"""Règles du besoin en logements : point mort, stock et flux de la méthode OTELO.

Chaque règle montre son raisonnement ; l'arithmétique d'OTELO vit dans ``otelo_stock`` et ``otelo_flux``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from beffroi.domain.besoins.arrondi import entier_javascript
from beffroi.domain.besoins.modele import BesoinFlux, BesoinStock, Hypothese, PointMort, PointMortPeriode
from beffroi.domain.besoins.otelo_flux import calculer_flux, verifier_hypothese, verifier_menages
from beffroi.domain.besoins.otelo_stock import Ratios, calculer_stock, taux_periode
from beffroi.kernel.convert import Entree
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue, load_parameters
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import half_up

PARAMETRES = load_parameters("beffroi.domain.besoins")

POINT_MORT = LegalRef(
    "Méthode du point mort", "porter à connaissance du PLH de Valenciennes Métropole", "https://www.nord.gouv.fr/"
)
OTELO = LegalRef("OTELO", "code public, janvier 2026", "https://github.com/MTES-MCT/otelo-back")
OTELO_DEPUIS = date(2021, 1, 1)
POINT_MORT_DEPUIS = date(1999, 1, 1)

Menages: TypeAlias = Annotated[Decimal, Entree("Ménages", "menage", minimum=0)]


@rule(
    id="besoins.point_mort_composante",
    label="Point mort à partir de ses trois composantes",
    legal=POINT_MORT,
    since=POINT_MORT_DEPUIS,
)
def point_mort_composante(
    etapes: Etapes,
    *,
    le: date,
    renouvellement: Annotated[Decimal, Entree("Renouvellement du parc", "logement_par_an")],
    desserrement: Annotated[Decimal, Entree("Desserrement des ménages", "logement_par_an")],
    variation_residence_secondaire_vacant: Annotated[
        Decimal, Entree("Variation des résidences secondaires et des vacants", "logement_par_an")
    ],
    effet_demographique: Annotated[Decimal, Entree("Effet démographique", "logement_par_an")],
) -> PointMort:
    """Point mort et construction qu'il explique, quand une étude publie les composantes (logements par an).

    Le point mort est la construction qui garde la population égale : renouvellement du parc, desserrement des
    ménages, variation des résidences secondaires et des logements vacants. L'effet démographique est ce que la
    construction a donné de plus, ou de moins s'il est négatif. Source : méthode du point mort, DDTM du Nord.
    """
    u = "logement_par_an"
    etapes.ajouter("Renouvellement du parc", renouvellement, u)
    etapes.ajouter("Desserrement des ménages", desserrement, u)
    etapes.ajouter(
        "Variation des résidences secondaires et des logements vacants", variation_residence_secondaire_vacant, u
    )
    total = renouvellement + desserrement + variation_residence_secondaire_vacant
    etapes.ajouter("Point mort", total, u, legal=POINT_MORT, note="somme des trois composantes")
    etapes.ajouter("Effet démographique", effet_demographique, u)
    construction = etapes.ajouter(
        "Construction", total + effet_demographique, u, note="point mort + effet démographique"
    )
    if effet_demographique < 0:
        etapes.avertir("La construction n'a pas suffi à garder la population : l'effet démographique est négatif.")
    return PointMort(
        renouvellement, variation_residence_secondaire_vacant, desserrement, total, construction, effet_demographique
    )


def _arrondi(point: dict[str, Decimal], construction: Decimal, decimales: int) -> PointMort:
    r, v, d = (half_up(point[n], decimales) for n in ("renouvellement", "variation", "desserrement"))
    total, bati = r + v + d, half_up(construction, decimales)
    return PointMort(r, v, d, total, bati, bati - total)


@rule(id="besoins.point_mort", label="Point mort d'une période", legal=POINT_MORT, since=POINT_MORT_DEPUIS)
def point_mort(
    etapes: Etapes,
    *,
    le: date,
    logement_debut: Annotated[int, Entree("Logements au début", "logement", minimum=0)],
    residence_principale_debut: Annotated[int, Entree("Résidences principales au début", "logement", minimum=1)],
    residence_secondaire_debut: Annotated[int, Entree("Résidences secondaires au début", "logement", minimum=0)],
    logement_vacant_debut: Annotated[int, Entree("Logements vacants au début", "logement", minimum=0)],
    population_menage_debut: Annotated[int, Entree("Population des ménages au début", "habitant", minimum=1)],
    logement_fin: Annotated[int, Entree("Logements à la fin", "logement", minimum=0)],
    residence_principale_fin: Annotated[int, Entree("Résidences principales à la fin", "logement", minimum=1)],
    residence_secondaire_fin: Annotated[int, Entree("Résidences secondaires à la fin", "logement", minimum=0)],
    logement_vacant_fin: Annotated[int, Entree("Logements vacants à la fin", "logement", minimum=0)],
    population_menage_fin: Annotated[int, Entree("Population des ménages à la fin", "habitant", minimum=1)],
    construction: Annotated[int, Entree("Logements achevés dans la période", "logement", minimum=0)],
    annees: Annotated[int, Entree("Durée de la période", "annee", minimum=1)],
    decimales: Annotated[int, Entree("Décimales affichées", minimum=0)] = 0,
) -> PointMortPeriode:
    """Point mort et effet démographique entre deux recensements, en logements.

    R = C − (L1 − L0) ; V = (RS1 + LV1) − (RS0 + LV0) ; D = P0 ÷ T1 − RP0, où T est la population des ménages
    rapportée aux résidences principales. Point mort = R + V + D, chaque composante arrondie ; l'effet démographique
    E = C − point mort porte le reste de l'arrondi et égale (P1 − P0) ÷ T1. La population est celle des ménages, pas
    la population municipale. R et V peuvent être négatifs. Source : méthode du point mort, DDTM du Nord.
    """
    t0 = Decimal(population_menage_debut) / residence_principale_debut
    t1 = Decimal(population_menage_fin) / residence_principale_fin
    etapes.ajouter("Personnes par ménage au début", t0, note="population des ménages ÷ résidences principales")
    etapes.ajouter("Personnes par ménage à la fin", t1)
    brut = {
        "renouvellement": Decimal(construction - (logement_fin - logement_debut)),
        "variation": Decimal(
            residence_secondaire_fin + logement_vacant_fin - residence_secondaire_debut - logement_vacant_debut
        ),
        "desserrement": population_menage_debut / t1 - residence_principale_debut,
    }
    periode = _arrondi(brut, Decimal(construction), decimales)
    u = "logement"
    etapes.ajouter("Renouvellement du parc", periode.renouvellement, u, note="construits − hausse du parc")
    etapes.ajouter(
        "Variation des résidences secondaires et des logements vacants",
        periode.variation_residence_secondaire_vacant,
        u,
    )
    etapes.ajouter(
        "Desserrement des ménages",
        periode.desserrement,
        u,
        note="population du début logée à la taille de ménage de la fin − résidences principales du début",
    )
    etapes.ajouter("Point mort", periode.point_mort, u, legal=POINT_MORT)
    etapes.ajouter("Effet démographique", periode.effet_demographique, u, note="construction − point mort")
    controle = (population_menage_fin - population_menage_debut) / t1
    etapes.ajouter("Contrôle de l'effet démographique", controle, u, note="(population fin − début) ÷ taille fin")
    annuel = _arrondi({n: v / annees for n, v in brut.items()}, Decimal(construction) / annees, decimales)
    etapes.ajouter("Point mort annuel", annuel.point_mort, "logement_par_an", note=f"sur {annees} ans")
    for composante, nom in ((periode.renouvellement, "renouvellement"), (periode.desserrement, "desserrement")):
        if composante < 0:
            etapes.avertir(f"Le {nom} est négatif : c'est possible (divisions, changements d'usage), à expliquer.")
    occupes = residence_principale_fin + residence_secondaire_fin + logement_vacant_fin
    if occupes != logement_fin or residence_principale_debut + residence_secondaire_debut + logement_vacant_debut != (
        logement_debut
    ):
        etapes.avertir("Résidences principales, secondaires et vacants ne font pas le total des logements.")
    return PointMortPeriode(periode, annuel, t0, t1)


@rule(
    id="besoins.coefficient_resorption",
    label="Coefficient de résorption",
    legal=OTELO,
    since=OTELO_DEPUIS,
    unite="part",
)
def coefficient_resorption(
    etapes: Etapes,
    *,
    le: date,
    duree_resorption: Annotated[int, Entree("Horizon de résorption", "annee", minimum=1)],
    duree_projection: Annotated[int, Entree("Durée de projection", "annee", minimum=1)],
) -> Decimal:
    """Part du stock à résorber dans la durée de projection : projection ÷ horizon si elle est plus courte, sinon 1.

    Source : code public d'OTELO, ``calculateCoefficient``.
    """
    etapes.ajouter("Horizon de résorption", duree_resorption, "annee")
    etapes.ajouter("Durée de projection", duree_projection, "annee")
    un = Decimal(1)
    valeur = Decimal(duree_projection) / duree_resorption if duree_projection < duree_resorption else un
    return etapes.ajouter("Coefficient de résorption", valeur, "part", legal=OTELO)


@rule(
    id="besoins.taux_renouvellement",
    label="Taux de disparition ou de restructuration sur une période",
    legal=OTELO,
    since=OTELO_DEPUIS,
    unite="part",
)
def taux_renouvellement(
    etapes: Etapes,
    *,
    le: date,
    taux_observe: Annotated[Decimal, Entree("Taux observé sur la période de base", "part", minimum=0, maximum=1)],
    supplement_annuel: Annotated[Decimal, Entree("Supplément annuel", "part", minimum=-1, maximum=1)],
    duree_projection: Annotated[int, Entree("Durée de projection", "annee", minimum=1)],
    outre_mer: Annotated[bool, Entree("Région 01 à 04 d'outre-mer")] = False,
) -> Decimal:
    """Taux composé sur la projection, depuis un taux observé sur six ans (quatre dans les régions 01 à 04).

    Le supplément s'écrit en fraction par an (OTELO l'écrit en points : 1 pour 0,01).
    Source : code public d'OTELO, ``calculateRenewalRate``.
    """
    base = PARAMETRES("base_renouvellement_outre_mer" if outre_mer else "base_renouvellement", le)
    decimale = PARAMETRES("decimale_renouvellement", le)
    etapes.ajouter("Taux observé", taux_observe, "part", parametre=base)
    etapes.ajouter("Supplément annuel", supplement_annuel, "part")
    valeur = taux_periode(taux_observe, supplement_annuel, duree_projection, base.entier, decimale.entier)
    note = f"composé sur {duree_projection} ans"
    return etapes.ajouter("Taux sur la projection", valeur, "part", legal=OTELO, parametre=decimale, note=note)


@rule(
    id="besoins.hors_logement", label="Ménages hors du logement (B11)", legal=OTELO, since=OTELO_DEPUIS, unite="menage"
)
def hors_logement(
    etapes: Etapes,
    *,
    le: date,
    sans_abri: Annotated[Decimal, Entree("Ménages sans abri", "menage", minimum=0)],
    habitat_fortune: Annotated[Decimal, Entree("Ménages en habitat de fortune", "menage", minimum=0)],
    hotel: Annotated[Decimal, Entree("Ménages à l'hôtel", "menage", minimum=0)],
    etablissement: Annotated[Decimal, Entree("Personnes en établissement (Finess)", "personne", minimum=0)],
    part_etablissement: Annotated[Decimal, Entree("Part des établissements retenue", "part", minimum=0, maximum=1)],
) -> int:
    """Ménages sans abri, en habitat de fortune ou à l'hôtel (recensement ou SNE), plus une part des établissements.

    La part des établissements est arrondie avant la somme. Source : code public d'OTELO, B11.
    """
    directs = etapes.ajouter("Sans abri, habitat de fortune, hôtel", sans_abri + habitat_fortune + hotel, "menage")
    retenus = entier_javascript(etablissement * part_etablissement)
    etapes.ajouter("Part des établissements retenue", retenus, "menage", legal=OTELO)
    return etapes.ajouter("Ménages hors du logement", entier_javascript(directs + retenus), "menage", legal=OTELO)


@rule(id="besoins.heberge", label="Ménages hébergés (B12)", legal=OTELO, since=OTELO_DEPUIS, unite="menage")
def heberge(
    etapes: Etapes,
    *,
    le: date,
    cohabitation: Annotated[Decimal, Entree("Cohabitations intergénérationnelles (Filocom)", "menage", minimum=0)],
    part_subie: Annotated[Decimal, Entree("Part subie des cohabitations", "part", minimum=0, maximum=1)],
    heberge_particulier: Annotated[Decimal, Entree("Demandeurs hébergés par un particulier", "menage", minimum=0)],
    heberge_temporaire: Annotated[Decimal, Entree("Demandeurs hébergés à titre temporaire", "menage", minimum=0)],
) -> int:
    """Cohabitations subies (Filocom) et demandeurs hébergés chez un particulier ou à titre temporaire (SNE).

    Source : code public d'OTELO, B12.
    """
    subies = etapes.ajouter("Cohabitations subies", cohabitation * part_subie, "menage")
    etapes.ajouter(
        "Hébergés par un particulier ou à titre temporaire", heberge_particulier + heberge_temporaire, "menage"
    )
    total = entier_javascript(subies + heberge_particulier + heberge_temporaire)
    return etapes.ajouter("Ménages hébergés", total, "menage", legal=OTELO)


def _ratios(le: date, ile_de_france: bool, sous_seuil: bool) -> tuple[Ratios, dict[str, ParameterValue]]:
    region = "_ile_de_france" if ile_de_france else ""
    seuil = "_sous_seuil" if sous_seuil else ""
    p = {
        "r25": PARAMETRES(f"ratio_25{region}", le),
        "r35": PARAMETRES(f"ratio_35{seuil}{region}", le),
        "r43": PARAMETRES(f"ratio_43{seuil}{region}", le),
        "r45": PARAMETRES(f"ratio_45{region}", le),
    }
    return Ratios(p["r25"].decimal, p["r35"].decimal, p["r43"].decimal, p["r45"].decimal), p


def _exact(ratio: Decimal) -> str:
    return str(ratio).replace(".", ",")


@rule(id="besoins.besoin_stock", label="Besoin en stock (B1)", legal=OTELO, since=OTELO_DEPUIS)
def besoin_stock(
    etapes: Etapes,
    *,
    le: date,
    hors_logement: Annotated[Decimal, Entree("Ménages hors du logement", "menage", minimum=0)],
    heberge: Annotated[Decimal, Entree("Ménages hébergés", "menage", minimum=0)],
    accession_au_dela_seuil: Annotated[Decimal, Entree("Accédants au-delà du seuil d'effort", "menage", minimum=0)],
    parc_prive_au_dela_seuil: Annotated[Decimal, Entree("Locataires du privé au-delà du seuil", "menage", minimum=0)],
    mauvaise_qualite: Annotated[Decimal, Entree("Logements de mauvaise qualité", "logement", minimum=0)],
    suroccupation: Annotated[Decimal, Entree("Logements suroccupés", "logement", minimum=0)],
    seuil_effort: Annotated[Decimal, Entree("Seuil d'effort retenu", "part", minimum=0, maximum=1)],
    ile_de_france: Annotated[bool, Entree("Territoire d'Île-de-France")],
    reallocation_financiere: Annotated[
        Decimal, Entree("Part réallouée, inadéquation financière", "part", minimum=0, maximum=1)
    ] = Decimal(0),
    reallocation_qualite: Annotated[
        Decimal, Entree("Part réallouée, mauvaise qualité", "part", minimum=0, maximum=1)
    ] = Decimal(0),
    reallocation_physique: Annotated[
        Decimal, Entree("Part réallouée, inadéquation physique", "part", minimum=0, maximum=1)
    ] = Decimal(0),
    coefficient: Annotated[Decimal, Entree("Coefficient de résorption", "part", minimum=0, maximum=1)] = Decimal(1),
) -> BesoinStock:
    """Besoin en logements des ménages mal logés aujourd'hui, doubles comptes retirés, en logements.

    B14 = (1 − t14) × base ; B13 = (1 − t13) × (accession + parc privé au-delà du seuil − r43 × B14) ;
    B15 = (1 − t15) × (suroccupation − r25 × B12 − r35 × B13 − r45 × B14). Chaque composante est multipliée par le
    coefficient et arrondie comme en JavaScript avant que la suivante la reprenne ; r35 et r43 changent quand le
    seuil d'effort est sous 35 %. Source : code public d'OTELO, janvier 2026.
    """
    limite = PARAMETRES("seuil_effort_ratio", le)
    ratios, p = _ratios(le, ile_de_france, seuil_effort < limite.decimal)
    financier = accession_au_dela_seuil + parc_prive_au_dela_seuil
    stock = calculer_stock(
        hors_logement=hors_logement,
        heberge=heberge,
        inadequation_financiere=financier,
        mauvaise_qualite=mauvaise_qualite,
        suroccupation=suroccupation,
        ratios=ratios,
        reallocation_b13=reallocation_financiere,
        reallocation_b14=reallocation_qualite,
        reallocation_b15=reallocation_physique,
        coefficient=coefficient,
    )
    u = "logement"
    etapes.ajouter("Coefficient de résorption", coefficient, "part")
    etapes.ajouter("Hors logement (B11)", stock.hors_logement, u, legal=OTELO)
    etapes.ajouter("Hébergés (B12)", stock.heberge, u, legal=OTELO)
    etapes.ajouter("Mauvaise qualité (B14)", stock.mauvaise_qualite, u, legal=OTELO)
    etapes.ajouter("Seuil d'effort retenu", seuil_effort, "part", parametre=limite)
    etapes.ajouter("Ménages au-delà du seuil d'effort", financier, "menage")
    b13 = stock.inadequation_financiere
    note = f"r43 = {_exact(ratios.r43)}"
    etapes.ajouter("Inadéquation financière (B13)", b13, u, legal=OTELO, parametre=p["r43"], note=note)
    etapes.ajouter(
        "Inadéquation physique (B15)",
        stock.inadequation_physique,
        u,
        legal=OTELO,
        parametre=(p["r25"], p["r35"], p["r45"]),
        note=f"r25 = {_exact(ratios.r25)}, r35 = {_exact(ratios.r35)}, r45 = {_exact(ratios.r45)}",
    )
    etapes.ajouter("Besoin en stock", stock.total, u, note="somme des cinq composantes")
    for nom, valeur in (("financière", stock.inadequation_financiere), ("physique", stock.inadequation_physique)):
        if valeur < 0:
            etapes.avertir(f"L'inadéquation {nom} est négative : les doubles comptes dépassent la base.")
    return stock


@rule(id="besoins.besoin_flux", label="Besoin en logements année par année (OTELO)", legal=OTELO, since=OTELO_DEPUIS)
def besoin_flux(
    etapes: Etapes,
    *,
    le: date,
    menage: Annotated[dict[int, Menages], Entree("Ménages projetés", "menage")],
    parc: Annotated[int, Entree("Logements à l'année de base", "logement", minimum=1)],
    besoin_stock: Annotated[int, Entree("Besoin en stock", "logement", minimum=0)],
    duree_resorption: Annotated[int, Entree("Horizon de résorption", "annee", minimum=1)],
    hypothese: Annotated[Hypothese, Entree("Taux du scénario")],
    hors_logement_a_loger: Annotated[int, Entree("Ménages hors logement à loger (B11 + B12)", "menage", minimum=0)] = 0,
) -> BesoinFlux:
    """Besoin en logements de chaque année de projection, année du pic, excédents.

    ``menage`` : une valeur par année, la première étant l'année de base. Besoin de l'année = ménages supplémentaires
    + stock ÷ horizon + variations de la vacance courte, de la vacance longue et des résidences secondaires +
    remplacement (parc de l'année d'avant × (disparition − restructuration)). Le parc théorique est
    ménages ÷ (1 − vacance − résidences secondaires) ; les taux vont en droite ligne vers leur cible, atteinte à
    l'année du pic (maximum du cumul des besoins) ou à la fin. Si la variation de la vacance et des résidences
    secondaires dépasse en valeur absolue le besoin en résidences principales, rien n'est à construire ; la vacance
    longue remise sur le marché ne dépasse pas ce besoin ; après le pic, ces variations ne comptent plus.
    Un total négatif est un excédent. ``hors_logement_a_loger`` suit la méthode à base 2022 : le parc théorique loge
    aussi, peu à peu, les ménages B11 et B12 ; laissé à 0, c'est la méthode à base 2021. Source : code public d'OTELO, janvier 2026 ; arrondis de JavaScript.
    """
    verifier_menages(menage)
    verifier_hypothese(hypothese)
    flux = calculer_flux(
        menage=menage,
        parc=parc,
        besoin_stock=besoin_stock,
        duree_resorption=duree_resorption,
        hypothese=hypothese,
        hors_logement_a_loger=hors_logement_a_loger,
    )
    reference = PARAMETRES("annee_base", le)
    etapes.ajouter("Année de base", str(flux.annee_base), parametre=reference)
    if flux.annee_base != reference.entier:
        etapes.avertir(f"L'année de base est {flux.annee_base}, celle d'OTELO est {reference.entier}.")
    u = "logement"
    etapes.ajouter("Ménages supplémentaires", {a.annee: a.delta_menage for a in flux.annees}, "menage", legal=OTELO)
    etapes.ajouter("Résorption du stock", {a.annee: a.resorption for a in flux.annees}, u, note="stock ÷ horizon")
    etapes.ajouter("Année du pic", str(flux.annee_pic), note="maximum du cumul des deux lignes précédentes")
    if hors_logement_a_loger:
        etapes.ajouter("Ménages hors logement à loger peu à peu", hors_logement_a_loger, "menage", legal=OTELO)
    parc_theorique = {flux.annee_base: flux.logement_base} | {a.annee: a.logement for a in flux.annees}
    etapes.ajouter("Logements", parc_theorique, u, note="ménages ÷ (1 − vacance − résidences secondaires)")
    etapes.ajouter("Variation de la vacance courte", {a.annee: a.delta_vacance_courte for a in flux.annees}, u)
    etapes.ajouter("Variation de la vacance longue", {a.annee: a.delta_vacance_longue for a in flux.annees}, u)
    etapes.ajouter(
        "Variation des résidences secondaires", {a.annee: a.delta_residence_secondaire for a in flux.annees}, u
    )
    etapes.ajouter("Construction hors remplacement", {a.annee: a.construction_neuve for a in flux.annees}, u)
    etapes.ajouter(
        "Remplacement", {a.annee: a.remplacement for a in flux.annees}, u, note="parc × (disparition − restructuration)"
    )
    etapes.ajouter("Besoin", {a.annee: a.besoin for a in flux.annees}, u, legal=OTELO)
    etapes.ajouter("Besoin jusqu'au pic", flux.besoin_jusqu_au_pic, u, note="total qu'affiche OTELO")
    etapes.ajouter("Besoin sur la projection", flux.besoin_total, u)
    if flux.excedent_total:
        etapes.ajouter("Excédent", {a.annee: a.excedent for a in flux.annees if a.excedent}, u)
        etapes.avertir("Certaines années le parc dépasse le besoin : l'excédent n'est pas retranché des autres années.")
    if flux.annee_pic < flux.annees[-1].annee:
        etapes.avertir(f"Les besoins culminent en {flux.annee_pic} : ensuite, la vacance ne compte plus.")
    return flux
