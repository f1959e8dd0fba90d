"""One way to make a bilan, shared by the command line and the web job: warehouse + programme + states → document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.action import EvenementEtat, situation_actions
from beffroi.domain.suivi.correction import CorrectionLocale
from beffroi.domain.suivi.production import SuiviProduction
from beffroi.domain.suivi.resultat import objectifs_mesures, resultats_mesures
from beffroi.domain.suivi.transmis import appreciations, provenances_saisies, transmission
from beffroi.domain.suivi.valeur import ValeurSuivie
from beffroi.kernel.errors import InvalidInput, NotFound, NotLoaded, Problem
from beffroi.kernel.figure import Chiffre, Etat, ratio, somme
from beffroi.kernel.period import Exercice
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel import Complements, LigneParc, bilan_annuel
from beffroi.reports.build import Document
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.sru import REGLES_DEPUIS, SituationInventaire, ligne_inventaire, situation_inventaire
from beffroi.warehouse.suivi import (
    SOURCE,
    corriger_series,
    exercice_de,
    provenance_correction,
    series_production,
    suivi_programme,
)

COLLECTIF = "logement_autorise_collectif"
# Indicators of the catalogue that the open data of the warehouse answer: id → which figure of the bilan.
ALIMENTES = {
    "CABBALR-A01-01": "autorises",
    "CABBALR-A01-02": "commences",
    "CABBALR-A01-03": "collectif",
    "CALL-A06-01": "autorises",
}


def editer(
    programme: Programme,
    annee: int,
    *,
    evenements: Iterable[EvenementEtat] = (),
    tenus: Iterable[tuple[str, date]] = (),
    corrections: Sequence[CorrectionLocale] = (),
    valeurs: Iterable[ValeurSuivie] = (),
    entrepot: Entrepot | None = None,
    connu_le: datetime | None = None,
    adaptation: str = "",
) -> Document:
    """Build the annual bilan of a programme for the exercice that ends in ``annee``.

    Args:
        programme: the programme, in the version followed.
        annee: year in which the exercice ends.
        evenements: state events of the actions; without them section « Avancement » says that none is known.
        tenus: milestones held (id, day).
        corrections: local corrections of the open data in force.
        valeurs: values typed for the signatories (indicators, objectives, budget); drafts are counted and left out.
        entrepot: the warehouse; by default the one in service.
        connu_le: second date, « telle que connue au »: later recordings are left out; by default now.
        adaptation: text of the collectivité for section « Adaptation du programme ».

    Raises:
        InvalidInput: the year is no exercice of the programme, or its exercice is not closed.
        NotFound: the programme has no territorial objective to follow.
        NotLoaded: no data are prepared.
    """
    base = entrepot or Entrepot.ouvrir()
    exercice = exercice_clos(base, programme, annee)
    series = corriger_series(series_production(base, programme), corrections)
    suivi = suivi_programme(base, programme, exercice, series)
    held = {jalon for jalon, jour in tenus if jour <= exercice.fin}
    typed = [v for v in valeurs if connu_le is None or v.enregistrement is None or v.enregistrement <= connu_le]
    saisies = transmission(programme, typed, exercice)
    results = appreciations(saisies.series, resultats_mesures(suivi), objectifs_mesures(suivi))
    situations = situation_actions(
        programme, evenements, exercice.fin, connu_le=connu_le, resultats=results, tenus=held
    )
    return bilan_annuel(
        programme,
        suivi,
        situations,
        provenances={
            **base.provenances(),
            **{f"correction:{c.id}": provenance_correction(c) for c in corrections},
            **provenances_saisies(programme, typed),
        },
        tuiles=_tuiles(base, programme),
        connu_le=(connu_le or datetime.now()).date(),
        complements=replace(complements(base, programme, suivi, adaptation), saisies=saisies),
    )


def exercice_clos(entrepot: Entrepot, programme: Programme, annee: int) -> Exercice:
    """The exercice that ends in ``annee``, if its data are complete.

    Raises:
        InvalidInput: no exercice ends that year, or the exercice is not closed.
    """
    exercice = exercice_de(programme, annee)
    last = entrepot.dernier_exercice_complet(SOURCE)
    if exercice.fin >= date.today() or exercice.annee > last:
        closed = [e.annee for e in programme.exercices() if e.annee <= last and e.fin < date.today()]
        advice = (
            f"Choisissez une année de {closed[0]} à {closed[-1]}." if closed else "Attendez la fin du premier exercice."
        )
        if len(closed) == 1:
            advice = f"Choisissez {closed[0]}."
        raise InvalidInput(
            Problem(
                f"l'exercice {annee} du programme « {programme.titre_court} » n'est pas clos : les données sont complètes "
                f"jusqu'en {last}.",
                conseil=advice,
            )
        )
    return exercice


def _tuiles(entrepot: Entrepot, programme: Programme) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for siren in programme.collectivites:
        found.update(entrepot.tuiles(siren))
    return found


# --- what open data add -------------------------------------------------------------------------------------------


def complements(entrepot: Entrepot, programme: Programme, suivi: SuiviProduction, adaptation: str = "") -> Complements:
    """Population, existing stock, social rates, apartments and indicators: only what is loaded, nothing invented."""
    codes = programme.communes()
    lines, whole = _parc(entrepot, programme, codes)
    collectif = _collectif(entrepot, codes, [a.periode for a in suivi.epci.annees])
    known = {
        "autorises": suivi.epci.exercice.autorises,
        "commences": suivi.epci.exercice.commences,
        "collectif": collectif,
    }
    indicators = {}
    for action in programme.actions:
        for i in action.indicateurs:
            figure = next((known[ALIMENTES[c]] for c in i.catalogue if c in ALIMENTES), None)
            if figure is not None and figure.connu:
                indicators[i.id] = figure
    return Complements(
        populations=_populations(entrepot, programme, codes),
        parc=lines,
        parc_epci=whole,
        taux_sociaux=_valeurs(entrepot, "taux_logement_social", "taux", codes),
        indicateurs=indicators,
        collectif=collectif,
        precautions=_precautions(entrepot),
        adaptation=adaptation,
        sru=_sru(entrepot, codes),
    )


def _sru(entrepot: Entrepot, codes: Sequence[str]) -> dict[str, SituationInventaire]:
    """Communes that the latest inventory lists, on the day of that inventory."""
    found = {}
    for code in codes if _annees(entrepot, "sru") else ():
        line = ligne_inventaire(entrepot, code)
        answer = situation_inventaire(line, line.jour) if line and line.jour >= REGLES_DEPUIS else None
        if answer is not None:
            found[code] = answer
    return found


def _annees(entrepot: Entrepot, source: str) -> list[int]:
    try:
        return entrepot.annees(source)
    except (NotFound, NotLoaded):
        return []


def _valeurs(entrepot: Entrepot, source: str, mesure: str, codes: Sequence[str]) -> dict[str, Chiffre]:
    """Last figure of each commune that the source knows; empty when it is not loaded."""
    if not _annees(entrepot, source):
        return {}
    found = entrepot.valeurs_communales(source, mesure, codes)
    return {c: v for c, v in found.items() if v.connu}


def _populations(entrepot: Entrepot, programme: Programme, codes: Sequence[str]) -> tuple[Chiffre, ...]:
    """Population of the communes of the programme by year, when every commune is counted."""
    source = "populations_legales"
    years = _annees(entrepot, source)
    series = entrepot.serie_communale(source, "population_municipale", codes, years) if years else {}
    out = [somme([series[c, y] for c in codes], periode=str(y), membre="commune") for y in years]
    complete = tuple(p for p in out if p.connu and p.couverture is not None and p.couverture.complete)
    if complete or len(programme.collectivites) != 1:
        return complete
    return _population_epci(entrepot, programme.collectivites[0])


def _population_epci(entrepot: Entrepot, siren: str) -> tuple[Chiffre, ...]:
    """Population of the EPCI in the packaged register of territories, dated by its vintage."""
    origin = next((p for i, p in entrepot.provenances().items() if i.startswith("decoupage_administratif@")), None)
    people = entrepot.epci(siren).population_municipale
    if people is None or origin is None:
        return ()
    return (Chiffre(people, "habitant", periode=f"en vigueur en {origin.millesime}", provenance=(origin.id,)),)


def _collectif(entrepot: Entrepot, codes: Sequence[str], periodes: Sequence[str]) -> Chiffre | None:
    years = [int(p) for p in periodes if p.isdigit()]
    if len(years) != len(periodes):
        return None
    series = entrepot.serie_communale(SOURCE, COLLECTIF, codes, years)
    total = somme(list(series.values()), unite="logement", periode=f"{years[0]}-{years[-1]}", couverture=False)
    return total if total.connu else None


def _parc(
    entrepot: Entrepot, programme: Programme, codes: Sequence[str]
) -> tuple[tuple[LigneParc, ...], LigneParc | None]:
    census, lovac, incomes = "recensement_logement", "lovac", "filosofi"
    if not _annees(entrepot, census):
        return (), None
    homes, main, empty = (
        entrepot.valeurs_communales(census, m, codes) for m in ("logement", "residence_principale", "logement_vacant")
    )
    long = entrepot.valeurs_communales(lovac, "logement_vacant_plus_2_ans", codes) if _annees(entrepot, lovac) else {}
    median = entrepot.valeurs_communales(incomes, "revenu_median", codes) if _annees(entrepot, incomes) else {}

    def line(nom: str, identifiant: str, members: Sequence[str]) -> LigneParc:
        def total(values: dict[str, Chiffre]) -> Chiffre:
            period = max((values[c].periode for c in members), default="")
            return somme([values[c] for c in members], unite="logement", periode=period)

        known = [median[c] for c in members if c in median and median[c].connu]
        ordered = sorted(known, key=lambda c: exact(c.valeur or 0))
        stock, vacant = total(homes), total(empty)
        return LigneParc(
            nom,
            identifiant,
            stock,
            total(main),
            vacant,
            ratio(vacant, stock),
            _longue(total(long)) if long else None,
            (ordered[0], ordered[-1]) if ordered else None,
        )

    sectors = tuple(line(s.nom, s.id, s.communes) for s in programme.secteurs if not s.groupe and s.communes)
    return sectors, line(programme.titre_court, "total", codes)


def _longue(total: Chiffre) -> Chiffre | None:
    return None if total.etat is Etat.NON_RENSEIGNE else total


def _precautions(entrepot: Entrepot) -> dict[str, str]:
    """Cautions written in the declaration of each source, by id of provenance."""
    from beffroi.sources import identifiants, source

    declared = set(identifiants())
    out = {}
    for identifiant in entrepot.provenances():
        name = identifiant.split("@")[0]
        if name in declared:
            out[identifiant] = source(name).notes
    return out
