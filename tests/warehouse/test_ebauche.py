"""Le PLH vide : communes du code officiel géographique, liste SRU de l'inventaire, aucun chiffre inventé."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.domain.nomenclatures.programme import NatureSection
from beffroi.domain.programme.versions import comparer
from beffroi.exchange import lire_contenu
from beffroi.exchange.ecriture import yaml_de
from beffroi.kernel.errors import InvalidInput
from beffroi.warehouse.build import preparer
from beffroi.warehouse.ebauche import ebaucher_plh
from beffroi.warehouse.query import Entrepot
from warehouse import inventaire

BETHUNE = "200072460"


@pytest.fixture
def entrepot(tmp_path: Path, modules: Path, miroir: Callable[..., Path]) -> Entrepot:
    """Entrepôt avec un inventaire SRU."""
    folder = miroir(sru=("sru", "2024", inventaire.SRU))
    said = folder / "miroir.toml"
    said.write_text(said.read_text(encoding="utf-8") + 'perimetre = "département 62"\n', encoding="utf-8")
    assert preparer(tmp_path / "donnees", modules, folder).faults == ()
    return Entrepot.ouvrir(tmp_path / "donnees")


def test_la_liste_sru_vient_de_l_inventaire(entrepot: Entrepot) -> None:
    p = ebaucher_plh(entrepot, entrepot.epci(BETHUNE), 2027)
    assert p.inventaire_sru is not None
    assert (p.inventaire_sru.annee, p.inventaire_sru.millesime) == (2024, "2024")
    lignes = {c.commune: c for c in p.inventaire_sru.communes}
    lues = entrepot.lignes(
        "SELECT code_commune FROM sru JOIN commune ON code = code_commune WHERE siren_epci = ?", [BETHUNE]
    )
    assert set(lignes) == {r[0] for r in lues} and lignes
    assert (lignes["62035"].etat, lignes["62035"].taux, lignes["62035"].logements_sociaux) == (
        "soumise", Decimal("0.1193"), Decimal(300),
    )  # fmt: skip
    assert lignes["62178"].etat == "exemptée"
    assert "taux: 0.3341, taux_cible: 0.2}" in yaml_de(p)  # les décimales du producteur, sans queue binaire
    assert lire_contenu(yaml_de(p), "x.yaml") == p


def test_un_inventaire_qui_ne_cite_pas_ces_communes(entrepot: Entrepot) -> None:
    """Chargé pour ce département sans citer ses communes : liste vide, ce qui n'est pas « non chargé »."""
    p = ebaucher_plh(entrepot, entrepot.epci("246200364"), 2027)
    assert p.inventaire_sru is not None and p.inventaire_sru.communes == ()
    assert lire_contenu(yaml_de(p), "x.yaml") == p


@pytest.mark.parametrize("siren", ["200046977", "245400676"])
def test_un_inventaire_qui_n_est_pas_charge_la(entrepot: Entrepot, demonstration: Entrepot, siren: str) -> None:
    """Chargé pour un autre département, ou pas du tout : rien n'en est dit."""
    for ou in (entrepot, demonstration):
        p = ebaucher_plh(ou, ou.epci(siren), 2027)
        assert p.inventaire_sru is None
        assert lire_contenu(yaml_de(p), "x.yaml") == p


def test_rien_n_est_invente(demonstration: Entrepot) -> None:
    epci = demonstration.epci(BETHUNE)
    p = ebaucher_plh(demonstration, epci, 2027)
    assert [s.nature for s in p.sections] == list(NatureSection)
    assert set(p.communes()) == {c.code for c in demonstration.communes_epci(BETHUNE)} == set(p.noms_communes)
    assert {v.valeur for o in p.objectifs for v in o.valeurs} == {None} and not any(o.reference for o in p.objectifs)
    assert (p.orientations, p.actions, p.series, p.actes) == ((), (), (), ())
    assert p.decoupage.nombre == 6


@pytest.mark.parametrize("annee", [2009, 2101])
def test_une_annee_deraisonnable_est_refusee(demonstration: Entrepot, annee: int) -> None:
    with pytest.raises(InvalidInput, match="de 2010 à 2100"):
        ebaucher_plh(demonstration, demonstration.epci(BETHUNE), annee)


def test_un_titre_trop_long_est_refuse(demonstration: Entrepot) -> None:
    with pytest.raises(InvalidInput, match="301 caractères"):
        ebaucher_plh(demonstration, demonstration.epci(BETHUNE), 2027, "x" * 301)


def test_une_ligne_sru_hors_du_programme_est_une_faute(entrepot: Entrepot) -> None:
    texte = yaml_de(ebaucher_plh(entrepot, entrepot.epci(BETHUNE), 2027))
    with pytest.raises(InvalidInput, match="n’est dans aucun secteur") as refus:
        lire_contenu(texte.replace('{commune: "62035"', '{commune: "69003"'), "x.yaml")
    assert refus.value.problems[0].ligne is not None


def test_un_inventaire_charge_ensuite_se_lit_d_une_version_a_l_autre(entrepot: Entrepot) -> None:
    plein = ebaucher_plh(entrepot, entrepot.epci(BETHUNE), 2027)
    vide = replace(plein, inventaire_sru=None)
    section = replace(plein.sections[0], contenu=("Un marché détendu.",))
    (inventaire_dit, partie) = comparer(
        vide, replace(plein, version="v2", sections=(section, *plein.sections[1:]))
    ).changements
    assert "inventaire SRU, de rien à 2024 (Annezin soumise" in inventaire_dit.phrase
    assert partie.phrase.endswith("contenu, de rien à Un marché détendu.")
