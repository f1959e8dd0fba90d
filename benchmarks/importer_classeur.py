"""Preview of 50 000 values from a workbook, against the time to read it with calamine and to insert them in bulk.

Budget of the project: at most 3 times the reading plus the insertion.
"""

import io
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

import xlsxwriter
from python_calamine import CalamineWorkbook

from beffroi.exchange.classeur import lire_classeur
from beffroi.exchange.saisie import COLONNES, Apercu, CaseSaisie, Cle, apercu

NOMBRE = 50_000


def cas() -> list[CaseSaisie]:
    """Cells to fill: 100 communes × 6 years × enough indicators."""
    return [
        CaseSaisie(
            cle=Cle(f"a{i // 6000:02d}-indicateur-1", f"{62001 + i // 6 % 1000}", f"{2019 + i % 6}"),
            libelle="Logements autorisés par an",
            nom_territoire=f"Commune {i % 100}",
            unite="logement",
            valeur=Decimal(i % 97) if i % 3 else None,
        )
        for i in range(NOMBRE)
    ]


def remplir(cases: list[CaseSaisie]) -> bytes:
    """The workbook of these cells as a person sends it back: every empty cell has received a 1."""
    tampon = io.BytesIO()
    livre = xlsxwriter.Workbook(tampon, {"in_memory": True})
    feuille = livre.add_worksheet("Saisie")
    for colonne, titre in enumerate(COLONNES.values()):
        feuille.write_string(0, colonne, titre)
    for rang, c in enumerate(cases, 1):
        contenu = {**c.cle._asdict(), "libelle": c.libelle, "nom_territoire": c.nom_territoire, "unite": c.unite}
        contenu |= {
            "valeur": 1 if c.valeur is None else int(c.valeur),
            "exportee": "" if c.valeur is None else int(c.valeur),
        }
        for colonne, champ in enumerate(COLONNES):
            feuille.write(rang, colonne, contenu.get(champ, ""))
    livre.close()
    return tampon.getvalue()


def mesurer(action: Callable[[], object], tours: int = 3) -> float:
    """Median time of some runs, in milliseconds."""
    temps = []
    for _ in range(tours):
        debut = time.perf_counter()
        action()
        temps.append((time.perf_counter() - debut) * 1000)
    return statistics.median(temps)


def repere(octets: bytes) -> None:
    """Bare reading and bulk insert of every row."""
    lignes = CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_index(0).to_python()
    base = sqlite3.connect(":memory:")
    base.execute("create table v (element, territoire, periode, valeur)")
    base.executemany("insert into v values (?, ?, ?, ?)", [(r[0], r[2], r[4], r[7]) for r in lignes[1:]])
    base.commit()
    base.close()


def main() -> None:
    """Print one JSON line per measure."""
    cases = cas()
    octets = remplir(cases)

    def importer() -> Apercu:
        a = apercu(lire_classeur(octets, "banc.xlsx"), cases, programme="banc")
        base = sqlite3.connect(":memory:")
        base.execute("create table v (element, territoire, periode, valeur)")
        ecrits = (*a.nouvelles, *a.changees)
        base.executemany("insert into v values (?, ?, ?, ?)", [(*c.cle[:3], str(c.apres[0])) for c in ecrits])
        base.commit()
        base.close()
        return a

    lu = importer()
    attendues = sum(c.valeur is None for c in cases)
    assert (len(lu.nouvelles), lu.inchangees) == (attendues, NOMBRE - attendues), lu.resume
    assert not lu.rejetees
    duree, reference = mesurer(importer), mesurer(lambda: repere(octets))
    print(
        json.dumps(
            {
                "mesure": f"importer {NOMBRE} valeurs",
                "duree_ms": round(duree, 1),
                "repere": "lecture calamine et insertion en bloc",
                "repere_ms": round(reference, 1),
                "rapport": round(duree / reference, 2),
                "plafond": 3,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
