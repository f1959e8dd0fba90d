"""Logements et résidences principales retenus pour le taux SRU."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.sru.modele import LogementDate, Structure
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.champ import ELAN
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue
from beffroi.kernel.period import add_years
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, floor, rounded_from

DECOMPTE = LegalRef("CCH", "L. 302-5 IV")


@rule(id="sru.logement_retenu", label="Logements sociaux retenus", legal=DECOMPTE, since=ELAN, unite="logement")
def logement_retenu(
    etapes: Etapes,
    *,
    le: date,
    hlm: Annotated[int, Entree("Logements des organismes HLM", "logement", minimum=0)],
    conventionne: Annotated[int, Entree("Autres logements conventionnés sous plafond", "logement", minimum=0)] = 0,
    structures: Annotated[tuple[Structure, ...], Entree("Foyers et centres d'hébergement")] = (),
    terrain_familial: Annotated[int, Entree("Terrains familiaux locatifs", "terrain", minimum=0)] = 0,
    intermediation: Annotated[int, Entree("Parc privé en intermédiation locative", "logement", minimum=0)] = 0,
    bail_reel_solidaire: Annotated[int, Entree("Logements en bail réel solidaire", "logement", minimum=0)] = 0,
    location_accession: Annotated[
        int, Entree("Location-accession signée, option non levée", "logement", minimum=0)
    ] = 0,
    option_levee: Annotated[tuple[LogementDate, ...], Entree("Location-accession, options levées")] = (),
    convention_expiree: Annotated[tuple[LogementDate, ...], Entree("Conventions venues à échéance")] = (),
    vendu: Annotated[tuple[LogementDate, ...], Entree("Logements vendus à leur locataire")] = (),
) -> int:
    """Nombre de logements sociaux retenus au jour de l'inventaire (``le``).

    Les logements autonomes d'un foyer comptent pour un. Lits et places non autonomes comptent pour un tiers, partie
    entière structure par structure. Un terrain familial compte pour un, quel que soit le nombre de ses places. Un
    logement vendu, déconventionné ou acquis par levée d'option reste compté pendant la durée que fixe le texte.
    """
    total = etapes.ajouter("Organismes HLM", hlm, "logement", legal=LegalRef("CCH", "L. 302-5 IV 1°"))
    total += etapes.ajouter("Autres conventionnés", conventionne, "logement", legal=LegalRef("CCH", "L. 302-5 IV 2°"))
    if structures:
        total += _structures(etapes, structures, PARAMETRES("place_par_logement", le))
    if terrain_familial:
        total += etapes.ajouter(
            "Terrains familiaux", terrain_familial, "logement", legal=LegalRef("CCH", "R. 302-15 III bis")
        )
    for libelle, nombre in (("Intermédiation locative", intermediation), ("Location-accession", location_accession)):
        if nombre:
            total += etapes.ajouter(libelle, nombre, "logement", legal=DECOMPTE)
    if bail_reel_solidaire:
        premier = PARAMETRES("premier_bail_reel_solidaire", le)
        compte = bail_reel_solidaire if le >= premier.valeur else 0
        total += etapes.ajouter("Bail réel solidaire", compte, "logement", parametre=premier)
    for libelle, lots, duree in (
        ("Options levées encore comptées", option_levee, "duree_psla"),
        ("Conventions expirées encore comptées", convention_expiree, "duree_convention_expiree"),
        ("Logements vendus encore comptés", vendu, "duree_logement_vendu"),
    ):
        if lots:
            total += _encore_comptes(etapes, libelle, lots, PARAMETRES(duree, le), le)
    return etapes.ajouter("Total retenu", total, "logement", legal=DECOMPTE)


def _structures(etapes: Etapes, structures: Iterable[Structure], places: ParameterValue) -> int:
    total = 0
    for s in structures:
        retenus = s.logement_autonome + s.place // places.entier
        reste = s.place % places.entier
        note = f"{s.place} lits ou places, partie entière du tiers" if s.place else ""
        total += etapes.ajouter(
            f"Structure {s.nom}", retenus, "logement", parametre=places if s.place else (), note=note
        )
        if reste and s.place < places.entier:
            etapes.avertir(f"« {s.nom} » a moins de places qu'il n'en faut pour compter un logement.")
    return total


def _encore_comptes(etapes: Etapes, libelle: str, lots: Iterable[LogementDate], duree: ParameterValue, le: date) -> int:
    lots = tuple(lots)
    futurs = [lot for lot in lots if lot.jour > le]
    if futurs:
        raise InvalidInput(
            Problem(f"{libelle.lower()} : une date ({futurs[0].jour:%d/%m/%Y}) est après l'inventaire ({le:%d/%m/%Y}).")
        )
    comptes = sum(lot.logement for lot in lots if le < add_years(lot.jour, duree.entier))
    sortis = sum(lot.logement for lot in lots) - comptes
    return etapes.ajouter(
        libelle, comptes, "logement", parametre=duree, note=f"{sortis} sortis du décompte" if sortis else ""
    )


@rule(
    id="sru.residence_principale_retenue",
    label="Résidences principales retenues",
    legal=DECOMPTE,
    since=date(2014, 1, 1),
    unite="logement",
)
def residence_principale_retenue(
    etapes: Etapes,
    *,
    le: date,
    liste_fiscale: Annotated[int, Entree("Résidences principales de l'administration fiscale", "logement", minimum=0)],
    logement_militaire: Annotated[int, Entree("Logements concédés par nécessité militaire", "logement", minimum=0)] = 0,
) -> int:
    """Résidences principales au sens de la loi SRU : liste de l'administration fiscale, moins les logements militaires.

    Ce n'est pas le nombre du recensement : les deux ne se mélangent pas dans un même taux.
    """
    etapes.ajouter("Liste de l'administration fiscale", liste_fiscale, "logement", legal=DECOMPTE)
    if logement_militaire > liste_fiscale:
        raise InvalidInput(
            Problem("le champ « Logements concédés par nécessité militaire » dépasse les résidences principales.")
        )
    return etapes.ajouter("Moins les logements militaires", liste_fiscale - logement_militaire, "logement")


@rule(
    id="sru.residence_principale_estimee",
    label="Résidences principales déduites du taux publié",
    legal=LegalRef(
        "Inventaire SRU", "communes et inventaire SRU", "https://www.data.gouv.fr/datasets/6564969d3579e21795ebd378"
    ),
    since=date(2014, 1, 1),
)
def residence_principale_estimee(
    etapes: Etapes,
    *,
    le: date,
    logement_social: Annotated[int, Entree("Logements sociaux", "logement", minimum=0)],
    taux_publie: Annotated[Decimal, Entree("Taux publié", "part", minimum=0, maximum=1)],
    decimales: Annotated[int, Entree("Décimales du pourcentage publié", minimum=0)],
) -> dict[str, Any]:
    """Bornes du nombre de résidences principales qu'un taux publié et arrondi laisse possibles.

    Le fichier public de l'inventaire donne le nombre de logements sociaux et le taux, pas les résidences principales :
    on encadre, on n'invente pas. ``decimales`` est le nombre de décimales du pourcentage (35,28 % : deux).
    """
    if taux_publie == 0 or logement_social == 0:
        raise InvalidInput(
            Problem("un taux nul ou un parc social nul ne permet pas de retrouver les résidences principales.")
        )
    moins, plus = (b / 100 for b in rounded_from(taux_publie * 100, decimales))
    bas = ceiling(logement_social / plus)
    haut = floor(logement_social / moins) if moins > 0 else None
    etapes.ajouter("Taux exact, au moins", moins, "part")
    etapes.ajouter("Taux exact, moins de", plus, "part")
    etapes.ajouter("Résidences principales, au moins", bas, "logement")
    etapes.ajouter("Résidences principales, au plus", haut, "logement")
    return {"minimum": bas, "maximum": haut}
