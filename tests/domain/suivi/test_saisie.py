"""Ce qu'on tape et ce qu'on colle : blocs de tableur, valeurs dans leur unité, avancement d'un élément saisi."""

from __future__ import annotations

from decimal import Decimal

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.suivi.avancement import avancement
from beffroi.domain.suivi.collage import CELLULES_MAXIMUM, lire_bloc
from beffroi.domain.suivi.valeur import Element, decimales, ecrire_valeur, lire_valeur
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.period import civil_years


@pytest.mark.parametrize(
    ("bloc", "attendu"),
    [
        ("1\t2\r\n3\t4\r\n", (("1", "2"), ("3", "4"))),
        ("1", (("1",),)),
        ("1\t\t3", (("1", "", "3"),)),
        ("1\n\n3\n", (("1",), ("",), ("3",))),
        ('"deux\nlignes"\t2\n', (("deux\nlignes", "2"),)),
        ('"dit ""oui"""\t2', (('dit "oui"', "2"),)),
    ],
)
def test_lire_un_bloc(bloc: str, attendu: tuple[tuple[str, ...], ...]) -> None:
    assert lire_bloc(bloc) == attendu


@pytest.mark.parametrize("bloc", ["", "\n\n", " \t ", "\t" * CELLULES_MAXIMUM + "1"])
def test_un_bloc_vide_ou_demesure_est_refuse(bloc: str) -> None:
    with pytest.raises(InvalidInput):
        lire_bloc(bloc)


@pytest.mark.parametrize(
    ("texte", "unite", "valeur", "retape"),
    [
        ("18,2 %", "part", "0.182", "18,2"),
        ("18,2", "part", "0.182", "18,2"),
        ("1 234 €", "euro", "1234", "1234"),
        ("3,5 ha", "hectare", "3.5", "3,5"),
        ("0", "logement", "0", "0"),
    ],
)
def test_une_valeur_se_tape_dans_son_unite_et_se_retape_a_l_identique(
    texte: str, unite: str, valeur: str, retape: str
) -> None:
    lu = lire_valeur(texte, unite)
    assert lu == Decimal(valeur)
    assert ecrire_valeur(lu, unite) == retape
    assert lire_valeur(retape, unite) == lu
    assert decimales(lu, unite) == len(retape.partition(",")[2])


@pytest.mark.parametrize(("texte", "unite"), [("18 %", "logement"), ("12 €", "part"), ("%", "part"), ("€", "euro")])
def test_le_symbole_d_une_autre_unite_est_refuse(texte: str, unite: str) -> None:
    with pytest.raises(InvalidInput, match="n'est pas un nombre"):
        lire_valeur(texte, unite)


def _element(unite: str, periodicite: Periodicite | None) -> Element:
    return Element("e", "Élément", unite, "a01", periodicite=periodicite)


def _annees(unite: str, *valeurs: int | Decimal | None) -> list[Chiffre]:
    return [Chiffre.manquant(unite) if v is None else Chiffre(v, unite) for v in valeurs]


@pytest.mark.parametrize(
    ("periodicite", "attendu", "valeurs", "objectif", "fait", "jugement"),
    [
        (Periodicite.PERIODE, 60, (10, 0, 20), 30, 30, Appreciation.ATTEINT),
        (Periodicite.ANNUELLE, 10, (9, 9, 9), 30, 27, Appreciation.A_SURVEILLER),
        (Periodicite.PERIODE, 60, (None, None, None), 30, None, Appreciation.SANS_DONNEE),
        (Periodicite.PERIODE, 0, (None, 1, None), 0, 1, Appreciation.SANS_OBJECTIF),
    ],
)
def test_une_quantite_se_cumule_face_a_son_objectif_a_date(
    periodicite: Periodicite,
    attendu: int,
    valeurs: tuple[int | None, ...],
    objectif: int,
    fait: int | None,
    jugement: Appreciation,
) -> None:
    passes = civil_years(2019, 3)
    r = avancement(
        _element("logement", periodicite), Chiffre(attendu, "logement"), _annees("logement", *valeurs), passes, 6
    )
    assert r is not None
    assert (r.objectif.valeur, r.autorises.valeur, r.appreciation) == (objectif, fait, jugement)


def test_un_exercice_manquant_rend_le_cumul_au_moins() -> None:
    passes = civil_years(2019, 2)
    e = _element("logement", Periodicite.PERIODE)
    r = avancement(e, Chiffre(12, "logement"), _annees("logement", 4, None), passes, 6)
    assert r is not None and (r.autorises.valeur, r.autorises.etat) == (4, Etat.PARTIEL)


def test_une_part_ne_se_cumule_pas_et_un_element_sans_cible_n_a_pas_de_resultat() -> None:
    passes = civil_years(2019, 2)
    part = _element("part", Periodicite.ANNUELLE)
    r = avancement(part, Chiffre(Decimal("0.2"), "part"), _annees("part", Decimal("0.1"), Decimal("0.2")), passes, 6)
    assert r is not None and r.autorises.valeur == Decimal("0.2") and r.appreciation is Appreciation.ATTEINT
    assert avancement(part, None, _annees("part", None, None), passes, 6) is None
    assert avancement(_element("part", None), Chiffre(1, "part"), _annees("part", 1, 1), passes, 6) is None
