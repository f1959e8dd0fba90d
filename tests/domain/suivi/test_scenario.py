"""Scénarios d'objectifs : la grille d'une version, l'adoption qui garde les identifiants, la revoyure qui laisse sa trace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from beffroi.domain.nomenclatures.programme import ModeExercice, NatureActe, NatureProgramme, Periodicite, Produit
from beffroi.domain.programme.modele import (
    Decoupage,
    Lieu,
    ObjectifTerritorial,
    Programme,
    Secteur,
    TotalPublie,
    ValeurTerritoire,
)
from beffroi.domain.programme.versions import comparer as comparer_versions
from beffroi.domain.suivi.production import suivi_production
from beffroi.domain.suivi.revoyure import poids_objectif, repartir_volume, revoir
from beffroi.domain.suivi.scenario import CleObjectif, comparer, ecarts, etalement, grille_de, version_adoptee
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Chiffre

LE = date(2022, 12, 14)


def _objectif(
    identifiant: str, periodicite: Periodicite, *valeurs: int | None, unite: str = "logement"
) -> ObjectifTerritorial:
    communes = ("62035", "62119", "62178")
    return ObjectifTerritorial(
        id=identifiant,
        libelle=identifiant,
        unite=unite,
        produit=Produit.TOUS,
        periodicite=periodicite,
        reference=TotalPublie(valeur=Decimal(31), libelle="texte"),
        valeurs=tuple(
            ValeurTerritoire(commune=c, valeur=None if v is None else Decimal(v), libre=v is None, lieu=Lieu(ligne=12))
            for c, v in zip(communes, valeurs, strict=True)
        ),
        totaux_publies=(TotalPublie(valeur=Decimal(20), secteur="s1"), TotalPublie(valeur=Decimal(9), secteur="s2")),
    )


@pytest.fixture
def programme() -> Programme:
    return Programme(
        id="plh",
        nature=NatureProgramme.PLH,
        titre="PLH",
        titre_court="PLH",
        collectivites=("200072460",),
        decoupage=Decoupage(mode=ModeExercice.ANNEES_CIVILES, debut=date(2019, 1, 1), nombre=6),
        secteurs=(
            Secteur(id="s1", nom="Centre", communes=("62035", "62119")),
            Secteur(id="s2", nom="Sud", communes=("62178",)),
        ),
        noms_communes={"62035": "Annezin", "62119": "Béthune", "62178": "Bruay"},
        objectifs=(
            _objectif("annuel", Periodicite.ANNUELLE, 10, 10, 9),
            _objectif("periode", Periodicite.PERIODE, 13, None, 60),
            _objectif("part", Periodicite.PERIODE, 20, 30, 25, unite="%"),
        ),
        objectif_reference="annuel",
    )


def _cle(objectif: str, commune: str, periode: int | str) -> CleObjectif:
    return CleObjectif(objectif, f"commune:{commune}", str(periode))


def test_un_volume_se_pose_par_arrondi_du_cumul_et_un_taux_n_a_qu_une_case(programme: Programme) -> None:
    grille = grille_de(programme)
    poses = [grille[_cle("periode", "62035", a)] for a in range(2019, 2025)]
    assert poses == [2, 2, 3, 2, 2, 2] and sum(v for v in poses if v is not None) == 13
    assert grille[_cle("annuel", "62035", 2022)] == 10
    assert grille[_cle("periode", "62119", 2019)] is None
    assert grille[_cle("part", "62035", "total")] == Decimal("0.2")
    assert _cle("part", "62035", 2019) not in grille


@pytest.mark.parametrize(("total", "annees"), [(13, 6), (0, 6), (7, 3)])
def test_l_etalement_fait_exactement_le_total(total: int, annees: int) -> None:
    assert sum(etalement(Decimal(total), annees)) == total
    assert sum(etalement(Decimal("10.55"), annees)) == Decimal("10.55")


def test_l_adoption_garde_les_identifiants_et_n_ecrit_que_ce_qui_change(programme: Programme) -> None:
    scenario = grille_de(programme) | {_cle("annuel", "62035", a): Decimal(12) for a in range(2019, 2025)}
    version = version_adoptee(
        programme, scenario, version="modification n° 1", le=LE, nom="Plus haut", motif="délibération 41"
    )
    assert [o.id for o in version.objectifs] == [o.id for o in programme.objectifs]
    annezin, bethune, _ = version.objectifs[0].valeurs
    assert (annezin.valeur, annezin.par_annee, annezin.lieu) == (12, None, None)
    assert bethune == programme.objectifs[0].valeurs[1]
    assert version.objectifs[1:] == programme.objectifs[1:]
    assert [t.secteur for t in version.objectifs[0].totaux_publies] == ["s2"]
    assert version.objectifs[0].reference == programme.objectifs[0].reference
    acte = version.actes[-1]
    assert (acte.nature, acte.date) == (NatureActe.MODIFICATION, LE)
    phrases = [c.phrase for c in comparer_versions(programme, version).changements if c.champ == "valeurs"]
    assert len(phrases) == 1 and "Annezin" in phrases[0]
    assert grille_de(version) == scenario


def test_des_annees_differentes_se_gardent_et_nourrissent_le_suivi(programme: Programme) -> None:
    scenario = dict(grille_de(programme))
    scenario |= {
        _cle("annuel", "62035", a): Decimal(v) for a, v in zip(range(2019, 2025), [0, 5, 10, 15, 15, 16], strict=True)
    }
    version = version_adoptee(programme, scenario, version="v2", le=LE, nom="n", motif="m")
    assert grille_de(version) == scenario
    realise = {("62035", a): Chiffre(5, "logement") for a in range(2019, 2025)}
    s = suivi_production(version, version.exercices()[2], realise, {}, {})
    annezin = s.commune("62035")
    assert [a.objectif.valeur for a in annezin.annees] == [0, 5, 10]
    assert (annezin.cumul.objectif.valeur, annezin.total.valeur) == (15, 61)
    centre = s.secteurs[0]
    assert [a.objectif.valeur for a in centre.annees] == [10, 15, 20]


def test_une_reference_modifiee_et_un_taux(programme: Programme) -> None:
    epci = CleObjectif("annuel", "epci:200072460", "2019")
    scenario = dict(grille_de(programme)) | {epci._replace(periode=str(a)): Decimal(35) for a in range(2019, 2025)}
    scenario[_cle("part", "62035", "total")] = Decimal("0.25")
    version = version_adoptee(programme, scenario, version="v2", le=LE, nom="n", motif="m")
    assert version.objectifs[0].reference is not None and version.objectifs[0].reference.valeur == 35
    assert version.objectifs[2].valeurs[0].valeur == 25
    assert grille_de(version) == scenario


def test_ce_qui_ne_s_adopte_pas(programme: Programme) -> None:
    grille = dict(grille_de(programme))
    with pytest.raises(InvalidInput, match="ne change aucun objectif"):
        version_adoptee(programme, grille, version="v2", le=LE, nom="n", motif="m")
    grille[_cle("annuel", "62035", 2021)] = None
    with pytest.raises(InvalidInput, match="Annezin : il manque 2021"):
        version_adoptee(programme, grille, version="v2", le=LE, nom="n", motif="m")


def test_comparer_ne_liste_que_les_totaux_qui_bougent(programme: Programme) -> None:
    a = grille_de(programme)
    b = dict(a) | {_cle("annuel", "62035", 2019): Decimal(11), _cle("annuel", "62035", 2020): Decimal(9)}
    assert len(ecarts(a, b)) == 2 and comparer(a, b) == []
    b[_cle("annuel", "62035", 2020)] = Decimal(10)
    assert [(t.territoire, t.ecart) for t in comparer(a, b)] == [("commune:62035", 1)]


def test_la_cascade_repartit_tout_le_volume(programme: Programme) -> None:
    avant = grille_de(programme)
    r = repartir_volume(programme, programme.objectifs[0], avant, 300, poids_objectif(avant, "annuel"), LE)
    assert sum(r.cases.values()) == 300
    assert {x["territoire"]: (x["initial"], x["nouveau"]) for x in r.lignes} == {
        "commune:62035": ("60", "104"), "commune:62119": ("60", "103"), "commune:62178": ("54", "93"),
    }  # fmt: skip


def test_la_revoyure_garde_le_realise_et_etale_le_reste(programme: Programme) -> None:
    avant = grille_de(programme)
    fait = {(c, a): v for c, v in (("62035", 4), ("62119", 15), ("62178", 0)) for a in (2019, 2020, 2021)}
    r = revoir(programme, programme.objectifs[0], avant, 174, fait, 2021, poids_objectif(avant, "annuel"), LE)
    lignes = {x["territoire"]: x for x in r.lignes}
    assert sum(int(x["nouveau"]) for x in lignes.values()) == 174
    annezin = lignes["commune:62035"]
    assert annezin["initial"] == "60" and annezin["realise"] == "12"
    assert int(annezin["reste"]) == int(annezin["nouveau"]) - 12
    assert [r.cases[_cle("annuel", "62035", a)] for a in (2019, 2020, 2021)] == [4, 4, 4]
    assert sum(r.cases.values()) == 174


def test_la_revoyure_refuse_un_realise_inconnu_et_un_programme_fini(programme: Programme) -> None:
    avant = grille_de(programme)
    poids = poids_objectif(avant, "annuel")
    with pytest.raises(InvalidInput, match="n'est pas connu pour 3 commune"):
        revoir(programme, programme.objectifs[0], avant, 100, {}, 2021, poids, LE)
    with pytest.raises(InvalidInput, match="aucun exercice"):
        revoir(programme, programme.objectifs[0], avant, 100, {}, 2024, poids, LE)
    with pytest.raises(InvalidInput, match="aucune commune n'a de poids"):
        repartir_volume(programme, programme.objectifs[0], avant, 100, {}, LE)
