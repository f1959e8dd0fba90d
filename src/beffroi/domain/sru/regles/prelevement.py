"""Prélèvement annuel sur les ressources des communes déficitaires, exonérations, déductions et report."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import DepenseDeductible, NatureDepenseDeductible
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import DUFLOT
from beffroi.domain.sru.regles.objectif import (
    LogementManquant,
    LogementSocial,
    ResidencePrincipale,
    TauxLegal,
    controler_taux_legal,
)
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_years
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, exact, to_cent

PRELEVEMENT = LegalRef("CCH", "L. 302-7")
MAJORATION = LegalRef("CCH", "L. 302-9-1")


def prelevement_brut(etapes: Etapes, le: date, manquant: int, potentiel: Decimal) -> Decimal:
    """25 % du potentiel fiscal par habitant, pour chaque logement manquant, en euros et centimes."""
    part = PARAMETRES("part_potentiel_fiscal", le)
    return etapes.ajouter("Prélèvement brut", to_cent(manquant * potentiel * part.decimal), "euro", parametre=part)


@rule(
    id="sru.exoneration_prelevement",
    label="Exonération du prélèvement",
    legal=PRELEVEMENT,
    since=date(2015, 1, 1),
)
def exoneration_prelevement(
    etapes: Etapes,
    *,
    le: date,
    residence_principale: ResidencePrincipale,
    logement_social: LogementSocial,
    taux_legal: TauxLegal,
    dotation_solidarite: Annotated[
        bool | None, Entree("Dotation de solidarité urbaine, ou troisième fraction de la dotation rurale")
    ] = None,
    entree: Annotated[date | None, Entree("Date d'entrée dans le dispositif")] = None,
) -> dict[str, Any]:
    """Une commune est exonérée ses trois premières années, ou si elle touche une dotation de solidarité au-delà d'un taux.

    Le taux est 20 % pour une commune au taux légal de 25 %, 15 % pour une commune au taux légal de 20 % (« excède »).
    """
    motifs: list[str] = []
    reduit = controler_taux_legal(taux_legal, le).id.endswith("reduit")
    seuil = PARAMETRES("exoneration_dotation_taux_reduit" if reduit else "exoneration_dotation", le)
    depasse = logement_social > residence_principale * seuil.decimal
    etapes.ajouter("Taux de la commune", exact(logement_social) / residence_principale, "part", parametre=seuil)
    if dotation_solidarite is None:
        etapes.avertir("Dotation de solidarité non renseignée : l'exonération peut en dépendre.")
    elif dotation_solidarite and depasse:
        motifs.append("dotation_solidarite")
    if entree is not None:
        duree = PARAMETRES("exoneration_entree", le)
        if entree > le:
            raise InvalidInput(Problem("le champ « Date d'entrée dans le dispositif » est après la date demandée."))
        fin = etapes.ajouter("Exonération d'entrée jusqu'au", add_years(entree, duree.entier), "date", parametre=duree)
        if le < fin:
            motifs.append("entree_recente")
    etapes.ajouter("Motifs d'exonération", motifs or "aucun", legal=PRELEVEMENT)
    return {"exoneree": bool(motifs), "motifs": motifs}


@rule(id="sru.prelevement", label="Prélèvement au titre de la loi SRU", legal=PRELEVEMENT, since=DUFLOT)
def prelevement(
    etapes: Etapes,
    *,
    le: date,
    logement_manquant: LogementManquant,
    potentiel_fiscal_habitant: Annotated[Decimal, Entree("Potentiel fiscal par habitant", "euro", minimum=0)],
    depense_reelle_fonctionnement: Annotated[
        Decimal, Entree("Dépenses réelles de fonctionnement du pénultième exercice", "euro", minimum=0)
    ],
    depense_deductible: Annotated[Decimal, Entree("Dépenses déductibles de l'année", "euro", minimum=0)] = Decimal(0),
    report: Annotated[Decimal, Entree("Surplus reporté des années précédentes", "euro", minimum=0)] = Decimal(0),
    majoration: Annotated[
        Decimal, Entree("Majoration de carence, en fraction du prélèvement (1 : prélèvement doublé)", minimum=0)
    ] = Decimal(0),
    potentiel_fiscal_median: Annotated[
        Decimal | None, Entree("Potentiel fiscal médian des communes prélevées", "euro", minimum=1)
    ] = None,
    exoneree: Annotated[bool, Entree("Commune exonérée")] = False,
) -> dict[str, Any]:
    """Prélèvement brut, plafonné, majoré, puis net des dépenses ; montants en euros.

    Ordre : brut ; plafond de 5 % des dépenses réelles de fonctionnement ; rien sous 4 000 € ; majoration de carence
    (cinq fois le prélèvement au plus, et son propre plafond) ; déduction des dépenses, le surplus étant reporté. Les
    dépenses qui dépassent le prélèvement viennent en déduction de la majoration (L. 302-9-1).
    """
    brut = prelevement_brut(etapes, le, logement_manquant, potentiel_fiscal_habitant)
    plafond, minimum = PARAMETRES("plafond_prelevement", le), PARAMETRES("prelevement_minimal", le)
    limite = to_cent(depense_reelle_fonctionnement * plafond.decimal)
    base = etapes.ajouter("Prélèvement plafonné", min(brut, limite), "euro", parametre=plafond)
    if exoneree or base < minimum.decimal:
        note = "commune exonérée" if exoneree else "sous le minimum de perception"
        du = etapes.ajouter("Prélèvement dû", Decimal(0), "euro", parametre=minimum, note=note)
        majore = plafonne = du
    else:
        majore, plafonne = base, base
        if majoration:
            majore = _majorer(etapes, le, brut, majoration)
            plafonne = _plafonner(
                etapes, le, majore, depense_reelle_fonctionnement, potentiel_fiscal_habitant, potentiel_fiscal_median
            )
        else:
            majore = brut
        du = etapes.ajouter("Prélèvement dû avant déductions", plafonne, "euro", parametre=minimum)
    depenses = depense_deductible + report
    net = etapes.ajouter("Prélèvement net", max(Decimal(0), du - depenses), "euro", legal=PRELEVEMENT)
    surplus = max(Decimal(0), depenses - du)
    if surplus:
        etapes.ajouter("Surplus reporté", surplus, "euro", parametre=PARAMETRES("report_depenses", le))
    return {
        "brut": brut,
        "majore": majore,
        "plafonne": plafonne,
        "du": du,
        "net": net,
        "surplus_reporte": surplus,
    }


def _majorer(etapes: Etapes, le: date, brut: Decimal, majoration: Decimal) -> Decimal:
    multiple = PARAMETRES("multiple_prelevement_majore", le)
    majore = brut * (1 + majoration)
    etapes.ajouter("Prélèvement majoré", to_cent(majore), "euro", legal=MAJORATION)
    plafond = brut * multiple.decimal
    if majore > plafond:
        etapes.avertir("La majoration dépasse cinq fois le prélèvement : ramenée à ce plafond.")
    return etapes.ajouter("Dans la limite du multiple", to_cent(min(majore, plafond)), "euro", parametre=multiple)


def _plafonner(
    etapes: Etapes, le: date, majore: Decimal, depenses: Decimal, potentiel: Decimal, median: Decimal | None
) -> Decimal:
    eleve = PARAMETRES("potentiel_eleve", le)
    if median is None:
        etapes.avertir("Potentiel fiscal médian non renseigné : le plafond ordinaire du prélèvement majoré s'applique.")
    fort = median is not None and potentiel >= median * eleve.decimal
    plafond = PARAMETRES("plafond_majore_potentiel_eleve" if fort else "plafond_majore", le)
    limite = to_cent(depenses * plafond.decimal)
    return etapes.ajouter("Prélèvement majoré, plafonné", min(majore, limite), "euro", parametre=(plafond, eleve))


@rule(
    id="sru.depense_deductible",
    label="Dépenses déductibles du prélèvement",
    legal=LegalRef("CCH", "R. 302-16"),
    since=date(2017, 1, 29),
    unite="euro",
)
def depense_deductible(
    etapes: Etapes,
    *,
    le: date,
    depenses: Annotated[tuple[DepenseDeductible, ...], Entree("Dépenses du pénultième exercice")],
    ile_de_france_ou_paca: Annotated[bool, Entree("Commune d'Île-de-France ou de Provence-Alpes-Côte d'Azur")] = False,
) -> Decimal:
    """Somme des dépenses déductibles, l'intermédiation locative étant plafonnée par logement et par an."""
    plafond = PARAMETRES("plafond_intermediation_tendu" if ile_de_france_ou_paca else "plafond_intermediation", le)
    total = Decimal(0)
    for i, d in enumerate(depenses, 1):
        retenu = d.montant
        libelle = d.nature.value.replace("_", " ").capitalize()
        if d.nature is NatureDepenseDeductible.INTERMEDIATION_LOCATIVE:
            if d.logement is None:
                raise InvalidInput(
                    Problem(
                        f"le champ « Logements aidés » (depenses[{i}].logement) manque : il plafonne l'intermédiation."
                    )
                )
            retenu = min(d.montant, d.logement * plafond.decimal)
            etapes.ajouter(libelle, retenu, "euro", parametre=plafond)
        else:
            etapes.ajouter(libelle, retenu, "euro", legal=LegalRef("CCH", "R. 302-16"))
        total += retenu
    return etapes.ajouter("Total déductible", total, "euro")


@rule(
    id="sru.report_depense",
    label="Report des dépenses qui dépassent le prélèvement",
    legal=LegalRef("CCH", "R. 302-16-1"),
    since=date(2017, 1, 29),
)
def report_depense(
    etapes: Etapes,
    *,
    le: date,
    logement_permis: Annotated[int, Entree("Logements que la dépense permet de réaliser", "logement", minimum=0)],
    objectif_triennal: Annotated[int, Entree("Objectif triennal", "logement", minimum=1)],
) -> dict[str, Any]:
    """Nombre d'années de report : deux, ou plus si les logements valent plus de trois années d'obligation.

    Années d'obligation : logements permis, divisés par le tiers de l'objectif triennal, à l'entier supérieur.
    """
    ordinaire, etendu = PARAMETRES("report_depenses", le), PARAMETRES("report_depenses_etendu", le)
    duree = PARAMETRES("duree_periode", le)
    annees = etapes.ajouter(
        "Années d'obligation",
        ceiling(exact(logement_permis * duree.entier) / objectif_triennal),
        "annee",
        parametre=duree,
    )
    permis = etapes.ajouter("Report étendu", annees > etendu.entier, parametre=etendu)
    report = etapes.ajouter("Années de report", annees if permis else ordinaire.entier, "annee", parametre=ordinaire)
    return {"annees_obligation": annees, "report_etendu": permis, "annees_report": report}
