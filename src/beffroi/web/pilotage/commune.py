"""Everything a commune page shows: its exercices, chart, place, what the programme writes, public figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.programme.modele import (
    Lieu,
    ObjectifTerritorial,
    Programme,
    Secteur,
    SeriePubliee,
    ValeurTerritoire,
)
from beffroi.domain.suivi.production import LigneProduction, Resultat
from beffroi.kernel.figure import Chiffre, ecart, nombre, somme
from beffroi.kernel.unit import UNITS, exact
from beffroi.reports.chart import Barre, barres
from beffroi.reports.map import (
    Tuile,
    carte_tuiles,
)
from beffroi.warehouse.suivi import AUTORISES, SOURCE
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.endroit import endroit
from beffroi.web.pilotage.rendu import sur


def carte_situation(situation: Situation, code: str) -> SafeString | None:
    """The small map that shows where a commune is."""
    programme = situation.programme
    positions: dict[str, tuple[int, int]] = {}
    for siren in programme.collectivites:
        positions |= situation.entrepot.tuiles(siren)
    if code not in positions:
        return None
    sector = {c: s for s in programme.secteurs if not s.groupe for c in s.communes}
    mine = sector.get(code)
    tiles = [
        Tuile(
            x.territoire.code,
            x.territoire.nom,
            positions[x.territoire.code],
            sector[x.territoire.code].nom,
            "s4" if x.territoire.code == code else "s2" if sector.get(x.territoire.code) is mine else "s1",
        )
        for x in situation.suivi.communes
        if x.territoire.code in positions
    ]
    nom = situation.suivi.commune(code).territoire.nom
    where = f" dans le secteur {mine.nom}" if mine else ""
    return sur(
        carte_tuiles(
            tiles,
            titre=f"Situation de {nom}{where}",
            ici=code,
            noms_secteurs=False,
            largeur=280,
            identifiant="situation",
        )
    )


@dataclass(frozen=True, slots=True)
class LigneExercice:
    """An exercice of a commune, with the cumulated gap at its end."""

    resultat: Resultat
    cumul: Chiffre
    ecart_cumule: Chiffre
    appreciation: Appreciation


def lignes_exercices(x: LigneProduction, apprecier: Callable[[Chiffre, Chiffre], Appreciation]) -> list[LigneExercice]:
    """Exercices with their running total; once a year is missing, the running total says « au moins »."""
    out = []
    for i in range(1, len(x.annees) + 1):
        past = x.annees[:i]
        done = somme([r.autorises for r in past], unite=x.objectif_annuel.unite, couverture=False)
        due = somme([r.objectif for r in past], unite=x.objectif_annuel.unite, couverture=False)
        if done.valeur is not None and any(r.autorises.valeur is None for r in past):
            done = Chiffre.manquant(done.unite, provenance=done.provenance)
        out.append(LigneExercice(past[-1], done, ecart(done, due), apprecier(due, done)))
    return out


def graphique(situation: Situation, x: LigneProduction) -> tuple[SafeString, SafeString] | None:
    """Authorised by year: wide, with the years around the programme, and narrow for a phone, exercices only.

    Years out of the situation or out of the programme are pale.
    """
    code, past = x.territoire.code, {e.annee for e in situation.programme.exercices()}
    now = situation.exercice.annee
    years = range(min(past) - 2, max(past) + 2)
    series = situation.entrepot.serie_communale(SOURCE, AUTORISES, (code,), years)
    series = situation.corriger(SOURCE, AUTORISES, series)
    bars = []
    for year in years:
        c = series[code, year]
        if not c.connu and year not in past:
            continue
        inside = year in past
        bars.append(
            Barre(str(year), c, "" if inside and year <= now else "pale", ici=year == now, dans_programme=inside)
        )
    target = x.objectif_annuel if x.objectif_annuel.valeur else None
    if not any(b.chiffre.connu for b in bars):
        return None
    title = f"{x.territoire.nom}, logements autorisés par an"
    narrow = [replace(b, dans_programme=False) for b in bars if b.dans_programme]
    return (
        sur(barres(bars, titre=title, objectif=target, largeur=520, hauteur=220, identifiant="autorises")),
        sur(barres(narrow, titre=title, objectif=target, largeur=320, hauteur=200, identifiant="autorises-tel")),
    )


# A unit as a document writes it → its identifier.
_UNITES = {u: u for u in UNITS} | {u.singulier: u.id for u in UNITS.values() if u.singulier}


@dataclass(frozen=True, slots=True)
class Ecrit:
    """A value that the programme writes for a commune: label, words, place in the document."""

    libelle: str
    valeur: str
    complement: str
    endroit: str


def _ecrit(
    programme: Programme, element: ObjectifTerritorial | SeriePubliee, v: ValeurTerritoire, duree: str
) -> Ecrit | None:
    unite = _UNITES.get(element.unite, "nombre")
    word = "" if element.unite in _UNITES or element.unite == "%" else element.unite
    if v.libre:
        value = "objectif libre"
    elif v.valeur is None:
        return None
    else:
        places = max(0, -int(v.valeur.normalize().as_tuple().exponent))
        value = Chiffre(v.valeur, unite).texte(places, avec_unite=unite != "nombre")
        value += f" ({word})" if word else "\u202f%" if element.unite == "%" else ""
    rate = Chiffre(v.taux, "part").texte(0) if v.taux is not None else ""
    extra = " ; ".join(t for t in (f"{rate} de la production" if rate else "", duree) if t)
    return Ecrit(element.libelle, value.replace("\u00a0", " "), extra, endroit(v.lieu or Lieu()))


def ecrits_social(programme: Programme, code: str) -> list[Ecrit]:
    """What the programme asks of a commune beside the number of dwellings: social housing, capture."""
    out = []
    for o in programme.objectifs:
        if o.id == programme.objectif_reference:
            continue
        for v in o.valeurs:
            if v.commune == code:
                found = _ecrit(programme, o, v, "")
                out += [found] if found else []
    for s in programme.series:
        if "manquant" in s.id:
            out += [e for v in s.valeurs if v.commune == code and (e := _ecrit(programme, s, v, ""))]
    return out


def ecrits_constats(programme: Programme, code: str) -> list[Ecrit]:
    """What the programme observed of a commune before it began."""
    out = []
    for s in programme.series:
        if "manquant" not in s.id:
            out += [e for v in s.valeurs if v.commune == code and (e := _ecrit(programme, s, v, s.periode or ""))]
    return out


def groupes_de(programme: Programme, code: str) -> list[Secteur]:
    """Groups of communes (pôles, communes SRU…) that hold it."""
    return [s for s in programme.secteurs if s.groupe and code in s.communes]


# source, measure, label, decimals
PUBLICS: tuple[tuple[str, str, str, int | None], ...] = (
    ("recensement_logement", "logement", "Logements", None),
    ("recensement_logement", "residence_principale", "Résidences principales", None),
    ("recensement_logement", "logement_vacant", "Logements vacants", None),
    ("lovac", "logement_vacant_plus_2_ans", "Vacants depuis plus de deux ans, parc privé", None),
    ("taux_logement_social", "taux", "Part de logements sociaux", 0),
    ("filosofi", "revenu_median", "Niveau de vie médian", 0),
    ("carte_loyers", "loyer_appartement", "Loyer d’annonce, appartement, charges comprises", 2),
)


@dataclass(frozen=True, slots=True)
class Public:
    """A public figure of a commune among those of the programme."""

    libelle: str
    chiffre: Chiffre
    decimales: int | None
    points: SafeString | None
    place: SafeString | str

    @property
    def avec_unite(self) -> bool:
        """A count of dwellings is told by its label; money carries its symbol."""
        return self.chiffre.unite != "logement"


def publics(situation: Situation, code: str) -> list[Public]:
    """Public figures that the warehouse holds; a source that is not loaded says nothing."""
    out = []
    wanted: dict[str, list[str]] = {}
    for source, mesure, *_ in PUBLICS:
        wanted.setdefault(source, []).append(mesure)
    read = {source: situation.derniers(source, mesures) for source, mesures in wanted.items()}
    for source, mesure, libelle, decimales in PUBLICS:
        if not read[source]:
            continue
        values = read[source][mesure]
        mine = values[code]
        known = sorted((exact(c.valeur) for c in values.values() if c.valeur is not None), reverse=True)
        rank = ""
        if mine.valeur is not None and known:
            place = 1 + sum(v > exact(mine.valeur) for v in known)
            rank = sur(f"{nombre(place)}<sup>{'re' if place == 1 else 'e'}</sup> sur {nombre(len(known))}")
        comparable = mesure not in ("logement", "residence_principale")
        out.append(
            Public(
                libelle,
                mine,
                decimales,
                _points(libelle, mine, known) if comparable else None,
                rank if comparable else "",
            )
        )
    return out


def _points(libelle: str, mine: Chiffre, known: Sequence[Decimal]) -> SafeString | None:
    """One dot per commune on a line, the commune's own in front."""
    if len(known) < 5 or known[0] == known[-1]:
        return None
    low, high = known[-1], known[0]

    def x(v: Decimal) -> float:
        return 8 + 244 * float((v - low) / (high - low))

    dots = "".join(f'<circle class="pt-gris" cx="{x(v):.1f}" cy="18" r="3.5"/>' for v in known)
    told = Chiffre(low, mine.unite).texte(), Chiffre(high, mine.unite).texte()
    if mine.valeur is not None:
        dots += f'<circle class="pt-ici" cx="{x(exact(mine.valeur)):.1f}" cy="18" r="6"/>'
    return sur(
        f'<svg viewBox="0 0 260 36" class="bf-svg" role="img" aria-label="{libelle} : {mine.texte()} ; communes de {told[0]} '
        f'à {told[1]}"><line class="axe" x1="0" x2="260" y1="18" y2="18"/>{dots}</svg>'
    )
