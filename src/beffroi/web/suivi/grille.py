"""A grid of cells that are typed, pasted and undone: its axes, its cells, and how they are written in HTML.

The same grid serves values, objectives of a scenario and budgets. Cells are written quickly: five thousand in a page.
Without a script every row opens as a plain form; with it, ``grille.js`` edits cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlencode

from django.utils.html import escape
from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.saisie import LIBELLE_STATUT, StatutValeur
from beffroi.domain.suivi.valeur import decimales, ecrire_valeur
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import Nombre, exact, unit
from beffroi.web.pilotage import rendu
from beffroi.web.pilotage.rendu import sur

_FERMEE = (
    '<svg class="bf-verrou" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column: key, short and full label, unit; closed when its period is locked, computed when nobody types in it."""

    cle: str
    libelle: str
    detail: str = ""
    sous: str = ""
    fermee: bool = False
    calculee: bool = False
    bandeau: str = ""
    """Heading over several columns that follow one another."""


@dataclass(frozen=True, slots=True)
class Rang:
    """A row: key, label, what is said under it; computed when nobody types in it."""

    cle: str
    libelle: str
    sous: str = ""
    calcule: bool = False


@dataclass(frozen=True, slots=True)
class Groupe:
    """Rows under one heading (none when empty)."""

    libelle: str
    rangs: tuple[Rang, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What a cell holds: figure, text to type again, revision seen, status, who and when in a few words."""

    chiffre: Chiffre
    revision: int = 0
    statut: StatutValeur | None = None
    qui: str = ""
    change: bool = False
    mot: str = ""
    """Said in place of a missing value: « libre »."""


@dataclass
class Grille:
    """Axes, cells, and cells computed from others (already written)."""

    titre: str
    colonnes: tuple[Colonne, ...]
    groupes: tuple[Groupe, ...]
    unites: Mapping[str, str]
    cases: Mapping[tuple[str, str], Case]
    calcules: Mapping[tuple[str, str], SafeString] = field(default_factory=dict)
    en_tete: str = ""
    par_colonne: bool = False
    """Units are those of the columns (else of the rows)."""

    def rangs(self) -> Iterator[Rang]:
        """Every row in order, computed ones included."""
        for g in self.groupes:
            yield from g.rangs

    @property
    def saisissables(self) -> list[Rang]:
        """Rows in which one types, in order."""
        return [r for r in self.rangs() if not r.calcule]

    @property
    def ouvertes(self) -> list[Colonne]:
        """Columns in which one types, locked ones included, in order."""
        return [c for c in self.colonnes if not c.calculee]

    def unite(self, rang: str, colonne: str) -> str:
        """Unit of a cell."""
        return self.unites.get(colonne if self.par_colonne else rang, "nombre")

    def rang(self, cle: str) -> Rang | None:
        """Row of that key, if one types in it."""
        return next((r for r in self.saisissables if r.cle == cle), None)

    def colonne(self, cle: str) -> Colonne | None:
        """Column of that key, if one types in it."""
        return next((c for c in self.ouvertes if c.cle == cle), None)

    def nom(self, rang: str, colonne: str) -> str:
        """« Annezin, 2022 »: how a sentence names a cell."""
        r, c = self.rang(rang), self.colonne(colonne)
        return f"{r.libelle if r else rang}, {(c.detail or c.libelle) if c else colonne}"

    def placer(self, rang: str, colonne: str, bloc: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
        """Cells that a block pasted from one cell falls on: row, column, text.

        Raises:
            ValueError: the block is wider or taller than what is left of the grid (the sentence says by how much).
        """
        rows, columns = [r.cle for r in self.saisissables], [c.cle for c in self.ouvertes]
        if rang not in rows or colonne not in columns:
            raise ValueError("choisissez la cellule où commence le bloc.")
        i, j = rows.index(rang), columns.index(colonne)
        width, height = max(len(x) for x in bloc), len(bloc)
        if height > len(rows) - i:
            raise ValueError(
                f"le bloc a {height} lignes, et il n’en reste que {len(rows) - i} à partir de « {self.rang(rang).libelle} »."  # type: ignore[union-attr]
            )
        if width > len(columns) - j:
            raise ValueError(
                f"le bloc a {width} colonnes, et il n’en reste que {len(columns) - j} à partir de "
                f"« {self.colonne(colonne).libelle} »."  # type: ignore[union-attr]
            )
        return [(rows[i + y], columns[j + x], text) for y, line in enumerate(bloc) for x, text in enumerate(line)]


_RIEN = '<span class="visually-hidden">non renseigné</span>'


@lru_cache(maxsize=16_384)
def _textes(valeur: Nombre, unite: str) -> tuple[str, str]:
    """What a cell shows, and what one types to get it again: the same few numbers come back all over a grid."""
    value = exact(valeur)
    return Chiffre(valeur, unite).texte(decimales(value, unite)), ecrire_valeur(value, unite)


def case(x: Case | None, unite: str, *, modifiable: bool, fermee: bool = False) -> str:
    """One cell, with what the script needs to edit it."""
    classes, attributes, inside = ["bf-case"], "", _RIEN
    if modifiable:
        attributes = ' tabindex="-1"'
    if fermee:
        classes.append("est-fermee")
    if x is None or x.chiffre.valeur is None:
        classes.append("est-nr")
        if x is not None:
            attributes += f' data-r="{x.revision}"'
            if x.mot:
                classes[-1], inside = "est-libre", f'<span class="bf-nr">{escape(x.mot)}</span>'
    else:
        inside, typed = _textes(x.chiffre.valeur, unite)
        if x.chiffre.fictif:
            inside = f'<span class="bf-fictif">{inside}</span>'
        attributes += f' data-r="{x.revision}" data-v="{typed}"'
        if x.statut is not None:
            classes.append(f"est-{x.statut.value}")
            word = LIBELLE_STATUT[x.statut]
            told = f"{word}, {x.qui}" if x.qui else word
            attributes += f' title="{escape(told)}"'
            inside += f'<span class="visually-hidden">, {word}</span>'
    if x is not None and x.change:
        classes.append("est-change")
        inside += '<span class="visually-hidden">, différent de la référence</span>'
    return f'<td class="{" ".join(classes)}"{attributes}>{inside}</td>'


def _calcule(html: SafeString | None, identifiant: str) -> str:
    return f'<td class="bf-num bf-calcul" data-t="{escape(identifiant)}">{html or ""}</td>'


def corps(g: Grille, *, lien: str = "", modifiable: bool = False) -> SafeString:
    """Bodies of the table, one per group; ``lien``: address of the form of a row, its key is added to it."""
    out: list[str] = []
    for group in g.groupes:
        out.append("<tbody>")
        if group.libelle:
            out.append(
                f'<tr class="bf-groupe"><th scope="rowgroup" colspan="{len(g.colonnes) + 1}"><span>{escape(group.libelle)}</span></th></tr>'
            )
        for r in group.rangs:
            name = escape(r.libelle)
            if lien and not r.calcule:
                name = f'<a href="{escape(lien)}{escape(urlencode({"ligne": r.cle}))}#ligne">{name}</a>'
            below = f'<span class="bf-note d-block fw-normal">{escape(r.sous)}</span>' if r.sous else ""
            shape = ' class="est-cumul"' if r.calcule else f' data-l="{escape(r.cle)}"'
            out.append(f'<tr{shape}><th scope="row">{name}{below}</th>')
            for c in g.colonnes:
                key = (r.cle, c.cle)
                if r.calcule or c.calculee:
                    out.append(_calcule(g.calcules.get(key), f"{r.cle}|{c.cle}"))
                else:
                    unite = g.unite(r.cle, c.cle)
                    out.append(case(g.cases.get(key), unite, modifiable=modifiable and not c.fermee, fermee=c.fermee))
            out.append("</tr>")
        out.append("</tbody>")
    return sur("".join(out))


def entete(g: Grille) -> SafeString:
    """Head of the table."""
    band = ""
    if any(c.bandeau for c in g.colonnes):
        groups = [(label, len(list(columns))) for label, columns in groupby(g.colonnes, key=lambda c: c.bandeau)]
        spans = "".join(
            f'<th scope="colgroup" colspan="{n}" class="bf-bandeau">{escape(label)}</th>'
            if label
            else f'<td colspan="{n}"></td>'
            for label, n in groups
        )
        band = f'<tr><td class="bf-coin"></td>{spans}</tr>'
    cells = [f'<th scope="col" class="bf-coin">{escape(g.en_tete)}</th>']
    for c in g.colonnes:
        title = f' title="{escape(c.detail)}"' if c.detail else ""
        below = f'<span class="bf-note d-block fw-normal">{escape(c.sous)}</span>' if c.sous else ""
        lock = f'{_FERMEE}<span class="visually-hidden">, exercice verrouillé</span>' if c.fermee else ""
        key = "" if c.calculee else f' data-c="{escape(c.cle)}"'
        cells.append(f'<th scope="col" class="bf-num"{key}{title}>{escape(c.libelle)}{lock}{below}</th>')
    return sur(f"<thead>{band}<tr>{''.join(cells)}</tr></thead>")


def fragments(g: Grille, touchees: Iterable[tuple[str, str]], *, modifiable: bool = True) -> dict[str, object]:
    """Cells just written and every computed cell they may have moved, for the script."""
    cells = []
    for r, c in touchees:
        column = g.colonne(c)
        if column is not None and g.rang(r) is not None:
            html = case(g.cases.get((r, c)), g.unite(r, c), modifiable=modifiable, fermee=column.fermee)
            cells.append({"l": r, "c": c, "html": html})
    return {"cellules": cells, "calcules": {f"{r}|{c}": str(html) for (r, c), html in g.calcules.items()}}


def mot_unite(unite: str) -> str:
    """« logements », « % », nothing for a plain number: what stands under the name of a column or of a row."""
    u = unit(unite)
    return u.symbole or u.pluriel


def ecrit(c: Chiffre, *, couverture: bool = False) -> SafeString:
    """A computed figure: all its decimals up to two, and how many members it rests on when some are missing."""
    places = None
    if c.valeur is not None:
        places = min(2, decimales(exact(c.valeur).quantize(Decimal("0.000001")), c.unite))
    html = rendu.chiffre(c, decimales=places)
    if couverture and c.couverture and not c.couverture.complete:
        told = escape(c.couverture.texte())
        short = f"{c.couverture.renseignes} sur {c.couverture.total}"
        html = sur(f'{html}<span class="bf-note d-block fw-normal" title="{told}">{short}</span>')
    return html
