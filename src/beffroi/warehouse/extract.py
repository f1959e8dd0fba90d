"""Write the small tables of the demonstration from the warehouse: public figures, in Beffroi's own format.

The tables carry real values of a few communes, with the producer, the vintage and the licence of the file they come
from; ``beffroi donnees extraire-demo`` makes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from beffroi.kernel.errors import NotLoaded
from beffroi.sources import source
from beffroi.warehouse.cells import name, quote
from beffroi.warehouse.demonstration import SECRET
from beffroi.warehouse.folder import write_atomic
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.tables import stored

# Source → colonnes gardées (les clés le sont toujours). Ni plus de colonnes ni plus de lignes que les pages n'en montrent.
GARDEES: dict[str, tuple[str, ...]] = {
    "sitadel_annuel": ("logement_autorise", "logement_commence"),
    "recensement_logement": ("logement", "residence_principale", "residence_secondaire", "logement_vacant"),
    "lovac": ("logement_vacant", "logement_vacant_plus_2_ans", "parc_prive"),
    "filosofi": ("menage_fiscal", "revenu_median", "taux_pauvrete", "decile_1", "decile_9"),
    "carte_loyers": ("loyer_m2", "loyer_m2_bas", "loyer_m2_haut", "type_estimation", "annonce"),
    "taux_logement_social": ("taux",),
}
# Lignes gardées quand toutes ne servent pas aux pages.
LIGNES: dict[str, str] = {
    "sitadel_annuel": "type_logement IN ('tous', 'collectif')",
    "carte_loyers": "segment = 'appartement'",
}
# Le titre que porte un fichier dérivé vient de sa propre fiche : ici, la mention commune à tous les extraits.
MENTION = "extrait de démonstration"


def extract(entrepot: Entrepot, communes: Sequence[str], folder: Path) -> list[Path]:
    """Write one CSV and its TOML sidecar per source of ``GARDEES``; return the CSV written.

    Raises:
        NotLoaded: a source has no row for these communes.
    """
    written = []
    for identifier, columns in GARDEES.items():
        declared = source(identifier)
        kept = [n for n, _ in stored(declared) if n in declared.key or n in columns]
        shown = []
        for column in kept:
            secret = any(n == f"{column}_secret" for n, _ in stored(declared))
            text = f"CAST({name(column)} AS VARCHAR)"
            if any(c.name == column and c.kind.value in ("nombre", "taux en %") for c in declared.columns):
                text = f"regexp_replace(CAST(CAST({name(column)} AS DECIMAL(18, 6)) AS VARCHAR), '\\.?0+$', '')"
            shown.append(
                f"CASE WHEN {name(column + '_secret')} THEN {quote(SECRET)} ELSE {text} END" if secret else text
            )
        among = f" AND {LIGNES[identifier]}" if identifier in LIGNES else ""
        rows = entrepot.lignes(
            f"SELECT {', '.join(shown)}, fichier FROM {name(identifier)} "
            f"WHERE code_commune IN (SELECT unnest(?::VARCHAR[])){among} "
            f"ORDER BY {', '.join(name(k) for k in declared.key)}",
            [list(communes)],
        )
        if not rows:
            raise NotLoaded(f"la source « {declared.label} » n'a aucune ligne pour ces communes ; chargez-la d'abord.")
        files = sorted({r[-1] for r in rows})
        origin = entrepot.lignes(
            f"SELECT millesime, mention, sha256, origine FROM fichier WHERE fichier IN ({', '.join(map(str, files))})"
        )
        path = folder / f"{identifier}.csv"
        lines = [",".join(kept), *(",".join("" if v is None else str(v) for v in r[:-1]) for r in rows)]
        write_atomic(path, "\n".join(lines) + "\n")
        write_atomic(path.with_suffix(".toml"), _sidecar(identifier, kept, len(rows), origin, len(set(communes))))
        written.append(path)
    return written


def _sidecar(identifier: str, kept: list[str], rows: int, origin: list[tuple[str, ...]], communes: int) -> str:
    declared = source(identifier)
    known = {c.name: c for c in declared.columns}
    lines = [
        f"source = {_text(identifier)}",
        f"jeu = {_text(declared.label)}",
        f"producteur = {_text(declared.producer)}",
        f"millesime = {_text(origin[0][0])}",
        f"licence = {_text(declared.licence)}",
        f"page = {_text(declared.page)}",
        f"mention = {_text(MENTION)}",
        f"perimetre = {_text(f'{communes} communes des quatre EPCI de la démonstration')}",
        f"lignes = {rows}",
        'fabrication = "beffroi donnees extraire-demo"',
        f"sha256_origine = [{', '.join(_text(o[2]) for o in origin)}]",
        "",
        "[colonnes]",
    ]
    meanings = {k.name: k.meaning for k in declared.file_keys} | {f.name: f.meaning for f in declared.fixed}
    for column in kept:
        c = known.get(column)
        meaning = c.meaning if c else meanings.get(column, "Année")
        unit = f", unite = {_text(c.unit)}" if c and c.unit else ""
        lines.append(f"{column} = {{ sens = {_text(meaning)}{unit} }}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
