"""Totaux d'un programme : ce que le document imprime, ce que ses propres valeurs donnent, et où cela diffère.

Rien n'est corrigé : les lectures sont mises côte à côte, chacune avec ses lignes dans le document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from beffroi.domain.programme.modele import (
    Lieu,
    ObjectifTerritorial,
    Programme,
    Secteur,
    SeriePubliee,
    TotalPublie,
    ValeurTerritoire,
)


class NatureLecture(StrEnum):
    """D'où vient une lecture d'un même total."""

    REFERENCE = "reference"
    PUBLIE = "publie"
    SOMME_SECTEURS = "somme_secteurs"
    SOMME_GROUPES = "somme_groupes"
    SOMME_COMMUNES = "somme_communes"


LIBELLE_LECTURE: dict[NatureLecture, str] = {
    NatureLecture.REFERENCE: "objectif de référence",
    NatureLecture.PUBLIE: "publié",
    NatureLecture.SOMME_SECTEURS: "somme des secteurs publiés",
    NatureLecture.SOMME_GROUPES: "somme des groupes publiés",
    NatureLecture.SOMME_COMMUNES: "somme des communes",
}


@dataclass(frozen=True, slots=True)
class LectureTotal:
    """Une lecture d'un total : sa valeur, d'où elle vient, les lignes qui la portent, le nombre de termes sommés."""

    nature: NatureLecture
    valeur: Decimal
    lignes: tuple[int, ...]
    precision: str = ""
    termes: int = 1

    @property
    def libelle(self) -> str:
        """« publié : ligne CABBALR du tableau », « somme des communes (100) »."""
        if self.termes > 1:
            return f"{LIBELLE_LECTURE[self.nature]} ({self.termes})"
        return f"{LIBELLE_LECTURE[self.nature]} : {self.precision}" if self.precision else LIBELLE_LECTURE[self.nature]

    @property
    def texte_lignes(self) -> str:
        """« 332 », « 892 et 894 » ou « 490 à 890 »."""
        if len(self.lignes) <= 2:
            return " et ".join(str(n) for n in self.lignes)
        return f"{min(self.lignes)} à {max(self.lignes)}"


@dataclass(frozen=True, slots=True)
class ComparaisonTotal:
    """Toutes les lectures d'un même total : un objectif ou une série, pour l'EPCI (``secteur`` absent) ou un secteur."""

    element: str
    libelle: str
    unite: str
    secteur: Secteur | None
    lectures: tuple[LectureTotal, ...]

    @property
    def concordante(self) -> bool:
        """Vrai quand toutes les lectures ont la même valeur."""
        return len({lecture.valeur for lecture in self.lectures}) <= 1


def _lignes(lieux: Iterable[Lieu | None]) -> tuple[int, ...]:
    return tuple(sorted({lieu.ligne for lieu in lieux if lieu is not None and lieu.ligne is not None}))


def _publie(total: TotalPublie) -> LectureTotal:
    return LectureTotal(NatureLecture.PUBLIE, total.valeur, _lignes((total.lieu,)), total.libelle or "")


def _somme(nature: NatureLecture, termes: Iterable[ValeurTerritoire | TotalPublie]) -> LectureTotal | None:
    connus = [(t.valeur, t.lieu) for t in termes if t.valeur is not None]
    if not connus:
        return None
    valeur = sum((v for v, _ in connus), Decimal(0))
    return LectureTotal(nature, valeur, _lignes(lieu for _, lieu in connus), termes=len(connus))


def _partitions(groupes: list[Secteur], communes: set[str]) -> list[Secteur]:
    """Groupes disjoints qui couvrent ensemble tout le territoire, ou rien."""
    vues: list[str] = [c for g in groupes for c in g.communes]
    return groupes if groupes and len(vues) == len(set(vues)) and set(vues) == communes else []


def comparaisons(programme: Programme) -> tuple[ComparaisonTotal, ...]:
    """Compare, pour chaque objectif et chaque série, les totaux imprimés et les sommes de leurs propres valeurs.

    Une série qui ne s'additionne pas (indice, part) n'est comparée qu'à elle-même. Une somme ne porte que sur les
    valeurs connues : un objectif libre n'y compte pas pour zéro.
    """
    elements: tuple[ObjectifTerritorial | SeriePubliee, ...] = (*programme.objectifs, *programme.series)
    return tuple(
        comparaison
        for element in elements
        for comparaison in _element(programme, element)
        if len(comparaison.lectures) > 1
    )


def ecarts(programme: Programme) -> tuple[ComparaisonTotal, ...]:
    """Les comparaisons dont les lectures ne donnent pas toutes la même valeur."""
    return tuple(c for c in comparaisons(programme) if not c.concordante)


def _element(programme: Programme, element: ObjectifTerritorial | SeriePubliee) -> list[ComparaisonTotal]:
    sommable = element.sommable if isinstance(element, SeriePubliee) else True
    secteurs = [s for s in programme.secteurs if not s.groupe]
    imprimes = {t.secteur: t for t in element.totaux_publies if t.secteur is not None}
    lectures: list[LectureTotal] = []
    if isinstance(element, ObjectifTerritorial) and element.reference is not None:
        r = element.reference
        lectures.append(LectureTotal(NatureLecture.REFERENCE, r.valeur, _lignes((r.lieu,)), r.libelle or ""))
    lectures += [_publie(t) for t in element.totaux_publies if t.secteur is None]
    valeurs = [v for v in element.valeurs if v.commune is not None]
    if sommable:
        groupes = [s for s in programme.secteurs if s.groupe and s.id in imprimes]
        sommes = (
            _somme(NatureLecture.SOMME_SECTEURS, [imprimes[s.id] for s in secteurs])
            if secteurs and all(s.id in imprimes for s in secteurs)
            else None,
            _somme(
                NatureLecture.SOMME_GROUPES,
                [imprimes[g.id] for g in _partitions(groupes, set(programme.communes()))],
            ),
            _somme(NatureLecture.SOMME_COMMUNES, valeurs),
        )
        lectures += [s for s in sommes if s is not None]
    resultat = [ComparaisonTotal(element.id, element.libelle, element.unite, None, tuple(lectures))]
    for secteur in programme.secteurs if sommable else ():
        if secteur.id not in imprimes:
            continue
        siennes = [v for v in valeurs if v.commune in secteur.communes]
        somme = _somme(NatureLecture.SOMME_COMMUNES, siennes)
        propres = (_publie(imprimes[secteur.id]), *((somme,) if somme is not None else ()))
        resultat.append(ComparaisonTotal(element.id, element.libelle, element.unite, secteur, propres))
    return resultat
