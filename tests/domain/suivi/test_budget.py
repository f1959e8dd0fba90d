"""Budget prévu : ce qui s'additionne, ce qui se répète, ce qui n'est pas un budget."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from beffroi import demo
from beffroi.domain.nomenclatures.programme import BaseMontant, ModeExercice, NatureProgramme
from beffroi.domain.programme.modele import Decoupage, FicheAction, LigneBudgetaire, Orientation, Programme
from beffroi.domain.suivi.budget import Portee, cout, cout_programme, couts_orientations, portee
from beffroi.exchange import lire
from beffroi.kernel.figure import Etat


def _ligne(identifiant: str, **champs: Any) -> LigneBudgetaire:
    return LigneBudgetaire(id=identifiant, libelle=identifiant, **champs)


def _programme(*lignes: LigneBudgetaire) -> Programme:
    return Programme(
        id="p",
        nature=NatureProgramme.PLH,
        titre="PLH",
        titre_court="PLH",
        collectivites=("200072460",),
        decoupage=Decoupage(mode=ModeExercice.ANNEES_CIVILES, debut=date(2019, 1, 1), nombre=6),
        orientations=(Orientation(id="o1", numero="1", titre="Produire"),),
        actions=(FicheAction(id="a01", numero="1", titre="A", orientation="o1", budget=lignes),),
    )


@pytest.mark.parametrize(
    ("champs", "attendue"),
    [
        ({"montant": Decimal(35000), "base": BaseMontant.AN}, Portee.ANNUELLE),
        ({"montant": Decimal(150000), "base": BaseMontant.TOTAL}, Portee.UNIQUE),
        ({"montant": Decimal(400000)}, Portee.SANS_PERIODE),
        ({"montant": Decimal(5000), "base": BaseMontant.LOGEMENT}, Portee.UNITAIRE),
        (
            {
                "montant": Decimal(5000),
                "base": BaseMontant.LOGEMENT,
                "plafond": Decimal(40000),
                "plafond_base": BaseMontant.AN,
            },
            Portee.ANNUELLE,
        ),
        (
            {
                "montant": Decimal(4000),
                "base": BaseMontant.LOGEMENT,
                "plafond": Decimal(80000),
                "plafond_base": BaseMontant.UNITE,
            },
            Portee.UNITAIRE,
        ),
        ({"base": BaseMontant.AN}, Portee.SANS_MONTANT),
        ({"montant": Decimal(1), "base": BaseMontant.AN, "identique_a": "autre"}, Portee.REPETEE),
        ({"par_annee": {2019: Decimal(1), 2020: Decimal(2)}}, Portee.UNIQUE),
    ],
)
def test_portee(champs: dict[str, Any], attendue: Portee) -> None:
    assert portee(_ligne("l", **champs)) is attendue


def test_les_portees_ne_s_additionnent_pas_entre_elles() -> None:
    c = cout(
        _programme(),
        [
            _ligne("an", montant=Decimal(10), base=BaseMontant.AN),
            _ligne(
                "an2", montant=Decimal(5), base=BaseMontant.LOGEMENT, plafond=Decimal(7), plafond_base=BaseMontant.AN
            ),
            _ligne("une", montant=Decimal(100), base=BaseMontant.TOTAL),
            _ligne("sans", montant=Decimal(1000)),
            _ligne("aide", montant=Decimal(3), base=BaseMontant.PLACE),
            _ligne("vide"),
            _ligne("copie", montant=Decimal(10), base=BaseMontant.AN, identique_a="an"),
        ],
    )
    assert (c.annuel.valeur, c.unique.valeur, c.sans_periode.valeur) == (17, 100, 1000)
    assert (c.unitaires, c.sans_montant, c.repetees) == (1, 1, 1)


def test_sans_ligne_d_une_sorte_rien_n_est_zero() -> None:
    c = cout(_programme(), [_ligne("aide", montant=Decimal(3), base=BaseMontant.LOGEMENT)])
    assert c.annuel.etat is c.unique.etat is c.sans_periode.etat is Etat.NON_APPLICABLE
    assert not c.chiffre
    assert c.sommes == ()


def test_bethune_bruay_annonce_930_900_euros_par_an() -> None:
    chemin = next(p for p in demo.programmes() if p.stem == "plh-cabbalr-2019")
    programme = lire(chemin)
    assert cout_programme(programme).annuel.texte() == "930\u202f900"
    par_orientation = [c.cout.annuel.valeur for c in couts_orientations(programme)]
    assert par_orientation == [240000, 685000, 5900, None]
