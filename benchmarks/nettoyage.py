"""Nettoyer une année de DVF de quatre millions de lignes : au plus 1,6 fois un COPY nu de DuckDB, sous 1,5 Go.

Les lignes sont SYNTHÉTIQUES, faites ici et jetées ensuite. Le repère lit tout en texte et fait les mêmes conversions vers le
même Parquet zstd, sans aucun contrôle ; les deux fichiers portent les mêmes valeurs, et c'est vérifié. Chaque mesure est un
processus neuf, pour que la mémoire de pointe soit la sienne. Mesure et repère alternent, chacun le premier à son tour ; le rapport
est la médiane des rapports de chaque passage, en durée vécue.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIGNES = int(os.environ.get("BEFFROI_BENCH_LIGNES", "4000000"))
PASSAGES = 5
COLONNES = [
    "id_mutation",
    "date_mutation",
    "numero_disposition",
    "nature_mutation",
    "valeur_fonciere",
    "adresse_numero",
    "adresse_suffixe",
    "adresse_nom_voie",
    "adresse_code_voie",
    "code_postal",
    "code_commune",
    "nom_commune",
    "code_departement",
    "ancien_code_commune",
    "ancien_nom_commune",
    "id_parcelle",
    "ancien_id_parcelle",
    "numero_volume",
    "lot1_numero",
    "lot1_surface_carrez",
    "lot2_numero",
    "lot2_surface_carrez",
    "lot3_numero",
    "lot3_surface_carrez",
    "lot4_numero",
    "lot4_surface_carrez",
    "lot5_numero",
    "lot5_surface_carrez",
    "nombre_lots",
    "code_type_local",
    "type_local",
    "surface_reelle_bati",
    "nombre_pieces_principales",
    "code_nature_culture",
    "nature_culture",
    "code_nature_culture_speciale",
    "nature_culture_speciale",
    "surface_terrain",
    "longitude",
    "latitude",
]


def fabriquer(cible: Path) -> None:
    """Un fichier au format geo-DVF, de graine fixe."""
    import duckdb

    valeurs = {
        "id_mutation": "'2024-' || (i // 2)",
        "date_mutation": "CAST(DATE '2024-01-01' + CAST(h % 366 AS INTEGER) AS VARCHAR)",
        "numero_disposition": "'000001'",
        "nature_mutation": "CASE h % 20 WHEN 0 THEN 'Vente en l''état futur d''achèvement' WHEN 1 THEN 'Echange' ELSE 'Vente' END",
        "valeur_fonciere": "CASE WHEN h % 125 = 0 THEN NULL ELSE CAST(50000 + h % 400000 AS VARCHAR) END",
        "adresse_numero": "CAST(h % 90 + 1 AS VARCHAR)",
        "adresse_nom_voie": "'RUE DES MARECHAUX'",
        "adresse_code_voie": "'1140'",
        "code_postal": "'95300'",
        "code_commune": "lpad(CAST(1001 + h % 94000 AS VARCHAR), 5, '0')",
        "nom_commune": "'Pontoise'",
        "code_departement": "'95'",
        "id_parcelle": "'95500000AK' || lpad(CAST(h % 10000 AS VARCHAR), 4, '0')",
        "lot1_numero": "CASE WHEN h % 2 = 0 THEN CAST(h % 200 AS VARCHAR) END",
        "nombre_lots": "CAST(h % 3 AS VARCHAR)",
        "code_type_local": "CASE WHEN h % 4 = 3 THEN NULL ELSE CAST(h % 4 + 1 AS VARCHAR) END",
        "type_local": "CASE h % 4 WHEN 0 THEN 'Maison' WHEN 1 THEN 'Appartement' WHEN 2 THEN 'Dépendance' END",
        "surface_reelle_bati": "CASE WHEN h % 5 < 2 THEN CAST(20 + h % 130 AS VARCHAR) END",
        "nombre_pieces_principales": "CASE WHEN h % 5 < 2 THEN CAST(h % 7 AS VARCHAR) END",
        "code_nature_culture": "CASE WHEN h % 9 < 4 THEN 'S' END",
        "nature_culture": "CASE WHEN h % 9 < 4 THEN 'sols' END",
        "surface_terrain": "CASE WHEN h % 9 < 4 THEN CAST(h % 3000 AS VARCHAR) END",
        "longitude": "CAST(2 + (h % 100000) / 100000.0 AS VARCHAR)",
        "latitude": "CAST(49 + (h % 70000) / 100000.0 AS VARCHAR)",
    }
    listees = ", ".join(f"{valeurs.get(c, 'NULL::VARCHAR')} AS {c}" for c in COLONNES)
    duckdb.execute(
        f"COPY (SELECT {listees} FROM (SELECT i, hash(i) % 1000000007 AS h FROM range({LIGNES}) t(i))) TO '{cible}' (HEADER, DELIMITER ',')"
    )


def repere(brut: Path, cible: Path) -> None:
    """Le COPY nu : mêmes conversions, même Parquet, aucun contrôle."""
    import duckdb

    casts = (
        "id_mutation, CAST(date_mutation AS DATE) AS date_mutation, CAST(left(date_mutation, 4) AS SMALLINT) AS annee, "
        "nature_mutation, CAST(valeur_fonciere AS DOUBLE) AS valeur_fonciere, code_commune, id_parcelle, numero_disposition, "
        "lot1_numero, lot2_numero, CAST(nombre_lots AS BIGINT) AS nombre_lots, CAST(code_type_local AS BIGINT) AS "
        "code_type_local, CAST(surface_reelle_bati AS DOUBLE) AS surface_bati, CAST(nombre_pieces_principales AS BIGINT) AS "
        "nombre_pieces, code_nature_culture AS code_culture, CAST(surface_terrain AS DOUBLE) AS surface_terrain, "
        "CAST(longitude AS DOUBLE) AS longitude, CAST(latitude AS DOUBLE) AS latitude"
    )
    duckdb.execute(
        f"COPY (SELECT {casts} FROM read_csv('{brut}', all_varchar=true, header=true)) TO '{cible}' "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )


def nettoyer(brut: Path, cible: Path) -> None:
    """La chaîne réelle : en-tête, conversions, contrôles, lignes refusées, attentes."""
    from beffroi.sources import source
    from beffroi.warehouse.clean import clean

    clean(brut, source("geo_dvf"), "2024", cible)


def seul(quoi: str, brut: str, cible: str) -> None:
    """Une mesure, dans ce processus : millisecondes et mémoire de pointe en Mo."""
    import duckdb  # noqa: F401 — l'import n'est pas ce que l'on mesure

    debut, avant = time.perf_counter(), time.process_time()
    {"repere": repere, "nettoyer": nettoyer}[quoi](Path(brut), Path(cible))
    duree = (time.perf_counter() - debut) * 1000
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"ms": duree, "cpu": (time.process_time() - avant) * 1000, "mo": usage.ru_maxrss / 1024}))


def mesurer(quoi: str, brut: Path, dossier: Path) -> dict[str, float]:
    """Une mesure dans un processus neuf."""
    fini = subprocess.run(
        [sys.executable, __file__, quoi, str(brut), str(dossier / f"{quoi}.parquet")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    dit: dict[str, float] = json.loads(fini.stdout.splitlines()[-1])
    return dit


def verifier(dossier: Path) -> None:
    """Les deux Parquet portent les mêmes lignes, colonne par colonne ; sinon l'une des mesures ne vaut rien."""
    import duckdb

    lus = [f"read_parquet('{dossier}/{quoi}.parquet')" for quoi in ("repere", "nettoyer")]
    colonnes = [c[0] for c in duckdb.execute(f"DESCRIBE SELECT * FROM {lus[0]}").fetchall()]
    types = [{c[0]: c[1] for c in duckdb.execute(f"DESCRIBE SELECT * FROM {lu}").fetchall()} for lu in lus]
    if any(types[0][c] != types[1].get(c) for c in colonnes):
        sys.exit("le repère et le nettoyage n'écrivent pas les mêmes types")
    sommes = ", ".join(f'count("{c}"), sum(hash("{c}"))' for c in colonnes)
    if (
        len(
            {
                duckdb.execute(f"SELECT count(*), {sommes}, sum(hash({', '.join(colonnes)})) FROM {lu}").fetchone()
                for lu in lus
            }
        )
        > 1
    ):
        sys.exit("le repère et le nettoyage n'écrivent pas les mêmes valeurs")


def main() -> None:
    """Alterne repère et mesure, passage par passage."""
    with tempfile.TemporaryDirectory() as essai:
        dossier = Path(essai)
        brut = dossier / "full.csv"
        fabriquer(brut)
        resultats: dict[str, list[dict[str, float]]] = {"repere": [], "nettoyer": []}
        for passage in range(PASSAGES):
            for quoi in sorted(resultats, reverse=passage % 2 == 0):
                resultats[quoi].append(mesurer(quoi, brut, dossier))
        verifier(dossier)
        for clef, mot, plafond in (("ms", "durée", 1.6), ("cpu", "temps de processeur", None)):
            durees, bases = ([m[clef] for m in resultats[quoi]] for quoi in ("nettoyer", "repere"))
            dire(
                f"nettoyer {LIGNES} lignes de DVF, contrôles compris, {mot}",
                durees,
                "COPY nu de DuckDB, sans contrôle",
                bases,
                plafond,
            )
        pointe = max(m["mo"] for m in resultats["nettoyer"])
        dire(f"mémoire de pointe : {pointe:.0f} Mo pour 1 500", [pointe], "1 500 Mo", [1500.0], 1.0)


def dire(mesure: str, durees: list[float], repere: str, bases: list[float], plafond: float | None) -> None:
    """Une ligne de résultat : le rapport est la médiane des rapports de chaque passage."""
    ligne = {
        "mesure": mesure,
        "duree_ms": statistics.median(durees),
        "repere": repere,
        "repere_ms": statistics.median(bases),
        "rapport": statistics.median(a / b for a, b in zip(durees, bases, strict=True)),
        "plafond": plafond,
    }
    print(json.dumps(ligne, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        seul(*sys.argv[1:])
    else:
        main()
