"""Part sociale de la production : matrice d'un programme, cible d'une commune, neuf et captation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.production.modele import CelluleMatrice, ObjectifSocial
from beffroi.domain.production.regles.objectif import PROGRAMME, TOUJOURS, Annees
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import exact, half_up_int

Taux = Annotated[Decimal | None, Entree("Part sociale de la production", "part", minimum=0, maximum=1)]


def _dedans(c: CelluleMatrice, population: int, part: Decimal) -> bool:
    return (
        c.population_minimum <= population
        and (c.population_maximum is None or population < c.population_maximum)
        and c.part_minimum <= part
        and (c.part_maximum is None or part < c.part_maximum)
    )


@rule(id="production.taux_matrice", label="Part sociale selon la matrice du programme", legal=PROGRAMME, since=TOUJOURS)
def taux_matrice(
    etapes: Etapes,
    *,
    le: date,
    population: Annotated[int, Entree("Population municipale", "habitant", minimum=0)],
    part_sociale: Annotated[Decimal, Entree("Part sociale du parc", "part", minimum=0, maximum=1)],
    matrice: Annotated[tuple[CelluleMatrice, ...], Entree("Matrice du programme")],
) -> dict[str, Any]:
    """Taux de la cellule où tombe la commune, en fraction ; « libre » n'est pas zéro, un tiret n'est ni l'un ni l'autre.

    Bornes fermées en bas, ouvertes en haut. Une commune sans cellule, ou avec deux, est refusée : le programme doit être
    complété avant de lui fixer une part.
    """
    trouvees = [c for c in matrice if _dedans(c, population, part_sociale)]
    if len(trouvees) != 1:
        quoi = "aucune cellule" if not trouvees else f"{len(trouvees)} cellules"
        raise InvalidInput(
            Problem(
                f"la matrice a {quoi} pour {population} habitants et une part sociale de {part_sociale} : "
                "compléter les réglages du programme."
            )
        )
    (cellule,) = trouvees
    if cellule.libre == (cellule.taux is not None):
        raise InvalidInput(
            Problem("une cellule de la matrice est soit libre, soit dotée d'un taux : corriger le programme.")
        )
    etapes.ajouter("Population", population, "habitant")
    etapes.ajouter("Part sociale du parc", part_sociale, "part")
    if cellule.taux is None:
        etapes.ajouter("Part sociale de la production", "libre", legal=PROGRAMME)
    else:
        etapes.ajouter("Part sociale de la production", cellule.taux, "part", legal=PROGRAMME)
    return {"taux": cellule.taux, "libre": cellule.libre}


@rule(id="production.cible_sociale", label="Cible de logements sociaux d'une commune", legal=PROGRAMME, since=TOUJOURS)
def cible_sociale(
    etapes: Etapes,
    *,
    le: date,
    objectif_an: Annotated[Decimal, Entree("Objectif de production par an", "logement_par_an", minimum=0)],
    annees: Annees,
    taux: Taux = None,
    programmation_connue: Annotated[int | None, Entree("Programmation sociale connue", "logement", minimum=0)] = None,
    publie: Annotated[int | None, Entree("Cible publiée", "logement", minimum=0)] = None,
) -> dict[str, Any]:
    """Cible sur la période : taux × objectif annuel × années, au moins la programmation connue ; en logements.

    Taux absent : commune libre, la cible est la programmation connue, ou rien (jamais zéro). L'objectif annuel publié est
    un arrondi : un écart d'une unité avec la cible publiée en vient.
    """
    calcule = None
    if taux is not None:
        calcule = etapes.ajouter("Taux × objectif × années", taux * objectif_an * annees, "logement")
        etapes.ajouter("Arrondi au plus proche", half_up_int(calcule), "logement")
    else:
        etapes.ajouter("Commune libre : pas de taux", None)
    candidats = [n for n in (None if calcule is None else half_up_int(calcule), programmation_connue) if n is not None]
    cible = max(candidats, default=None)
    if cible is None:
        etapes.avertir("Commune libre sans programmation connue : pas de cible, ce n'est pas zéro.")
    etapes.ajouter("Cible", cible, "logement" if cible is not None else "", legal=PROGRAMME)
    ecart = None
    if publie is not None and cible is not None:
        ecart = etapes.ajouter("Publié moins calculé", publie - cible, "logement")
        if ecart:
            etapes.avertir(f"La cible publiée est {publie}, le calcul donne {cible} : garder la valeur publiée.")
    return {"calcule": calcule, "cible": cible, "ecart_publie": ecart}


@rule(
    id="production.canaux_sociaux",
    label="Objectif social par la construction neuve et par la captation",
    legal=PROGRAMME,
    since=TOUJOURS,
)
def canaux_sociaux(
    etapes: Etapes,
    *,
    le: date,
    annees: Annees,
    communes: Annotated[tuple[ObjectifSocial, ...], Entree("Communes")],
) -> dict[str, Any]:
    """Sépare, commune par commune, ce qui relève du neuf et ce qui relève du parc existant (intermédiation locative).

    Neuf : taux × objectif annuel × années, arrondi au plus proche. Captation : le reste de l'objectif. Une commune sans
    taux neuf porte tout son objectif par la construction.
    """
    total = etapes.ajouter("Objectif total", sum(c.objectif for c in communes), "logement", legal=PROGRAMME)
    neuf: dict[str, int] = {}
    captation: dict[str, int] = {}
    for c in communes:
        if (c.taux_neuf is None) != (c.objectif_an is None):
            raise InvalidInput(
                Problem(f"« {c.nom} » : donner ensemble la part du neuf et l'objectif annuel, ou aucun.")
            )
        construits = c.objectif
        if c.taux_neuf is not None and c.objectif_an is not None:
            construits = half_up_int(c.taux_neuf * c.objectif_an * annees)
            if construits > c.objectif:
                etapes.avertir(f"« {c.nom} » : la construction neuve ({construits}) dépasse l'objectif ({c.objectif}).")
            captation[c.nom] = max(0, c.objectif - construits)
            etapes.ajouter(f"{c.nom} : en captation", captation[c.nom], "logement")
        neuf[c.nom] = etapes.ajouter(f"{c.nom} : en neuf", construits, "logement")
    total_neuf = etapes.ajouter("Total en neuf", sum(neuf.values()), "logement")
    total_captation = etapes.ajouter("Total en captation", sum(captation.values()), "logement")
    return {
        "total": total,
        "neuf": neuf,
        "captation": captation,
        "total_neuf": total_neuf,
        "total_captation": total_captation,
    }


@rule(id="production.part_plai", label="Part de PLAI dans l'offre nouvelle", legal=PROGRAMME, since=TOUJOURS)
def part_plai(
    etapes: Etapes,
    *,
    le: date,
    plai: Annotated[int, Entree("PLAI", "logement", minimum=0)],
    plus: Annotated[int, Entree("PLUS", "logement", minimum=0)],
    minimum: Annotated[Decimal, Entree("Part minimale fixée par le programme", "part", minimum=0, maximum=1)],
    pls: Annotated[int, Entree("PLS, hors du calcul", "logement", minimum=0)] = 0,
) -> dict[str, Any]:
    """PLAI rapportés aux PLAI et PLUS seulement (fraction exacte), face au minimum du programme. Les PLS n'y entrent pas."""
    base = etapes.ajouter("PLAI et PLUS", plai + plus, "logement", note=f"{pls} PLS hors du calcul" if pls else "")
    if base == 0:
        etapes.avertir("Ni PLAI ni PLUS : la part n'existe pas.")
        return {"part": None, "conforme": None}
    part = etapes.ajouter("Part de PLAI", exact(plai) / base, "part", legal=PROGRAMME)
    conforme = etapes.ajouter("Minimum tenu", plai >= minimum * base)
    return {"part": part, "conforme": conforme}
