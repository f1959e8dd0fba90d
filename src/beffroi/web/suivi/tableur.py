"""Grids of typed values: by exercice, by commune, by element; sums and progress beside the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from beffroi.domain.suivi.avancement import avancement, demande, sommable, somme_communes
from beffroi.domain.suivi.production import Resultat
from beffroi.domain.suivi.valeur import (
    CleValeur,
    Element,
)
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.reports.map import cle_nom
from beffroi.web.pilotage import rendu
from beffroi.web.suivi.grille import Colonne, Grille, Groupe, Rang, ecrit, mot_unite
from beffroi.web.suivi.saisie import Saisie, cases_saisies, colonnes_exercices, sans_statut

_RESULTAT = (
    Colonne("_objectif", "Objectif", "objectif à la date de la situation", calculee=True),
    Colonne("_cumul", "Réalisé", "cumul des exercices échus", calculee=True),
    Colonne("_taux", "Taux", "réalisé rapporté à l’objectif à date", calculee=True),
)


def _resultat(r: Resultat | None, s: Saisie) -> tuple[SafeString, SafeString, SafeString]:
    if r is None:
        nothing = rendu.sur('<span class="bf-nr">sans objectif</span>')
        return nothing, rendu.sur(""), rendu.sur("")
    rate = rendu.appreciation(r.appreciation)
    if r.taux.valeur is not None:
        rate = rendu.sur(f"{rendu.taux(r, s.situation.exercice.fin)} {rate}")
    return ecrit(r.objectif), ecrit(sans_statut(r.autorises), couverture=True), rate


def _passes(s: Saisie) -> list[Any]:
    return [e for e in s.programme.exercices() if e.rang <= s.situation.exercice.rang]


def _mesure(s: Saisie, element: Element, ventilation: str, territoire: Territoire) -> Resultat | None:
    """Progress of an element on a territory; only its first quantity carries the target of the programme."""
    if ventilation != element.mesures[0].ventilation:
        return None
    due, past = demande(s.programme, element, territoire), _passes(s)
    years = []
    for e in past:
        v = s.valeurs.get(CleValeur(element.id, territoire.id, str(e.annee), ventilation))
        years.append(v.chiffre(s.programme.id) if v else Chiffre.manquant(element.unite, periode=str(e.annee)))
    return avancement(element, due, years, past, len(s.programme.exercices()))


def _titre_mesure(e: Element, ventilation: str, unite: str) -> tuple[str, str]:
    """Label of a quantity, and what is said under it."""
    word = mot_unite(unite)
    return e.libelle, word or "nombre"


def par_exercice(s: Saisie) -> Grille:
    """Rows are elements and columns exercices: one territory."""
    p = s.programme
    numbers = {a.id: a.numero for a in p.actions}
    groups: dict[str, list[Rang]] = {}
    computed: dict[tuple[str, str], SafeString] = {}
    aimed = False
    for key, e, ventilation, unite in s.mesures:
        label, below = _titre_mesure(e, ventilation, unite)
        head = f"Action {numbers[e.fiche]}" if e.fiche and s.theme and not s.theme.cle.startswith("action:") else ""
        groups.setdefault(head, []).append(Rang(key, label, below))
        r = _mesure(s, e, ventilation, s.territoire)
        aimed = aimed or r is not None
        for column, html in zip(_RESULTAT, _resultat(r, s), strict=True):
            computed[key, column.cle] = html
    return Grille(
        s.noms.get(s.territoire.id, s.territoire.nom or s.territoire.code),
        (*colonnes_exercices(s), *(_RESULTAT if aimed else ())),
        tuple(Groupe(label, tuple(rows)) for label, rows in groups.items()),
        {key: unite for key, _, _, unite in s.mesures},
        cases_saisies(s),
        computed if aimed else {},
        "Indicateur ou objectif",
    )


def _communes(s: Saisie) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sectors, each with its communes (code, name) in alphabetical order."""
    out = []
    for sector in s.programme.secteurs:
        if not sector.groupe:
            rows = [(c, s.noms.get(f"commune:{c}", c)) for c in sector.communes]
            out.append((sector.nom, sorted(rows, key=lambda x: cle_nom(x[1]))))
    return out


def _sommes(s: Saisie, columns: Sequence[tuple[str, Element, str, str]]) -> dict[tuple[str, str], SafeString]:
    """Row « somme des communes » : (column, element, breakdown, period) of each column."""
    codes = s.programme.communes()
    out = {}
    for column, e, ventilation, periode in columns:
        if sommable(e):
            total = somme_communes(s.programme, e, ventilation, s.valeurs, codes, periode)
            out["_somme", column] = ecrit(sans_statut(total), couverture=True)
        else:
            out["_somme", column] = rendu.sur('<span class="bf-nr">ne s’additionne pas</span>')
    return out


def _groupes_territoires(s: Saisie) -> tuple[Groupe, ...]:
    sirens = s.programme.collectivites
    whole = Groupe(
        "Intercommunalité" if len(sirens) == 1 else "Intercommunalités",
        (
            *(Rang(f"epci:{x}", s.noms.get(f"epci:{x}", x), "valeur donnée pour l’ensemble") for x in sirens),
            Rang("_somme", "Somme des communes", "celles qui ont répondu, et leur nombre", calcule=True),
        ),
    )
    sectors = _communes(s)
    return (
        whole,
        *(
            Groupe(
                f"Secteur {name}" if len(sectors) > 1 else "Communes", tuple(Rang(f"commune:{c}", n) for c, n in rows)
            )
            for name, rows in sectors
        ),
    )


def par_commune(s: Saisie) -> Grille:
    """Rows are territories and columns elements: one exercice."""
    closed = s.exercice in s.verrous
    columns = tuple(
        Colonne(key, _court(e.libelle), e.libelle, mot_unite(unite) or "nombre", fermee=closed)
        for key, e, _, unite in s.mesures
    )
    return Grille(
        f"Exercice {s.exercice}",
        columns,
        _groupes_territoires(s),
        {key: unite for key, _, _, unite in s.mesures},
        cases_saisies(s),
        _sommes(s, [(key, e, v, s.exercice) for key, e, v, _ in s.mesures]),
        "Territoire",
        par_colonne=True,
    )


def _court(libelle: str, limite: int = 60) -> str:
    if len(libelle) <= limite:
        return libelle
    return libelle[:limite].rsplit(" ", 1)[0] + "…"


def par_element(s: Saisie) -> Grille:
    """Rows are territories and columns exercices: one element."""
    columns = colonnes_exercices(s)
    if not s.mesures:
        return Grille("", tuple(columns), (), {}, {})
    _, e, ventilation, unite = s.mesures[0]
    groups = _groupes_territoires(s)
    computed = _sommes(s, [(c.cle, e, ventilation, c.cle) for c in columns])
    results: Mapping[str, Resultat | None] = {
        r.cle: _mesure(s, e, ventilation, _territoire(r.cle)) for g in groups for r in g.rangs if not r.calcule
    }
    aimed = any(r is not None for r in results.values())
    if aimed:
        for row, r in results.items():
            for column, html in zip(_RESULTAT, _resultat(r, s), strict=True):
                computed[row, column.cle] = html
        computed.update(_somme_resultat(s, e, ventilation))
    label, below = _titre_mesure(e, ventilation, unite)
    return Grille(
        f"{label} ({below})",
        (*columns, *(_RESULTAT if aimed else ())),
        groups,
        {r.cle: unite for g in groups for r in g.rangs},
        cases_saisies(s),
        computed,
        "Territoire",
    )


def _territoire(cle: str) -> Territoire:
    scale, _, code = cle.partition(":")
    return Territoire(Echelle(scale), code)


def _somme_resultat(s: Saisie, e: Element, ventilation: str) -> dict[tuple[str, str], SafeString]:
    """Result of the sum of communes against what the programme asks of the whole."""
    if not sommable(e):
        return {}
    place = Territoire(Echelle.EPCI, s.programme.collectivites[0])
    codes, past = s.programme.communes(), _passes(s)
    years = [somme_communes(s.programme, e, ventilation, s.valeurs, codes, str(x.annee)) for x in past]
    r = avancement(e, demande(s.programme, e, place), years, past, len(s.programme.exercices()))
    due, done, rate = _resultat(r, s)
    if r is not None and r.autorises.couverture and not r.autorises.couverture.complete:
        rate = rendu.sur('<span class="bf-nr">réponses incomplètes</span>')
    return {("_somme", c.cle): html for c, html in zip(_RESULTAT, (due, done, rate), strict=True)}
