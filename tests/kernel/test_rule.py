"""Une règle : versions datées, provenance des entrées, réponses en texte et en HTML."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest

from beffroi.kernel import rule as registre
from beffroi.kernel.convert import Entree, convert, type_words
from beffroi.kernel.errors import InvalidInput, NotFound
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, Rule, near_rules, resolve, rule, valeur_texte
from beffroi.kernel.unit import rounded_from, to_cent

TEXTE = LegalRef("CCH", "L. 1")


@pytest.fixture(scope="module")
def versions() -> Iterator[tuple[Rule, Rule]]:
    @rule(id="essai_noyau.double", label="Double", legal=TEXTE, since=date(2010, 1, 1), unite="logement")
    def ancienne(etapes: Etapes, *, le: date, nombre: Annotated[int, Entree("Nombre", "logement", minimum=0)]) -> int:
        return etapes.ajouter("Deux fois <nombre>", nombre + nombre, "logement", legal=TEXTE)

    @rule(id="essai_noyau.double", label="Double", legal=TEXTE, since=date(2020, 1, 1), unite="logement")
    def nouvelle(etapes: Etapes, *, le: date, nombre: Annotated[int, Entree("Nombre", "logement", minimum=0)]) -> int:
        return etapes.ajouter("Deux fois et un", nombre + nombre + 1, "logement", legal=TEXTE)

    yield ancienne, nouvelle
    registre._RULES.pop("essai_noyau.double")  # les autres tests ne doivent voir que les vraies règles


def test_la_date_choisit_la_version(versions: tuple[Rule, Rule]) -> None:
    assert resolve("essai_noyau.double", date(2019, 12, 31)) is versions[0]
    assert resolve("essai_noyau.double", date(2020, 1, 1)) is versions[1]
    with pytest.raises(NotFound, match="01/01/2010"):
        resolve("essai_noyau.double", date(2009, 12, 31))


def test_un_chiffre_donne_sa_valeur_et_sa_provenance(versions: tuple[Rule, Rule]) -> None:
    constat = versions[0](le=date(2019, 1, 1), nombre=Chiffre(3, "logement", provenance=("sru@2024",)))
    assert constat.valeur == 6
    assert constat.provenance == {"nombre": "sru@2024"}


@pytest.mark.parametrize(
    ("chiffre", "recu"),
    [
        (Chiffre(3, "habitant"), "3\u00a0habitants"),
        (Chiffre(None, "logement", Etat.SECRET), "secret"),
        (Chiffre.manquant("logement"), "non renseigné"),
    ],
)
def test_un_chiffre_d_une_autre_unite_ou_sans_valeur_est_refuse(
    versions: tuple[Rule, Rule], chiffre: Chiffre, recu: str
) -> None:
    with pytest.raises(InvalidInput, match="« Nombre »") as faute:
        versions[0](le=date(2019, 1, 1), nombre=chiffre)
    assert "en logements" in str(faute.value)
    assert recu in str(faute.value)


def test_les_regles_proches(versions: tuple[Rule, Rule]) -> None:
    assert "essai_noyau.double" in near_rules("double")
    assert "essai_noyau.double" in near_rules("essai_noyau.doubl")
    assert near_rules("zzzzzz") == []


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [
        ({"annee": 2026, "manquant": 1353}, "annee = 2026, manquant = 1\u202f353"),
        ([{"a": 1}, {"a": None}], "a = 1 ; a = non renseigné"),
        (Decimal("0.18200295"), "0,1820"),
        (date(2026, 1, 31), "31/01/2026"),
        (True, "oui"),
    ],
)
def test_une_valeur_se_lit(valeur: object, texte: str) -> None:
    assert valeur_texte(valeur) == texte


def test_les_types_se_disent_en_mots() -> None:
    assert type_words(Annotated[int | None, Entree("x")]) == "entier, facultatif"
    assert type_words(tuple[Decimal, ...]) == "liste de nombre"
    assert type_words(dict[str, date]) == "table de date"
    assert type_words(Etat).startswith("connu / partiel")


def test_l_arrondi_au_centime_et_son_inverse() -> None:
    assert to_cent(Decimal("0.005")) == Decimal("0.01")
    assert rounded_from(Decimal("35.28"), 2) == (Decimal("35.275"), Decimal("35.285"))


def test_une_part_en_pourcentage_est_refusee() -> None:
    with pytest.raises(InvalidInput, match="0,182 pour 18,2"):
        convert(Annotated[Decimal, Entree("Taux", "part", minimum=0, maximum=1)], "18.2", "taux")
