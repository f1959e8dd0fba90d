"""Sales out of the lines of DVF, by the published method, as one SQL statement over millions of lines.

The same method in plain Python is ``domain/marches/prix.py``; a test holds the two together. A line is a parcel or a
premises of a mutation, and the price is that of the whole mutation: it is taken once. Every mutation left out is counted
with its reason (table ``vente_ecartee``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from beffroi.domain.marches.regles import PARAMETRES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NATURES = {
    "Vente": "vente",
    "Vente en l'état futur d'achèvement": "vefa",
    "VEFA": "vefa",
    "Adjudication": "vente",
    "Vente terrain à bâtir": "terrain",
}


def build_sales(con: DuckDBPyConnection, le: date | None = None) -> None:
    """Create ``vente_dvf`` (one row per sale kept) and ``vente_ecartee`` (mutations left out, by reason).

    Args:
        con: open database with the tables ``geo_dvf`` and ``commune``.
        le: day of the parameters (today by default).
    """
    day = le or date.today()

    def p(name: str) -> str:
        return f"CAST({PARAMETRES(name, day).decimal} AS DOUBLE)"

    natures = " ".join(f"WHEN '{k.replace(chr(39), chr(39) * 2)}' THEN '{v}'" for k, v in NATURES.items())
    con.execute(
        f"""CREATE TEMP TABLE mutation AS
        WITH locaux AS (
          SELECT id_mutation, count(*) AS n, count(*) FILTER (logement) AS n_logement,
                 any_value(code_type_local) AS code_type_local, any_value(surface_bati) AS surface
          FROM (SELECT id_mutation, code_type_local, surface_bati, code_type_local IN (1, 2) AS logement
                FROM geo_dvf WHERE code_type_local IN (1, 2, 4)
                GROUP BY id_mutation, code_type_local, surface_bati, id_parcelle, {CLE_LOCAL})
          GROUP BY id_mutation
        ), terrains AS (
          SELECT id_mutation, sum(surface_terrain) AS surface
          FROM (SELECT DISTINCT id_mutation, id_parcelle, surface_terrain FROM geo_dvf WHERE surface_terrain > 0)
          GROUP BY id_mutation
        ), entete AS (
          SELECT id_mutation, min(annee) AS annee, min(code_commune) AS code_commune, first(nature_mutation) AS nature,
                 max(valeur_fonciere) AS prix, min(fichier) AS fichier, max(scinde) AS scinde
          FROM geo_dvf GROUP BY id_mutation
        )
        SELECT e.id_mutation, e.annee, e.code_commune, e.prix, e.fichier, e.scinde,
               coalesce(l.n, 0) AS n, coalesce(l.n_logement, 0) AS n_logement,
               CASE e.nature {natures} END AS genre,
               CASE WHEN genre = 'terrain' THEN 'terrain'
                    WHEN l.code_type_local = 1 THEN CASE WHEN genre = 'vefa' THEN 'maison_neuve' ELSE 'maison_ancienne' END
                    WHEN l.code_type_local = 2
                      THEN CASE WHEN genre = 'vefa' THEN 'appartement_neuf' ELSE 'appartement_ancien' END END AS segment,
               CASE WHEN genre = 'terrain' THEN t.surface ELSE l.surface END AS surface
        FROM entete e LEFT JOIN locaux l USING (id_mutation) LEFT JOIN terrains t USING (id_mutation);

        CREATE TEMP TABLE examen AS
        SELECT *, prix / nullif(surface, 0) AS prix_m2,
               CASE WHEN genre IS NULL THEN 'nature'
                    WHEN genre = 'terrain' AND n > 0 THEN 'plusieurs_locaux'
                    WHEN genre <> 'terrain' AND n_logement = 0 THEN 'sans_logement'
                    WHEN genre <> 'terrain' AND n > 1 THEN 'plusieurs_locaux'
                    WHEN prix IS NULL THEN 'prix_absent'
                    WHEN coalesce(surface, 0) = 0 THEN 'surface_absente'
                    WHEN genre <> 'terrain' AND surface < {p("surface_minimale")} THEN 'surface_minimale'
                    WHEN prix < {p("prix_minimal")} THEN 'prix_minimal'
                    WHEN genre <> 'terrain' AND prix / surface < {p("prix_m2_minimal")} THEN 'prix_m2_minimal'
                    WHEN genre <> 'terrain' AND prix / surface > {p("prix_m2_maximal")} THEN 'prix_m2_maximal'
               END AS motif
        FROM mutation;

        CREATE TEMP TABLE borne AS
        SELECT coalesce(c.siren_epci, x.code_commune) AS groupe, annee, segment,
               quantile_cont(prix_m2, 0.25) AS q1, quantile_cont(prix_m2, 0.75) AS q3
        FROM examen x LEFT JOIN commune c ON c.code = x.code_commune WHERE motif IS NULL GROUP BY ALL;

        CREATE TABLE vente_dvf AS
        SELECT x.id_mutation, x.annee, x.code_commune, x.segment, x.prix, x.surface, x.prix_m2, x.fichier, x.scinde,
               false AS partiel
        FROM examen x LEFT JOIN commune c ON c.code = x.code_commune
        JOIN borne b ON b.groupe = coalesce(c.siren_epci, x.code_commune) AND b.annee = x.annee AND b.segment = x.segment
        WHERE motif IS NULL
          AND prix_m2 BETWEEN q1 - {p("multiple_interquartile")} * (q3 - q1) AND q3 + {p("multiple_interquartile")} * (q3 - q1)
        ORDER BY segment, code_commune, annee, id_mutation;

        CREATE TABLE vente_ecartee AS
        SELECT code_commune, annee, coalesce(motif, 'ecart_interquartile') AS motif, count(*) AS mutations
        FROM examen WHERE id_mutation NOT IN (SELECT id_mutation FROM vente_dvf) GROUP BY ALL ORDER BY ALL;
        DROP TABLE mutation; DROP TABLE examen; DROP TABLE borne"""
    )


# Même local : même parcelle, mêmes lots, même type, même surface ; une ligne sans parcelle ni lot reste à part.
CLE_LOCAL = "lot1_numero, lot2_numero, CASE WHEN id_parcelle IS NULL AND lot1_numero IS NULL THEN geo_dvf.rowid END"
