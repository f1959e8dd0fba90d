"""Small tables worked out from others at build time: communes of a neighbourhood, years of an operation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def build_derived(con: DuckDBPyConnection, le: date | None = None) -> None:
    """Create ``quartier_commune`` and ``commune_en_operation`` from ``qpv`` and ``anah_operations``."""
    year = (le or date.today()).year
    con.execute(
        f"""CREATE TABLE quartier_commune AS
        SELECT code_quartier, coalesce(p.code_courant, q.code) AS code_commune, q.annee, rang = 1 AS principale, fichier,
               coalesce(p.scinde, 0)::UTINYINT AS scinde, false AS partiel
        FROM (SELECT code_quartier, annee, fichier, trim(unnest(string_split(codes_communes, ','))) AS code,
                     generate_subscripts(string_split(codes_communes, ','), 1) AS rang FROM qpv) q
        LEFT JOIN passage p ON p.code = q.code AND p.annee = q.annee
        ORDER BY code_commune;

        CREATE TABLE commune_en_operation AS
        SELECT code_commune, CAST(an AS SMALLINT) AS annee, count(DISTINCT id_programme) AS operations,
               min(fichier) AS fichier, CAST(0 AS UTINYINT) AS scinde, false AS partiel
        FROM (SELECT code_commune, id_programme, fichier,
                     unnest(generate_series(year(debut), least(coalesce(year(fin), {year}), {year}))) AS an
              FROM anah_operations WHERE debut IS NOT NULL)
        GROUP BY code_commune, an ORDER BY code_commune, an"""
    )
