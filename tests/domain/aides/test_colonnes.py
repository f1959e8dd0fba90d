"""L'application par colonnes répond comme l'évaluation expliquée, opération par opération."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.domain.aides.colonnes import appliquer
from beffroi.domain.aides.evaluation import cumuler, evaluer, lire_operation
from beffroi.domain.aides.lecture import lire_reglement, reglement
from beffroi.domain.aides.modele import Champ, EtatAide, Nature, Reglement
from beffroi.domain.aides.simulation import Modification, colonnes, modifier
from beffroi.kernel.errors import InvalidInput, NotFound

LE = date(2025, 6, 1)
BON = (Path(__file__).parent / "reglement_essai.toml").read_text(encoding="utf-8")
SANS_ENVELOPPE = [reglement("cavm", LE), reglement("anah", LE)]


def _valeur(champ: Champ, flottant: bool) -> st.SearchStrategy[Any]:
    nature, maximum, minimum = champ.nature, champ.maximum, champ.minimum or 0
    if nature is Nature.CHOIX:
        return st.one_of(st.none(), st.sampled_from(champ.choix))
    if nature is Nature.BOOLEEN:
        return st.one_of(st.none(), st.booleans())
    bornes = (
        ["0", "0.1", "0.2", "0.35", "1"] if maximum == 1 else ["0", "2499.99", "2500", "2500.01", "1", "2", "7", "15"]
    )
    if nature is Nature.ENTIER:
        entiers = [int(b) for b in bornes if "." not in b and minimum <= int(b) <= (maximum or 99)]
        return st.one_of(st.none(), st.sampled_from(entiers))
    return st.one_of(st.none(), st.sampled_from([float(b) if flottant else Decimal(b) for b in bornes]))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Reglement, dict[str, list[Any]]]:
    r = draw(st.sampled_from(SANS_ENVELOPPE))
    nombre = draw(st.integers(1, 8))
    table: dict[str, list[Any]] = {}
    for nom, champ in r.champ.items():
        if draw(st.integers(0, 9)) == 0:
            continue  # colonne absente
        valeur = _valeur(champ, draw(st.booleans()))
        if draw(st.booleans()):
            valeur = valeur.filter(lambda v: v is not None)
        table[nom] = draw(st.lists(valeur, min_size=nombre, max_size=nombre))
    return r, table or {"nature" if "nature" in r.champ else "dispositif": [None] * nombre}


@settings(max_examples=150, deadline=None)
@given(tables())
def test_meme_reponse_que_ligne_a_ligne(cas: tuple[Reglement, dict[str, list[Any]]]) -> None:
    r, table = cas
    application = appliquer(r, table, LE)
    for i in range(application.nombre):
        operation = lire_operation(r, {nom: v[i] for nom, v in table.items()})
        for reponse in cumuler(r, [evaluer(a, operation, LE) for a in r.aide])[0]:
            identifiant = reponse.aide.id
            attendu = reponse.montant if reponse.accordable else None
            assert application.accorde[identifiant].get(i) == attendu
            assert (i in application.indetermine.get(identifiant, ())) is (reponse.etat is EtatAide.INDETERMINE)
            assert (i in application.indefini.get(identifiant, ())) is (reponse.etat is EtatAide.MONTANT_INDEFINI)


def _primes(nombre: int, premier: date = date(2020, 1, 1)) -> dict[str, list[Any]]:
    return {
        "nature": ["accession"] * nombre,
        "primo_accedant": [True] * nombre,
        "critere_ptz": [True] * nombre,
        "logement_ancien": [True] * nombre,
        "logement": [1] * nombre,
        "complet_le": [premier + timedelta(days=i) for i in range(nombre)],
    }


@given(st.permutations(range(12)))
def test_enveloppe_servie_par_dossier_complet(ordre: list[int]) -> None:
    """Quel que soit l'ordre des lignes, les huit premiers dossiers complets sont servis."""
    r = reglement("cabbalr", date(2020, 1, 1))
    table = {nom: [v[i] for i in ordre] for nom, v in _primes(12).items()}
    application = appliquer(r, table, date(2020, 12, 31))
    servis = sorted(table["complet_le"][i] for i in application.accorde["prime_ptz"])
    assert servis == [date(2020, 1, 1) + timedelta(days=i) for i in range(8)]
    assert len(application.refuse["prime_ptz"]) == 4 and application.cout == 40000


def test_chaque_annee_a_son_enveloppe() -> None:
    r = reglement("cabbalr", date(2020, 1, 1))
    table = _primes(12, date(2020, 12, 26))
    application = appliquer(r, table, date(2021, 1, 31))
    assert application.cout == 60000 and not application.refuse


def test_dossier_incomplet_et_hors_periode() -> None:
    r = reglement("cabbalr", date(2020, 1, 1))
    table = _primes(3)
    table["complet_le"] = [None, date(2018, 12, 31), date(2020, 5, 1)]
    application = appliquer(r, table, date(2020, 12, 31))
    assert list(application.accorde["prime_ptz"]) == [2]
    assert application.indetermine["prime_ptz"] == [0] and application.hors_periode == [1]


CAISSE = """
[enveloppe.caisse]
label = "Caisse"
montant = "10"
periode = "programme"
"""


@pytest.mark.parametrize(("apres_refus", "servis"), [("suivant", [0, 2]), ("arret", [0])])
def test_apres_un_refus(apres_refus: str, servis: list[int]) -> None:
    texte = BON.replace("[[aide]]\n", CAISSE + f'apres_refus = "{apres_refus}"\n\n[[aide]]\n', 1).replace(
        'niveau = [{ montant = "3" }]', 'enveloppe = "caisse"\nniveau = [{ montant = "4", par = "cout" }]'
    )
    r = lire_reglement(texte, "essai.toml")
    jours = [date(2020, 1, 1), date(2021, 1, 2), date(2022, 1, 3)]
    application = appliquer(r, {"cout": [1, 2, 1], "complet_le": jours}, date(2022, 2, 1))
    assert sorted(application.accorde["deux"]) == servis


def test_plafond_par_an_est_une_enveloppe() -> None:
    texte = BON.replace(
        'niveau = [{ montant = "3" }]', 'plafond = { montant = "5", portee = "annee" }\nniveau = [{ montant = "3" }]'
    )
    r = lire_reglement(texte, "essai.toml")
    jours = [date(2020, 1, 1), date(2020, 1, 2), date(2021, 1, 1)]
    assert sorted(appliquer(r, {"cout": [1, 1, 1], "complet_le": jours}, LE).accorde["deux"]) == [0, 2]


def test_cumul_exclusif_et_subordonne() -> None:
    cumul = """
[[cumul]]
aides = ["une", "deux"]
regle = "exclusif"
prioritaire = "une"

[[cumul]]
aides = ["deux", "trois"]
regle = "subordonne"
"""
    r = lire_reglement(BON + cumul, "essai.toml")
    application = appliquer(r, {"cout": [100, None]}, LE)
    assert {a: dict(m) for a, m in application.accorde.items()} == {"une": {0: 1}, "deux": {1: 3}, "trois": {1: 4}}
    assert application.ecarte == {"deux": [0], "trois": [0]}
    assert application.indetermine == {"une": [1]}


def test_exclusion_sans_priorite_garde_la_plus_favorable() -> None:
    r = lire_reglement(BON + '\n[[cumul]]\naides = ["deux", "trois"]\nregle = "exclusif"\n', "essai.toml")
    assert appliquer(r, {"cout": [100]}, LE).ecarte == {"deux": [0]}


def test_modifier() -> None:
    r = reglement("cavm", LE)
    table = colonnes(
        [
            {"nature": "acquisition_amelioration", "logement": 2, "montant_travaux": 2, "prix_achat": 1,
             "cout_revient_m2": 2400, "fonds_propres": 0.25, "secteur_acv_pvd": False},
            {"nature": "acquisition_amelioration", "logement": 1, "montant_travaux": 2, "prix_achat": 1,
             "cout_revient_m2": 2600, "fonds_propres": 0.25, "secteur_acv_pvd": True},
        ]
    )  # fmt: skip
    assert appliquer(r, table, LE).cout == 40000
    plus = [Modification("acquisition_amelioration", champ="cout_revient_m2", borne=Decimal(2300))]
    assert appliquer(modifier(r, plus), table, LE).cout == 2 * 30000 + 40000
    moins = [Modification("acquisition_amelioration", niveau=4, montant=Decimal(35000))]
    assert appliquer(modifier(r, moins), table, LE).cout == 35000
    assert appliquer(modifier(r, [Modification("acquisition_amelioration", retirer=True)]), table, LE).cout == 0


@pytest.mark.parametrize(
    ("modification", "phrase"),
    [
        (Modification("inconnue", montant=Decimal(1)), "n'existe pas dans ce règlement"),
        (Modification("acquisition_amelioration", niveau=9, montant=Decimal(1)), "pas de niveau 9"),
        (Modification("acquisition_amelioration", borne=Decimal(1)), "sans dire de quel « champ »"),
        (Modification("acquisition_amelioration", plafond=Decimal(1)), "pas de plafond"),
        (Modification(enveloppe="rien", montant=Decimal(1)), "enveloppes : aucune"),
    ],
)
def test_modification_fautive(modification: Modification, phrase: str) -> None:
    with pytest.raises((InvalidInput, NotFound), match=phrase):
        modifier(reglement("cavm", LE), [modification])


@pytest.mark.parametrize(
    ("table", "phrase"),
    [
        ({"natures": ["a"]}, "la colonne « natures » n'existe pas"),
        ({"nature": ["etude_copropriete", "x"]}, r"operation\[2\]\.nature"),
        (
            {"fonds_propres": [0.1, 12.0]},
            r"« Fonds propres de l'organisme » \(operation\[2\]\.fonds_propres\).*en fraction",
        ),
        ({"fonds_propres": [0.1], "logement": [1, 2]}, "compléter la table"),
        ({"logement": [-1]}, r"operation\[1\]\.logement"),
        ({"logement": [1.5]}, "un nombre entier"),
        ({"secteur_acv_pvd": ["oui"]}, "vrai ou faux"),
        ({"complet_le": ["2020-01-01"], "logement": [1]}, r"operation\[1\]\.complet_le"),
    ],
)
def test_table_fautive(table: dict[str, list[Any]], phrase: str) -> None:
    with pytest.raises(InvalidInput, match=phrase):
        appliquer(reglement("cavm", LE), table, LE)


def test_enveloppe_sans_date_de_dossier() -> None:
    table = _primes(1)
    del table["complet_le"]
    with pytest.raises(InvalidInput, match="ajouter la colonne « complet_le »"):
        appliquer(reglement("cabbalr", date(2020, 1, 1)), table, date(2020, 2, 1))
