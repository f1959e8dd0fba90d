"""Cinq indicateurs sur 35 000 communes et toutes les années : au plus 1,5 fois le SQL écrit à la main.

Somme, rapport avec secret, médiane de DVF, évolution à travers une fusion, part d'un registre. Puis un indicateur, un EPCI,
toutes les années, à chaud : sous 50 ms. Les données sont SYNTHÉTIQUES, de la taille de la France, faites ici et jetées ensuite.
Le SQL à la main et polars rendent les mêmes résultats que l'entrepôt, et c'est vérifié : valeur, communes connues, secrètes,
partielles, scindées, fichiers d'origine. Chacun lit le disque et écrit son résultat en Parquet. Les cinq ensemble doivent aller
plus vite qu'en polars ; un par un, polars garde l'avantage d'un simple parcours et perd celui d'une médiane.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMUNES, ANNEES = 35_000, range(2013, 2026)
PASSAGES = 7
CAS = ("somme", "rapport avec secret", "médiane de DVF", "évolution à travers une fusion", "part d'un registre")


def fabriquer(dossier: Path) -> None:
    """Un entrepôt aux tables du vrai : Sitadel, LOVAC, ventes, et un registre."""
    import duckdb

    from beffroi.sources import source
    from beffroi.warehouse.cells import name
    from beffroi.warehouse.tables import AJOUTEES, stored

    maison = dossier / "entrepot" / "essai"
    maison.mkdir(parents=True)
    con = duckdb.connect(str(maison / "entrepot.duckdb"))
    con.execute(
        f"""CREATE TABLE commune AS SELECT lpad(CAST(1000 + i AS VARCHAR), 5, '0') AS code,
              'E' || (i // 28) AS siren_epci, lpad(CAST(i // 350 AS VARCHAR), 2, '0') AS code_departement, '84' AS code_region
            FROM range({COMMUNES}) t(i);
        CREATE TABLE fichier AS SELECT * FROM (VALUES (1, 'sitadel_annuel@x', 'sitadel_annuel', 2025, 'officiel'),
              (2, 'lovac@x', 'lovac', 2025, 'officiel'), (3, 'geo_dvf@x', 'geo_dvf', 2025, 'officiel'))
              t(fichier, id, source, derniere_annee, qualite);
        CREATE TABLE perimetre AS SELECT 1 AS fichier, '*' AS code_departement;
        CREATE TABLE remplissage (source VARCHAR, fichier SMALLINT, colonne VARCHAR, remplies BIGINT);
        CREATE TABLE etat_source AS SELECT * FROM (VALUES ('sitadel_annuel', true, true, 1), ('lovac', false, false, 1),
              ('vente_dvf', false, false, 1)) t(source, scinde, partiel, lignes)"""
    )
    for nom in ("sitadel_annuel", "lovac", "vente_dvf"):
        colonnes = ", ".join(f"{name(n)} {t}" for n, t in (*stored(source(nom)), *AJOUTEES))
        con.execute(f"CREATE TABLE {name(nom)} ({colonnes})")
    debut, fin = ANNEES[0], ANNEES[-1] + 1
    con.execute(
        f"""INSERT INTO sitadel_annuel BY NAME
              SELECT code AS code_commune, a AS annee, genre AS type_logement, hash(code, a, genre) % 60 AS logement_autorise,
                     hash(code, a) % 40 AS logement_commence, 1 AS fichier,
                     CASE WHEN hash(code) % 997 = 0 AND a < 2019 THEN 2 ELSE 0 END AS scinde,
                     hash(code) % 499 = 0 AND a < 2019 AS partiel
              FROM commune, range({debut}, {fin}) t(a), (VALUES ('tous'), ('collectif')) g(genre) ORDER BY 1, 2;
            INSERT INTO lovac BY NAME
              SELECT code AS code_commune, a AS annee, CASE WHEN secret THEN NULL ELSE 11 + hash(code, a) % 300 END
                       AS logement_vacant, secret AS logement_vacant_secret, NULL AS logement_vacant_plus_2_ans,
                     false AS logement_vacant_plus_2_ans_secret, 400 + hash(code) % 5000 AS parc_prive,
                     false AS parc_prive_secret, 2 AS fichier, 0 AS scinde, false AS partiel
              FROM (SELECT code, a, hash(code, a, 1) % 4 = 0 AS secret FROM commune, range({debut}, {fin}) t(a)) ORDER BY 1, 2;
            INSERT INTO vente_dvf BY NAME
              SELECT 'm' || i AS id_mutation, 2021 + i % 5 AS annee, lpad(CAST(1000 + hash(i) % {COMMUNES} AS VARCHAR), 5, '0')
                       AS code_commune, CASE i % 3 WHEN 0 THEN 'appartement_ancien' ELSE 'maison_ancienne' END AS segment,
                     100000 + hash(i, 2) % 300000 AS prix, 80 AS surface, 800 + hash(i, 3) % 4000 AS prix_m2, 3 AS fichier,
                     0 AS scinde, false AS partiel
              FROM range(3000000) t(i) ORDER BY 3, 2;
            CREATE TABLE registre_vente AS SELECT code AS code_commune, a AS annee, hash(code, a) % 9 AS vendus,
                     10 + hash(code) % 20 AS offerts
              FROM commune, range({debut}, {fin}) t(a) WHERE hash(code) % 5 = 0 ORDER BY 1, 2"""
    )
    con.close()
    (dossier / "entrepot" / "courant").write_text("essai", encoding="ascii")


SOMME = """SELECT code_commune, annee, CASE WHEN scinde = 0 THEN logement_autorise END AS valeur,
  (valeur IS NOT NULL)::INT, 0, partiel::INT, (scinde > 0)::INT, 1::UBIGINT << (fichier - 1)
  FROM sitadel_annuel WHERE type_logement = 'tous'"""
RAPPORT = """SELECT code_commune, annee, logement_vacant::DOUBLE / nullif(parc_prive, 0),
  (logement_vacant IS NOT NULL AND parc_prive IS NOT NULL)::INT,
  ((logement_vacant_secret OR parc_prive_secret) AND NOT (logement_vacant IS NOT NULL AND parc_prive IS NOT NULL))::INT,
  0, 0, 1::UBIGINT << (fichier - 2) FROM lovac"""
MEDIANE = """SELECT code_commune, annee, quantile_cont(prix_m2, 0.5), count(prix_m2), bit_or(1::UBIGINT << (fichier - 3))
  FROM vente_dvf WHERE segment = 'maison_ancienne' GROUP BY 1, 2"""
EVOLUTION = """WITH s AS (SELECT code_commune, annee, CASE WHEN scinde = 0 THEN logement_autorise END AS v, scinde, partiel, fichier
    FROM sitadel_annuel WHERE type_logement = 'tous')
  SELECT a.code_commune, a.annee, a.v - b.v, (a.v IS NOT NULL AND b.v IS NOT NULL)::INT, 0,
    (a.partiel OR coalesce(b.partiel, false))::INT, (a.scinde > 0 OR coalesce(b.scinde > 0, false))::INT,
    (1::UBIGINT << (a.fichier - 1)) | coalesce(1::UBIGINT << (b.fichier - 1), 0::UBIGINT)
  FROM s a LEFT JOIN s b ON b.code_commune = a.code_commune AND b.annee + 5 = a.annee"""
REGISTRE = """SELECT code_commune, annee, sum(vendus)::DOUBLE / nullif(sum(offerts), 0),
  (sum(vendus) IS NOT NULL AND sum(offerts) IS NOT NULL)::INT, 0, 0, 0 FROM registre_vente GROUP BY 1, 2"""


def _polars(con: Any, dossier: Path) -> dict[str, Callable[[], Any]]:
    """Les mêmes colonnes en polars, lues comme l'entrepôt : depuis le disque, ici en Parquet."""
    import polars as pl

    for table in ("sitadel_annuel", "lovac", "vente_dvf", "registre_vente"):
        con.execute(f"COPY {table} TO '{dossier / table}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    par = ["code_commune", "annee"]
    rien = pl.lit(0, dtype=pl.Int32)

    def lire(table: str) -> Any:
        return pl.scan_parquet(dossier / f"{table}.parquet")

    def masque(colonne: str, premier: int) -> Any:
        return pl.lit(2, dtype=pl.UInt64).pow((pl.col(colonne) - premier).cast(pl.UInt32))

    def entier(quoi: Any) -> Any:
        return quoi.cast(pl.Int32)

    def autorises() -> Any:
        s = lire("sitadel_annuel").filter(pl.col("type_logement") == "tous")
        return s.select(
            *par, "scinde", "partiel", "fichier", v=pl.when(pl.col("scinde") == 0).then(pl.col("logement_autorise"))
        )

    def somme() -> Any:
        return (
            autorises()
            .select(
                *par,
                "v",
                n=entier(pl.col("v").is_not_null()),
                s=rien,
                p=entier(pl.col("partiel")),
                x=entier(pl.col("scinde") > 0),
                f=masque("fichier", 1),
            )
            .collect()
        )

    def rapport() -> Any:
        connus = pl.col("logement_vacant").is_not_null() & pl.col("parc_prive").is_not_null()
        secrets = (pl.col("logement_vacant_secret") | pl.col("parc_prive_secret")) & ~connus
        taux = pl.col("logement_vacant").cast(pl.Float64) / pl.col("parc_prive")
        parts = lire("lovac").select(
            *par, v=taux, n=entier(connus), s=entier(secrets), p=rien, x=rien, f=masque("fichier", 2)
        )
        return parts.collect()

    def mediane() -> Any:
        v = lire("vente_dvf").filter(pl.col("segment") == "maison_ancienne")
        prix = pl.col("prix_m2")
        return v.group_by(par).agg(v=prix.median(), n=prix.count(), f=masque("fichier", 3).bitwise_or()).collect()

    def evolution() -> Any:
        s = autorises()
        avant = s.select(
            "code_commune", annee=(pl.col("annee") + 5).cast(pl.Int16), w="v", q="partiel", t="scinde", g="fichier"
        )
        joint = s.join(avant, on=par, how="left")
        connus = pl.col("v").is_not_null() & pl.col("w").is_not_null()
        return joint.select(
            *par,
            v=pl.col("v") - pl.col("w"),
            n=entier(connus),
            s=rien,
            p=entier(pl.col("partiel") | pl.col("q").fill_null(False)),
            x=entier((pl.col("scinde") > 0) | (pl.col("t") > 0).fill_null(False)),
            f=masque("fichier", 1) | masque("g", 1).fill_null(0),
        ).collect()

    def registre() -> Any:
        r = (
            lire("registre_vente")
            .group_by(par)
            .agg(pl.col("vendus").sum(), pl.col("offerts").sum(), n=entier(pl.len() > 0))
        )
        return r.select(*par, v=pl.col("vendus") / pl.col("offerts"), n="n", s=rien, p=rien, x=rien).collect()

    return dict(zip(CAS, (somme, rapport, mediane, evolution, registre), strict=True))


def _nomme(sql: str) -> str:
    """Donne un nom à chaque colonne : une table en demande."""
    nombre = 5 if sql is MEDIANE else 8 if sql is not REGISTRE else 7
    return f"SELECT * FROM ({sql}) AS t({', '.join(f'c{i}' for i in range(nombre))})"


def _arrondi(ligne: Any) -> tuple[Any, ...]:
    """Une ligne comparable : les rapports à neuf décimales, une valeur absente avant toutes."""
    return tuple((v is not None, round(v, 9) if isinstance(v, float) else v if v is not None else 0) for v in ligne)


def chrono(*faire: Callable[[], Any]) -> list[float]:
    """Médianes en millisecondes, en alternant les candidats."""
    temps: list[list[float]] = [[] for _ in faire]
    for _ in range(PASSAGES):
        for i, f in enumerate(faire):
            debut = time.perf_counter()
            f()
            temps[i].append((time.perf_counter() - debut) * 1000)
    return [statistics.median(t) for t in temps]


def dire(mesure: str, duree: float, repere: str, base: float, plafond: float | None) -> None:
    """Une ligne de résultat."""
    print(
        json.dumps(
            {
                "mesure": mesure,
                "duree_ms": duree,
                "repere": repere,
                "repere_ms": base,
                "rapport": duree / base,
                "plafond": plafond,
            },
            ensure_ascii=False,
        )
    )


def main() -> None:
    """Fabrique l'entrepôt, vérifie que les résultats sont les mêmes, puis mesure."""
    from beffroi.kernel.formula import Delta, Median, Share, Sum
    from beffroi.kernel.territory import Echelle
    from beffroi.warehouse.compile import compiled
    from beffroi.warehouse.figures import Place, compute, context
    from beffroi.warehouse.folder import Folder
    from beffroi.warehouse.query import Entrepot
    from beffroi.warehouse.relations import RegisterMeasure, RegisterView

    with tempfile.TemporaryDirectory() as essai:
        fabriquer(Path(essai))
        entrepot = Entrepot(Folder(Path(essai)))
        mesures = {n: RegisterMeasure(n, "logement") for n in ("vendus", "offerts")}
        registres = {"vente": RegisterView("registre_vente", "Ventes", mesures)}
        autorises = Sum("sitadel_annuel.logement_autorise")
        cas = {
            "somme": (autorises, SOMME),
            "rapport avec secret": (Share(Sum("lovac.logement_vacant"), Sum("lovac.parc_prive")), RAPPORT),
            "médiane de DVF": (Median("vente_dvf.prix_m2_maison_ancienne"), MEDIANE),
            "évolution à travers une fusion": (Delta(autorises, 5), EVOLUTION),
            "part d'un registre": (Share(Sum("registre.vente.vendus"), Sum("registre.vente.offerts")), REGISTRE),
        }
        import duckdb

        shutil.copy(Path(essai) / "entrepot" / "essai" / "entrepot.duckdb", Path(essai) / "copie.duckdb")
        base_de_donnees = duckdb.connect(str(Path(essai) / "copie.duckdb"), read_only=True)
        polars = _polars(base_de_donnees, Path(essai))
        total, total_polars = 0.0, 0.0
        for nom, (formule, sql) in cas.items():
            plan = compiled(
                formule, Echelle.COMMUNE, context(entrepot), chosen=False, periods=False, registers=registres
            )

            a, b = entrepot.lignes(plan.sql), entrepot.lignes(sql)
            if {(r[0], r[1]): r[2] for r in a} != {(r[0], r[1]): r[2] for r in b}:
                sys.exit(f"{nom} : l'entrepôt et le SQL à la main ne disent pas la même chose")
            if sorted(map(_arrondi, b)) != sorted(map(_arrondi, polars[nom]().rows())):
                sys.exit(f"{nom} : polars et le SQL à la main ne disent pas la même chose")

            # Chacun écrit son résultat entier en Parquet : aucun ne paie sa mise en objets Python.
            def notre(texte: str = plan.sql) -> Any:
                return base_de_donnees.execute(
                    f"COPY ({texte}) TO '{essai}/resultat.parquet' (FORMAT parquet, COMPRESSION zstd)"
                )

            def main_libre(texte: str = _nomme(sql)) -> Any:
                return base_de_donnees.execute(
                    f"COPY ({texte}) TO '{essai}/resultat.parquet' (FORMAT parquet, COMPRESSION zstd)"
                )

            duree, base, autre = chrono(
                notre, main_libre, lambda f=polars[nom]: f().write_parquet(f"{essai}/polars.parquet")
            )
            dire(f"{nom}, {len(a)} valeurs", duree, "SQL écrit à la main", base, 1.5)
            dire(f"{nom}, face à polars", duree, "polars, depuis Parquet", autre, None)
            total, total_polars = total + duree, total_polars + autre
        dire("les cinq ensemble, face à polars", total, "polars, depuis Parquet", total_polars, 1.0)
        epci = Place(Echelle.EPCI, ("E12",))
        compute(entrepot, autorises, "logement", epci)
        (chaud,) = chrono(lambda: compute(entrepot, autorises, "logement", epci))
        dire("un indicateur, un EPCI, toutes les années, à chaud", chaud, "50 ms", 50.0, 1.0)


if __name__ == "__main__":
    main()
