"""Le bilan d'un PLH vide : le résultat connu est dit, l'objectif qui manque l'est aussi, et aucune phrase ne s'en ressent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from beffroi.domain.programme.modele import Programme
from beffroi.reports.build import Document, Tableau, texte_brut, textes_bloc
from beffroi.reports.docx import ecrire_docx
from beffroi.reports.editer import editer
from beffroi.warehouse.ebauche import ebaucher_plh
from beffroi.warehouse.query import Entrepot

BETHUNE, LYON = "200072460", "200046977"
CONNU_LE = datetime(2026, 6, 30, tzinfo=UTC)
# Une valeur absente prise pour un nombre, ou un mot qui ne s'accorde pas avec le sien.
BANCALES = (
    r"(?:pour|de|soit|à) non renseigné",
    r"non renseigné (?:logement|attendu|par an|\()",
    r"\b1 (?:secteurs|communes|sources)\b",
    r"\b[LU](?:es|n) un\b|\bUn messages\b|Les zéro\b",
    r"\bNone\b",
)


@pytest.fixture(scope="module")
def produire(entrepot: Entrepot) -> Callable[[Programme, int], Document]:
    """Bilan d'un programme, à une année."""
    return lambda p, annee: editer(p, annee, entrepot=entrepot, connu_le=CONNU_LE)


def _simple(texte: str) -> str:
    """Espaces fines et insécables rendues simples : ici, seuls les mots comptent."""
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def _phrases(document: Document) -> list[str]:
    lignes = [texte_brut(t) for t in document.textes()] + [document.meta.complement]
    for b in document.blocs():
        lignes += [getattr(b, "legende", ""), getattr(b, "alternative", ""), getattr(b, "titre", "")]
        if isinstance(b, Tableau):
            lignes += [e.texte for rang in b.entetes for e in rang]
    return [_simple(x) for x in lignes]


def _section(document: Document, identifiant: str) -> str:
    trouvee = next(s for s in document.sections if s.id == identifiant)
    return _simple(" ".join(texte_brut(t) for b in trouvee.blocs for t in textes_bloc(b)))


def _bancales(document: Document) -> list[tuple[str, str]]:
    return [(faute, x) for faute in BANCALES for x in _phrases(document) if re.search(faute, x)]


def test_le_resultat_connu_se_dit_sans_objectif(
    entrepot: Entrepot, produire: Callable[[Programme, int], Document], tmp_path: Path
) -> None:
    """Béthune-Bruay, 2019-2022 : 3 471 logements autorisés (Sitadel), dont 1 034 en 2022 ; aucun objectif."""
    document = produire(ebaucher_plh(entrepot, entrepot.epci(BETHUNE), 2019), 2022)
    assert _bancales(document) == []
    synthese = _section(document, "synthese")
    assert "3 471 logements autorisés ; aucun objectif n’est renseigné" in synthese
    assert "1 034 logements autorisés en 2022, sans écart ni taux" in synthese
    assert "L’exercice 2022 n’est pas renseigné" not in synthese
    assert "Aucun objectif n’est encore renseigné par commune" in _section(document, "communes")
    assert "ne décline" not in _section(document, "communes") + _section(document, "logement_social")
    manques = _section(document, "manques")
    assert "Objectif annualisé de chaque commune" in manques and "Objectif de logement social" in manques
    deliberation = _section(document, "deliberation")
    assert "qu’aucun objectif n’est renseigné ;" in deliberation and "sans objectif communal" in deliberation
    assert _simple(document.meta.complement).endswith("· 100 communes · 1 secteur")
    fichier = tmp_path / "bilan.docx"
    ecrire_docx(document, fichier)
    assert fichier.stat().st_size > 10_000


def test_ni_resultat_ni_objectif(entrepot: Entrepot, produire: Callable[[Programme, int], Document]) -> None:
    """Lyon n'est dans aucun extrait de Sitadel : rien n'est connu, et rien n'est zéro."""
    document = produire(ebaucher_plh(entrepot, entrepot.epci(LYON), 2019), 2022)
    assert _bancales(document) == []
    synthese = _section(document, "synthese")
    assert "aucun résultat connu ; aucun objectif n’est renseigné" in synthese
    assert "L’exercice 2022 n’a ni résultat connu, ni objectif renseigné." in synthese
    assert not re.search(r"\b0 logement", " ".join(_phrases(document)))


def test_des_actions_sans_objectif_chiffre(cabbalr: Programme, produire: Callable[[Programme, int], Document]) -> None:
    """Fiches-actions écrites, objectif pas encore : la page de l'orientation et son graphique le disent."""
    vides = tuple(
        replace(
            o,
            reference=None,
            totaux_publies=(),
            valeurs=tuple(replace(v, valeur=None, par_annee=None) for v in o.valeurs),
        )
        for o in cabbalr.objectifs
    )
    document = produire(replace(cabbalr, objectifs=vides), 2022)
    assert _bancales(document) == []
    assert any("logements autorisés en 4 ans ; aucun objectif n’est renseigné" in x for x in _phrases(document))
