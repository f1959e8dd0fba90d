"""Valeurs suivies : zéro n'est pas vide, tout ou rien, deux personnes sur une cellule, périodes verrouillées."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import Periodicite, Produit
from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import IndicateurProgramme, ObjectifTerritorial, Programme, ValeurTerritoire
from beffroi.domain.suivi.production import suivi_production
from beffroi.domain.suivi.valeur import CleValeur, lire_nombre, mesures_communales, ventilation
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Etat
from beffroi.web.tables.models import Evenement, Valeur
from beffroi.web.tables.selectors.valeur import valeurs
from beffroi.web.tables.services.valeur import Saisie, changer_statut, comparer, enregistrer, rouvrir, verrouiller

pytestmark = pytest.mark.django_db
COMMUNE = "commune:62035"


@pytest.fixture
def suivi(programme: Programme) -> Programme:
    """Le programme d'essai, avec un objectif de 10 logements par an à Annezin et un indicateur."""
    objectif = ObjectifTerritorial(
        id="production",
        libelle="Production",
        unite="logement",
        produit=Produit.TOUS,
        periodicite=Periodicite.ANNUELLE,
        valeurs=(
            ValeurTerritoire(commune="62035", valeur=Decimal(10)),
            ValeurTerritoire(commune="62119", valeur=Decimal(10)),
        ),
    )
    action = replace(programme.actions[0], indicateurs=(IndicateurProgramme(id="a01.i1", libelle="Permis"),))
    return replace(
        programme, objectifs=(objectif,), objectif_reference="production", actions=(action, *programme.actions[1:])
    )


def _saisie(annee: int, valeur: int | None, revision: int | None = None, element: str = "production") -> Saisie:
    v = None if valeur is None else Decimal(valeur)
    return Saisie(CleValeur(element, COMMUNE, str(annee)), v, revision, source="état des permis")


def test_six_valeurs_dont_un_zero_font_90_pour_cent_et_l_autre_commune_reste_dehors(
    suivi: Programme, personne: Any
) -> None:
    bilan = enregistrer(
        suivi,
        [_saisie(2019 + i, v) for i, v in enumerate([12, 0, 14, 8, 10, 10])],
        auteur=personne("camille"),
    )
    assert (bilan.nouvelles, bilan.changees) == (6, 0)
    mesures = mesures_communales(suivi.id, valeurs(suivi.id), "production")
    s = suivi_production(suivi, suivi.exercices()[5], mesures, {}, {"62035": "Annezin", "62119": "Béthune"})
    annezin = s.commune("62035").cumul
    assert (annezin.autorises.valeur, annezin.objectif.valeur) == (54, 60)
    assert annezin.taux.texte(0) == "90\u202f%"
    assert annezin.appreciation is Appreciation.A_SURVEILLER
    assert s.commune("62035").annees[1].autorises.valeur == 0
    bethune = s.commune("62119").cumul
    assert bethune.autorises.etat is Etat.NON_RENSEIGNE
    assert bethune.appreciation is Appreciation.SANS_DONNEE
    assert s.epci.cumul.autorises.valeur == 54
    couverture = s.epci.cumul.autorises.couverture
    assert couverture is not None and (couverture.renseignes, couverture.total) == (1, 2)


def test_chaque_changement_laisse_un_evenement_et_l_identique_n_en_laisse_pas(suivi: Programme, personne: Any) -> None:
    qui = personne("camille")
    enregistrer(suivi, [_saisie(2019, 5)], auteur=qui)
    bilan = enregistrer(suivi, [_saisie(2019, 5)], auteur=qui)
    assert bilan.inchangees == 1
    enregistrer(suivi, [_saisie(2019, None)], auteur=qui)
    traces = list(Evenement.objects.filter(nature="valeur").order_by("enregistrement"))
    assert [(t.avant and t.avant["valeur"], t.apres["valeur"]) for t in traces] == [(None, "5"), ("5", None)]
    assert Valeur.objects.get().valeur is None


def test_deux_personnes_sur_une_cellule(suivi: Programme, personne: Any) -> None:
    enregistrer(suivi, [_saisie(2019, 5, revision=0)], auteur=personne("camille"))
    with pytest.raises(InvalidInput, match=r"Camille Essai a enregistré « 5 ».*vous aviez écrit « 6 »"):
        enregistrer(suivi, [_saisie(2020, 1, revision=0), _saisie(2019, 6, revision=0)], auteur=personne("alix"))
    assert Valeur.objects.count() == 1
    enregistrer(suivi, [_saisie(2019, 6, revision=1)], auteur=personne("sacha"))
    assert Valeur.objects.get().valeur == 6


def test_une_faute_et_rien_n_est_ecrit(suivi: Programme) -> None:
    fautives = [
        _saisie(2019, 5),
        Saisie(CleValeur("inconnu", COMMUNE, "2019"), Decimal(1)),
        Saisie(CleValeur("production", "commune:75056", "2019"), Decimal(1)),
        Saisie(CleValeur("production", COMMUNE, "2031"), Decimal(1)),
        _saisie(2019, 7),
    ]
    with pytest.raises(InvalidInput) as faute:
        enregistrer(suivi, fautives, auteur_nom="import")
    assert [p.ligne for p in faute.value.problems] == [2, 3, 4, 5]
    assert Valeur.objects.count() == Evenement.objects.count() == 0


def test_apercu_avant_ecriture(suivi: Programme) -> None:
    enregistrer(suivi, [_saisie(2019, 5), _saisie(2020, 6)], auteur_nom="import")
    bilan, fautes = comparer(suivi, [_saisie(2019, 5), _saisie(2020, 7), _saisie(2021, 8)])
    assert (bilan.nouvelles, bilan.changees, bilan.inchangees, fautes) == (1, 1, 1, [])


def test_brouillon_propose_valide_verrouille(suivi: Programme, personne: Any) -> None:
    qui = personne("camille")
    saisie = _saisie(2019, 5)
    enregistrer(suivi, [saisie], auteur=qui)
    with pytest.raises(InvalidInput, match="ne passe pas"):
        changer_statut(suivi, [saisie.cle], StatutValeur.VALIDE, auteur=qui)
    with pytest.raises(InvalidInput, match="ne sont pas validées"):
        verrouiller(suivi, "2019", auteur=qui)
    changer_statut(suivi, [saisie.cle], StatutValeur.PROPOSE, auteur=qui)
    changer_statut(suivi, [saisie.cle], StatutValeur.VALIDE, auteur=qui)
    verrouiller(suivi, "2019", auteur=qui)
    with pytest.raises(InvalidInput, match="2019 est verrouillé"):
        enregistrer(suivi, [_saisie(2019, 6)], auteur=qui)
    with pytest.raises(InvalidInput, match="motif"):
        rouvrir(suivi, "2019", auteur=qui, motif=" ")
    rouvrir(suivi, "2019", auteur=qui, motif="Permis retiré")
    enregistrer(suivi, [_saisie(2019, 6)], auteur=qui)
    assert Valeur.objects.get().statut == "brouillon"


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_valeurs(suivi: Programme) -> None:
    def compter(saisies: list[Saisie]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            enregistrer(suivi, saisies, auteur_nom="import")
        return len(requetes)

    une = compter([_saisie(2019, 1)])
    plusieurs = compter([_saisie(2020 + i, i, element=e) for i in range(4) for e in ("production", "a01.i1")])
    assert une == plusieurs


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("1\u202f234,5", Decimal("1234.5")), ("0", Decimal(0)), ("", None), ("  ", None), ("\u221212", Decimal(-12))],
)
def test_lire_un_nombre(texte: str, attendu: Decimal | None) -> None:
    assert lire_nombre(texte) == attendu


@pytest.mark.parametrize("texte", ["environ 12", "12 %", "n.c.", "12-14", "NaN", "1e9999999", "#REF!"])
def test_un_texte_n_est_pas_un_nombre(texte: str) -> None:
    with pytest.raises(InvalidInput, match="n'est pas un nombre"):
        lire_nombre(texte)


def test_ventilation_a_une_seule_ecriture() -> None:
    assert ventilation({"stade": "paye", "financeur": "anah", "nature": ""}) == "financeur=anah;stade=paye"
