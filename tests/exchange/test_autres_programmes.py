"""Les trois autres programmes livrés : comptes du document, vérifiés à la lecture."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from beffroi import demo
from beffroi.domain.nomenclatures.programme import Borne, ModeExercice, NatureNote, NatureProgramme
from beffroi.domain.programme.modele import Programme
from beffroi.exchange import lire

LIVRES = {chemin.stem: chemin for chemin in demo.programmes()}


@pytest.fixture(scope="session")
def call() -> Programme:
    return lire(LIVRES["plh-call-2023"])


def test_lens_lievin_a_les_comptes_du_document(call: Programme) -> None:
    assert [a.numero for a in call.actions] == [str(n) for n in range(1, 18)]
    assert [sum(a.orientation == o.id for a in call.actions) for o in call.orientations] == [5, 3, 5, 4]
    assert [len(a.indicateurs) for a in call.actions] == [5, 7, 7, 3, 3, 3, 2, 1, 3, 4, 3, 1, 3, 4, 3, 4, 2]
    assert len(call.communes()) == 36
    assert len(call.instances) == 8 and len(call.regles_financement) == 10
    assert [e.annee for e in call.exercices()] == [2023, 2024, 2025, 2026, 2027, 2028]


def test_lens_lievin_grille_d_articulation(call: Programme) -> None:
    """Croix comptées dans le texte ; les fiches qui se cochent elles-mêmes sont en note."""
    assert [len(a.liens) for a in call.actions] == [9, 9, 6, 1, 6, 8, 10, 9, 10, 9, 10, 10, 8, 15, 15, 15, 12]
    elles_memes = [a.numero for a in call.actions if any("coche aussi la fiche elle-même" in n for n in a.notes)]
    assert elles_memes == ["7", "14", "15", "16"]


def test_lens_lievin_calendrier_budgetaire(call: Programme) -> None:
    lignes = call.calendrier_budgetaire
    assert len(lignes) == 45
    assert sum(sum(ligne.montants) for ligne in lignes) == 5_796_000
    permutees = {(ligne.numero, ligne.fiche) for ligne in lignes if f"a{int(ligne.numero or 0):02d}" != ligne.fiche}
    assert {("7", "a08"), ("8", "a07")} <= permutees
    notes = {n.id: n for n in call.notes}
    for ident, extraits in {
        "note_etude_vacance": ("90\u202f000\u202f€", "50\u202f000\u202f€"),
        "note_aire_grand_passage": ("TTC", "HT"),
        "note_pig": ("1,94\u00a0M€", "2\u00a0M€"),
        "note_numero_7_8": ("7 et 8 permutées",),
    }.items():
        assert notes[ident].nature is NatureNote.CONTRADICTION
        assert all(e in notes[ident].texte for e in extraits), notes[ident].texte


@pytest.fixture(scope="session")
def cavm() -> Programme:
    return lire(LIVRES["plh-cavm-2023"])


def test_valenciennes_metropole_a_les_comptes_du_document(cavm: Programme) -> None:
    assert [a.numero for a in cavm.actions] == [str(n) for n in range(1, 23)]
    assert [sum(a.orientation == o.id for a in cavm.actions) for o in cavm.orientations] == [6, 4, 4, 5, 3]
    assert [len(a.indicateurs) for a in cavm.actions] == [
        5, 7, 5, 7, 5, 5, 6, 2, 6, 3, 7, 3, 3, 4, 4, 6, 5, 6, 3, 0, 0, 0
    ]  # fmt: skip
    assert [a.numero for a in cavm.actions if a.titre is None] == ["12", "13", "14"]
    assert not any(a.pilote_implicite for a in cavm.actions)
    assert all(b.montant is None for a in cavm.actions for b in a.budget)
    assert len(cavm.communes()) == 35


def test_valenciennes_metropole_secteurs_et_groupes_tels_que_le_texte_les_donne(cavm: Programme) -> None:
    production = cavm.objectif("production_logement")
    assert production is not None and production.reference is not None and production.reference.valeur == 780
    assert [int((v.taux or 0) * 100) for v in production.valeurs] == [33, 35, 11, 11, 10]
    groupes = {s.id: len(s.communes) for s in cavm.secteurs if s.id.startswith("groupe")}
    assert groupes == {"groupe_1": 2, "groupe_2": 0, "groupe_3": 10, "groupe_4": 0}
    part = cavm.objectif("part_logement_locatif_social_operation")
    assert part is not None
    assert [(v.secteur, v.borne) for v in part.valeurs] == [
        ("groupe_1", Borne.CIBLE), ("groupe_2", Borne.MINIMUM), ("groupe_3", Borne.MAXIMUM), ("groupe_4", Borne.CIBLE)
    ]  # fmt: skip


def test_valenciennes_metropole_porte_le_diaporama_de_2014_en_note(cavm: Programme) -> None:
    note = next(n for n in cavm.notes if n.id == "note_diaporama_2014")
    assert {lieu.document for lieu in note.lieux} == {"diaporama-2014"}


@pytest.fixture(scope="session")
def crte() -> Programme:
    return lire(LIVRES["crte-valenciennois-2021"])


def test_le_crte_a_les_comptes_du_document(crte: Programme) -> None:
    assert crte.nature is NatureProgramme.CRTE
    volets = [o for o in crte.orientations if o.parente is None]
    axes = [o for o in crte.orientations if o.parente is not None]
    assert len(volets) == 3
    assert [sum(a.parente == v.id for a in axes) for v in volets] == [5, 5, 3]
    assert len(crte.engagements) == 56
    assert sum("État" in e.engages for e in crte.engagements) == 42
    assert len(crte.communes()) == 82
    assert {i.id: int(i.minimum_par_an or 0) for i in crte.instances} == {"comite_pilotage": 1, "comite_technique": 2}
    assert crte.decoupage.mode is ModeExercice.DOUZE_MOIS
    assert crte.exercices()[-1].fin.isoformat() == "2027-10-21"


@pytest.mark.shared
def test_chaque_fleche_du_crte_est_un_engagement(crte: Programme, shared: Path) -> None:
    lignes = (shared / "documents/crte-valenciennois-2021-2026.txt").read_text(encoding="utf-8").split("\n")
    fleches = [n for n, ligne in enumerate(lignes, 1) if re.match(r"\s*=+>", ligne)]
    assert [e.lieu.ligne for e in crte.engagements if e.lieu] == fleches


def test_les_indicateurs_ecrits_sont_199() -> None:
    comptes = {ident: sum(len(a.indicateurs) for a in lire(chemin).actions) for ident, chemin in LIVRES.items()}
    assert comptes == {
        "plh-cabbalr-2019": 49, "plh-call-2023": 58, "plh-cavm-2023": 92, "crte-valenciennois-2021": 0
    }  # fmt: skip


@pytest.mark.shared
def test_chaque_indicateur_du_catalogue_est_atteint_une_fois(shared: Path) -> None:
    with (shared / "domaine/indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        attendus = {r["id"] for r in csv.DictReader(flux) if r["seed_epci"] in ("CAVM", "CALL", "CABBALR")}
    cites = [c for chemin in LIVRES.values() for a in lire(chemin).actions for i in a.indicateurs for c in i.catalogue]
    assert len(attendus) == 239
    assert set(cites) == attendus
    assert len(cites) == len(attendus)
    for chemin in LIVRES.values():
        for action in lire(chemin).actions:
            assert all(i.catalogue for i in action.indicateurs), action.id
