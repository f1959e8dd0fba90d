"""Join a programme and the warehouse: the production of a programme at the end of an exercice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.domain.nomenclatures.programme import Produit
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.correction import CorrectionLocale, corriger
from beffroi.domain.suivi.production import SuiviProduction, suivi_production
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import Chiffre, Provenance, nombre
from beffroi.kernel.period import Exercice
from beffroi.warehouse.query import Entrepot

SOURCE = "sitadel_annuel"
AUTORISES, COMMENCES = "logement_autorise", "logement_commence"


@dataclass(frozen=True, slots=True)
class SeriesProduction:
    """Authorised and started dwellings of every commune, for the exercices and the years around them."""

    autorises: Mapping[tuple[str, int], Chiffre]
    commences: Mapping[tuple[str, int], Chiffre]
    annees: tuple[int, ...]


def exercice_ouvert(entrepot: Entrepot, programme: Programme) -> Exercice:
    """Exercice on which pages open: the last one whose source is complete, not today's."""
    complet = entrepot.dernier_exercice_complet(SOURCE)
    exercices = programme.exercices()
    return next((e for e in reversed(exercices) if e.annee <= complet), exercices[0])


def exercice_de(programme: Programme, annee: int) -> Exercice:
    """Exercice that ends in ``annee``.

    Raises:
        InvalidInput: no exercice ends that year.
    """
    exercices = programme.exercices()
    for e in exercices:
        if e.annee == annee:
            return e
    premier, dernier = exercices[0].annee, exercices[-1].annee
    reason = "au-delà des exercices" if annee > dernier else "avant le premier exercice"
    raise InvalidInput(
        Problem(
            f"{annee} est {reason} du programme « {programme.titre_court} ».",
            colonne="année",
            conseil=f"Choisissez une année de {premier} à {dernier}.",
        )
    )


def series_production(entrepot: Entrepot, programme: Programme, *, avant: int = 2, apres: int = 1) -> SeriesProduction:
    """Read both series once, from ``avant`` years before the first exercice to ``apres`` years after the last."""
    exercices = programme.exercices()
    annees = tuple(range(exercices[0].annee - avant, exercices[-1].annee + apres + 1))
    read = entrepot.series_communales(SOURCE, (AUTORISES, COMMENCES), programme.communes(), annees)
    return SeriesProduction(read[AUTORISES], read[COMMENCES], annees)


def corriger_series(series: SeriesProduction, corrections: Sequence[CorrectionLocale]) -> SeriesProduction:
    """Both series, with the local corrections of their values; the published ones stay in the note of each figure."""
    return SeriesProduction(
        corriger(series.autorises, (c for c in corrections if (c.source, c.mesure) == (SOURCE, AUTORISES))),
        corriger(series.commences, (c for c in corrections if (c.source, c.mesure) == (SOURCE, COMMENCES))),
        series.annees,
    )


def provenance_correction(c: CorrectionLocale) -> Provenance:
    """Where a corrected value comes from: who says it, why, against which published value."""
    published = "rien" if c.valeur_publiee is None else nombre(c.valeur_publiee)
    return Provenance(
        f"correction:{c.id}",
        "Correction locale",
        c.auteur,
        mention=f"{c.motif} ; publié : {published} (millésime {c.millesime})",
    )


def suivi_programme(
    entrepot: Entrepot, programme: Programme, exercice: Exercice, series: SeriesProduction | None = None
) -> SuiviProduction:
    """Production of a programme at the end of an exercice, from the open data of the warehouse.

    Sitadel counts every dwelling: it answers no objective of a single product, whose results stay *non renseignés*.

    Raises:
        NotFound: the programme has no territorial objective to follow.
    """
    noms: dict[str, str] = {}
    for siren in programme.collectivites:
        noms[siren] = entrepot.epci(siren).nom
        noms.update((c.code, c.nom) for c in entrepot.communes_epci(siren))
    objectif = programme.objectif()
    if objectif is not None and objectif.produit is not Produit.TOUS:
        return suivi_production(programme, exercice, {}, {}, noms)
    read = series or series_production(entrepot, programme)
    return suivi_production(programme, exercice, read.autorises, read.commences, noms)
