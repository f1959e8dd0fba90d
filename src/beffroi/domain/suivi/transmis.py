"""Ce que les valeurs saisies disent d'un programme pour l'EPCI : séries par exercice, résultats, exécution du budget.

Une seule lecture pour la fiche-action, le tableau de bord et le bilan. Un brouillon n'engage personne : il se voit dans
la fiche, il n'entre pas dans le bilan (convention du projet).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme
from beffroi.domain.suivi.avancement import avancement, demande, sommable
from beffroi.domain.suivi.execution import SAISIS, Stades, ecritures, stades
from beffroi.domain.suivi.production import Resultat, cumul_exercices
from beffroi.domain.suivi.valeur import CleValeur, Element, Mesure, NatureElement, ValeurSuivie, elements
from beffroi.kernel.figure import Chiffre, Provenance
from beffroi.kernel.period import Exercice
from beffroi.kernel.territory import Echelle, Territoire

TRANSMIS = frozenset({StatutValeur.PROPOSE, StatutValeur.VALIDE})
# De la plus défavorable à la plus favorable.
_ORDRE = (
    Appreciation.EN_RETARD,
    Appreciation.A_SURVEILLER,
    Appreciation.EN_BONNE_VOIE,
    Appreciation.ATTEINT,
)


@dataclass(frozen=True, slots=True)
class SerieSaisie:
    """Une quantité d'un élément : un chiffre par exercice écoulé (manquant compris), et son résultat face à la cible."""

    element: Element
    mesure: Mesure
    annees: tuple[Chiffre, ...]
    resultat: Resultat | None
    source: str = ""

    @property
    def connue(self) -> bool:
        """Vrai quand un exercice a une valeur."""
        return any(c.connu for c in self.annees)


def series_saisies(
    programme: Programme,
    valeurs: Mapping[CleValeur, ValeurSuivie],
    passes: Sequence[Exercice],
    action: str | None = None,
) -> tuple[SerieSaisie, ...]:
    """Indicateurs et objectifs des fiches (d'une seule, si ``action``), pour la première collectivité signataire.

    Une valeur saisie dans une unité que l'élément n'a plus (avenant) ne se compare pas : elle manque ici, et reste dans
    la saisie.
    """
    epci = Territoire(Echelle.EPCI, programme.collectivites[0])
    suivies = (NatureElement.INDICATEUR, NatureElement.OBJECTIF_ACTION)
    sortie = []
    for e in elements(programme).values():
        if e.nature not in suivies or e.fiche is None or (action is not None and e.fiche != action):
            continue
        for m in e.mesures:
            lues = [valeurs.get(CleValeur(e.id, epci.id, str(x.annee), m.ventilation)) for x in passes]
            annees = [
                v.chiffre(programme.id, epci)
                if v and v.unite == m.unite
                else Chiffre.manquant(m.unite, periode=str(x.annee))
                for v, x in zip(lues, passes, strict=True)
            ]
            due = demande(programme, e, epci) if m == e.mesures[0] else None
            sources = dict.fromkeys(v.source for v in lues if v and v.valeur is not None and v.source)
            fait = avancement(e, due, annees, passes, len(programme.exercices()))
            sortie.append(SerieSaisie(e, m, tuple(annees), fait, " ; ".join(sources)))
    return tuple(sortie)


@dataclass(frozen=True, slots=True)
class Transmission:
    """Ce qu'un bilan peut dire des valeurs saisies à la fin d'un exercice.

    ``series`` : seulement celles où quelque chose est proposé ou validé ; ``execution`` : voté, engagé, payé de
    l'exercice ; ``communes`` : objectif territorial → commune → cumul de ce qui est saisi ; ``brouillons`` : valeurs
    saisies que le bilan ne reprend pas.
    """

    series: tuple[SerieSaisie, ...] = ()
    execution: Stades | None = None
    par_ligne: Mapping[str, Stades] = field(default_factory=dict)
    communes: Mapping[str, Mapping[str, Chiffre]] = field(default_factory=dict)
    brouillons: int = 0

    @property
    def resultats(self) -> dict[str, Resultat]:
        """Objectif d'une fiche → son résultat, quand une valeur est connue."""
        return {
            s.element.id: s.resultat
            for s in self.series
            if s.element.nature is NatureElement.OBJECTIF_ACTION and s.resultat is not None and s.resultat.taux.connu
        }

    @property
    def indicateurs(self) -> dict[str, Chiffre]:
        """Indicateur → sa valeur de l'exercice (première quantité connue), quand elle l'est."""
        lus: dict[str, Chiffre] = {}
        for s in self.series:
            if s.element.nature is NatureElement.INDICATEUR and s.annees[-1].connu:
                lus.setdefault(s.element.id, s.annees[-1])
        return lus


def series_transmises(
    programme: Programme, valeurs: Iterable[ValeurSuivie], exercice: Exercice
) -> tuple[SerieSaisie, ...]:
    """Séries qui ont une valeur proposée ou validée à la fin d'un exercice."""
    retenues = {v.cle: v for v in valeurs if v.valeur is not None and v.statut in TRANSMIS}
    if not retenues:
        return ()
    passes = [e for e in programme.exercices() if e.rang <= exercice.rang]
    return tuple(s for s in series_saisies(programme, retenues, passes) if s.connue)


def cumuls_communes(
    programme: Programme, valeurs: Iterable[ValeurSuivie], exercice: Exercice
) -> dict[str, dict[str, Chiffre]]:
    """Objectif territorial → commune → cumul des exercices saisis (proposés ou validés), jusqu'à celui-ci."""
    retenues = {v.cle: v for v in valeurs if v.valeur is not None and v.statut in TRANSMIS}
    passes = [e for e in programme.exercices() if e.rang <= exercice.rang]
    periode = str(passes[0].annee) if len(passes) == 1 else f"{passes[0].annee}-{passes[-1].annee}"
    saisis, suivis = {c.element for c in retenues}, elements(programme)
    sortie: dict[str, dict[str, Chiffre]] = {}
    for o in programme.objectifs:
        e = suivis.get(o.id)
        if e is None or o.id not in saisis or not sommable(e):
            continue
        m = e.mesures[0]
        for code in programme.communes():
            lieu = Territoire(Echelle.COMMUNE, code)
            lues = [retenues.get(CleValeur(e.id, lieu.id, str(x.annee), m.ventilation)) for x in passes]
            justes = [v if v is not None and v.unite == m.unite else None for v in lues]
            if any(justes):
                annees = [
                    v.chiffre(programme.id, lieu) if v else Chiffre.manquant(m.unite, periode=str(x.annee))
                    for v, x in zip(justes, passes, strict=True)
                ]
                sortie.setdefault(o.id, {})[code] = cumul_exercices(annees, periode, lieu)
    return sortie


def resultats_commune(
    programme: Programme, valeurs: Iterable[ValeurSuivie], exercice: Exercice, code: str
) -> tuple[tuple[ObjectifTerritorial, Resultat], ...]:
    """Objectifs territoriaux d'une commune qui ont une valeur proposée ou validée, et leur résultat à date."""
    lieu = Territoire(Echelle.COMMUNE, code)
    retenues = {v.cle: v for v in valeurs if v.valeur is not None and v.statut in TRANSMIS}
    passes = [e for e in programme.exercices() if e.rang <= exercice.rang]
    suivis = elements(programme) if retenues else {}
    sortie = []
    for o in programme.objectifs:
        e = suivis.get(o.id)
        if e is None:
            continue
        m = e.mesures[0]
        lues = [retenues.get(CleValeur(e.id, lieu.id, str(x.annee), m.ventilation)) for x in passes]
        justes = [v if v is not None and v.unite == m.unite else None for v in lues]
        if not any(justes):
            continue
        annees = [
            v.chiffre(programme.id, lieu) if v else Chiffre.manquant(m.unite, periode=str(x.annee))
            for v, x in zip(justes, passes, strict=True)
        ]
        fait = avancement(e, demande(programme, e, lieu), annees, passes, len(programme.exercices()))
        if fait is not None:
            sortie.append((o, fait))
    return tuple(sortie)


def transmission(programme: Programme, valeurs: Iterable[ValeurSuivie], exercice: Exercice) -> Transmission:
    """Valeurs proposées ou validées à la fin d'un exercice, les brouillons comptés et laissés."""
    toutes = [v for v in valeurs if v.valeur is not None]
    retenues = [v for v in toutes if v.statut in TRANSMIS]
    annees = {str(e.annee) for e in programme.exercices() if e.rang <= exercice.rang}
    ecrites = [
        e for e in ecritures(programme, retenues) if e.annee == exercice.annee and e.stade in SAISIS
    ] if retenues else []  # fmt: skip
    lignes: dict[str, list[int]] = {}
    for i, e in enumerate(ecrites):
        lignes.setdefault(e.ligne, []).append(i)
    return Transmission(
        series_transmises(programme, retenues, exercice),
        stades(ecrites) if ecrites else None,
        {ligne: stades([ecrites[i] for i in rangs]) for ligne, rangs in lignes.items()},
        cumuls_communes(programme, retenues, exercice) if retenues else {},
        sum(v.statut not in TRANSMIS and v.cle.periode in annees for v in toutes),
    )


def provenances_saisies(programme: Programme, valeurs: Iterable[ValeurSuivie]) -> dict[str, Provenance]:
    """Élément → qui l'a saisi et d'après quoi, sous l'identifiant que portent ses chiffres."""
    qui: dict[str, dict[str, None]] = {}
    sources: dict[str, dict[str, None]] = {}
    for v in valeurs:
        if v.valeur is not None:
            qui.setdefault(v.cle.element, {})[v.auteur] = None
            if v.source:
                sources.setdefault(v.cle.element, {})[v.source] = None
    return {
        f"saisie:{programme.id}/{e}": Provenance(
            f"saisie:{programme.id}/{e}", "Saisie", ", ".join(noms), mention=" ; ".join(sources.get(e, ()))
        )
        for e, noms in qui.items()
    }


def appreciations(
    series: Iterable[SerieSaisie], mesurees: Mapping[str, Appreciation], exclus: Collection[str] = ()
) -> dict[str, Appreciation]:
    """Action → la plus défavorable des appréciations de ses objectifs qui ont un résultat (convention du projet).

    ``mesurees`` : appréciations que les données ouvertes donnent déjà ; ``exclus`` : objectifs qu'elles mesurent.
    """
    lues: dict[str, list[Appreciation]] = {a: [x] for a, x in mesurees.items()}
    for s in series:
        if s.resultat is None or s.element.fiche is None or s.element.id in exclus or not s.resultat.taux.connu:
            continue
        lues.setdefault(s.element.fiche, []).append(s.resultat.appreciation)
    return {a: plus_defavorable(xs) for a, xs in lues.items()}


def plus_defavorable(appreciations: Iterable[Appreciation]) -> Appreciation:
    """La plus défavorable ; celles qui ne disent rien (sans donnée, sans objectif) ne l'emportent sur aucune."""
    return min(appreciations, key=lambda x: _ORDRE.index(x) if x in _ORDRE else len(_ORDRE))
