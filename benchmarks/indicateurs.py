"""Cinq indicateurs sur 35 000 communes et toutes les années : au plus 1,5 fois le SQL à la main, et plus vite que polars.

Somme, rapport avec secret, médiane de DVF, évolution à travers une fusion, part d'un registre. Puis un indicateur, un EPCI,
toutes les années, à chaud : sous 50 ms. Les données sont SYNTHÉTIQUES, de la taille de la France, faites ici et jetées ensuite.

Les trois rendent les mêmes résultats, colonne par colonne, et c'est vérifié avant de mesurer : valeur (tue sous le seuil de
publication), communes connues, secrètes, partielles, scindées, effectif, fichiers d'origine. Chacun finit par son résultat
entier, en colonnes, en mémoire, dans la forme de son moteur ; aucun ne paie des objets Python. Le SQL à la main interroge la même
base par la même connexion ; polars relit à chaque fois, depuis le disque, les mêmes tables dans le même ordre, écrites en Parquet.
Mesure et repères alternent passage par passage, dans tous les ordres ; le rapport est la médiane des rapports de chaque passage.
"""

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

COMMUNES, ANNEES = 35_000, range(2013, 2026)
PASSAGES = 18
CAS = ("somme", "rapport avec secret", "médiane de DVF", "évolution à travers une fusion", "part d'un registre")


def fabriquer(dossier: Path) -> None:
    """Un entrepôt aux tables du vrai : Sitadel, LOVAC, ventes, et un registre."""
    import duckdb

    from beffroi.sources import source
    from beffroi.warehouse.cells import name
    from beffroi.warehouse.schema import schema
    from beffroi.warehouse.tables import AJOUTEES, sorting, stored

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
    tri = {n: ", ".join(sorting(source(n))) for n in ("sitadel_annuel", "lovac")}  # l'ordre des vraies tables
    con.execute(
        f"""INSERT INTO sitadel_annuel BY NAME
              SELECT code AS code_commune, a AS annee, genre AS type_logement, hash(code, a, genre) % 60 AS logement_autorise,
                     hash(code, a) % 40 AS logement_commence, 1 AS fichier,
                     CASE WHEN hash(code) % 997 = 0 AND a < 2019 THEN 2 ELSE 0 END AS scinde,
                     hash(code) % 499 = 0 AND a < 2019 AS partiel
              FROM commune, range({debut}, {fin}) t(a), (VALUES ('tous'), ('collectif')) g(genre) ORDER BY {tri["sitadel_annuel"]};
            INSERT INTO lovac BY NAME
              SELECT code AS code_commune, a AS annee, CASE WHEN secret THEN NULL ELSE 11 + hash(code, a) % 300 END
                       AS logement_vacant, secret AS logement_vacant_secret, NULL AS logement_vacant_plus_2_ans,
                     false AS logement_vacant_plus_2_ans_secret, 400 + hash(code) % 5000 AS parc_prive,
                     false AS parc_prive_secret, 2 AS fichier, 0 AS scinde, false AS partiel
              FROM (SELECT code, a, hash(code, a, 1) % 4 = 0 AS secret FROM commune, range({debut}, {fin}) t(a))
              ORDER BY {tri["lovac"]};
            INSERT INTO vente_dvf BY NAME
              SELECT 'm' || i AS id_mutation, 2021 + i % 5 AS annee, lpad(CAST(1000 + hash(i) % {COMMUNES} AS VARCHAR), 5, '0')
                       AS code_commune, CASE i % 3 WHEN 0 THEN 'appartement_ancien' ELSE 'maison_ancienne' END AS segment,
                     100000 + hash(i, 2) % 300000 AS prix, 80 AS surface, 800 + hash(i, 3) % 4000 AS prix_m2, 3 AS fichier,
                     0 AS scinde, false AS partiel
              FROM range(3000000) t(i) ORDER BY segment, code_commune, annee, id_mutation;
            CREATE TABLE registre_vente AS SELECT code AS code_commune, a AS annee, hash(code, a) % 9 AS vendus,
                     10 + hash(code) % 20 AS offerts
              FROM commune, range({debut}, {fin}) t(a) WHERE hash(code) % 5 = 0 ORDER BY 1, 2"""
    )
    con.close()
    (maison / "manifeste.json").write_text(json.dumps({"schema": schema()}), encoding="utf-8")
    (dossier / "entrepot" / "courant").write_text("essai", encoding="ascii")


SOMME = """SELECT code_commune AS territoire, annee AS periode, CASE WHEN scinde = 0 THEN logement_autorise END AS valeur,
  (valeur IS NOT NULL)::UTINYINT AS renseignes, 0::UTINYINT AS secrets, partiel::UTINYINT AS partiels,
  (scinde > 0)::UTINYINT AS scindes, NULL::UTINYINT AS effectif, 1::UBIGINT << (fichier - 1)::UBIGINT AS p0
  FROM sitadel_annuel WHERE type_logement = 'tous'"""
RAPPORT = """SELECT code_commune AS territoire, annee AS periode, logement_vacant::DOUBLE / nullif(parc_prive, 0) AS valeur,
  (logement_vacant IS NOT NULL AND parc_prive IS NOT NULL)::UTINYINT AS renseignes,
  ((logement_vacant_secret OR parc_prive_secret) AND NOT (logement_vacant IS NOT NULL AND parc_prive IS NOT NULL))::UTINYINT
    AS secrets, 0::UTINYINT AS partiels, 0::UTINYINT AS scindes, NULL::UTINYINT AS effectif,
  1::UBIGINT << (fichier - 2)::UBIGINT AS p0 FROM lovac"""
MEDIANE = """SELECT code_commune AS territoire, annee AS periode,
  CASE WHEN count(prix_m2) >= {seuil} THEN quantile_cont(prix_m2, 0.5) END AS valeur, NULL::UTINYINT AS renseignes,
  NULL::UTINYINT AS secrets, NULL::UTINYINT AS partiels, NULL::UTINYINT AS scindes, count(prix_m2) AS effectif,
  bit_or(1::UBIGINT << (fichier - 3)::UBIGINT) AS p0
  FROM vente_dvf WHERE segment = 'maison_ancienne' GROUP BY 1, 2"""
EVOLUTION = """WITH s AS (SELECT code_commune, annee, CASE WHEN scinde = 0 THEN logement_autorise END AS v, scinde, partiel, fichier
    FROM sitadel_annuel WHERE type_logement = 'tous')
  SELECT a.code_commune AS territoire, a.annee AS periode, a.v - b.v AS valeur,
    (a.v IS NOT NULL AND b.v IS NOT NULL)::UTINYINT AS renseignes, 0::UTINYINT AS secrets,
    (a.partiel OR coalesce(b.partiel, false))::UTINYINT AS partiels,
    (a.scinde > 0 OR coalesce(b.scinde > 0, false))::UTINYINT AS scindes, NULL::UTINYINT AS effectif,
    (1::UBIGINT << (a.fichier - 1)::UBIGINT) | coalesce(1::UBIGINT << (b.fichier - 1)::UBIGINT, 0::UBIGINT) AS p0
  FROM s a LEFT JOIN s b ON b.code_commune = a.code_commune AND b.annee + 5 = a.annee"""
REGISTRE = """SELECT code_commune AS territoire, annee AS periode, sum(vendus)::DOUBLE / nullif(sum(offerts), 0) AS valeur,
  (sum(vendus) IS NOT NULL AND sum(offerts) IS NOT NULL)::UTINYINT AS renseignes, 0::UTINYINT AS secrets,
  0::UTINYINT AS partiels, 0::UTINYINT AS scindes, NULL::UTINYINT AS effectif FROM registre_vente GROUP BY 1, 2"""


def _polars(con: Any, dossier: Path, seuil: int) -> dict[str, Callable[[], Any]]:
    """Les mêmes colonnes en polars, lues comme l'entrepôt : depuis le disque, ici en Parquet."""
    import polars as pl

    for table in ("sitadel_annuel", "lovac", "vente_dvf", "registre_vente"):
        con.execute(f"COPY {table} TO '{dossier / table}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    par = [pl.col("code_commune").alias("territoire"), pl.col("annee").alias("periode")]

    def lire(table: str) -> Any:
        return pl.scan_parquet(dossier / f"{table}.parquet")

    def masque(colonne: str, premier: int) -> Any:
        return pl.lit(2, dtype=pl.UInt64).pow((pl.col(colonne) - premier).cast(pl.UInt32))

    def octet(quoi: Any) -> Any:
        return quoi.cast(pl.UInt8) if isinstance(quoi, pl.Expr) else pl.lit(quoi, dtype=pl.UInt8)

    def etats(connus: Any, secrets: Any = 0, partiels: Any = 0, scindes: Any = 0, effectif: Any = None) -> Any:
        dits = {
            "renseignes": connus,
            "secrets": secrets,
            "partiels": partiels,
            "scindes": scindes,
            "effectif": effectif,
        }
        return {nom: octet(quoi) for nom, quoi in dits.items()}

    def autorises() -> Any:
        s = lire("sitadel_annuel").filter(pl.col("type_logement") == "tous")
        return s.select(
            *par, "scinde", "partiel", "fichier", v=pl.when(pl.col("scinde") == 0).then(pl.col("logement_autorise"))
        )

    def somme() -> Any:
        dits = etats(pl.col("v").is_not_null(), 0, pl.col("partiel"), pl.col("scinde") > 0)
        return autorises().select("territoire", "periode", valeur="v", **dits, p0=masque("fichier", 1)).collect()

    def rapport() -> Any:
        connus = pl.col("logement_vacant").is_not_null() & pl.col("parc_prive").is_not_null()
        secrets = (pl.col("logement_vacant_secret") | pl.col("parc_prive_secret")) & ~connus
        taux = pl.col("logement_vacant").cast(pl.Float64) / pl.col("parc_prive")
        return lire("lovac").select(*par, valeur=taux, **etats(connus, secrets), p0=masque("fichier", 2)).collect()

    def mediane() -> Any:
        v = lire("vente_dvf").filter(pl.col("segment") == "maison_ancienne")
        prix = pl.col("prix_m2")
        g = v.group_by(par).agg(v=prix.median(), n=prix.count().cast(pl.Int64), p0=masque("fichier", 3).bitwise_or())
        dits = etats(None, None, None, None) | {"effectif": pl.col("n")}
        return g.select(
            "territoire", "periode", valeur=pl.when(pl.col("n") >= seuil).then("v"), **dits, p0="p0"
        ).collect()

    def evolution() -> Any:
        s = autorises()
        avant = s.select(
            "territoire", periode=(pl.col("periode") + 5).cast(pl.Int16), w="v", q="partiel", t="scinde", g="fichier"
        )
        joint = s.join(avant, on=["territoire", "periode"], how="left")
        dits = etats(
            pl.col("v").is_not_null() & pl.col("w").is_not_null(),
            0,
            pl.col("partiel") | pl.col("q").fill_null(False),
            (pl.col("scinde") > 0) | (pl.col("t") > 0).fill_null(False),
        )
        p0 = masque("fichier", 1) | masque("g", 1).fill_null(0)
        return joint.select("territoire", "periode", valeur=pl.col("v") - pl.col("w"), **dits, p0=p0).collect()

    def registre() -> Any:
        r = lire("registre_vente").group_by(par).agg(pl.col("vendus").sum(), pl.col("offerts").sum(), n=pl.len())
        taux = pl.col("vendus") / pl.col("offerts")
        return r.select("territoire", "periode", valeur=taux, **etats(pl.col("n") > 0)).collect()

    return dict(zip(CAS, (somme, rapport, mediane, evolution, registre), strict=True))


def comparable(cadre: Any) -> Any:
    """Les mêmes types et le même ordre, un rapport à douze décimales : deux résultats se comparent case par case."""
    import polars as pl

    nombres = [pl.col(c).cast(pl.Float64).round(12) for c in cadre.columns if c not in ("territoire", "periode")]
    return cadre.select("territoire", pl.col("periode").cast(pl.Int32), *nombres).sort("territoire", "periode")


def chrono(*faire: Callable[[], Any]) -> list[list[float]]:
    """Millisecondes de chaque passage, les candidats alternés ; d'un passage à l'autre, tous les ordres servent."""
    temps: list[list[float]] = [[] for _ in faire]
    ordres = itertools.cycle(itertools.permutations(range(len(faire))))
    for ordre in itertools.islice(ordres, PASSAGES):
        for i in ordre:
            debut = time.perf_counter()
            faire[i]()
            temps[i].append((time.perf_counter() - debut) * 1000)
    return temps


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


def main() -> None:
    """Fabrique l'entrepôt, vérifie que les résultats sont les mêmes, puis mesure."""
    import polars as pl

    from beffroi.kernel.formula import Delta, Median, Share, Sum
    from beffroi.kernel.parameter import load_parameters
    from beffroi.kernel.territory import Echelle
    from beffroi.warehouse.figures import Place, columns, compute
    from beffroi.warehouse.folder import Folder
    from beffroi.warehouse.query import Entrepot
    from beffroi.warehouse.relations import RegisterMeasure, RegisterView

    with tempfile.TemporaryDirectory() as essai:
        fabriquer(Path(essai))
        import duckdb

        # Une copie : l'entrepôt en service interdit d'écrire des fichiers, et les Parquet de polars viennent d'elle.
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{essai}/entrepot/essai/entrepot.duckdb' AS e (READ_ONLY); USE e")
            seuil = load_parameters("beffroi.sources")("seuil_dvf", date.today()).entier
            polars = _polars(con, Path(essai), seuil)
        entrepot = Entrepot(Folder(Path(essai)))
        mesures = {n: RegisterMeasure(n, "logement") for n in ("vendus", "offerts")}
        registres = {"vente": RegisterView("registre_vente", "Ventes", mesures)}
        autorises = Sum("sitadel_annuel.logement_autorise")
        formules = (
            (autorises, SOMME),
            (Share(Sum("lovac.logement_vacant"), Sum("lovac.parc_prive")), RAPPORT),
            (Median("vente_dvf.prix_m2_maison_ancienne"), MEDIANE.format(seuil=seuil)),
            (Delta(autorises, 5), EVOLUTION),
            (Share(Sum("registre.vente.vendus"), Sum("registre.vente.offerts")), REGISTRE),
        )
        ensemble: list[list[float]] = [[0.0] * PASSAGES for _ in range(3)]
        for nom, (formule, sql) in zip(CAS, formules, strict=True):

            def notre(formule: Any = formule) -> Any:
                return columns(entrepot, formule, Echelle.COMMUNE, registers=registres)

            def a_la_main(sql: str = sql) -> Any:
                return entrepot.connexion().sql(sql)

            dit = comparable(pl.DataFrame(notre()))
            for autre, rendu in (("le SQL à la main", pl.DataFrame(a_la_main())), ("polars", polars[nom]())):
                if not dit.equals(comparable(rendu)):
                    sys.exit(f"{nom} : l'entrepôt et {autre} ne disent pas la même chose")
            temps = chrono(lambda f=notre: f().execute(), lambda f=a_la_main: f().execute(), polars[nom])
            dire(f"{nom}, {len(dit)} valeurs", temps[0], "SQL écrit à la main", temps[1], 1.5)
            dire(f"{nom}, face à polars", temps[0], "polars, depuis Parquet", temps[2], None)
            ensemble = [[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(ensemble, temps, strict=True)]
        dire("les cinq ensemble", ensemble[0], "SQL écrit à la main", ensemble[1], 1.5)
        dire("les cinq ensemble, face à polars", ensemble[0], "polars, depuis Parquet", ensemble[2], 1.0)
        epci = Place(Echelle.EPCI, ("E12",))
        compute(entrepot, autorises, "logement", epci)
        (chaud,) = chrono(lambda: list(compute(entrepot, autorises, "logement", epci).items()))
        dire("un indicateur, un EPCI, toutes les années, à chaud", chaud, "50 ms", [50.0] * PASSAGES, 1.0)


if __name__ == "__main__":
    main()
