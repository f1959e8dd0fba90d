"""Read the warehouse in service: territories, series of figures with their provenance.

``Entrepot`` is safe between threads and follows the pointer: when a new generation is put in service, the next question
is asked to it; a question under way ends on the generation it started with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from beffroi.kernel.errors import NotFound, NotLoaded
from beffroi.kernel.figure import Chiffre, Etat, Provenance
from beffroi.kernel.source import Measure, Source
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import exact
from beffroi.sources import source
from beffroi.warehouse.cells import name, quote
from beffroi.warehouse.folder import Folder, data_folder
from beffroi.warehouse.places import COLONNES_COMMUNE, COLONNES_EPCI, Commune, Epci, commune_de
from beffroi.warehouse.schema import check_shape, open_database

__all__ = ["NOTE_SCISSION", "Commune", "Entrepot", "Epci"]

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NOTE_SCISSION = "commune scindée depuis : sa valeur d'alors n'est pas répartie entre les communes d'aujourd'hui"


class Entrepot:
    """The warehouse in service, read-only. Use ``Entrepot.ouvrir()``; every method may be called from any thread."""

    _ouverts: ClassVar[dict[Path, Entrepot]] = {}
    _verrou: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._local = threading.local()
        self._open: tuple[str, DuckDBPyConnection] | None = None
        self._kept: tuple[str, dict[str, Any]] = ("", {})
        self._lock = threading.Lock()

    @classmethod
    def ouvrir(cls, donnees: Path | None = None) -> Entrepot:
        """The warehouse of a data folder (one object per folder and process).

        Raises:
            NotLoaded: nothing was built yet; the sentence says which command prepares the data.
        """
        root = data_folder(donnees)
        with cls._verrou:
            found = cls._ouverts.get(root)
            if found is None:
                found = cls._ouverts[root] = cls(Folder(root))
        found.connexion()
        return found

    @property
    def generation(self) -> str:
        """Name of the generation in service: a cache key for whoever keeps results.

        Raises:
            NotLoaded: nothing was built yet.
        """
        name = self.folder.generation()
        if name is None:
            raise NotLoaded(
                f"aucun entrepôt de données n'est construit dans {self.folder.root}. Lancez « beffroi donnees actualiser » "
                "(ou « beffroi demo »)."
            )
        return name

    def _connect(self, path: Path) -> DuckDBPyConnection:
        """Open one generation, read-only."""
        return open_database(path)

    def connexion(self) -> DuckDBPyConnection:
        """A cursor of this thread on the generation in service.

        Raises:
            NotLoaded: nothing was built yet, or another version of the code built it.
        """
        current = self.generation
        mine = getattr(self._local, "cursor", None)
        if mine is not None and mine[0] == current:
            cursor: DuckDBPyConnection = mine[1]
            return cursor
        with self._lock:
            if self._open is None or self._open[0] != current:
                check_shape(self.folder, current)
                con = self._connect(self.folder.warehouses / current / "entrepot.duckdb")
                con.execute("SET enable_external_access = false")
                con.execute("SET arrow_output_version = '1.5'; SET produce_arrow_string_view = true")
                self._open = (current, con)
            cursor = self._open[1].cursor()
        self._local.cursor = (current, cursor)
        return cursor

    def lignes(self, sql: str, parametres: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of one query."""
        return self.connexion().execute(sql, parametres).fetchall()

    def garder(self, cle: str, lire: Callable[[], Any]) -> Any:
        """What ``lire`` gives, read once per generation."""
        current = self.generation
        if self._kept[0] != current:
            self._kept = (current, {})
        kept = self._kept[1]
        if cle not in kept:
            kept[cle] = lire()
        return kept[cle]

    # Provenance

    def fichiers(self) -> dict[int, tuple[str, int | None]]:
        """Id of provenance and last year of each file, by number."""
        read = self.garder(
            "fichiers",
            lambda: {n: (i, y) for n, i, y in self.lignes("SELECT fichier, id, derniere_annee FROM fichier")},
        )
        assert isinstance(read, dict)
        return read

    def sources_chargees(self) -> frozenset[str]:
        """Ids of the sources that have at least one row."""
        read = self.garder(
            "chargees", lambda: frozenset(r[0] for r in self.lignes("SELECT source FROM etat_source WHERE lignes > 0"))
        )
        assert isinstance(read, frozenset)
        return read

    def provenances(self) -> dict[str, Provenance]:
        """Every file in service, by id of provenance."""
        sql = "SELECT id, jeu, producteur, millesime, licence, consulte_le, mention FROM fichier"

        def lire() -> dict[str, Provenance]:
            from beffroi.warehouse.quality import scores

            notes = {s.fichier: s.total for s in scores(self)}
            return {r[0]: _provenance(r, notes.get(r[0])) for r in self.lignes(sql)}

        read = self.garder("provenances", lire)
        assert isinstance(read, dict)
        return read

    def provenance(self, identifiant: str) -> Provenance:
        """Where figures come from.

        Raises:
            NotFound: no file of that id in the warehouse in service.
        """
        found = self.provenances().get(identifiant)
        if found is None:
            raise NotFound(f"La provenance « {identifiant} » n'est pas dans l'entrepôt en service.")
        return found

    # Territories

    def commune(self, code: str) -> Commune:
        """A commune by its INSEE code (the code of an associated commune leads to its commune).

        Raises:
            NotFound: no such code in the vintage in service.
        """
        rows = self.lignes(
            f"SELECT {COLONNES_COMMUNE} FROM commune WHERE code = $1 UNION ALL SELECT {COLONNES_COMMUNE} FROM commune WHERE code = "
            "(SELECT code_commune FROM commune_associee WHERE code = $1 LIMIT 1)",
            [code],
        )
        if not rows:
            raise NotFound(
                f"Aucune commune n'a le code « {code} ». Un code de commune a cinq caractères (62119) ; cherchez par son "
                f"nom : beffroi territoire chercher NOM."
            )
        return commune_de(rows[0])

    def epci(self, siren: str) -> Epci:
        """An EPCI by its SIREN.

        Raises:
            NotFound: no such SIREN among the EPCI à fiscalité propre.
        """
        rows = self.lignes(f"SELECT {COLONNES_EPCI} FROM epci WHERE siren = ?", [siren])
        if not rows:
            raise NotFound(
                f"Aucun EPCI à fiscalité propre n'a le numéro SIREN « {siren} » ; cherchez par son nom : "
                "beffroi territoire chercher NOM."
            )
        return Epci(*rows[0])

    def communes_epci(self, siren: str) -> list[Commune]:
        """Communes of an EPCI, by name.

        Raises:
            NotFound: no such EPCI.
        """
        self.epci(siren)
        rows = self.lignes(
            f"SELECT {COLONNES_COMMUNE} FROM commune WHERE siren_epci = ? ORDER BY nom_recherche, code", [siren]
        )
        return [commune_de(r) for r in rows]

    def communes(self, codes: Sequence[str]) -> list[Commune]:
        """Communes of these codes that exist in the vintage in service, in the order of the codes, in one query."""
        rows = self.lignes(
            f"SELECT {COLONNES_COMMUNE} FROM commune WHERE code IN (SELECT unnest(string_split(?, ',')))",
            [",".join(codes)],
        )
        found = {r[0]: commune_de(r) for r in rows}
        return [found[c] for c in dict.fromkeys(codes) if c in found]

    def quartiers(self, codes: Sequence[str]) -> list[tuple[str, str]]:
        """Priority districts (code, name) that touch these communes, last generation; empty when none is loaded."""
        if not self.annees("qpv"):
            return []
        return self.lignes(
            """SELECT DISTINCT q.code_quartier, q.nom FROM qpv q JOIN quartier_commune c USING (code_quartier, annee)
               WHERE c.code_commune IN (SELECT unnest(string_split(?, ','))) AND q.annee = (SELECT max(annee) FROM qpv)
               ORDER BY 2, 1""",
            [",".join(codes)],
        )

    def rechercher(self, texte: str, limite: int = 20) -> list[Commune | Epci]:
        """Territories whose name, code, SIREN or post code answers the text; accents and case do not matter.

        The best first: exact name, then name that starts so, then words inside; EPCI and large communes first.
        """
        from beffroi.warehouse.territories import RECHERCHE

        clean = self.lignes(f"SELECT {RECHERCHE.format('$1::VARCHAR')}", [texte])[0][0]
        if not clean:
            return []
        like = " AND ".join(f"t.nom_recherche LIKE {quote('%' + w + '%')}" for w in clean.split())
        both = f"({like})"
        if clean.replace(" ", "").isalnum() and any(c.isdigit() for c in clean):
            both += f" OR t.code = {quote(clean.upper())} OR t.siren = {quote(clean)} OR list_contains(t.cp, {quote(clean)})"
        rows = self.lignes(
            f"""SELECT t.echelle, t.code FROM (
                  SELECT 'epci' AS echelle, siren AS code, siren, nom_recherche, [] AS cp, population_municipale AS pop
                  FROM epci
                  UNION ALL
                  SELECT 'commune', code, siren, nom_recherche, codes_postaux, population_municipale FROM commune
                ) t WHERE {both}
                ORDER BY (t.nom_recherche = $1) DESC, starts_with(t.nom_recherche, $1) DESC, t.pop DESC NULLS LAST, t.code
                LIMIT {int(limite)}""",
            [clean],
        )
        return [self.epci(c) if e == "epci" else self.commune(c) for e, c in rows]

    def tuiles(self, siren: str) -> dict[str, tuple[int, int]]:
        """Hexagon (q, r) of each commune of an EPCI, for the carte en tuiles; empty when none is packaged."""
        rows = self.lignes("SELECT code_commune, q, r FROM tuile WHERE siren_epci = ?", [siren])
        return {c: (q, r) for c, q, r in rows}

    # Series

    def serie_communale(
        self, source_id: str, mesure: str, communes: Sequence[str], annees: Sequence[int]
    ) -> dict[tuple[str, int], Chiffre]:
        """Figures of a measure for each commune and year, in one query whatever their number.

        A row that does not exist or a blank is *non renseigné* (or *sans objet* where the source says so), a hidden
        cell is *secret*, the last years still revised are *provisoire*. Each figure carries its provenance.

        Raises:
            NotFound: no such source or measure.
        """
        return self.series_communales(source_id, (mesure,), communes, annees)[mesure]

    def series_communales(
        self, source_id: str, mesures: Sequence[str], communes: Sequence[str], annees: Sequence[int]
    ) -> dict[str, dict[tuple[str, int], Chiffre]]:
        """Several measures at once: those read from the same rows share one query.

        Raises:
            NotFound: no such source or measure.
        """
        declared = source(source_id)
        groups: dict[tuple[tuple[str, str], ...], list[tuple[str, Measure]]] = {}
        for identifier in mesures:
            m = _measure(declared, identifier)
            groups.setdefault(tuple(sorted(m.where.items())), []).append((identifier, m))
        places = [Territoire(Echelle.COMMUNE, code) for code in communes]
        periods = [(year, str(year)) for year in annees]
        out: dict[str, dict[tuple[str, int], Chiffre]] = {}
        for members in groups.values():
            where, values = _where(members[0][1])
            columns = ", ".join(f"s.{name(m.column)}, {self._secret(declared, m)}" for _, m in members)
            rows = self.lignes(
                f"""SELECT s.code_commune, s.annee, f.id, s.annee > f.derniere_annee - {declared.provisional},
                       s.scinde, s.partiel, {columns}
                    FROM {name(declared.id)} s JOIN fichier f ON f.fichier = s.fichier
                    WHERE s.code_commune IN (SELECT unnest(string_split($communes, ',')))
                      AND s.annee IN (SELECT unnest(string_split($annees, ','))::SMALLINT) {where}""",
                # Lists go as one text: DuckDB looks for absent libraries at every element of a Python list it binds.
                {"communes": ",".join(communes), "annees": ",".join(map(str, annees)), **values},  # type: ignore[arg-type]
            )
            found = {(r[0], r[1]): r for r in rows}
            for rank, (identifier, m) in enumerate(members):
                at = 6 + 2 * rank
                series = out[identifier] = {}
                for place in places:
                    for year, period in periods:
                        r = found.get((place.code, year))
                        cell = None if r is None else (r[at], r[at + 1], *r[2:6])
                        series[place.code, year] = _chiffre(cell, m, period, place, declared)
        return out

    def valeurs_communales(self, source_id: str, mesure: str, communes: Sequence[str]) -> dict[str, Chiffre]:
        """Latest figure of a measure for each commune (the last year of the source that has a row for it).

        Raises:
            NotFound: no such source or measure.
        """
        years = self.annees(source_id)
        if not years:
            declared = source(source_id)
            m = _measure(declared, mesure)
            return {c: _chiffre(None, m, "", Territoire(Echelle.COMMUNE, c), declared) for c in communes}
        series = self.serie_communale(source_id, mesure, communes, years)
        out = {}
        for c in communes:
            known = [y for y in reversed(years) if series[c, y].etat is not Etat.NON_RENSEIGNE]
            out[c] = series[c, known[0] if known else years[-1]]
        return out

    def annees(self, source_id: str) -> list[int]:
        """Years present in a source, in order; empty when it is not loaded."""
        table = name(source(source_id).id)
        rows = self.garder(
            f"annees {source_id}", lambda: self.lignes(f"SELECT DISTINCT annee FROM {table} ORDER BY annee")
        )
        return [r[0] for r in rows]

    def dernier_exercice_complet(self, source_id: str) -> int:
        """Last year for which every measure that any file gives is filled (Sitadel: authorised AND started).

        Raises:
            NotLoaded: the source has no row.
        """
        read = self.garder(f"complet {source_id}", lambda: self._dernier_complet(source_id))
        assert isinstance(read, int)
        return read

    def _dernier_complet(self, source_id: str) -> int:
        declared = source(source_id)
        columns = list(dict.fromkeys(m.column for m in declared.measures))
        filled = ", ".join(f"count({name(c)}) AS n{i}" for i, c in enumerate(columns))
        used = " AND ".join(
            f"(n{i} > 0 OR (SELECT count({name(c)}) FROM {name(declared.id)}) = 0)" for i, c in enumerate(columns)
        )
        rows = self.lignes(
            f"SELECT max(annee) FROM (SELECT annee, {filled} FROM {name(declared.id)} GROUP BY annee) WHERE {used}"
        )
        if not rows or rows[0][0] is None:
            raise NotLoaded(
                f"la source « {declared.label} » n'est pas chargée. Lancez « beffroi donnees actualiser {source_id} »."
            )
        return int(rows[0][0])

    @staticmethod
    def _secret(declared: Source, m: Measure) -> str:
        hidden = declared.marks and declared.column(m.column).secret
        return f"s.{name(m.column + '_secret')}" if hidden else "false"


def _measure(declared: Source, mesure: str) -> Measure:
    try:
        return declared.measure(mesure)
    except KeyError as e:
        raise NotFound(f"{str(e.args[0])[0].upper()}{str(e.args[0])[1:]}.") from None


def _where(m: Measure) -> tuple[str, dict[str, str]]:
    values = {f"w{i}": v for i, v in enumerate(m.where.values())}
    return "".join(f" AND s.{name(c)} = $w{i}" for i, c in enumerate(m.where)), values


def number(value: Any) -> int | Decimal | None:
    """An exact number from what DuckDB gives."""
    if value is None or isinstance(value, int):
        return value
    return exact(value)


def _chiffre(row: Iterable[Any] | None, m: Measure, period: str, territoire: Territoire, declared: Source) -> Chiffre:
    if row is None:
        state = Etat(declared.absent)
        return Chiffre(None, m.unit, state, period, territoire)
    value, secret, provenance, provisional, split, partial = row
    if split:
        return Chiffre(
            None, m.unit, Etat.NON_APPLICABLE, period, territoire, provenance=(provenance,), note=NOTE_SCISSION
        )
    if secret:
        return Chiffre(None, m.unit, Etat.SECRET, period, territoire, provenance=(provenance,))
    if value is None:
        return Chiffre.manquant(m.unit, periode=period, territoire=territoire, provenance=(provenance,))
    state = Etat.PARTIEL if partial else Etat.PROVISOIRE if provisional else Etat.CONNU
    return Chiffre(number(value), m.unit, state, period, territoire, provenance=(provenance,))


def _provenance(row: tuple[Any, ...], qualite: int | None) -> Provenance:
    identifiant, jeu, producteur, millesime, licence, consulte, mention = row
    return Provenance(
        id=identifiant,
        jeu=jeu,
        producteur=producteur,
        millesime=millesime,
        licence=licence,
        consulte_le=consulte or "",
        mention=mention,
        qualite=qualite,
        lignes=f"donnees/{identifiant}",
    )
