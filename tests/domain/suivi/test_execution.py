"""Budget exécuté, échéances dues et tenues, ce qui manque : rien d'inventé, rien de compté deux fois."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import BaseMontant, ModeExercice, NatureDepense, NatureProgramme
from beffroi.domain.nomenclatures.saisie import StadeBudget
from beffroi.domain.programme.modele import (
    Decoupage,
    FicheAction,
    IndicateurProgramme,
    Jalon,
    LigneBudgetaire,
    Orientation,
    Programme,
)
from beffroi.domain.suivi.action import situation_actions
from beffroi.domain.suivi.echeance import EtatEcheance, JalonTenu, echeances
from beffroi.domain.suivi.execution import cle_financeur, ecritures, financeurs, lignes_suivies, regrouper, stades
from beffroi.domain.suivi.manque import SANS_PILOTE, NatureManque, manques, par_personne
from beffroi.domain.suivi.valeur import CleValeur, ValeurSuivie, ventilation
from beffroi.kernel.figure import Etat

EPCI = "epci:200072460"
FIN_2021 = date(2021, 12, 31)


@pytest.fixture
def programme() -> Programme:
    une = FicheAction(
        id="a1", numero="1", titre="Une", orientation="o", pilotes=("Habitat",),
        budget=(
            LigneBudgetaire(id="pig", libelle="PIG", montant=Decimal(60000), base=BaseMontant.AN, financeur="CALL"),
            LigneBudgetaire(id="etude", libelle="Étude", montant=Decimal(90000), base=BaseMontant.TOTAL, taxe="HT"),
        ),
        indicateurs=(IndicateurProgramme(id="i1", libelle="Aidés", unite="logement"),),
        calendrier=(
            Jalon(id="j1", libelle="Convention", annee=2020),
            Jalon(id="j2", libelle="Comité", par_an=Decimal(2)),
            Jalon(id="j3", libelle="Suivi", texte="en continu"),
            Jalon(id="j4", libelle="Fin", annee=2024),
        ),
    )  # fmt: skip
    deux = FicheAction(
        id="a2", numero="2", titre="Deux", orientation="o",
        budget=(
            LigneBudgetaire(id="pig-bis", libelle="PIG", montant=Decimal(60000), base=BaseMontant.AN, identique_a="pig"),
        ),
    )  # fmt: skip
    return Programme(
        id="p", nature=NatureProgramme.PLH, titre="P", titre_court="P", collectivites=("200072460",),
        decoupage=Decoupage(mode=ModeExercice.ANNEES_CIVILES, debut=date(2019, 1, 1), nombre=6),
        orientations=(Orientation(id="o", numero="1", titre="O"),), actions=(une, deux),
    )  # fmt: skip


def _montant(ligne: str, annee: int, stade: StadeBudget, valeur: int | None, **plus: str) -> ValeurSuivie:
    cle = CleValeur(ligne, EPCI, str(annee), ventilation({"stade": stade.value, **plus}))
    return ValeurSuivie(cle, None if valeur is None else Decimal(valeur), "euro")


def _tenu(jalon: str, *jours: date) -> list[JalonTenu]:
    return [JalonTenu(jalon, j, datetime(2022, 1, 1, tzinfo=UTC), "Camille") for j in jours]


def test_une_ligne_repetee_se_suit_une_fois_a_sa_fiche_d_origine(programme: Programme) -> None:
    assert [(x.ligne.id, x.actions) for x in lignes_suivies(programme)] == [("pig", ("a1", "a2")), ("etude", ("a1",))]
    saisies = [
        _montant("pig", 2020, StadeBudget.PAYE, 50000),
        _montant("pig-bis", 2021, StadeBudget.PAYE, 10000),
    ]
    toutes = ecritures(programme, saisies)
    assert {e.action for e in toutes} == {"a1"}
    total = stades(toutes)
    assert (total.prevu.valeur, total.paye.valeur) == (360000, 60000)
    assert total.vote.etat is Etat.NON_RENSEIGNE and total.reste_a_engager is None


def test_zero_paye_est_zero_et_vide_n_est_rien(programme: Programme) -> None:
    zero = stades(ecritures(programme, [_montant("pig", 2020, StadeBudget.PAYE, 0)]))
    vide = stades(ecritures(programme, [_montant("pig", 2020, StadeBudget.PAYE, None)]))
    assert zero.paye.valeur == 0 and vide.paye.etat is Etat.NON_RENSEIGNE


def test_par_annee_financeur_et_nature(programme: Programme) -> None:
    saisies = [
        _montant("pig", 2020, StadeBudget.VOTE, 60000),
        _montant("pig", 2020, StadeBudget.ENGAGE, 70000, financeur="anah", nature="investissement"),
        _montant("etude", 2020, StadeBudget.ENGAGE, 1000),
    ]
    toutes = ecritures(programme, saisies)
    par = {k: stades(v) for k, v in regrouper(toutes, lambda e: e.financeur).items()}
    assert par["call"].vote.valeur == 60000 and par["anah"].engage.valeur == 70000 and par[""].engage.valeur == 1000
    assert next(e.nature for e in toutes if e.financeur == "anah") is NatureDepense.INVESTISSEMENT
    annee = stades(regrouper(toutes, lambda e: e.annee)[2020])
    assert annee.alertes == ("engagé au-delà du voté",)
    assert annee.reste_a_engager is not None and annee.reste_a_engager.valeur == -11000


def test_un_prevu_saisi_remplace_celui_du_document_pour_son_annee(programme: Programme) -> None:
    toutes = ecritures(programme, [_montant("pig", 2020, StadeBudget.PREVU, 65000)])
    par = {k: stades(v).prevu.valeur for k, v in regrouper(toutes, lambda e: e.annee).items()}
    assert par == {2019: 60000, 2020: 65000, 2021: 60000, 2022: 60000, 2023: 60000, 2024: 60000}


def test_les_financeurs_du_programme_viennent_d_abord(programme: Programme) -> None:
    assert next(iter(financeurs(programme).items())) == ("call", "CALL")
    assert cle_financeur("Délégation des aides à la pierre") == "delegation_des_aides_a_la_pierre"


def test_echeances_dues_et_tenues(programme: Programme) -> None:
    tenus = _tenu("j2", date(2019, 5, 1), date(2020, 5, 1), date(2020, 9, 1), date(2023, 1, 1))
    e1, e2, e3, e4 = echeances(programme, tenus, FIN_2021)
    assert (e1.etat, e1.due) == (EtatEcheance.EN_RETARD, date(2020, 12, 31))
    assert (e2.attendu, len(e2.tenus), e2.manquantes, e2.etat) == (6, 3, 3, EtatEcheance.EN_RETARD)
    assert e3.etat is EtatEcheance.SANS_DATE and e3.manquantes == 0
    assert e4.etat is EtatEcheance.A_VENIR and e4.manquantes == 0
    (f1, *_) = echeances(programme, _tenu("j1", date(2021, 3, 1)), FIN_2021)
    assert (f1.etat, f1.manquantes) == (EtatEcheance.TENUE, 0)


def test_une_echeance_tenue_ne_met_plus_l_action_en_retard(programme: Programme) -> None:
    avant, _ = situation_actions(programme, [], FIN_2021)
    apres, _ = situation_actions(programme, [], FIN_2021, tenus={"j1"})
    assert (avant.appreciation, apres.appreciation) == (Appreciation.EN_RETARD, Appreciation.SANS_DONNEE)


def test_ce_qui_manque_par_action_et_par_personne(programme: Programme) -> None:
    valeurs = [
        ValeurSuivie(CleValeur("i1", EPCI, "2021"), Decimal(3), "logement"),
        _montant("pig", 2021, StadeBudget.PAYE, 10),
    ]
    liste = manques(programme, 2021, etats={"a1"}, valeurs=valeurs, echeances=echeances(programme, [], FIN_2021))
    assert [(m.action.id, m.nature) for m in liste] == [
        ("a1", NatureManque.BUDGET),
        ("a1", NatureManque.ECHEANCE),
        ("a1", NatureManque.ECHEANCE),
        ("a1", NatureManque.SOURCE),
        ("a2", NatureManque.ETAT),
    ]
    assert liste[0].phrase == "budget voté, engagé : non renseigné pour 2021"
    assert liste[2].phrase == "Comité : 6 à tenir sur 6 attendues à date"
    assert {k: len(v) for k, v in par_personne(liste).items()} == {"Habitat": 4, SANS_PILOTE: 1}
    vide = manques(programme, 2021, etats={"a1", "a2"}, valeurs=[], echeances=[], mesurees={"i1"})
    assert [m.nature for m in vide] == [NatureManque.BUDGET]
