"""Le bloc SRU du bilan : table des communes de l'inventaire, raisonnement déplié, rien sans inventaire."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from beffroi.domain.programme.modele import Programme
from beffroi.reports.build import Document, Liste, Section, Tableau, texte_brut, textes_bloc
from beffroi.reports.docx import ecrire_docx
from beffroi.reports.editer import editer
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot
from greffon_sauts import exiger
from warehouse import inventaire


@pytest.fixture(scope="module")
def bilan_inventaire(tmp_path_factory: pytest.TempPathFactory, cabbalr: Programme) -> Document:
    """Bilan 2022 quand l'inventaire au 1er janvier 2024 est chargé."""
    folder, data = tmp_path_factory.mktemp("miroir"), tmp_path_factory.mktemp("donnees")
    (folder / "sru.csv").write_text(inventaire.SRU, encoding="utf-8")
    (folder / "miroir.toml").write_text(
        '[[fichier]]\nsource = "sru"\nmillesime = "2024"\nchemin = "sru.csv"\nqualite = "officiel"\n', encoding="utf-8"
    )
    assert preparer(data, Path(exiger("modules")), folder).faults == ()
    return editer(cabbalr, 2022, entrepot=Entrepot.ouvrir(data), connu_le=datetime(2026, 6, 30, tzinfo=UTC))


def _section(document: Document) -> Section:
    return next(s for s in document.sections if s.id == "logement_social")


def _mots(section: Section) -> str:
    return " ".join(texte_brut(t) for b in section.blocs for t in textes_bloc(b))


def test_la_table_des_communes_de_l_inventaire(bilan_inventaire: Document) -> None:
    section = _section(bilan_inventaire)
    table = next(b for b in section.blocs if isinstance(b, Tableau) and b.id == "sru_communes")
    lignes = {texte_brut(r.cellules[0].texte): [texte_brut(c.texte) for c in r.cellules[1:]] for r in table.lignes}
    assert sorted(lignes) == ["Annezin", "Bruay-la-Buissière", "Béthune"]
    assert lignes["Annezin"][0] == "300" and lignes["Annezin"][3] == "202"
    assert lignes["Annezin"][5] == "déficitaire"
    assert lignes["Béthune"][5] == "taux légal atteint"
    assert bilan_inventaire.chiffres["commune:62035.sru.manquant"].valeur == 202


def test_le_raisonnement_est_deplie_commune_par_commune(bilan_inventaire: Document) -> None:
    listes = [b for b in _section(bilan_inventaire).blocs if isinstance(b, Liste) and b.numerotee]
    assert len(listes) == 3
    annezin = " ".join(texte_brut(p) for p in listes[0].points)
    assert re.search(r"Logements manquants\s: 202\slogements", annezin)
    assert "L.\u00a0302-5" in annezin
    mots = _mots(_section(bilan_inventaire))
    assert "elles sont déduites du taux arrondi" in mots
    assert "Taux légal, déficit, objectif triennal" not in mots, "ce qui est connu n'est plus réclamé"


def test_le_document_s_ecrit(bilan_inventaire: Document, tmp_path: Path) -> None:
    ecrire_docx(bilan_inventaire, tmp_path / "bilan.docx")
    assert (tmp_path / "bilan.docx").stat().st_size > 20_000


def test_sans_inventaire_rien_n_est_ecrit(bilan: Document) -> None:
    section = _section(bilan)
    assert not any(isinstance(b, Tableau) and b.id == "sru_communes" for b in section.blocs)
    assert "Taux légal, déficit, objectif triennal" in _mots(section)
