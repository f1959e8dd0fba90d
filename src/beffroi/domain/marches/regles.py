"""Règles des marchés : prix médians et publication, solvabilité en accession, taux d'effort, énergie."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from beffroi.domain.marches.modele import (
    CENTIME,
    LIBELLE_EXCLUSION,
    MOIS_PAR_AN,
    LigneMutation,
    Niveau,
    PartAccessible,
    PrixMedian,
    PrixPubliable,
    Solvabilite,
    TauxEffort,
    VulnerabiliteEnergetique,
)
from beffroi.domain.marches.prix import Filtres, calculer_prix, mediane
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import half_up, unit

PARAMETRES = load_parameters("beffroi.domain.marches")

DVF = LegalRef("Etalab, méthode « Statistiques DVF »", "", "https://www.data.gouv.fr/datasets/statistiques-dvf")
REUTILISATION = LegalRef("LPF", "R. * 112 A-3")
ANNUITE = LegalRef("Formule de l'annuité constante")
HCSF = LegalRef(
    "Haut Conseil de stabilité financière, décision D-HCSF-2021-7",
    "art. 1",
    "https://www.economie.gouv.fr/files/files/directions_services/hcsf/D-HCSF-2021-7%20sign%C3%A9e.pdf",
)
UNITE_CONSOMMATION = LegalRef(
    "Insee, définition de l'unité de consommation", "", "https://www.insee.fr/fr/metadonnees/definition/c1802"
)
EFFORT = LegalRef("Insee, définition du taux d'effort", "", "https://www.insee.fr/fr/metadonnees/definition/c1809")
ENERGIE = LegalRef(
    "CRTE du Valenciennois",
    "note de bas de page",
    "https://expertises.ademe.fr/batiment/quoi-parle-t/precarite-energetique-suivie-lonpe-sein-lademe",
)
DVF_DEPUIS = date(2019, 1, 1)
HCSF_DEPUIS = date(2022, 1, 1)
DEPUIS = date(1999, 1, 1)

Prix: TypeAlias = Annotated[Decimal, Entree("Prix de vente", "euro", minimum=0)]
Taux: TypeAlias = Annotated[Decimal, Entree("Taux annuel du prêt", "part", minimum=0, maximum=1)]
Duree: TypeAlias = Annotated[int, Entree("Durée du prêt", "annee", minimum=1)]
UC: TypeAlias = Annotated[Decimal, Entree("Unités de consommation du ménage", minimum=1)]


@rule(id="marches.mediane", label="Médiane d'une série de prix", legal=DVF, since=DVF_DEPUIS, unite="euro_m2")
def mediane_prix(etapes: Etapes, *, le: date, prix: Annotated[list[Prix], Entree("Prix des ventes")]) -> Decimal | None:
    """Médiane d'une série (euros ou euros au m²) : moyenne des deux valeurs du milieu quand leur nombre est pair."""
    etapes.ajouter("Nombre de valeurs", len(prix), "vente")
    valeur = mediane(prix)
    if valeur is None:
        etapes.avertir("Aucune valeur : il n'y a pas de médiane.")
    return etapes.ajouter("Médiane", valeur, "euro_m2", legal=DVF)


@rule(
    id="marches.prix_median", label="Prix médians des ventes de logements et de terrains", legal=DVF, since=DVF_DEPUIS
)
def prix_median(
    etapes: Etapes,
    *,
    le: date,
    lignes: Annotated[list[LigneMutation], Entree("Lignes de mutations DVF")],
    departement: Annotated[str, Entree("Code du département")] = "",
) -> PrixMedian:
    """Prix médians au m² par segment, sur les lignes DVF d'un territoire et d'une année.

    On garde les ventes, VEFA et adjudications ; les lignes d'une mutation sont réunies, les répétitions d'un même
    local n'en font qu'une ; seules restent les mutations d'un seul local hors dépendances, qui est un logement.
    Prix au m² = valeur de la mutation ÷ surface bâtie. Puis les filtres : surface, prix, prix au m², écart aux
    quartiles. Les terrains à bâtir sont à part, en euros par m² de terrain. Prix net vendeur, TVA comprise, hors
    frais. Sources : Etalab, « Statistiques DVF » ; filtres de l'observatoire.
    """
    absents = PARAMETRES("departement_sans_dvf", le)
    if departement in absents.valeur:
        raise InvalidInput(
            Problem(
                f"DVF ne couvre pas le département {departement} (livre foncier ou Mayotte) : aucun prix n'est calculé."
            )
        )
    noms = ("surface_minimale", "prix_minimal", "prix_m2_minimal", "prix_m2_maximal", "multiple_interquartile")
    p = {n: PARAMETRES(n, le) for n in noms}
    seuil = PARAMETRES("mutation_publication", le)
    filtres = Filtres(
        surface_minimale=p["surface_minimale"].decimal,
        prix_minimal=p["prix_minimal"].decimal,
        prix_m2_minimal=p["prix_m2_minimal"].decimal,
        prix_m2_maximal=p["prix_m2_maximal"].decimal,
        multiple_interquartile=p["multiple_interquartile"].decimal,
        publication=seuil.entier,
    )
    resultat = calculer_prix(lignes, filtres)
    etapes.ajouter("Lignes lues", len(lignes))
    etapes.ajouter("Mutations", resultat.mutation, "vente", legal=DVF, note="lignes réunies par identifiant")
    etapes.ajouter("Filtres", None, parametre=tuple(p.values()))
    for motif, nombre in resultat.exclusion.items():
        etapes.ajouter(f"Écartées : {LIBELLE_EXCLUSION[motif]}", nombre, "vente")
    for segment, prix in resultat.segment.items():
        nom = segment.value.replace("_", " ")
        etapes.ajouter(f"Retenues : {nom}", prix.n, "vente", parametre=seuil if not prix.publiable and prix.n else ())
        if prix.n:
            etapes.ajouter(f"Médiane au m² : {nom}", prix.mediane_m2, "euro_m2")
            if not prix.publiable:
                etapes.avertir(
                    f"{prix.n} {unit('vente').accorde(prix.n)} pour « {nom} » : moins de {seuil.entier}, le prix n'est pas publiable."
                )
    etapes.ajouter(
        "Réutilisation", None, legal=REUTILISATION, note="ni réidentification, ni indexation par les moteurs"
    )
    return resultat


@rule(
    id="marches.prix_publiable", label="Prix publiable, au besoin à un niveau plus large", legal=DVF, since=DVF_DEPUIS
)
def prix_publiable(
    etapes: Etapes, *, le: date, niveaux: Annotated[list[Niveau], Entree("Niveaux, du plus fin au plus large")]
) -> PrixPubliable:
    """Premier niveau qui a assez de mutations, du plus fin au plus large (un an, trois ans, secteur, EPCI)."""
    seuil = PARAMETRES("mutation_publication", le)
    for rang, niveau in enumerate(niveaux):
        assez = niveau.n >= seuil.entier and niveau.mediane is not None
        etapes.ajouter(niveau.libelle, niveau.n, "vente", parametre=seuil, note="retenu" if assez else "insuffisant")
        if assez:
            if rang > 0:
                etapes.avertir(f"Trop peu de ventes au niveau voulu : prix donné pour « {niveau.libelle} ».")
            return PrixPubliable(niveau.libelle, niveau.n, niveau.mediane)
    etapes.avertir(f"Aucun niveau n'atteint {seuil.entier} ventes : pas de prix publié.")
    return PrixPubliable(None, None, None)


@rule(
    id="marches.unite_consommation",
    label="Unités de consommation d'un ménage",
    legal=UNITE_CONSOMMATION,
    since=DEPUIS,
)
def unite_consommation(
    etapes: Etapes,
    *,
    le: date,
    personne_14_ans: Annotated[int, Entree("Personnes de 14 ans ou plus", "personne", minimum=1)],
    enfant: Annotated[int, Entree("Enfants de moins de 14 ans", "personne", minimum=0)],
) -> Decimal:
    """Une unité pour la première personne, 0,5 par autre personne de 14 ans ou plus, 0,3 par enfant plus jeune."""
    adulte, jeune = PARAMETRES("unite_consommation_adulte", le), PARAMETRES("unite_consommation_enfant", le)
    etapes.ajouter("Première personne", 1)
    etapes.ajouter("Autres personnes de 14 ans ou plus", (personne_14_ans - 1) * adulte.decimal, parametre=adulte)
    etapes.ajouter("Enfants de moins de 14 ans", enfant * jeune.decimal, parametre=jeune)
    total = 1 + (personne_14_ans - 1) * adulte.decimal + enfant * jeune.decimal
    return etapes.ajouter("Unités de consommation", total, legal=UNITE_CONSOMMATION)


def _capital(mensualite: Decimal, taux_annuel: Decimal, duree: int) -> Decimal:
    mois = duree * MOIS_PAR_AN
    if taux_annuel == 0:
        return mensualite * mois
    i = taux_annuel / MOIS_PAR_AN
    return mensualite * (1 - (1 + i) ** -mois) / i


@rule(id="marches.capacite_emprunt", label="Capital empruntable", legal=ANNUITE, since=DEPUIS, unite="euro")
def capacite_emprunt(
    etapes: Etapes,
    *,
    le: date,
    mensualite: Annotated[Decimal, Entree("Mensualité", "euro_mois", minimum=0)],
    taux_annuel: Taux,
    duree_annees: Duree,
) -> Decimal:
    """Capital, en euros, que rembourse une mensualité constante : m × (1 − (1 + i)^−n) ÷ i, i mensuel, n mois."""
    etapes.ajouter("Mensualité", mensualite, "euro_mois")
    etapes.ajouter("Taux annuel", taux_annuel, "part", note="divisé par douze pour le taux mensuel")
    etapes.ajouter("Durée", duree_annees, "annee")
    valeur = half_up(_capital(mensualite, taux_annuel, duree_annees), CENTIME)
    return etapes.ajouter("Capital", valeur, "euro", legal=ANNUITE)


@rule(id="marches.prix_accessible", label="Prix accessible à un ménage", legal=HCSF, since=HCSF_DEPUIS)
def prix_accessible(
    etapes: Etapes,
    *,
    le: date,
    revenu_par_uc: Annotated[Decimal, Entree("Revenu annuel par unité de consommation", "euro_an", minimum=0)],
    unite_consommation: UC,
    taux_annuel: Taux,
    duree_annees: Duree,
    neuf: Annotated[bool, Entree("Logement neuf")],
    taux_effort: Annotated[Decimal | None, Entree("Taux d'effort", "part", minimum=0, maximum=1)] = None,
    apport: Annotated[Decimal, Entree("Apport", "euro", minimum=0)] = Decimal(0),
    pret_taux_zero: Annotated[Decimal, Entree("Prêt à taux zéro", "euro", minimum=0)] = Decimal(0),
) -> Solvabilite:
    """Du revenu au prix : revenu × unités, mensualité au taux d'effort, capital, apport et prêt à taux zéro, frais.

    Le taux d'effort est celui du HCSF (35 %, assurance comprise) si l'on n'en donne pas. Le prêt à taux zéro s'ajoute
    au capital, son remboursement étant supposé différé. Prix = budget ÷ (1 + frais), frais de l'ancien ou du neuf.
    Montants en euros, arrondis au centime ; le prix à l'euro.
    """
    plafond = PARAMETRES("taux_effort_accession", le)
    retenu = plafond.decimal if taux_effort is None else taux_effort
    frais = PARAMETRES("frais_acquisition_neuf" if neuf else "frais_acquisition_ancien", le)
    limite = PARAMETRES("duree_maximale_pret", le)
    revenu = etapes.ajouter("Revenu annuel du ménage", half_up(revenu_par_uc * unite_consommation, CENTIME), "euro_an")
    etapes.ajouter("Taux d'effort", retenu, "part", parametre=plafond, legal=HCSF)
    mensualite = half_up(revenu * retenu / MOIS_PAR_AN, CENTIME)
    etapes.ajouter("Mensualité", mensualite, "euro_mois", note="revenu × taux d'effort ÷ 12")
    etapes.ajouter("Durée", duree_annees, "annee", parametre=limite)
    capital = half_up(_capital(mensualite, taux_annuel, duree_annees), CENTIME)
    etapes.ajouter("Capital", half_up(capital), "euro", legal=ANNUITE, note="annuité constante")
    budget = etapes.ajouter(
        "Budget", capital + apport + pret_taux_zero, "euro", note="capital, apport, prêt à taux zéro"
    )
    prix = half_up(budget / (1 + frais.decimal))
    etapes.ajouter("Prix accessible", prix, "euro", parametre=frais)
    if retenu > plafond.decimal:
        etapes.avertir("Le taux d'effort dépasse le plafond du Haut Conseil de stabilité financière.")
    if duree_annees > limite.decimal:
        etapes.avertir("La durée du prêt dépasse le plafond du Haut Conseil de stabilité financière.")
    return Solvabilite(revenu, mensualite, capital, budget, prix)


@rule(
    id="marches.part_vente_accessible",
    label="Part des ventes à un prix accessible",
    legal=DVF,
    since=DVF_DEPUIS,
)
def part_vente_accessible(
    etapes: Etapes,
    *,
    le: date,
    prix: Annotated[list[Prix], Entree("Prix des ventes", "euro")],
    prix_accessible: Annotated[Decimal, Entree("Prix accessible", "euro", minimum=0)],
) -> PartAccessible:
    """Ventes dont le prix ne dépasse pas le prix accessible, sur toutes les ventes retenues (prix en euros)."""
    seuil = PARAMETRES("mutation_publication", le)
    etapes.ajouter("Prix accessible", prix_accessible, "euro")
    etapes.ajouter("Ventes", len(prix), "vente", parametre=seuil)
    nombre = sum(1 for p in prix if p <= prix_accessible)
    etapes.ajouter("Ventes accessibles", nombre, "vente", note="prix inférieur ou égal")
    if len(prix) < seuil.entier:
        etapes.avertir(f"Moins de {seuil.entier} ventes : la part n'est pas publiable.")
        return PartAccessible(nombre, len(prix), None)
    part = etapes.ajouter("Part accessible", Decimal(nombre) / len(prix), "part")
    return PartAccessible(nombre, len(prix), part)


@rule(id="marches.taux_effort", label="Taux d'effort d'un locataire", legal=EFFORT, since=DEPUIS)
def taux_effort_locatif(
    etapes: Etapes,
    *,
    le: date,
    loyer: Annotated[Decimal, Entree("Loyer", "euro_mois", minimum=0)],
    charge: Annotated[Decimal, Entree("Charges", "euro_mois", minimum=0)],
    aide: Annotated[Decimal, Entree("Aide au logement", "euro_mois", minimum=0)],
    revenu: Annotated[Decimal, Entree("Revenu mensuel", "euro_mois", minimum=1)],
) -> TauxEffort:
    """Taux d'effort brut = (loyer + charges) ÷ revenu ; net = (loyer + charges − aide) ÷ revenu, par mois."""
    seuil = PARAMETRES("taux_effort_classique", le)
    depense = etapes.ajouter("Loyer et charges", loyer + charge, "euro_mois")
    brut = etapes.ajouter("Taux d'effort brut", depense / revenu, "part", legal=EFFORT)
    reste = etapes.ajouter("Reste à payer", depense - aide, "euro_mois", note="aide au logement déduite")
    net = etapes.ajouter("Taux d'effort net", reste / revenu, "part", legal=EFFORT, parametre=seuil)
    if reste < 0:
        etapes.avertir("L'aide dépasse le loyer et les charges : vérifier les montants.")
    return TauxEffort(brut, net, net > seuil.decimal)


@rule(
    id="marches.vulnerabilite_energetique",
    label="Vulnérabilité énergétique d'un ménage",
    legal=ENERGIE,
    since=date(2021, 10, 22),
)
def vulnerabilite_energetique(
    etapes: Etapes,
    *,
    le: date,
    facture_annuelle: Annotated[Decimal, Entree("Facture annuelle d'énergie du logement", "euro_an", minimum=0)],
    revenu_disponible: Annotated[Decimal, Entree("Revenu disponible annuel", "euro_an", minimum=1)],
) -> VulnerabiliteEnergetique:
    """Un ménage est vulnérable quand l'énergie du logement prend plus que le seuil de son revenu disponible."""
    seuil = PARAMETRES("seuil_vulnerabilite_energetique", le)
    part = etapes.ajouter(
        "Part de l'énergie", facture_annuelle / revenu_disponible, "part", parametre=seuil, legal=ENERGIE
    )
    vulnerable = etapes.ajouter("Au-delà du seuil", part > seuil.decimal)
    return VulnerabiliteEnergetique(part, vulnerable)
