"""Objectif brut, démolitions, objectif net ; indice de construction ; poids d'un territoire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.production.modele import PartTerritoire
from beffroi.domain.production.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import half_up, half_up_int

PROGRAMME = LegalRef("CCH", "L. 302-1 IV et R. 302-1-3")
INDICE = LegalRef("Méthode Beffroi", "indice de construction", "docs/methodes/production.md")
TOUJOURS = date(1900, 1, 1)

Annees = Annotated[int, Entree("Années de la période", "annee", minimum=1, maximum=100)]
ParAn = Annotated[Decimal, Entree("Objectif brut par an", "logement_par_an", minimum=0)]


@rule(id="production.objectif_net", label="Objectif net de démolitions", legal=PROGRAMME, since=TOUJOURS)
def objectif_net(
    etapes: Etapes,
    *,
    le: date,
    brut_an: ParAn,
    demolition_an: Annotated[Decimal, Entree("Démolitions par an", "logement_par_an", minimum=0)],
    annees: Annees,
) -> dict[str, Decimal]:
    """Objectif net : brut moins démolitions, par an et sur la période, en logements. Un net négatif est possible."""
    net_an = etapes.ajouter("Net par an", brut_an - demolition_an, "logement_par_an")
    brut = etapes.ajouter("Brut sur la période", brut_an * annees, "logement")
    demolition = etapes.ajouter("Démolitions sur la période", demolition_an * annees, "logement")
    net = etapes.ajouter("Net sur la période", brut - demolition, "logement", legal=PROGRAMME)
    if net < 0:
        etapes.avertir("Le parc diminue : les démolitions dépassent la production.")
    return {"net_an": net_an, "brut_periode": brut, "demolition_periode": demolition, "net_periode": net}


@rule(
    id="production.demolition_implicite",
    label="Démolitions déduites d'un objectif brut et d'un objectif net",
    legal=PROGRAMME,
    since=TOUJOURS,
)
def demolition_implicite(
    etapes: Etapes,
    *,
    le: date,
    brut_periode: Annotated[Decimal, Entree("Objectif brut sur la période", "logement", minimum=0)],
    net_periode: Annotated[Decimal, Entree("Objectif net sur la période", "logement")],
    annees: Annees,
    demolition_publiee: Annotated[Decimal | None, Entree("Démolitions publiées", "logement", minimum=0)] = None,
) -> dict[str, Any]:
    """Démolitions qu'un programme suppose quand il ne publie que le brut et le net ; et ce qu'il n'en publie pas."""
    implicite = etapes.ajouter("Démolitions supposées", brut_periode - net_periode, "logement")
    if implicite < 0:
        raise InvalidInput(Problem("l'objectif net dépasse l'objectif brut : vérifier les deux nombres."))
    brut_an = etapes.ajouter("Brut par an", brut_periode / annees, "logement_par_an")
    net_an = etapes.ajouter("Net par an", net_periode / annees, "logement_par_an")
    non_publiees = None
    if demolition_publiee is not None:
        non_publiees = etapes.ajouter("Démolitions non publiées", implicite - demolition_publiee, "logement")
    return {
        "demolition_implicite": implicite,
        "brut_an": brut_an,
        "net_an": net_an,
        "demolition_non_publiee": non_publiees,
    }


@rule(id="production.indice_construction", label="Indice de construction", legal=INDICE, since=TOUJOURS)
def indice_construction(
    etapes: Etapes,
    *,
    le: date,
    logement: Annotated[Decimal, Entree("Logements de la période", "logement", minimum=0)],
    annees: Annees,
    population: Annotated[int, Entree("Population municipale", "habitant", minimum=1)],
    annee_population: Annotated[int | None, Entree("Année de la population", minimum=1900, maximum=9999)] = None,
) -> dict[str, Any]:
    """Logements par an pour mille habitants, à une décimale, et rythme annuel arrondi.

    Les deux bornes de la période comptent : 2006 à 2016 font onze ans. L'indice part de la valeur annuelle non arrondie.
    La population est datée : sans année, la réponse le dit.
    """
    habitants = PARAMETRES("habitants_indice", le)
    par_an = etapes.ajouter("Logements par an", logement / annees, "logement_par_an")
    indice = etapes.ajouter(
        "Indice de construction",
        half_up(par_an / population * habitants.decimal, 1),
        "pour_mille_habitants",
        parametre=habitants,
    )
    if annee_population is None:
        etapes.avertir("L'année de la population n'est pas donnée : l'indice n'est pas comparable à un autre.")
    return {"par_an": half_up_int(par_an), "indice": indice}


@rule(
    id="production.population_implicite",
    label="Population supposée par un indice de construction",
    legal=INDICE,
    since=TOUJOURS,
)
def population_implicite(
    etapes: Etapes,
    *,
    le: date,
    logement: Annotated[Decimal, Entree("Logements de la période", "logement", minimum=0)],
    annees: Annees,
    indice: Annotated[Decimal, Entree("Indice de construction", "pour_mille_habitants", minimum=0)],
) -> dict[str, Any]:
    """Population qui donne cet indice : à comparer à la population publiée, jamais à substituer à elle."""
    if indice == 0:
        raise InvalidInput(Problem("un indice nul ne permet pas de retrouver une population."))
    habitants = PARAMETRES("habitants_indice", le)
    par_an = etapes.ajouter("Logements par an", logement / annees, "logement_par_an")
    population = etapes.ajouter(
        "Population supposée", half_up_int(par_an / indice * habitants.decimal), "habitant", parametre=habitants
    )
    return {"par_an": par_an, "population": population}


@rule(
    id="production.poids_territoire",
    label="Poids dans la production et dans le parc",
    legal=PROGRAMME,
    since=TOUJOURS,
)
def poids_territoire(
    etapes: Etapes, *, le: date, territoires: Annotated[tuple[PartTerritoire, ...], Entree("Territoires")]
) -> dict[str, dict[str, Decimal | None]]:
    """Part de chaque territoire dans la production et dans les résidences principales (fractions), et leur écart en points.

    Les parts se recalculent sur les sommes données : des pourcentages publiés dont la somme est 99 redeviennent 100 %.
    """
    production = etapes.ajouter("Production totale", sum((t.production for t in territoires), Decimal(0)))
    parc = etapes.ajouter(
        "Résidences principales totales", sum((t.residence_principale for t in territoires), Decimal(0))
    )
    resultat: dict[str, dict[str, Decimal | None]] = {}
    for t in territoires:
        dans_production = t.production / production if production else None
        dans_parc = t.residence_principale / parc if parc else None
        ecart = None
        if dans_production is not None and dans_parc is not None:
            ecart = etapes.ajouter(
                f"{t.nom} : production moins parc", (dans_production - dans_parc) * 100, "point", legal=PROGRAMME
            )
        resultat[t.nom] = {"part_production": dans_production, "part_parc": dans_parc, "ecart_point": ecart}
    if not production or not parc:
        etapes.avertir("Un total nul n'a pas de parts.")
    return resultat
