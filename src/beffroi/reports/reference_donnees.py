"""Pages of ``docs/reference/`` about open data: sources and indicators, written from their declarations."""

from __future__ import annotations

from beffroi.catalogue import all_indicators
from beffroi.kernel.formula import text
from beffroi.kernel.indicator import Indicator
from beffroi.kernel.source import Derived, Grain, Source
from beffroi.sources import sources


def pages_donnees() -> dict[str, str]:
    """Name of the page → its Markdown."""
    return {"sources.md": _sources(), "indicateurs.md": _indicators()}


def _sources() -> str:
    lines = ["# Sources\n", "Une source par jeu de données ouvert, déclarée dans `src/beffroi/sources/`.\n"]
    for s in sources():
        lines += _source(s)
    return "\n".join(lines) + "\n"


def _source(s: Source) -> list[str]:
    row = "logement" if s.grain is Grain.LOGEMENT else " × ".join(s.key)
    lines = [
        f"## `{s.id}` : {s.label}\n",
        f"{s.producer} · {s.licence} · {s.frequency.value} · une ligne par {row}\n",
        f"Page du producteur : <{s.page}>\n",
    ]
    if isinstance(s.format, Derived):
        lines.append(f"Tirée de `{s.format.source}` à la construction.\n")
    if s.marks:
        lines.append(f"Secret : {', '.join(f'« {m} »' for m in s.marks)}.\n")
    if s.notes:
        lines.append(f"{s.notes}\n")
    lines += [f"- Rupture de série en {b.year} : {b.reason}" for b in s.breaks]
    if s.breaks:
        lines.append("")
    lines += ["| colonne | sens | unité |", "|---|---|---|"]
    lines += [f"| `{k.name}` | {k.meaning} | |" for k in s.file_keys]
    lines += [f"| `{f.name}` | {f.meaning} | |" for f in s.fixed]
    lines += [f"| `{c.name}` | {c.meaning} | {c.unit} |" for c in s.columns]
    lines.append("")
    return lines


def _indicators() -> str:
    every = [i for _, i in sorted(all_indicators().items())]
    computed = [i for i in every if i.formula is not None]
    published = [i for i in every if i.programme]
    linked = [i for i in published if i.computed]
    lines = [
        "# Indicateurs\n",
        f"{len(published)} indicateurs demandés par les programmes livrés, dont {len(linked)} calculés ; "
        f"{len(computed)} indicateurs de diagnostic, tous calculés. Être au catalogue n'est pas être calculé.\n",
        "## Calculés\n",
    ]
    for i in computed:
        lines += _computed(i)
    lines += _open_data([i for i in published if i.open_data])
    lines += ["## Demandés par les programmes\n", "| indicateur | libellé | alimentation |", "|---|---|---|"]
    for i in published:
        how = f"`{i.computed_by}`" if i.computed_by else f"registre `{i.register}`" if i.register else "saisi"
        lines.append(f"| {i.id} | {i.label} | {how} |")
    return "\n".join(lines) + "\n"


def _open_data(listed: list[Indicator]) -> list[str]:
    """Table of the indicators for which an open dataset is hoped for: what computes each, or why nothing does."""
    done = sum(i.computed for i in listed)
    lines = [
        "## Ceux qu'un jeu ouvert pourrait renseigner\n",
        f"{len(listed)} indicateurs, dont {done} calculés ; les {len(listed) - done} autres disent pourquoi ils ne le sont "
        "pas, et d'où viennent leurs valeurs en attendant.\n",
        "| indicateur | libellé | jeu ouvert attendu | calculé par | ce que le calcul couvre, ou pourquoi il manque |",
        "|---|---|---|---|---|",
    ]
    for i in listed:
        how = f"`{i.computed_by}`" if i.computed_by else "—"
        lines.append(f"| {i.id} | {i.label} | {i.open_data} | {how} | {i.not_computed or i.cautions} |")
    return [*lines, ""]


def _computed(i: Indicator) -> list[str]:
    assert i.formula is not None
    return [
        f"### `{i.id}` : {i.label}\n",
        f"{i.definition} Unité : {i.unit} ; sens : {i.sense.value} ; {i.frequency.value} ; {i.legal}.\n",
        f"Formule : {text(i.formula)}\n",
        f"{i.cautions} Source : {i.source}.\n",
    ]
