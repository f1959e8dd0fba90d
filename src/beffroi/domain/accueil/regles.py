"""Règles de l'accueil des gens du voyage : réalisation du schéma, capacités, surfaces, échéances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from beffroi.domain.accueil.modele import (
    LIBELLE_TYPE,
    UNITE_TYPE,
    Capacite,
    ConformiteAire,
    EcheanceSchema,
    PlaceManquante,
    Prescription,
    RealisationType,
    TypeAccueil,
)
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.period import add_years
from beffroi.kernel.rule import Etapes, rule

PARAMETRES = load_parameters("beffroi.domain.accueil")

_LOI = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000583573/"
SCHEMA = LegalRef("Loi n° 2000-614 du 5 juillet 2000", "art. 1er", _LOI)
OBLIGATION = LegalRef("Loi n° 2000-614 du 5 juillet 2000", "art. 2", _LOI)
GRAND_PASSAGE = LegalRef(
    "Décret n° 2019-171 du 5 mars 2019",
    "art. 1er",
    "https://www.actu-juridique.fr/administratif/le-regime-des-aires-de-grand-passage-est-precise/",
)
AIRE = LegalRef(
    "Décret n° 2019-1478 du 26 décembre 2019",
    "art. 2 et 5",
    "https://juriblio.fr/decrets/decret-no-2019-1478-du-26-decembre-2019/173901271/chapitre-ii",
)
Place: TypeAlias = Annotated[int, Entree("Places manquantes", "place", minimum=0)]
LOI_DEPUIS = date(2000, 7, 6)
GRAND_PASSAGE_DEPUIS = date(2019, 3, 8)
AIRE_DEPUIS = date(2019, 12, 29)


@rule(id="accueil.taux_realisation", label="Réalisation du schéma départemental", legal=SCHEMA, since=LOI_DEPUIS)
def taux_realisation(
    etapes: Etapes, *, le: date, prescriptions: Annotated[list[Prescription], Entree("Prescriptions du schéma")]
) -> dict[TypeAccueil, RealisationType]:
    """Réalisé définitif ÷ prescrit, par type d'équipement, en fraction.

    Une aire provisoire compte pour zéro et se lit à part. Les aires se comptent en places, les terrains familiaux en
    terrains, l'habitat adapté en logements. Rien de prescrit : pas de taux.
    """
    resultat: dict[TypeAccueil, RealisationType] = {}
    for p in prescriptions:
        if p.type in resultat:
            raise InvalidInput(
                Problem(
                    f"le type « {p.type.value} » (prescriptions) est donné deux fois : additionner ses sites avant."
                )
            )
        nom, unite = LIBELLE_TYPE[p.type], UNITE_TYPE[p.type]
        etapes.ajouter(f"Prescrit, {nom}", p.prescrit, unite, legal=SCHEMA)
        etapes.ajouter(f"Réalisé définitif, {nom}", p.definitif, unite)
        taux = None
        if p.prescrit:
            taux = etapes.ajouter(f"Taux de réalisation, {nom}", Decimal(p.definitif) / p.prescrit, "part")
        if p.provisoire:
            etapes.avertir(f"{nom.capitalize()} : {p.provisoire} en provisoire, compté pour zéro.")
        if p.definitif > p.prescrit:
            etapes.avertir(f"{nom.capitalize()} : plus de réalisé que de prescrit.")
        manque = max(0, p.prescrit - p.definitif)
        resultat[p.type] = RealisationType(p.prescrit, p.definitif, p.provisoire, p.travaux, taux, manque)
    return resultat


@rule(id="accueil.place_manquante", label="Places manquantes", legal=OBLIGATION, since=LOI_DEPUIS)
def place_manquante(
    etapes: Etapes,
    *,
    le: date,
    commune: Annotated[dict[str, Place], Entree("Places manquantes par commune", "place")],
) -> PlaceManquante:
    """Places d'aire permanente qui manquent, commune par commune, et leur somme."""
    for nom, places in commune.items():
        etapes.ajouter(nom, places, "place")
    total = etapes.ajouter("Places manquantes", sum(commune.values()), "place", legal=OBLIGATION)
    return PlaceManquante(commune, total)


@rule(id="accueil.capacite", label="Capacité d'une aire permanente", legal=AIRE, since=LOI_DEPUIS)
def capacite(
    etapes: Etapes,
    *,
    le: date,
    emplacement: Annotated[int, Entree("Emplacements", minimum=0)],
) -> Capacite:
    """Un emplacement a deux places, une place reçoit une caravane (résidence mobile)."""
    p = PARAMETRES("place_par_emplacement", le)
    etapes.ajouter("Emplacements", emplacement)
    places = etapes.ajouter("Places", emplacement * p.entier, "place", legal=AIRE, parametre=p)
    etapes.ajouter("Caravanes", places, "caravane", note="une par place")
    return Capacite(emplacement, places, places)


@rule(
    id="accueil.surface_aire_permanente",
    label="Surface d'une aire permanente",
    legal=AIRE,
    since=AIRE_DEPUIS,
)
def surface_aire_permanente(
    etapes: Etapes,
    *,
    le: date,
    place: Annotated[int, Entree("Places", "place", minimum=1)],
    surface_places: Annotated[Decimal, Entree("Surface des places", "m2", minimum=0)],
) -> ConformiteAire:
    """Compare la surface des places (hors espaces collectifs, bâti, stationnement, circulation) au minimum, en m²."""
    p = PARAMETRES("surface_place", le)
    minimum = etapes.ajouter("Surface minimale", place * p.decimal, "m2", legal=AIRE, parametre=p)
    etapes.ajouter("Surface des places", surface_places, "m2")
    etapes.avertir("Les prescriptions de 2019 ne visent que les travaux postérieurs, pas les aires déjà ouvertes.")
    return ConformiteAire(surface_places, minimum, surface_places >= minimum)


@rule(
    id="accueil.surface_grand_passage",
    label="Surface d'une aire de grand passage",
    legal=GRAND_PASSAGE,
    since=GRAND_PASSAGE_DEPUIS,
)
def surface_grand_passage(
    etapes: Etapes,
    *,
    le: date,
    surface: Annotated[Decimal, Entree("Surface de l'aire", "hectare", minimum=0)],
    derogation_prefet: Annotated[bool, Entree("Dérogation du préfet")],
) -> ConformiteAire:
    """Quatre hectares au moins, sauf dérogation du préfet. « 200 places » vient des schémas, pas du décret."""
    p = PARAMETRES("surface_grand_passage", le)
    etapes.ajouter("Surface minimale", p.decimal, "hectare", legal=GRAND_PASSAGE, parametre=p)
    etapes.ajouter("Surface de l'aire", surface, "hectare")
    etapes.ajouter("Dérogation du préfet", derogation_prefet)
    return ConformiteAire(surface, p.decimal, derogation_prefet or surface >= p.decimal)


@rule(
    id="accueil.obligation_commune",
    label="Commune inscrite d'office au schéma",
    legal=SCHEMA,
    since=LOI_DEPUIS,
)
def obligation_commune(
    etapes: Etapes, *, le: date, population: Annotated[int, Entree("Population municipale", "habitant", minimum=0)]
) -> bool:
    """Une commune de plus de 5 000 habitants figure au schéma départemental."""
    p = PARAMETRES("population_obligation", le)
    etapes.ajouter("Population", population, "habitant", legal=SCHEMA, parametre=p)
    return etapes.ajouter("Inscrite d'office", population > p.entier)


@rule(id="accueil.echeance_schema", label="Échéances du schéma départemental", legal=OBLIGATION, since=LOI_DEPUIS)
def echeance_schema(
    etapes: Etapes,
    *,
    le: date,
    publication: Annotated[date, Entree("Publication du schéma", "date")],
    site_engage: Annotated[bool, Entree("Site choisi ou achat engagé")],
) -> EcheanceSchema:
    """Deux ans pour réaliser ce que le schéma prescrit, deux de plus si un site ou un achat est engagé ; six ans de vie.

    Au-delà, le préfet met en demeure. Texte : loi n° 2000-614, art. 1er et 2.
    """
    delai, plus, duree = (
        PARAMETRES(n, le) for n in ("delai_mise_en_oeuvre", "prorogation_mise_en_oeuvre", "duree_schema")
    )
    etapes.ajouter("Publication du schéma", publication)
    fin = etapes.ajouter("Fin du délai", add_years(publication, delai.entier), legal=OBLIGATION, parametre=delai)
    if site_engage:
        fin = etapes.ajouter("Fin du délai prorogé", add_years(fin, plus.entier), legal=OBLIGATION, parametre=plus)
    revision = etapes.ajouter("Révision du schéma", add_years(publication, duree.entier), legal=SCHEMA, parametre=duree)
    if le > fin:
        etapes.avertir("Le délai est passé : le préfet peut mettre en demeure.")
    return EcheanceSchema(fin, revision)
