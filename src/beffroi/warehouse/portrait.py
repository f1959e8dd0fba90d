"""« Votre EPCI en une minute »: every computed indicator of a territory, and what its observatory still lacks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from beffroi.domain.programme.observatoire import BlocObservatoire, JeuObservatoire, Presence
from beffroi.domain.programme.regles.observatoire import completude_observatoire
from beffroi.kernel.source import Derived
from beffroi.sources import identifiants, source
from beffroi.warehouse.figures import NOTE_SANS_SOURCE
from beffroi.warehouse.observatory import Observatoire, Valeur, situation
from beffroi.warehouse.query import Commune, Epci

# Sources ouvertes qui renseignent chaque analyse ou inventaire ; les autres lignes attendent un registre ou une étude.
JEUX: dict[BlocObservatoire, tuple[str, ...]] = {
    BlocObservatoire.MARCHES: ("geo_dvf", "sitadel_annuel", "carte_loyers"),
    BlocObservatoire.MOBILISATION_FONCIERE: ("conso_enaf", "cartofriches"),
    BlocObservatoire.PARCS: ("lovac", "taux_logement_social", "sru", "recensement_logement", "rnic"),
    BlocObservatoire.DEMANDE_ATTRIBUTIONS: (),
    BlocObservatoire.FRICHES: ("cartofriches",),
    BlocObservatoire.LOCAUX_VACANTS: ("lovac",),
    BlocObservatoire.DENSITE: (),
    BlocObservatoire.SURELEVATION: (),
    BlocObservatoire.SURFACES_NON_BATIES: (),
}


# Thèmes du portrait, dans l'ordre de lecture ; la clé est le domaine de l'indicateur.
THEMES: dict[str, str] = {
    "besoins": "Population, ménages et logements",
    "production": "Construction",
    "parc_social": "Logement social",
    "sru": "Inventaire SRU",
    "vacance": "Vacance",
    "copropriete": "Copropriétés",
    "renovation": "Amélioration du parc privé",
    "marches": "Prix, loyers et accession",
    "foncier": "Foncier et quartiers",
}


@dataclass(frozen=True, slots=True)
class LigneConformite:
    """One line of the compliance matrix: analysis or inventory, presence, datasets with the date of their data."""

    bloc: BlocObservatoire
    presence: Presence
    jeux: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A territory, its communes, the last value of every computed indicator, their counts, the compliance matrix."""

    territoire: Commune | Epci
    communes: tuple[Commune, ...]
    valeurs: tuple[Valeur, ...]
    decompte: dict[str, int]
    conformite: tuple[LigneConformite, ...]
    conforme: bool


def portrait(observatoire: Observatoire, territoire: Commune | Epci, le: date | None = None) -> Portrait:
    """Everything open data say of a territory."""
    values = [observatoire.derniere(i, territoire) for i in observatoire.indicateurs(calcules=True)]
    counts = Counter(situation(v.chiffre) for v in values)
    matrix, ok = compliance(observatoire, territoire, le)
    return Portrait(territoire, tuple(observatoire.communes(territoire)), tuple(values), dict(counts), matrix, ok)


def themes(p: Portrait) -> list[tuple[str, list[Valeur]]]:
    """Values of a portrait by theme (label, values), in the order of ``THEMES``; an unknown area comes last."""
    groups: dict[str, list[Valeur]] = {label: [] for label in THEMES.values()}
    for v in p.valeurs:
        groups.setdefault(THEMES.get(v.indicateur.area, "Autres indicateurs"), []).append(v)
    return [(label, values) for label, values in groups.items() if values]


def sources_absentes(p: Portrait) -> list[str]:
    """Ids of the sources that an indicator of the portrait waits for, in order."""
    waiting = (v.chiffre.note for v in p.valeurs if situation(v.chiffre) == NOTE_SANS_SOURCE)
    return sorted({_base(n) for note in waiting for n in sources_nommees(note)})


def sources_nommees(note: str) -> list[str]:
    """Ids of the sources that the note of a figure names, in order."""
    known = set(identifiants())
    return [w for w in dict.fromkeys(re.findall(r"[a-z_0-9]+", note)) if w in known]


def _base(identifier: str) -> str:
    """The source to load: a derived one comes from another."""
    declared = source(identifier)
    return declared.format.source if isinstance(declared.format, Derived) else identifier


def compliance(
    observatoire: Observatoire, territoire: Commune | Epci, le: date | None = None, *, secteur_a_enjeux: bool = False
) -> tuple[tuple[LigneConformite, ...], bool]:
    """Compliance matrix of the observatory (CCH, R. 302-1-4 and L. 302-1 III) fed by what is loaded here."""
    day = le or date.today()
    codes = [c.code for c in observatoire.communes(territoire)]
    found: dict[BlocObservatoire, list[tuple[str, date]]] = {b: [] for b in BlocObservatoire}
    for block, names in JEUX.items():
        for identifier in names:
            when = _latest(observatoire, identifier, codes)
            if when is not None:
                found[block].append((source(identifier).label, min(when, day)))
    datasets = tuple(JeuObservatoire(b, d, n) for b, listed in found.items() for n, d in listed)
    answer: Any = completude_observatoire(le=day, jeux=datasets, secteur_a_enjeux=secteur_a_enjeux).valeur
    lines = tuple(LigneConformite(b, Presence(answer["grille"][b.value]), tuple(found[b])) for b in BlocObservatoire)
    return lines, bool(answer["conforme"])


def _latest(observatoire: Observatoire, identifier: str, codes: list[str]) -> date | None:
    """Date of the data of a source for these communes: end of its last year with a row, or its vintage if earlier."""
    declared = source(identifier)
    rows = observatoire.entrepot.lignes(
        f"SELECT max(t.annee), max(f.millesime) FROM {identifier} t JOIN fichier f USING (fichier) "
        "WHERE t.code_commune IN (SELECT unnest(string_split(?, ',')))",
        [",".join(codes)],
    )
    year, vintage = rows[0]
    if year is None:
        return None
    end = date(int(year), 12, 31)
    if declared.id == "lovac":  # le millésime AA décrit le 1er janvier de l'année précédente
        end = date(int(year) - 1, 1, 1)
    published = str(vintage).split("-")
    if len(published) > 1 and len(published[1]) == 2:
        end = min(end, date(int(published[0]), int(published[1]), 1))
    return end
