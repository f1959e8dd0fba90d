"""Le guide de l'observatoire s'exécute tel qu'il est écrit."""

import doctest
from pathlib import Path

import pytest

from beffroi.warehouse.query import Entrepot


def test_guide_de_l_observatoire(demonstration: Entrepot, racine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEFFROI_DONNEES", str(demonstration.folder.root))
    texte = (racine / "docs/guides/observatoire.md").read_text(encoding="utf-8")
    exemples = doctest.DocTestParser().get_doctest(texte, {}, "observatoire.md", "observatoire.md", 0)
    assert len(exemples.examples) >= 15
    ecrit: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(exemples, out=ecrit.append)
    assert ecrit == [], "".join(ecrit)
