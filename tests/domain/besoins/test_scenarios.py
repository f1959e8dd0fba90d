"""Scénarios côte à côte, comparaison de deux, sensibilité à chaque paramètre."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from beffroi.domain.besoins.modele import LIBELLE_PROJECTION, Hypothese, ProjectionOmphale
from beffroi.domain.besoins.scenarios import PAS, Scenario, calculer, calculer_tous, comparer, sensibilite
from beffroi.kernel.errors import InvalidInput

LE = date(2026, 1, 1)
CENTRAL = Scenario(
    "central",
    {2021 + i: Decimal(80_000 + 300 * i) for i in range(11)},
    88_500,
    1200,
    20,
    Hypothese(Decimal("0.05"), Decimal("0.04"), Decimal("0.005"), Decimal("0.0025"), Decimal("0.001")),
    provenance={"menage": "Insee, Omphale 2022, central_c"},
)


def test_deux_scenarios_cote_a_cote() -> None:
    haut = replace(CENTRAL, nom="haut", menage={2021 + i: Decimal(80_000 + 400 * i) for i in range(11)})
    a, b = calculer_tous([CENTRAL, haut], LE)
    c = comparer(a, b)
    assert [x.annee for x in c.annees] == list(range(2022, 2032))
    assert all(x.ecart is not None and x.ecart > 0 for x in c.annees)
    postes = {p.poste: p for p in c.postes}
    assert postes["delta_menage"].ecart == 1000
    assert postes["resorption"].ecart == 0
    assert postes["besoin"].ecart == b.flux.besoin_total - a.flux.besoin_total
    assert a.constat.provenance == {"menage": "Insee, Omphale 2022, central_c"}


def test_projections_de_longueurs_differentes() -> None:
    court = replace(CENTRAL, nom="court", menage={2021 + i: Decimal(80_000 + 300 * i) for i in range(4)})
    c = comparer(calculer(CENTRAL, LE), calculer(court, LE))
    derniere = c.annees[-1]
    assert (derniere.annee, derniere.second, derniere.ecart) == (2031, None, None)
    assert {p.poste: p for p in c.postes}["delta_menage"].premier == 900


def test_besoin_d_une_periode() -> None:
    r = calculer(CENTRAL, LE)
    assert r.besoin(2022, 2031) == r.flux.besoin_total
    assert r.besoin(2023, 2028) == sum(a.besoin for a in r.flux.annees if 2023 <= a.annee <= 2028)
    with pytest.raises(
        InvalidInput, match=r"2023-2040 n'est pas dans la projection du scénario « central » \(2022-2031\)"
    ):
        r.besoin(2023, 2040)


def test_noms_en_double() -> None:
    with pytest.raises(InvalidInput, match="deux scénarios portent le nom « central »"):
        calculer_tous([CENTRAL, CENTRAL], LE)


def test_sensibilite_un_parametre_a_la_fois() -> None:
    lignes = {x.parametre: x for x in sensibilite(CENTRAL, LE)}
    assert lignes.keys() == PAS.keys()
    reference = calculer(CENTRAL, LE).flux.besoin_total
    assert {x.reference for x in lignes.values()} == {reference}
    menage = lignes["menage"]
    assert menage.bas is not None and menage.haut is not None
    assert menage.bas < reference < menage.haut
    resorption = lignes["duree_resorption"]
    assert resorption.bas is not None and resorption.haut is not None
    assert resorption.bas > reference > resorption.haut  # résorber plus vite demande plus chaque année
    disparition, restructuration = lignes["disparition"], lignes["restructuration"]
    assert (disparition.haut, disparition.bas) == (restructuration.bas, restructuration.haut)


def test_sensibilite_triee_et_bornee() -> None:
    sans_vacance = replace(CENTRAL, hypothese=replace(CENTRAL.hypothese, vacance_longue=Decimal(0)))
    lignes = sensibilite(sans_vacance, LE, debut=2022, fin=2027)
    assert [x.amplitude for x in lignes] == sorted((x.amplitude for x in lignes), reverse=True)
    longue = next(x for x in lignes if x.parametre == "vacance_longue_cible")
    assert longue.bas is None and longue.haut is not None


def test_sensibilite_parametre_inconnu() -> None:
    with pytest.raises(InvalidInput, match="« natalite » n'est pas un paramètre"):
        sensibilite(CENTRAL, LE, pas={"natalite": Decimal(1)})


def test_neuf_projections_nommees() -> None:
    assert len(LIBELLE_PROJECTION) == 9
    assert LIBELLE_PROJECTION[ProjectionOmphale.PH_H] == "population haute, décohabitation haute"
