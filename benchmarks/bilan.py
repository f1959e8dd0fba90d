"""Bilan annuel de 100 communes en DOCX, rapporté à un tableau python-docx nu de même taille.

Le bilan part de l'entrepôt des extraits livrés : lecture, calcul, quatorze sections, cinq graphiques natifs, deux cartes.
Le repère n'écrit que le tableau des communes, cellule par cellule. Mesurés dans la même exécution ; le bilan doit aussi
tenir sous cinq secondes. Lancer : ``python benchmarks/bilan.py``.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from beffroi import demo
from beffroi.exchange import lire
from beffroi.reports.build import Tableau
from beffroi.reports.docx import octets_docx
from beffroi.reports.editer import editer
from beffroi.warehouse.build import preparer
from beffroi.warehouse.query import Entrepot

PASSAGES = 5
LIMITE_MS = 5000.0
PLAFOND = 10.0  # le bilan lit, calcule, dessine deux cartes et cinq graphiques ; le repère n'écrit qu'un tableau


def mediane(faire: Callable[[], object]) -> float:
    durees = []
    for _ in range(PASSAGES):
        debut = time.perf_counter()
        faire()
        durees.append((time.perf_counter() - debut) * 1000)
    return statistics.median(durees)


def repere(lignes: list[list[str]]) -> bytes:
    import docx

    document = docx.Document()
    tableau = document.add_table(rows=len(lignes), cols=13)
    for rang, ligne in zip(tableau.rows, lignes, strict=True):
        for cellule, texte in zip(rang.cells, ligne, strict=False):
            cellule.text = texte
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def main() -> int:
    programme = lire(next(p for p in demo.programmes() if p.stem == "plh-cabbalr-2019"))
    with tempfile.TemporaryDirectory() as dossier:
        preparer(Path(dossier))
        entrepot = Entrepot.ouvrir(Path(dossier))
        document = editer(programme, 2022, entrepot=entrepot)
        tableau = next(b for s in document.sections for b in s.blocs if isinstance(b, Tableau) and b.id == "communes")
        lignes = [["".join(m.texte for m in c.texte) for c in ligne.cellules] for ligne in tableau.lignes]
        duree = mediane(lambda: octets_docx(editer(programme, 2022, entrepot=entrepot)))
        nu = mediane(lambda: repere(lignes))
    ligne = {
        "mesure": "bilan annuel DOCX, 100 communes",
        "duree_ms": round(duree, 1),
        "repere": f"tableau python-docx nu, {len(lignes)} lignes × 13",
        "repere_ms": round(nu, 1),
        "rapport": round(duree / nu, 2),
        "plafond": PLAFOND,
    }
    print(json.dumps(ligne, ensure_ascii=False))
    if duree > LIMITE_MS:
        print(f"Le bilan prend {duree:.0f} ms, plus de {LIMITE_MS:.0f}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
