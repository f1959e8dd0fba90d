"""Le suivi de la production : objectif de référence, totaux imprimés, communes, valeurs manquantes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import ModeExercice, NatureProgramme, Periodicite, Produit
from beffroi.domain.programme.modele import (
    Decoupage,
    ObjectifTerritorial,
    Programme,
    Secteur,
    TotalPublie,
    ValeurTerritoire,
)
from beffroi.domain.suivi.appreciation import appreciation, texte_taux
from beffroi.domain.suivi.production import SuiviProduction, suivi_production
from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Chiffre, Etat, ratio

FIN = date(2020, 12, 31)
NOMS = {"A": "Ablain", "B": "Barlin", "C": "Cambrin", "D": "Douvrin", "1": "Agglomération"}


def _programme(periodicite: Periodicite = Periodicite.ANNUELLE) -> Programme:
    valeurs = {"A": 10, "B": 0, "C": 5, "D": None}
    return Programme(
        id="plh",
        nature=NatureProgramme.PLH,
        titre="PLH",
        titre_court="PLH",
        collectivites=("1",),
        decoupage=Decoupage(mode=ModeExercice.ANNEES_CIVILES, debut=date(2019, 1, 1), nombre=6),
        secteurs=(
            Secteur(id="est", nom="Est", communes=("A", "B")),
            Secteur(id="ouest", nom="Ouest", communes=("C", "D")),
            Secteur(id="poles", nom="Pôles", communes=("A",), groupe=True),
        ),
        objectif_reference="production",
        objectifs=(
            ObjectifTerritorial(
                id="production",
                libelle="Production",
                unite="logement",
                produit=Produit.TOUS,
                periodicite=periodicite,
                reference=TotalPublie(valeur=Decimal(18)),
                valeurs=tuple(
                    ValeurTerritoire(commune=c, valeur=None if v is None else Decimal(v), libre=v is None)
                    for c, v in valeurs.items()
                ),
                totaux_publies=(TotalPublie(valeur=Decimal(12), secteur="est"),),
            ),
        ),
    )


def _suivi(autorises: dict[tuple[str, int], Chiffre], rang: int = 2) -> SuiviProduction:
    p = _programme()
    return suivi_production(p, p.exercices()[rang - 1], autorises, {}, NOMS)


def _n(valeur: int) -> Chiffre:
    return Chiffre(valeur, "logement", provenance=("sitadel@x",))


MESURES = {
    ("A", 2019): _n(12),
    ("A", 2020): _n(8),
    ("B", 2019): _n(3),
    ("B", 2020): _n(0),
    ("C", 2019): _n(4),
    ("A", 2021): _n(500),
}


def test_reference_total_imprime_et_somme_ne_se_melangent_pas() -> None:
    s = _suivi(MESURES)
    assert s.epci.objectif_annuel.valeur == 18
    assert s.epci.somme_objectif is not None and s.epci.somme_objectif.valeur == 15
    assert s.epci.publie_differe
    est, ouest = s.secteurs
    assert (est.objectif_annuel.valeur, est.somme_objectif and est.somme_objectif.valeur) == (12, 10)
    assert ouest.objectif_annuel.valeur == 5 and not ouest.publie_differe


def test_les_exercices_suivants_n_entrent_pas() -> None:
    assert _suivi(MESURES).epci.cumul.autorises.valeur == 12 + 8 + 3 + 0 + 4


def test_une_annee_absente_rend_le_cumul_partiel_et_une_commune_absente_reste_non_renseignee() -> None:
    s = _suivi(MESURES)
    c = s.commune("C").cumul
    assert c.autorises.etat is Etat.PARTIEL and c.autorises.texte() == "au moins\u00a04"
    d = s.commune("D").cumul
    assert d.autorises.etat is Etat.NON_RENSEIGNE and d.appreciation is Appreciation.SANS_OBJECTIF
    couverture = s.epci.cumul.autorises.couverture
    assert couverture is not None and (couverture.renseignes, couverture.total) == (2, 4)


def test_objectif_zero_n_a_ni_taux_ni_cent_pour_cent() -> None:
    b = _suivi(MESURES).commune("B").cumul
    assert b.taux.etat is Etat.NON_APPLICABLE
    assert b.appreciation is Appreciation.SANS_OBJECTIF
    assert texte_taux(b.taux, FIN) == "—"
    assert b.ecart.valeur == 3


def test_le_decompte_fait_le_nombre_de_communes() -> None:
    s = _suivi(MESURES)
    assert sum(s.decompte().values()) == len(s.communes) == 4


def test_objectif_de_periode_se_repartit_sur_les_exercices() -> None:
    p = _programme(Periodicite.PERIODE)
    s = suivi_production(p, p.exercices()[1], MESURES, {}, NOMS)
    assert s.epci.total.valeur == 18
    assert s.epci.cumul.objectif.valeur == 6


def test_commune_inconnue() -> None:
    with pytest.raises(NotFound, match="pas dans le programme"):
        _suivi(MESURES).commune("Z")


@pytest.mark.parametrize(
    ("realise", "objectif", "attendu", "texte"),
    [
        (100, 100, Appreciation.ATTEINT, "100\u202f%"),
        (975, 1028, Appreciation.A_SURVEILLER, "94,8\u202f%"),
        (95, 100, Appreciation.EN_BONNE_VOIE, "95\u202f%"),
        (32, 40, Appreciation.A_SURVEILLER, "80\u202f%"),
        (7999, 10000, Appreciation.EN_RETARD, "80,0\u202f%"),
        (0, 12, Appreciation.EN_RETARD, "0\u202f%"),
    ],
)
def test_l_arrondi_ne_change_jamais_l_appreciation(
    realise: int, objectif: int, attendu: Appreciation, texte: str
) -> None:
    taux = ratio(_n(realise), _n(objectif))
    assert appreciation(_n(objectif), taux, FIN) is attendu
    assert texte_taux(taux, FIN) == texte
