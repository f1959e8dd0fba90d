"""Scénarios de besoins côte à côte, pour le simulateur : nommer, calculer, comparer deux, éprouver chaque paramètre.

Fonctions pures : des nombres entrent, des lignes de tableau sortent, le raisonnement reste dans le constat de la
règle ``besoins.besoin_flux``. Le résultat se territorialise par nombres simples (``Resultat.besoin``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from beffroi.domain.besoins.modele import BesoinFlux, Hypothese
from beffroi.domain.besoins.otelo_flux import calculer_flux
from beffroi.domain.besoins.regles import besoin_flux
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import Constat
from beffroi.kernel.unit import half_up_int


@dataclass(frozen=True, slots=True)
class Scenario:
    """Un scénario nommé. ``menage`` : ménages par année, la première étant l'année de base.

    ``provenance`` : d'où vient chaque champ (champ → identifiant ou millésime), montré avec le résultat.
    """

    nom: str
    menage: Mapping[int, Decimal]
    parc: int
    besoin_stock: int
    duree_resorption: int
    hypothese: Hypothese
    hors_logement_a_loger: int = 0
    provenance: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Resultat:
    """Un scénario et le constat de son calcul."""

    scenario: Scenario
    constat: Constat

    @property
    def flux(self) -> BesoinFlux:
        """Besoin année par année."""
        return cast(BesoinFlux, self.constat.valeur)

    def besoin(self, debut: int, fin: int) -> int:
        """Besoin cumulé de ``debut`` à ``fin`` inclus, à répartir entre secteurs ou communes.

        Raises:
            InvalidInput: une année de la période n'est pas dans la projection.
        """
        connues = [a.annee for a in self.flux.annees]
        if debut > fin or debut < connues[0] or fin > connues[-1]:
            raise InvalidInput(
                Problem(
                    f"la période {debut}-{fin} n'est pas dans la projection du scénario « {self.scenario.nom} » "
                    f"({connues[0]}-{connues[-1]})."
                )
            )
        return self.flux.besoin(debut, fin)


@dataclass(frozen=True, slots=True)
class LigneAnnee:
    """Besoin d'une année dans deux scénarios, et leur écart ; vide quand une projection s'arrête plus tôt."""

    annee: int
    premier: int | None
    second: int | None
    ecart: int | None


@dataclass(frozen=True, slots=True)
class LignePoste:
    """Un poste du besoin, cumulé sur les années communes, dans deux scénarios."""

    poste: str
    libelle: str
    premier: Decimal
    second: Decimal
    ecart: Decimal


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Deux scénarios comparés : par année, puis par poste sur les années communes."""

    premier: Resultat
    second: Resultat
    annees: tuple[LigneAnnee, ...]
    postes: tuple[LignePoste, ...]


@dataclass(frozen=True, slots=True)
class LigneSensibilite:
    """Effet d'un paramètre seul : besoin quand il baisse ou monte de ``pas``, comparé à la référence."""

    parametre: str
    libelle: str
    pas: Decimal
    bas: int | None
    reference: int
    haut: int | None

    @property
    def amplitude(self) -> int:
        """Plus grand écart à la référence, pour trier du plus au moins sensible."""
        return max((abs(v - self.reference) for v in (self.bas, self.haut) if v is not None), default=0)


POSTES: dict[str, str] = {
    "delta_menage": "Ménages supplémentaires",
    "resorption": "Résorption du stock",
    "delta_vacance_courte": "Vacance courte",
    "delta_vacance_longue": "Vacance longue",
    "delta_residence_secondaire": "Résidences secondaires",
    "remplacement": "Remplacement",
    "besoin": "Besoin",
    "excedent": "Excédent",
}

# Pas proposés par l'écran, que l'agent peut changer : points de taux, années, ou part de la valeur.
PAS: dict[str, tuple[str, Decimal]] = {
    "menage": ("Ménages supplémentaires (± part)", Decimal("0.10")),
    "besoin_stock": ("Besoin en stock (± part)", Decimal("0.10")),
    "duree_resorption": ("Horizon de résorption (± années)", Decimal(5)),
    "vacance_courte_cible": ("Taux visé de vacance courte (± points)", Decimal("0.005")),
    "vacance_longue_cible": ("Taux visé de vacance longue (± points)", Decimal("0.005")),
    "residence_secondaire_cible": ("Taux visé de résidences secondaires (± points)", Decimal("0.005")),
    "disparition": ("Taux annuel de disparition (± points)", Decimal("0.0005")),
    "restructuration": ("Taux annuel de restructuration (± points)", Decimal("0.0005")),
}


def calculer(scenario: Scenario, le: date) -> Resultat:
    """Calcule un scénario, avec son raisonnement.

    Raises:
        InvalidInput: un champ du scénario est faux ; la phrase le nomme.
    """
    constat = besoin_flux(
        le=le,
        provenance=scenario.provenance,
        menage=dict(scenario.menage),
        parc=scenario.parc,
        besoin_stock=scenario.besoin_stock,
        duree_resorption=scenario.duree_resorption,
        hypothese=scenario.hypothese,
        hors_logement_a_loger=scenario.hors_logement_a_loger,
    )
    return Resultat(scenario, constat)


def calculer_tous(scenarios: Iterable[Scenario], le: date) -> tuple[Resultat, ...]:
    """Calcule plusieurs scénarios côte à côte.

    Raises:
        InvalidInput: deux scénarios portent le même nom, ou un champ est faux.
    """
    liste = list(scenarios)
    noms = [s.nom for s in liste]
    doubles = sorted({n for n in noms if noms.count(n) > 1})
    if doubles:
        raise InvalidInput(
            Problem(f"deux scénarios portent le nom « {doubles[0]} » ; donner un nom différent à chacun.")
        )
    return tuple(calculer(s, le) for s in liste)


def comparer(premier: Resultat, second: Resultat) -> Comparaison:
    """Compare deux scénarios, année par année et poste par poste (second − premier)."""
    a = {x.annee: x for x in premier.flux.annees}
    b = {x.annee: x for x in second.flux.annees}
    lignes = []
    for annee in sorted(a.keys() | b.keys()):
        p = a[annee].besoin if annee in a else None
        s = b[annee].besoin if annee in b else None
        lignes.append(LigneAnnee(annee, p, s, None if p is None or s is None else s - p))
    communes = sorted(a.keys() & b.keys())
    postes = []
    for poste, libelle in POSTES.items():
        p_total = sum((Decimal(getattr(a[x], poste)) for x in communes), Decimal(0))
        s_total = sum((Decimal(getattr(b[x], poste)) for x in communes), Decimal(0))
        postes.append(LignePoste(poste, libelle, p_total, s_total, s_total - p_total))
    return Comparaison(premier, second, tuple(lignes), tuple(postes))


def _modifier(scenario: Scenario, parametre: str, pas: Decimal) -> Scenario | None:
    """Le scénario où un seul paramètre bouge ; rien quand la valeur sort de ses bornes."""
    if parametre == "menage":
        base = min(scenario.menage)
        depart = Decimal(scenario.menage[base])
        return replace(
            scenario, menage={a: depart + (Decimal(m) - depart) * (1 + pas) for a, m in scenario.menage.items()}
        )
    if parametre == "besoin_stock":
        return replace(scenario, besoin_stock=half_up_int(scenario.besoin_stock * (1 + pas)))
    if parametre == "duree_resorption":
        duree = scenario.duree_resorption + int(pas)
        return replace(scenario, duree_resorption=duree) if duree >= 1 else None
    h = scenario.hypothese
    actuel = getattr(h, parametre)
    if actuel is None:
        actuel = getattr(h, parametre.removesuffix("_cible"))
    valeur = actuel + pas
    return replace(scenario, hypothese=replace(h, **{parametre: valeur})) if 0 <= valeur < 1 else None


def sensibilite(
    scenario: Scenario,
    le: date,
    *,
    debut: int | None = None,
    fin: int | None = None,
    pas: Mapping[str, Decimal] | None = None,
) -> tuple[LigneSensibilite, ...]:
    """Effet de chaque paramètre pris seul sur le besoin cumulé (toute la projection si la période n'est pas dite).

    ``pas`` remplace ceux de ``PAS``, par paramètre. Les lignes vont du plus au moins sensible.

    Raises:
        InvalidInput: champ du scénario faux, période hors de la projection, paramètre inconnu.
    """
    inconnus = sorted(set(pas or {}) - set(PAS))
    if inconnus:
        raise InvalidInput(
            Problem(f"« {inconnus[0]} » n'est pas un paramètre du besoin ; attendus : {', '.join(PAS)}.")
        )
    reference = calculer(scenario, le)
    premiere, derniere = reference.flux.annees[0].annee, reference.flux.annees[-1].annee
    debut, fin = debut or premiere, fin or derniere
    total = reference.besoin(debut, fin)
    lignes = []
    for parametre, (libelle, propose) in PAS.items():
        ecart = (pas or {}).get(parametre, propose)
        valeurs = [_total(_modifier(scenario, parametre, e), debut, fin) for e in (-ecart, ecart)]
        lignes.append(LigneSensibilite(parametre, libelle, ecart, valeurs[0], total, valeurs[1]))
    return tuple(sorted(lignes, key=lambda x: -x.amplitude))


def _total(scenario: Scenario | None, debut: int, fin: int) -> int | None:
    if scenario is None:
        return None
    flux = calculer_flux(
        menage={a: Decimal(m) for a, m in scenario.menage.items()},
        parc=scenario.parc,
        besoin_stock=scenario.besoin_stock,
        duree_resorption=scenario.duree_resorption,
        hypothese=scenario.hypothese,
        hors_logement_a_loger=scenario.hors_logement_a_loger,
    )
    return flux.besoin(debut, fin)
