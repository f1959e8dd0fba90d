"""Contrat pour la réussite de la transition écologique : taux de réalisation, financement, totaux, échéances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.programme.contrat import ActionSuivie, Financement
from beffroi.domain.programme.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_years
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import exact

CRTE = LegalRef("CRTE du Valenciennois 2021-2026", "articles 4 à 6", "docs/methodes/programme.md")
MAITRE_OUVRAGE = LegalRef("CGCT", "L. 1111-10 III")
CIRCULAIRE = date(2020, 11, 20)


@rule(id="programme.taux_realisation_contrat", label="Taux de réalisation d'un contrat", legal=CRTE, since=CIRCULAIRE)
def taux_realisation_contrat(
    etapes: Etapes, *, le: date, actions: Annotated[tuple[ActionSuivie, ...], Entree("Actions du contrat")]
) -> dict[str, Any]:
    """Trois taux, en fractions : part des actions achevées, moyenne simple des avancements, moyenne pondérée par le budget.

    Une action abandonnée quitte les trois dénominateurs et se compte à part. Une action sans avancement connu, ou sans
    budget pour le taux pondéré, est hors du taux et le dit : ce n'est pas 0 %. Toujours dire lequel des trois est publié.
    """
    suivies = [a for a in actions if not a.abandonnee]
    abandonnees = etapes.ajouter("Actions abandonnées, hors des taux", len(actions) - len(suivies), "action")
    connues = [(a, a.avancement) for a in suivies if a.avancement is not None]
    muettes = len(suivies) - len(connues)
    if muettes:
        etapes.avertir(f"{muettes} action(s) sans avancement renseigné : hors des trois taux.")
    etapes.ajouter("Actions comptées", len(connues), "action")
    achevees = etapes.ajouter("Dont achevées", sum(1 for _, av in connues if av == 1), "action")
    budgetees = [(a.budget, av) for a, av in connues if a.budget is not None]
    if len(budgetees) < len(connues):
        etapes.avertir(f"{len(connues) - len(budgetees)} action(s) sans budget : hors du taux pondéré.")
    total = sum((b for b, _ in budgetees), Decimal(0))
    part_achevees = exact(achevees) / len(connues) if connues else None
    moyenne = sum((av for _, av in connues), Decimal(0)) / len(connues) if connues else None
    ponderee = sum((b * av for b, av in budgetees), Decimal(0)) / total if total else None
    for libelle, taux in (
        ("Part des actions achevées", part_achevees),
        ("Moyenne simple des avancements", moyenne),
        ("Moyenne pondérée par le budget", ponderee),
    ):
        etapes.ajouter(libelle, taux, "part" if taux is not None else "", legal=CRTE)
    return {
        "part_achevees": part_achevees,
        "moyenne_simple": moyenne,
        "moyenne_ponderee": ponderee,
        "abandonnees": abandonnees,
        "non_renseignees": muettes,
    }


@rule(
    id="programme.plan_financement",
    label="Plan de financement d'une action",
    legal=MAITRE_OUVRAGE,
    since=date(2010, 12, 18),
)
def plan_financement(
    etapes: Etapes,
    *,
    le: date,
    cout_total: Annotated[Decimal, Entree("Coût total hors taxes", "euro", minimum=1)],
    financements: Annotated[tuple[Financement, ...], Entree("Financements hors maître d'ouvrage")],
    part_propre: Annotated[Decimal | None, Entree("Part du maître d'ouvrage", "euro", minimum=0)] = None,
    maitre_ouvrage_local: Annotated[bool, Entree("Collectivité territoriale ou groupement maître d'ouvrage")] = True,
    exception: Annotated[bool, Entree("Cas d'exception (patrimoine, ponts, calamités, CPER…)")] = False,
) -> dict[str, Any]:
    """Vérifie qu'un plan s'équilibre et que le maître d'ouvrage apporte au moins 20 % du financement public.

    La base est le total des financements publics, part propre comprise, et non le coût du projet (CGCT, L. 1111-10 III) ;
    les deux se confondent sans argent privé. ``part_propre`` absente est déduite du coût. Montants hors taxes, en euros.
    """
    publics = etapes.ajouter("Aides publiques", sum((f.montant for f in financements if f.public), Decimal(0)), "euro")
    prives = etapes.ajouter(
        "Financements privés", sum((f.montant for f in financements if not f.public), Decimal(0)), "euro"
    )
    if part_propre is None:
        part_propre = etapes.ajouter("Part du maître d'ouvrage, par différence", cout_total - publics - prives, "euro")
        if part_propre < 0:
            raise InvalidInput(Problem("les financements dépassent le coût total : corriger un montant."))
    ecart = etapes.ajouter("Écart entre financements et coût", publics + prives + part_propre - cout_total, "euro")
    minimum = PARAMETRES("participation_minimale", le)
    base = etapes.ajouter("Financement public total", publics + part_propre, "euro", legal=MAITRE_OUVRAGE)
    etapes.ajouter("Part des aides publiques dans le coût", publics / cout_total, "part")
    suffisante: bool | None = None
    if maitre_ouvrage_local and not exception:
        suffisante = part_propre >= base * minimum.decimal
        if base:
            etapes.ajouter("Part du maître d'ouvrage", part_propre / base, "part", parametre=minimum)
    else:
        etapes.avertir("La participation minimale ne s'applique pas à ce maître d'ouvrage ou à ce cas.")
    return {
        "part_aides_publiques": publics / cout_total,
        "part_propre": part_propre,
        "part_propre_suffisante": suffisante,
        "equilibre": ecart == 0,
        "ecart": ecart,
    }


@rule(
    id="programme.total_publie",
    label="Total publié et somme de ses parties",
    legal=LegalRef("Convention Beffroi", "publié et somme montrés ensemble", "docs/methodes/programme.md"),
    since=date(1900, 1, 1),
)
def total_publie(
    etapes: Etapes,
    *,
    le: date,
    parties: Annotated[tuple[Decimal, ...], Entree("Parties")],
    publie: Annotated[Decimal | None, Entree("Total publié")] = None,
) -> dict[str, Any]:
    """Somme des parties et écart au total publié, dans l'unité donnée ; l'écart se montre, il ne se corrige pas."""
    if not parties:
        raise InvalidInput(Problem("le champ « Parties » (parties) attend au moins un nombre."))
    somme = etapes.ajouter("Somme des parties", sum(parties, Decimal(0)))
    ecart = None
    if publie is not None:
        etapes.ajouter("Total publié", publie)
        ecart = etapes.ajouter("Publié moins somme", publie - somme)
        if ecart:
            etapes.avertir("Le total publié et la somme diffèrent : montrer les deux.")
    return {"somme": somme, "ecart": ecart}


@rule(id="programme.echeances_contrat", label="Échéances d'un contrat", legal=CRTE, since=CIRCULAIRE)
def echeances_contrat(
    etapes: Etapes,
    *,
    le: date,
    signature: Annotated[date, Entree("Signature du contrat")],
    annees: Annotated[int, Entree("Durée du contrat", "annee", minimum=1)],
) -> dict[str, Any]:
    """Fin du contrat et date anniversaire de la prochaine mise à jour annuelle. La durée est celle du contrat signé."""
    fin = etapes.ajouter("Fin du contrat", add_years(signature, annees), "date", legal=CRTE)
    prochaine = next((d for rang in range(1, annees + 1) if (d := add_years(signature, rang)) > le), None)
    etapes.ajouter("Prochaine mise à jour annuelle", prochaine, "date" if prochaine else "")
    return {"fin": fin, "prochaine_mise_a_jour": prochaine}
