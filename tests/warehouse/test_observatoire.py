"""L'observatoire : portrait de tout EPCI, totaux du catalogue, comparaison, qualité, conformité."""

from datetime import date
from pathlib import Path

import pytest

from beffroi.catalogue import all_indicators
from beffroi.domain.programme.observatoire import BlocObservatoire, Presence
from beffroi.kernel.errors import InvalidInput, NotFound, NotLoaded
from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import atoms
from beffroi.warehouse import Observatoire
from beffroi.warehouse.comparison import compare, similar
from beffroi.warehouse.portrait import compliance, portrait
from beffroi.warehouse.quality import scores, vintage_end
from beffroi.warehouse.query import Entrepot, Epci
from beffroi.warehouse.relations import relation

BETHUNE = "200072460"
QUATRE = (BETHUNE, "246200364", "245901160", "200042190")


@pytest.fixture(scope="module")
def observatoire(complet: Entrepot) -> Observatoire:
    return Observatoire(complet)


def test_le_catalogue_porte_les_260_indicateurs() -> None:
    programmes = [i for i in all_indicators().values() if i.programme]
    assert len(programmes) == 260
    assert {p: sum(1 for i in programmes if i.programme == p) for p in ("CAVM", "CABBALR", "CALL", "CRTE")} == {
        "CAVM": 105, "CABBALR": 62, "CALL": 72, "CRTE": 21,
    }  # fmt: skip
    for i in programmes:
        assert i.definition and i.source and i.cautions and i.legal and i.representation, i.id


def test_les_identifiants_sont_ceux_de_la_liste(shared: Path) -> None:
    import csv

    with (shared / "domaine/indicateurs.csv").open(encoding="utf-8") as f:
        attendus = {x["id"]: x["name_fr"].strip() for x in csv.DictReader(f)}
    assert {i.id: i.label for i in all_indicators().values() if i.programme} == attendus


def test_declare_n_est_pas_calcule(observatoire: Observatoire) -> None:
    totaux = observatoire.totaux()
    assert totaux.declares == totaux.calcules + totaux.par_registre + totaux.saisis == 260
    assert totaux.calcules < totaux.declares
    with pytest.raises(NotFound, match=r"registre « gouvernance\.reunion »"):
        observatoire.valeurs("CALL-A16-02", [BETHUNE])


def test_toute_formule_cite_une_mesure_declaree() -> None:
    for i in all_indicators().values():
        if i.formula is not None:
            assert [relation(a) for a in atoms(i.formula)]


@pytest.mark.parametrize("siren", [*QUATRE, "249500109", "200046977"])
def test_portrait_de_six_epci(observatoire: Observatoire, siren: str) -> None:
    """Chaque indicateur calculé a une valeur, ou dit pourquoi il n'en a pas."""
    p = portrait(observatoire, observatoire.territoire(siren), date(2026, 11, 24))
    assert sum(p.decompte.values()) == len(observatoire.indicateurs(calcules=True))
    assert p.decompte["valeur"] >= 30
    assert p.decompte["source non chargée"] > 0
    for v in p.valeurs:
        if v.chiffre.connu:
            assert v.chiffre.provenance, v.indicateur.id
            assert all(observatoire.entrepot.provenance(x).qualite is not None for x in v.chiffre.provenance)
        elif v.chiffre.etat in (Etat.NON_RENSEIGNE, Etat.NON_APPLICABLE):
            assert v.chiffre.note, v.indicateur.id
    assert len(p.conformite) == 9


@pytest.mark.parametrize("siren", QUATRE)
def test_logements_et_vacance_d_epci_sont_la_somme_du_fichier(
    observatoire: Observatoire, siren: str, shared: Path
) -> None:
    import csv

    codes = {c.code for c in observatoire.entrepot.communes_epci(siren)}
    with (shared / "donnees/national/rp2021_logement_france_derive.csv").open(encoding="utf-8") as f:
        lignes = [x for x in csv.DictReader(f, delimiter=";") if x["CODGEO"] in codes]
    assert len(lignes) == len(codes)
    for indicateur, colonne in (
        ("besoins.logement", "P21_LOG"),
        ("besoins.residence_principale", "P21_RP"),
        ("vacance.logement_vacant_recensement", "P21_LOGVAC"),
    ):
        valeur = observatoire.derniere(indicateur, observatoire.territoire(siren))
        assert valeur.chiffre.valeur == sum(int(x[colonne]) for x in lignes), indicateur
        assert valeur.chiffre.couverture is not None and valeur.chiffre.couverture.complete


def test_filosofi_de_valenciennes(observatoire: Observatoire) -> None:
    valenciennes = observatoire.territoire("59606")
    assert observatoire.derniere("besoins.revenu_median", valenciennes).chiffre.valeur == 20250
    taux = observatoire.derniere("besoins.taux_pauvrete", valenciennes).chiffre
    assert taux.texte() == "25,0\u202f%"


def test_une_mediane_publiee_ne_se_recalcule_pas(observatoire: Observatoire) -> None:
    valeur = observatoire.derniere("besoins.revenu_median", observatoire.territoire(BETHUNE)).chiffre
    assert valeur.etat is Etat.NON_APPLICABLE and "ne se recalcule pas" in valeur.note


def test_valeurs_de_a(observatoire: Observatoire) -> None:
    valeurs = observatoire.valeurs("production.logement_autorise", [BETHUNE], de=2019, a=2022)
    assert [(v.periode, v.chiffre.valeur) for v in valeurs] == [
        ("2019", 751),
        ("2020", 613),
        ("2021", 1073),
        ("2022", 1034),
    ]
    assert [v.chiffre.valeur for v in observatoire.valeurs("CABBALR-A01-01", [BETHUNE], de=2022, a=2022)] == [1034]
    with pytest.raises(InvalidInput, match="avant de commencer"):
        observatoire.valeurs("production.logement_autorise", [BETHUNE], de=2022, a=2019)


def test_secteurs_d_un_programme(observatoire: Observatoire) -> None:
    codes = [c.code for c in observatoire.entrepot.communes_epci(BETHUNE)]
    deux = observatoire.secteurs("production.logement_autorise", {"A": codes[:40], "B": codes[40:]}, [2022])
    assert sum(c.valeur for c in deux.values() if c.valeur is not None) == 1034


def test_une_modalite_par_ligne(observatoire: Observatoire) -> None:
    par_type = observatoire.valeurs(
        "production.logement_autorise", ["249500109"], de=2023, a=2023, dimension="type_logement"
    )
    parts = {v.modalite: v.chiffre.valeur for v in par_type}
    assert set(parts) == {"tous", "collectif", "individuel_pur", "individuel_groupe", "residence"}
    assert parts.pop("tous") >= sum(v for v in parts.values() if v is not None) * 0.99  # type: ignore[operator]


def test_territoire_par_nom_et_ambiguite(observatoire: Observatoire) -> None:
    assert observatoire.territoire("CA de Lens - Liévin").territoire.code == "246200364"
    assert observatoire.territoire("porte du hainaut").territoire.code == "200042190"
    with pytest.raises(NotFound, match="Plusieurs territoires"):
        observatoire.territoire("Saint-Denis")
    with pytest.raises(NotFound, match="Aucun territoire"):
        observatoire.territoire("zzzz")


def test_comparaison(observatoire: Observatoire) -> None:
    bethune = observatoire.territoire(BETHUNE)
    c = compare(observatoire, "vacance.taux_recensement", bethune)
    assert [t.nom for t, _ in c.reperes] == ["Pas-de-Calais", "Hauts-de-France", "France"]
    assert c.rang is not None and 1 <= c.rang <= c.classes and c.quintile in range(1, 6)
    taux = observatoire.echelle(c.indicateur, bethune.territoire.echelle, [2021])
    plus_hauts = sum(1 for x in taux.values() if x.valeur is not None and x.valeur > (c.chiffre.valeur or 0))
    assert c.rang == plus_hauts + 1


def test_semblables_par_distance_declaree(observatoire: Observatoire) -> None:
    proches = similar(observatoire, BETHUNE, 10)
    distances = [d for _, d in proches]
    assert distances == sorted(distances) and len(proches) == 10
    assert BETHUNE not in [e.siren for e, _ in proches]
    assert "246200364" in [e.siren for e, _ in proches], "Lens-Liévin ressemble à Béthune-Bruay"


def test_conformite_de_l_observatoire(observatoire: Observatoire) -> None:
    lignes, conforme = compliance(observatoire, observatoire.territoire(BETHUNE), date(2026, 11, 24))
    etat = {x.bloc: x.presence for x in lignes}
    assert etat[BlocObservatoire.MARCHES] is Presence.PRESENT
    assert etat[BlocObservatoire.DEMANDE_ATTRIBUTIONS] is Presence.ABSENT
    assert etat[BlocObservatoire.SURELEVATION] is Presence.NON_APPLICABLE
    assert etat[BlocObservatoire.LOCAUX_VACANTS] is Presence.PERIME, "LOVAC 2025 décrit le 1er janvier 2024"
    assert not conforme


def test_qualite_calculee(complet: Entrepot, demonstration: Entrepot) -> None:
    le = date(2026, 11, 24)
    notes = {s.fichier: s for s in scores(complet, le)}
    assert all(0 <= s.total <= 6 for s in notes.values())
    assert notes["lovac@2026"].total == 6
    derive = notes["sitadel_annuel@2026-06-derive"]
    assert derive.total == 3 and derive.plafonne, "un extrait dérivé n'a jamais plus de 3"
    assert all(s.total <= 3 for s in scores(demonstration, le) if s.qualite == "demonstration")
    vieilli = {s.fichier: s for s in scores(complet, date(2031, 1, 1))}
    assert vieilli["lovac@2026"].fraicheur == 0
    assert vieilli["lovac@2026"].total == notes["lovac@2026"].total - 1, "la vieillesse est plafonnée"


@pytest.mark.parametrize(
    ("millesime", "fin"),
    [
        ("2026-06", date(2026, 7, 1)),
        ("2025-12", date(2026, 1, 1)),
        ("2021", date(2021, 12, 31)),
        ("2021-2025", date(2025, 12, 31)),
    ],
)
def test_fin_d_un_millesime(millesime: str, fin: date) -> None:
    assert vintage_end(millesime) == fin


def test_un_echantillon_de_format_n_est_jamais_un_chiffre(complet: Entrepot) -> None:
    """Les quelques lignes inventées d'un échantillon (RNIC, friches) n'entrent dans aucun chiffre."""
    assert "rnic" not in complet.sources_chargees()
    assert "cartofriches" not in complet.sources_chargees()
    assert not [p for p in complet.provenances() if p.startswith(("rnic", "cartofriches"))]


def test_sans_entrepot_la_phrase_dit_quoi_lancer(tmp_path: Path) -> None:
    with pytest.raises(NotLoaded, match="beffroi donnees actualiser"):
        Observatoire.ouvrir(tmp_path)


def test_tout_epci_de_france_a_un_portrait(observatoire: Observatoire) -> None:
    sirens = [r[0] for r in observatoire.entrepot.lignes("SELECT siren FROM epci ORDER BY siren")]
    assert len(sirens) == 1255
    valeurs = observatoire.echelle(
        observatoire.indicateur("besoins.population"), observatoire.territoire(BETHUNE).territoire.echelle
    )
    assert {k[0] for k, c in valeurs.items() if c.connu} == set(sirens)
    assert isinstance(observatoire.territoire(sirens[700]), Epci)
