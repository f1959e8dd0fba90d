"""Le budget : répétitions comptées une fois, taxes séparées, années seulement quand le document les donne."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from beffroi import demo
from beffroi.domain.nomenclatures.programme import BaseMontant
from beffroi.domain.programme import budget
from beffroi.domain.programme.budget import Ecriture, EtapeBudget, Montants
from beffroi.domain.programme.ensemble import actions_distinctes
from beffroi.domain.programme.modele import LigneBudgetaire, Programme
from beffroi.exchange import lire

LIVRES = {chemin.stem: chemin for chemin in demo.programmes()}


@pytest.fixture(scope="module")
def cabbalr() -> Programme:
    return lire(LIVRES["plh-cabbalr-2019"])


@pytest.fixture(scope="module")
def call() -> Programme:
    return lire(LIVRES["plh-call-2023"])


def avec(programme: Programme, *lignes: LigneBudgetaire) -> Programme:
    """Le programme réduit à une action, qui porte ces seules lignes."""
    action = dataclasses.replace(programme.actions[0], budget=lignes)
    return dataclasses.replace(programme, actions=(action,))


def ligne(ident: str, **champs: object) -> LigneBudgetaire:
    return LigneBudgetaire(id=ident, libelle=ident, **champs)  # type: ignore[arg-type]


def test_bethune_bruay_lignes_annuelles(cabbalr: Programme) -> None:
    """930 900 € par an : 650 000 + 200 000 + 40 000 (plafond) + 35 000 + 5 900, chacune une fois."""
    montants, lignes = budget.annuel(cabbalr)
    assert montants.unique == 930_900
    assert sorted(int(budget.montant_annuel(d) or 0) for d in lignes) == [5_900, 35_000, 40_000, 200_000, 650_000]
    adil = next(d for d in lignes if budget.montant_annuel(d) == 35_000)
    assert adil.actions == ("a03", "a05", "a12")


def test_une_repetition_ne_compte_qu_une_fois(cabbalr: Programme) -> None:
    distinctes = budget.lignes_distinctes(cabbalr)
    pig = [d for d in distinctes if d.ligne.montant == 400_000]
    assert len(pig) == 1 and pig[0].actions == ("a03", "a04", "a08")
    assert len(distinctes) + sum(len(d.repetitions) for d in distinctes) == sum(len(a.budget) for a in cabbalr.actions)


def test_le_prevu_par_annee_et_ce_qui_n_y_entre_pas(cabbalr: Programme) -> None:
    ecritures, ecartees = budget.ecritures_prevues(cabbalr)
    par_annee = budget.tableau(ecritures, lambda e: e.annee)
    assert {a: m.unique for a, m in par_annee.items()} == dict.fromkeys(range(2019, 2025), Decimal(930_900))
    raisons = {e.distincte.ligne.id: e.raison for e in ecartees}
    assert raisons["a03-budget-1"] == "période non précisée"
    assert raisons["a02-budget-2"].startswith("aide unitaire")
    assert raisons["a11-budget-3"] == "hors budget du PLH"
    # Rien ne se perd : chaque ligne distincte est datée ou écartée avec sa raison.
    datees = {e.ligne for e in ecritures}
    assert datees | set(raisons) == {d.ligne.id for d in budget.lignes_distinctes(cabbalr)}
    assert not datees & set(raisons)


def test_lens_lievin_calendrier_par_annee(call: Programme) -> None:
    annees, illisibles = budget.calendrier_par_annee(call)
    assert {a: int(m.par_taxe["HT"]) for a, m in annees.items()} == {
        2022: 153_000, 2023: 272_000, 2024: 267_000, 2025: 267_000, 2026: 247_000, 2027: 247_000, 2028: 247_000
    }  # fmt: skip
    assert illisibles.unique == 4_096_000
    assert budget.calendrier_total(call).unique == 5_796_000
    assert sum(m.unique or 0 for m in annees.values()) + (illisibles.unique or 0) == 5_796_000


def test_lens_lievin_le_calendrier_en_face_des_fiches(call: Programme) -> None:
    conflits = {r.calendrier.libelle: r for r in budget.rapprochements(call) if r.conflit}
    vacance = conflits["Étude sur les logements vacants"]
    assert [int(b.montant or 0) for _, b in vacance.fiches] == [90_000]
    assert vacance.calendrier.montants == (50_000,)
    grand_passage = next(r for r in conflits.values() if "grand passage" in r.calendrier.libelle)
    assert {grand_passage.calendrier.taxe, grand_passage.fiches[0][1].taxe} == {"HT", "TTC"}
    pig = conflits["PIG intercommunal"]
    assert sorted(int(b.montant or 0) for _, b in pig.fiches) == [1_940_000, 2_000_000]


def test_deux_taxes_ne_s_additionnent_pas(cabbalr: Programme) -> None:
    p = avec(
        cabbalr,
        ligne("ht", montant=Decimal(100), base=BaseMontant.AN, taxe="HT"),
        ligne("ttc", montant=Decimal(120), base=BaseMontant.AN, taxe="TTC"),
    )
    montants, _ = budget.annuel(p)
    assert montants.melange and montants.unique is None
    assert dict(montants.par_taxe) == {"HT": 100, "TTC": 120}


def test_un_dont_est_deja_compte(cabbalr: Programme) -> None:
    p = avec(
        cabbalr,
        ligne("tout", montant=Decimal(100), base=BaseMontant.AN),
        ligne("dont", montant=Decimal(60), base=BaseMontant.AN, comprise_dans="tout"),
    )
    assert budget.annuel(p)[0].unique == 100
    assert [e.raison for e in budget.ecritures_prevues(p)[1]] == ["comprise dans une autre ligne"]


def test_sans_montant_la_somme_n_est_pas_zero(cabbalr: Programme) -> None:
    assert budget.annuel(avec(cabbalr, ligne("rien")))[0].unique is None
    assert Montants().unique is None
    assert (Montants({"HT": Decimal(1)}) + Montants({"HT": Decimal(2)})).unique == 3


def test_une_ventilation_par_annee_est_suivie(cabbalr: Programme) -> None:
    p = avec(cabbalr, ligne("v", montant=Decimal(30), par_annee={2020: Decimal(10), 2021: Decimal(20)}))
    ecritures, _ = budget.ecritures_prevues(p)
    assert [(e.annee, int(e.montant)) for e in ecritures] == [(2020, 10), (2021, 20)]


def test_tableau_par_annee_action_financeur() -> None:
    e = [
        Ecriture("a01", 2022, "Anah", EtapeBudget.ENGAGE, Decimal(5)),
        Ecriture("a01", 2022, "Anah", EtapeBudget.ENGAGE, Decimal(7)),
        Ecriture("a02", 2022, "Anah", EtapeBudget.PAYE, Decimal(1)),
    ]
    par = budget.tableau(e, lambda x: (x.annee, x.action, x.financeur, x.etape))
    assert par[2022, "a01", "Anah", EtapeBudget.ENGAGE].unique == 12
    assert par[2022, "a02", "Anah", EtapeBudget.PAYE].unique == 1


def test_une_meme_action_dans_deux_programmes_compte_une_fois(cabbalr: Programme, call: Programme) -> None:
    seules = actions_distinctes([cabbalr, call])
    assert len(seules) == 13 + 17
    jumelle = dataclasses.replace(call.actions[2], identique_a="plh-cabbalr-2019#a04")
    lie = dataclasses.replace(call, actions=(*call.actions[:2], jumelle, *call.actions[3:]))
    ensemble = actions_distinctes([cabbalr, lie])
    assert len(ensemble) == 13 + 17 - 1
    double = next(a for a in ensemble if len(a.inscriptions) == 2)
    assert [(p, f.id) for p, f in double.inscriptions] == [("plh-cabbalr-2019", "a04"), ("plh-call-2023", "a03")]
    # Le programme d'origine absent du lot : la fiche reste comptée.
    assert len(actions_distinctes([lie])) == 17
    # Deux fiches qui se renvoient l'une à l'autre : une action, pas de boucle sans fin.
    retour = dataclasses.replace(cabbalr.actions[3], identique_a="plh-call-2023#a03")
    boucle = dataclasses.replace(cabbalr, actions=(*cabbalr.actions[:3], retour, *cabbalr.actions[4:]))
    assert len(actions_distinctes([boucle, lie])) == 13 + 17 - 1
