"""Répartition d'un objectif : entre secteurs, entre communes, en cascade, par année, à mi-parcours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.territorialisation.modele import (
    Attribution,
    CommuneRepartie,
    CommuneRevoyure,
    Part,
    SecteurReparti,
)
from beffroi.domain.territorialisation.repartition import Demande, Resultat, etaler, plus_fort_reste, repartir
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling

METHODE = LegalRef("Méthode Beffroi", "plus fort reste", "docs/methodes/territorialisation.md")
OBJECTIFS = LegalRef("CCH", "L. 302-1 IV et R. 302-1-3")
TOUJOURS = date(1900, 1, 1)

Total = Annotated[int, Entree("Volume à répartir", "logement", minimum=0)]
Annees = Annotated[int, Entree("Années de la période", "annee", minimum=1, maximum=100)]


def _unique(noms: Sequence[str], champ: str) -> None:
    double = next((n for i, n in enumerate(noms) if n in noms[:i]), None)
    if double is not None:
        raise InvalidInput(Problem(f"le champ « {champ} » nomme deux fois « {double} »."))


def _raconter(etapes: Etapes, demandes: Sequence[Demande], resultat: Resultat) -> None:
    for i, (demande, volume) in enumerate(zip(demandes, resultat.volumes, strict=True)):
        note = "au plancher" if i in resultat.au_plancher else "au plafond" if i in resultat.au_plafond else ""
        etapes.ajouter(demande.nom, volume, "logement", note=note, legal=METHODE)
    if resultat.rouverts:
        etapes.avertir(
            "Tous les territoires étaient fixés et il restait du volume : les planchers ont été dépassés pour le placer."
        )


@rule(id="territorialisation.repartition", label="Répartition au plus fort reste", legal=METHODE, since=TOUJOURS)
def repartition(
    etapes: Etapes, *, le: date, total: Total, parts: Annotated[tuple[Part, ...], Entree("Territoires et poids")]
) -> dict[str, int]:
    """Répartit un volume entier selon des poids ; la somme est exactement le total.

    Répartir le volume de toute la période, puis étaler par année : six répartitions annuelles donnent un autre résultat.
    À égalité de reste : le plus grand poids, puis le code croissant, puis l'ordre donné.
    """
    _unique([p.nom for p in parts], "Territoires et poids")
    somme = etapes.ajouter("Somme des poids", sum((p.poids for p in parts), Decimal(0)))
    volumes = plus_fort_reste(total, [p.poids for p in parts], [p.code for p in parts])
    for p, volume in zip(parts, volumes, strict=True):
        etapes.ajouter(p.nom, volume, "logement", legal=METHODE, note=f"{p.poids} sur {somme}")
    return {p.nom: v for p, v in zip(parts, volumes, strict=True)}


def _demandes(communes: Sequence[CommuneRepartie]) -> list[Demande]:
    return [
        Demande(c.nom, c.residence_principale * c.coefficient_foncier, c.code, c.plancher, c.plafond) for c in communes
    ]


@rule(
    id="territorialisation.repartition_communes",
    label="Répartition entre communes, avec planchers et plafonds",
    legal=OBJECTIFS,
    since=TOUJOURS,
)
def repartition_communes(
    etapes: Etapes,
    *,
    le: date,
    total: Total,
    communes: Annotated[tuple[CommuneRepartie, ...], Entree("Communes")],
    secteur: Annotated[str, Entree("Secteur")] = "Secteur",
) -> dict[str, int]:
    """Répartit le volume d'un secteur entre ses communes, selon leurs résidences principales.

    Poids : résidences principales × coefficient foncier. Plancher : obligations de logement social ou choix du programme
    (arrondi au-dessus). Plafond : potentiel foncier (arrondi au-dessous). Un cas impossible est refusé, communes nommées.
    """
    _unique([c.nom for c in communes], "Communes")
    demandes = _demandes(communes)
    resultat = repartir(total, demandes, secteur)
    _raconter(etapes, demandes, resultat)
    return {d.nom: v for d, v in zip(demandes, resultat.volumes, strict=True)}


@rule(
    id="territorialisation.cascade",
    label="Objectif de l'intercommunalité, par secteur puis par commune",
    legal=OBJECTIFS,
    since=TOUJOURS,
)
def cascade(
    etapes: Etapes,
    *,
    le: date,
    total: Total,
    annees: Annees,
    secteurs: Annotated[tuple[SecteurReparti, ...], Entree("Secteurs")],
) -> tuple[Attribution, ...]:
    """Répartit le volume de la période entre secteurs, puis entre communes, puis par année.

    Les valeurs annuelles d'un territoire font exactement son volume ; la somme annuelle des communes peut différer d'une
    unité de la valeur annuelle du secteur, les deux sont gardées. Un secteur sans commune s'arrête à son volume.
    """
    _unique([s.nom for s in secteurs], "Secteurs")
    _unique([c.nom for s in secteurs for c in s.communes], "Communes du secteur")
    demandes = [Demande(s.nom, s.part) for s in secteurs]
    resultat = repartir(total, demandes, "Intercommunalité")
    _raconter(etapes, demandes, resultat)
    attributions: list[Attribution] = []
    problemes: list[Problem] = []
    for secteur, volume in zip(secteurs, resultat.volumes, strict=True):
        communes: tuple[Attribution, ...] = ()
        if secteur.communes:
            siennes = _demandes(secteur.communes)
            try:
                reparti = repartir(volume, siennes, secteur.nom)
            except InvalidInput as faute:
                problemes += faute.problems
                continue
            _raconter(etapes, siennes, reparti)
            communes = tuple(
                Attribution(d.nom, v, etaler(v, annees)) for d, v in zip(siennes, reparti.volumes, strict=True)
            )
        attributions.append(Attribution(secteur.nom, volume, etaler(volume, annees), communes))
    if problemes:
        raise InvalidInput(problemes)
    return tuple(attributions)


@rule(id="territorialisation.annualisation", label="Étalement d'un volume par année", legal=METHODE, since=TOUJOURS)
def annualisation(etapes: Etapes, *, le: date, total: Total, annees: Annees) -> tuple[int, ...]:
    """Valeurs annuelles par arrondi du cumul ; leur somme est le volume. En logements par an."""
    valeurs = etaler(total, annees)
    for rang, v in enumerate(valeurs, 1):
        etapes.ajouter(f"Année {rang}", v, "logement", legal=METHODE)
    return valeurs


@rule(
    id="territorialisation.plancher_social",
    label="Plancher d'une commune déduit de ses obligations de logement social",
    legal=OBJECTIFS,
    since=TOUJOURS,
    unite="logement",
)
def plancher_social(
    etapes: Etapes,
    *,
    le: date,
    objectif_social: Annotated[int, Entree("Objectifs triennaux sur la période", "logement", minimum=0)],
    part_sociale: Annotated[Decimal, Entree("Part sociale admise de la production", "part", minimum=0, maximum=1)],
) -> int:
    """Production totale sans laquelle l'objectif social ne tient pas : objectif ÷ part sociale, arrondi au-dessus."""
    if part_sociale == 0:
        if objectif_social == 0:
            return etapes.ajouter("Plancher", 0, "logement")
        raise InvalidInput(
            Problem("une part sociale nulle ne permet aucun logement social : donner une part, par exemple 0,5.")
        )
    return etapes.ajouter("Plancher", ceiling(objectif_social / part_sociale), "logement", note="arrondi au-dessus")


@rule(
    id="territorialisation.revoyure",
    label="Nouvelle répartition à mi-parcours",
    legal=OBJECTIFS,
    since=TOUJOURS,
)
def revoyure(
    etapes: Etapes,
    *,
    le: date,
    total: Total,
    annees_restantes: Annees,
    communes: Annotated[tuple[CommuneRevoyure, ...], Entree("Communes")],
) -> dict[str, dict[str, Any]]:
    """Répartit de nouveau un volume de période (même ou nouveau), le réalisé étant acquis à chaque commune.

    Rend pour chacune l'objectif initial, le nouveau, leur écart, le reste à faire et son étalement : l'ancien objectif
    reste lisible à côté du nouveau.
    """
    _unique([c.nom for c in communes], "Communes")
    demandes = [Demande(c.nom, c.poids, c.code, max(c.plancher, Decimal(c.realise)), c.plafond) for c in communes]
    initial = etapes.ajouter("Somme des objectifs initiaux", sum(c.objectif_initial for c in communes), "logement")
    etapes.ajouter("Volume à répartir", total, "logement", note=f"{total - initial:+d} par rapport à l'initial")
    resultat = repartir(total, demandes, "Revoyure")
    _raconter(etapes, demandes, resultat)
    return {
        c.nom: {
            "initial": c.objectif_initial,
            "nouveau": v,
            "ecart": v - c.objectif_initial,
            "reste": v - c.realise,
            "par_an": etaler(v - c.realise, annees_restantes),
        }
        for c, v in zip(communes, resultat.volumes, strict=True)
    }
