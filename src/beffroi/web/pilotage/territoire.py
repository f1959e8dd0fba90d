"""The carte en tuiles of a programme, its legend, its extremes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION
from beffroi.domain.suivi.production import LigneProduction, SuiviProduction
from beffroi.kernel.figure import Chiffre, nombre
from beffroi.kernel.unit import exact
from beffroi.reports.map import (
    Classe,
    Tuile,
    carte_tuiles,
    classe_appreciation,
    classe_valeur,
    legende,
    legende_appreciations,
    sans_position,
    sigles,
)
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.rendu import sur

Lien = Callable[[str], str]

VALEURS = (
    ("appreciation", "Appréciation du cumul"),
    ("autorises", "Logements autorisés, cumul"),
    ("commences", "Logements commencés, cumul"),
    ("objectif", "Objectif par an"),
)


def _mesure(x: LigneProduction, valeur: str) -> Chiffre:
    if valeur == "objectif":
        return x.objectif_annuel
    return x.cumul.commences if valeur == "commences" else x.cumul.autorises


def _bornes(valeurs: Sequence[Decimal]) -> list[int]:
    """Lower bounds of classes 2 to 5: fifths of the communes, on whole dwellings, without two equal bounds."""
    order = sorted(valeurs)
    bounds: list[int] = []
    for i in range(1, 5):
        b = int(order[min(len(order) - 1, len(order) * i // 5)])
        if b > (bounds[-1] if bounds else int(order[0])):
            bounds.append(b)
    return bounds


@dataclass(frozen=True, slots=True)
class Carte:
    """The map, its legend, the communes that no position carries, the extremes of the value shown."""

    dessin: SafeString | None
    dessin_etroit: SafeString | None
    legende: SafeString
    sans_position: tuple[str, ...]
    hautes: tuple[tuple[LigneProduction, Chiffre], ...]
    basses: tuple[tuple[LigneProduction, Chiffre], ...]


def _classes(suivi: SuiviProduction, valeur: str) -> tuple[dict[str, str], tuple[Classe, ...]]:
    if valeur == "appreciation":
        looks = {x.territoire.code: classe_appreciation(x.cumul.appreciation) for x in suivi.communes}
        return looks, legende_appreciations(suivi.decompte())
    figures = {x.territoire.code: _mesure(x, valeur) for x in suivi.communes}
    known = [exact(c.valeur) for c in figures.values() if c.valeur is not None]
    bounds = _bornes(known) if known else []
    looks = {
        code: "secret" if c.etat.value == "secret" else classe_valeur(c.valeur, bounds) for code, c in figures.items()
    }
    edges = [*bounds]
    labels = []
    for i in range(len(edges) + 1):
        low = edges[i - 1] if i else None
        high = edges[i] - 1 if i < len(edges) else None
        if low is None:
            labels.append(f"{nombre(high)} ou moins" if high is not None else "toutes")
        elif high is None:
            labels.append(f"{nombre(low)} et plus")
        else:
            labels.append(f"de {nombre(low)} à {nombre(high)}" if high > low else nombre(low))
    counts = [sum(1 for v in looks.values() if v == f"s{i + 1}") for i in range(len(labels))]
    lines = [Classe(f"s{i + 1}", text, n) for i, (text, n) in enumerate(zip(labels, counts, strict=True))]
    lines.append(Classe("secret", "secret", sum(1 for v in looks.values() if v == "secret")))
    lines.append(Classe("sans", "sans donnée", sum(1 for v in looks.values() if v == "sans")))
    return looks, tuple(lines)


def _texte(x: LigneProduction, valeur: str, secteur: str) -> str:
    if valeur == "appreciation":
        c = x.cumul
        told = LIBELLE_APPRECIATION[c.appreciation]
        if c.autorises.connu and c.objectif.connu:
            told += f", {c.autorises.texte(avec_unite=True)} pour {c.objectif.texte()}"
    else:
        told = _mesure(x, valeur).texte(avec_unite=True)
    return f"{told}, secteur {secteur}" if secteur else told


def carte(situation: Situation, valeur: str, lien: Lien) -> Carte:
    """The map of the programme's communes for one value."""
    suivi, programme = situation.suivi, situation.programme
    positions: dict[str, tuple[int, int]] = {}
    for siren in programme.collectivites:
        positions |= situation.entrepot.tuiles(siren)
    looks, lines = _classes(suivi, valeur)
    noms = {x.territoire.code: x.territoire.nom for x in suivi.communes}
    marks = sigles(noms)
    secteurs = {s.id: s.nom for s in programme.secteurs}
    tiles = [
        Tuile(
            x.territoire.code,
            x.territoire.nom,
            positions[x.territoire.code],
            secteurs.get(x.secteur or "", ""),
            looks[x.territoire.code],
            _texte(x, valeur, secteurs.get(x.secteur or "", "")),
            marks[x.territoire.code],
            x.cumul.appreciation if valeur == "appreciation" else None,
            lien(x.territoire.code),
        )
        for x in suivi.communes
        if x.territoire.code in positions
    ]
    label = dict(VALEURS)[valeur]
    drawing = narrow = None
    if tiles:
        narrow = sur(
            carte_tuiles(
                [replace(t, sigle="", lien="") for t in tiles],
                titre=f"Carte en tuiles : {label.lower()}. Les mêmes valeurs sont dans l’onglet Tableau.",
                noms_secteurs=False,
                largeur=340,
            )
        )
        drawing = sur(
            carte_tuiles(
                tiles,
                titre=f"Carte en tuiles : {label.lower()}",
                desc="Une tuile par commune, placée au plus près de sa position réelle ; le trait épais sépare les secteurs. "
                "Les mêmes valeurs sont dans l’onglet Tableau.",
                identifiant="carte",
            )
        )
    rank = (lambda x: x.cumul.ecart) if valeur == "appreciation" else (lambda x: _mesure(x, valeur))
    known = [(x, rank(x)) for x in suivi.communes if rank(x).valeur is not None]
    order = sorted(known, key=lambda p: (exact(p[1].valeur or 0), p[0].territoire.nom))
    missing = tuple(noms[c] for c in sans_position(noms, positions))
    return Carte(drawing, narrow, sur(legende(lines)), missing, tuple(reversed(order[-5:])), tuple(order[:5]))
