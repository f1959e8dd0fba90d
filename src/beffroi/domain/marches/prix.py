"""Prix médians des ventes de logements et de terrains, depuis les lignes de DVF : implémentation de référence.

L'entrepôt a sa version SQL ; les deux doivent donner les mêmes nombres. Source : Etalab, « Statistiques DVF », et
filtres locaux. Les quartiles sont interpolés linéairement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from beffroi.domain.marches.modele import (
    LigneMutation,
    MotifExclusion,
    NatureMutation,
    PrixMedian,
    PrixSegment,
    Segment,
)
from beffroi.kernel.errors import InvalidInput, Problem

ALIAS_NATURE = {"VEFA": NatureMutation.VEFA, "Échange": NatureMutation.ECHANGE}
NATURE_LOGEMENT = frozenset({NatureMutation.VENTE, NatureMutation.VEFA, NatureMutation.ADJUDICATION})
TYPE_LOGEMENT = {"Maison", "Appartement"}
DEPENDANCE = "Dépendance"


@dataclass(frozen=True, slots=True)
class Filtres:
    """Bornes des filtres : m², euros, euros au m², multiple de l'écart interquartile, mutations pour publier."""

    surface_minimale: Decimal
    prix_minimal: Decimal
    prix_m2_minimal: Decimal
    prix_m2_maximal: Decimal
    multiple_interquartile: Decimal
    publication: int


def quantile(valeurs: Sequence[Decimal], q: Decimal) -> Decimal:
    """Quantile d'une suite croissante et non vide, interpolé linéairement entre les deux rangs voisins."""
    rang = q * (len(valeurs) - 1)
    bas = int(rang)
    if bas + 1 >= len(valeurs):
        return valeurs[-1]
    return valeurs[bas] + (valeurs[bas + 1] - valeurs[bas]) * (rang - bas)


def mediane(valeurs: Iterable[Decimal]) -> Decimal | None:
    """Médiane : valeur du milieu, moyenne des deux du milieu si leur nombre est pair, rien pour une suite vide."""
    ordre = sorted(valeurs)
    return quantile(ordre, Decimal(1) / 2) if ordre else None


def nature(ligne: LigneMutation) -> NatureMutation:
    """Nature d'une ligne, sous son libellé DVF ou un alias.

    Raises:
        InvalidInput: libellé inconnu.
    """
    try:
        return ALIAS_NATURE.get(ligne.nature) or NatureMutation(ligne.nature)
    except ValueError:
        attendues = ", ".join(n.value for n in NatureMutation)
        raise InvalidInput(
            Problem(
                f"la mutation {ligne.id_mutation} a une nature inconnue, « {ligne.nature} » ; attendues : {attendues}."
            )
        ) from None


@dataclass(frozen=True, slots=True)
class _Vente:
    segment: Segment
    prix: Decimal
    surface: Decimal
    prix_m2: Decimal


def _locaux(lignes: list[LigneMutation]) -> list[LigneMutation]:
    """Locaux distincts hors dépendances ; les lignes répétées d'un même local n'en font qu'un.

    Même local : même parcelle, même clé, même type, même surface. Une ligne sans parcelle ni clé reste à part :
    rien ne dit qu'elle répète une autre.
    """
    vus: set[tuple[str, str, str, Decimal | None]] = set()
    distincts = []
    for ligne in lignes:
        if not ligne.type_local or ligne.type_local == DEPENDANCE:
            continue
        cle = (ligne.parcelle, ligne.cle_local, ligne.type_local, ligne.surface)
        identifiable = bool(ligne.parcelle or ligne.cle_local)
        if identifiable and cle in vus:
            continue
        vus.add(cle)
        distincts.append(ligne)
    return distincts


def _surface_terrain(lignes: list[LigneMutation]) -> Decimal | None:
    """Surface de terrain de la mutation : chaque couple parcelle, surface compté une fois."""
    surfaces = {(x.parcelle or str(i), x.surface_terrain) for i, x in enumerate(lignes) if x.surface_terrain}
    return sum((s for _, s in surfaces if s), Decimal(0)) or None


def _examiner(lignes: list[LigneMutation], f: Filtres) -> _Vente | MotifExclusion:
    genre = nature(lignes[0])
    locaux = _locaux(lignes)
    if genre is NatureMutation.TERRAIN:
        if locaux:
            return MotifExclusion.PLUSIEURS_LOCAUX
        segment, surface = Segment.TERRAIN, _surface_terrain(lignes)
    elif genre in NATURE_LOGEMENT:
        if not any(x.type_local in TYPE_LOGEMENT for x in locaux):
            return MotifExclusion.SANS_LOGEMENT
        if len(locaux) > 1:
            return MotifExclusion.PLUSIEURS_LOCAUX
        neuf = genre is NatureMutation.VEFA
        if locaux[0].type_local == "Maison":
            segment = Segment.MAISON_NEUVE if neuf else Segment.MAISON_ANCIENNE
        else:
            segment = Segment.APPARTEMENT_NEUF if neuf else Segment.APPARTEMENT_ANCIEN
        surface = locaux[0].surface
    else:
        return MotifExclusion.NATURE
    prix = lignes[0].valeur
    if prix is None:
        return MotifExclusion.PRIX_ABSENT
    if not surface:
        return MotifExclusion.SURFACE_ABSENTE
    if segment is not Segment.TERRAIN and surface < f.surface_minimale:
        return MotifExclusion.SURFACE_MINIMALE
    if prix < f.prix_minimal:
        return MotifExclusion.PRIX_MINIMAL
    prix_m2 = prix / surface
    if segment is not Segment.TERRAIN:
        if prix_m2 < f.prix_m2_minimal:
            return MotifExclusion.PRIX_M2_MINIMAL
        if prix_m2 > f.prix_m2_maximal:
            return MotifExclusion.PRIX_M2_MAXIMAL
    return _Vente(segment, prix, surface, prix_m2)


def _ecarter_extremes(ventes: list[_Vente], multiple: Decimal) -> list[_Vente]:
    """Garde les prix au m² entre Q1 − k × EIQ et Q3 + k × EIQ, bornes comprises."""
    ordre = sorted(v.prix_m2 for v in ventes)
    q1, q3 = quantile(ordre, Decimal(1) / 4), quantile(ordre, Decimal(3) / 4)
    marge = multiple * (q3 - q1)
    return [v for v in ventes if q1 - marge <= v.prix_m2 <= q3 + marge]


def calculer_prix(lignes: Iterable[LigneMutation], filtres: Filtres) -> PrixMedian:
    """Prix médians d'un groupe de lignes : un EPCI, une année. Le groupe est celui des quartiles.

    Raises:
        InvalidInput: nature de mutation inconnue.
    """
    mutations: dict[str, list[LigneMutation]] = {}
    for ligne in lignes:
        mutations.setdefault(ligne.id_mutation, []).append(ligne)
    exclusion: Counter[MotifExclusion] = Counter()
    par_segment: dict[Segment, list[_Vente]] = {s: [] for s in Segment}
    for groupe in mutations.values():
        vu = _examiner(groupe, filtres)
        if isinstance(vu, MotifExclusion):
            exclusion[vu] += 1
        else:
            par_segment[vu.segment].append(vu)
    segments = {}
    for segment, ventes in par_segment.items():
        gardees = _ecarter_extremes(ventes, filtres.multiple_interquartile) if ventes else []
        if len(ventes) > len(gardees):
            exclusion[MotifExclusion.ECART_INTERQUARTILE] += len(ventes) - len(gardees)
        segments[segment] = PrixSegment(
            tuple(sorted(v.prix_m2 for v in gardees)),
            len(gardees),
            mediane(v.prix_m2 for v in gardees),
            mediane(v.prix for v in gardees),
            mediane(v.surface for v in gardees),
            len(gardees) >= filtres.publication,
        )
    return PrixMedian(segments, {m: exclusion[m] for m in MotifExclusion if exclusion[m]}, len(mutations))
