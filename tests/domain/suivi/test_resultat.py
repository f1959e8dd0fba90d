"""Résultat mesuré d'une action : le lien vient des lignes du document, il n'est pas supposé."""

from __future__ import annotations

from beffroi import demo
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme
from beffroi.domain.suivi.resultat import fiche_de_objectif
from beffroi.exchange import lire


def _bethune_bruay() -> Programme:
    return lire(next(p for p in demo.programmes() if p.stem == "plh-cabbalr-2019"))


def test_l_objectif_de_production_est_celui_de_la_fiche_1() -> None:
    programme = _bethune_bruay()
    objectif = programme.objectif()
    assert objectif is not None
    fiche = fiche_de_objectif(programme, objectif)
    assert fiche is not None and fiche.numero == "1"


def test_le_logement_social_est_celui_de_la_fiche_6() -> None:
    programme = _bethune_bruay()
    objectif = programme.objectif("logement_locatif_social")
    assert objectif is not None
    fiche = fiche_de_objectif(programme, objectif)
    assert fiche is not None and fiche.numero == "6"


def test_un_objectif_sans_endroit_n_a_pas_de_fiche() -> None:
    programme = _bethune_bruay()
    modele = programme.objectif()
    assert modele is not None
    sans = ObjectifTerritorial(
        id="x", libelle="x", unite="logement", produit=modele.produit, periodicite=modele.periodicite
    )
    assert fiche_de_objectif(programme, sans) is None
