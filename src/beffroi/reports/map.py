"""The carte en tuiles: one hexagon per commune near its true place, borders of the sectors, legend with counts.

Positions are axial coordinates, pointy-top, r growing southward: x = √3·(q + r/2), y = 1,5·r in hexagon radii.
No commune is dropped: one without a position is listed by ``sans_position``, one without a value is hatched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, sqrt

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation
from beffroi.kernel.unit import Nombre
from beffroi.reports.svg import CLASSE_APPRECIATION, Mode, Plume, largeur_texte, n

Cellule = tuple[int, int]
_VOISINS: tuple[Cellule, ...] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))


ETIQUETTE_MAXIMUM = 32  # a longer sector name stays in the table
RAYON_MAXIMUM = 36.0  # a small territory is not blown up


@dataclass(frozen=True, slots=True)
class Tuile:
    """A commune on the map.

    ``classe``: palette class (``s1``…``s5``, ``b1``…, ``sans``, ``secret``, or that of an appreciation);
    ``texte``: value already printed by its ``Chiffre``, for the tooltip; ``sigle``: few letters inside;
    ``appreciation``: shape drawn under the letters; ``lien``: page of the commune.
    """

    code: str
    nom: str
    cellule: Cellule
    secteur: str = ""
    classe: str = "s1"
    texte: str = ""
    sigle: str = ""
    appreciation: Appreciation | None = None
    lien: str = ""


@dataclass(frozen=True, slots=True)
class Classe:
    """A line of the legend: class, label, number of communes."""

    classe: str
    libelle: str
    compte: int
    appreciation: Appreciation | None = None


def classe_appreciation(appreciation: Appreciation) -> str:
    """Palette class of an appreciation."""
    return CLASSE_APPRECIATION[appreciation]


def classe_valeur(valeur: Nombre | None, bornes: Sequence[Nombre], palette: str = "s") -> str:
    """Palette class of a value: ``bornes`` are the lower bounds of classes 2, 3… ; no value is ``sans``."""
    if valeur is None:
        return "sans"
    return f"{palette}{1 + sum(valeur >= b for b in bornes)}"


def legende_appreciations(decompte: Mapping[Appreciation, int]) -> tuple[Classe, ...]:
    """Lines of the legend for a map of appreciations; *sans objectif* only when there is one."""
    return tuple(
        Classe(CLASSE_APPRECIATION[a], LIBELLE_APPRECIATION[a], decompte.get(a, 0), a)
        for a in Appreciation
        if a is not Appreciation.SANS_OBJECTIF or decompte.get(a, 0)
    )


def sigles(noms: Mapping[str, str]) -> dict[str, str]:
    """Short marks of communes, unique: « Béth », « StHi », « AucB » / « AucM », « Anneq » / « Annez »."""

    def words(nom: str) -> list[str]:
        nom = re.sub(r"\bSaint(e?)\b[- ]?", r"St\1 ", nom)
        return [w for w in re.split(r"[ ’'-]+", nom) if w]

    def short(nom: str, size: int) -> str:
        parts = words(nom)
        if parts[0] in ("St", "Ste") and len(parts) > 1:
            return parts[0] + parts[1][: max(2, size - len(parts[0]))]
        if parts[0].lower() in ("la", "le", "les") and len(parts) > 1:
            return f"{parts[0]}\u00a0{parts[1][: max(2, size - 2)]}"
        return parts[0][:size]

    marks: dict[str, str] = {}
    for size in (4, 5, 6):
        todo = [c for c in noms if c not in marks]
        tried: dict[str, list[str]] = {}
        for code in todo:
            tried.setdefault(short(noms[code], size), []).append(code)
        for mark, codes in tried.items():
            if len(codes) == 1:
                marks[codes[0]] = mark
            elif len({words(noms[c])[0] for c in codes}) == 1 and all(len(words(noms[c])) > 1 for c in codes):
                ends = {c: mark[:3] + words(noms[c])[-1][0].upper() for c in codes}
                if len(set(ends.values())) == len(codes):
                    marks.update(ends)
    left = {c: words(noms[c])[0][:4] + words(noms[c])[-1][-1] for c in noms if c not in marks}
    return {c: marks.get(c) or left[c] for c in noms}


def sans_position(codes: Iterable[str], positions: Mapping[str, Cellule]) -> tuple[str, ...]:
    """Codes that no position carries: to be listed under the map, never dropped in silence."""
    return tuple(c for c in codes if c not in positions)


def _centre(cell: Cellule, r: float) -> tuple[float, float]:
    q, row = cell
    return sqrt(3) * r * (q + row / 2), 1.5 * r * row


def _corners(x: float, y: float, r: float) -> list[tuple[float, float]]:
    w, h = r * sqrt(3) / 2, r / 2
    return [
        (x + w, y - h),
        (x + w, y + h),
        (x, y + r),
        (x - w, y + h),
        (x - w, y - h),
        (x, y - r),
    ]


@dataclass(frozen=True, slots=True)
class _Etiquette:
    secteur: str
    x: float
    y: float
    repere: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    largeur: float
    hauteur: float
    rayon: float
    centres: dict[str, tuple[float, float]]
    limites: str
    etiquettes: tuple[_Etiquette, ...]


_Cle = tuple[tuple[str, Cellule, str], ...]


_Boite = tuple[float, float, float, float]


def _distance(box: _Boite, x: float, y: float) -> float:
    return hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3]))


def _croise(a: _Boite, b: _Boite, gap: float) -> bool:
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + 2 and b[1] < a[3] + 2


def _traverse(line: _Boite, box: _Boite) -> bool:
    x1, y1, x2, y2 = line
    return any(
        box[0] - 2 <= x1 + (x2 - x1) * i / 20 <= box[2] + 2 and box[1] - 2 <= y1 + (y2 - y1) * i / 20 <= box[3] + 2
        for i in range(21)
    )


def _labels(
    cells: _Cle,
    centres: dict[str, tuple[float, float]],
    r: float,
    width: float,
    height: float,
) -> list[_Etiquette]:
    """Place the name of each sector beside it, on free ground; a landlocked sector gets a leader line."""
    members: dict[str, list[tuple[float, float]]] = {}
    owner: list[tuple[float, float, str]] = []
    for code, _, secteur in cells:
        members.setdefault(secteur, []).append(centres[code])
        owner.append((*centres[code], secteur))
    cells_taken = {cell for _, cell, _ in cells}
    rim = [
        centres[code] for code, (q, s), _ in cells if any((q + dq, s + dr) not in cells_taken for dq, dr in _VOISINS)
    ]
    taken: list[_Boite] = []
    lines: list[_Boite] = []
    placed: list[_Etiquette] = []
    for secteur, points in sorted(members.items(), key=lambda m: (-len(m[1]), m[0])):
        if not secteur or len(secteur) > ETIQUETTE_MAXIMUM:
            continue
        w, h = largeur_texte(secteur, 12.8, gras=True) + 4, 14.0
        cx, cy = (
            sum(p[0] for p in points) / len(points),
            sum(p[1] for p in points) / len(points),
        )
        best: tuple[float, _Boite, _Boite | None] | None = None
        offsets = (
            (r, -7.0),
            (-r - w, -7.0),
            (-w / 2, r + 2),
            (-w / 2, -r - 16),
            (0.6 * r, 0.9 * r),
            (0.6 * r, -r - h),
            (-w - 0.4 * r, 1.1 * r),
            (-w - 0.4 * r, -1.1 * r - h),
        )
        for px, py in rim:
            for dx, dy in offsets:
                box = (px + dx, py + dy, px + dx + w, py + dy + h)
                if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height:
                    continue
                if any(_croise(box, t, 4) for t in taken) or any(_traverse(line, box) for line in lines):
                    continue
                near = min((_distance(box, hx, hy), s) for hx, hy, s in owner)
                if near[0] < r * 0.92:
                    continue
                own, tx, ty = min((_distance(box, a, b), a, b) for a, b in points)
                leader = None
                if near[1] != secteur:
                    ax, ay = min(max(tx, box[0]), box[2]), min(max(ty, box[1]), box[3])
                    short = max(0.0, 1 - 0.75 * r / (hypot(tx - ax, ty - ay) or 1))
                    leader = (ax, ay, ax + (tx - ax) * short, ay + (ty - ay) * short)
                    over = sum(_traverse(leader, (a - 8, b - 8, a + 8, b + 8)) for a, b, _ in owner)
                    if over or any(_traverse(leader, t) for t in taken):
                        continue
                cost = own * 3 + hypot(box[0] + w / 2 - cx, box[1] + h / 2 - cy) * 0.3 + (r * 4 if leader else 0)
                if best is None or cost < best[0]:
                    best = (cost, box, leader)
        if best is not None:
            taken.append(best[1])
            lines += [best[2]] if best[2] else []
            placed.append(_Etiquette(secteur, best[1][0] + 2, best[1][1] + 11, best[2]))
    return placed


@lru_cache(maxsize=32)
def _plan(cells: _Cle, width: float, margin: float, labels: bool) -> _Plan:
    xs, ys = zip(*(_centre(cell, 1) for _, cell, _ in cells), strict=True)
    low_x, high_x = min(xs) - sqrt(3) / 2, max(xs) + sqrt(3) / 2
    low_y, high_y = min(ys) - 1, max(ys) + 1
    r = min((width - 2 * margin) / (high_x - low_x), RAYON_MAXIMUM)
    margin = (width - r * (high_x - low_x)) / 2
    head = 34.0 if labels else 4.0
    height = (high_y - low_y) * r + 2 * head
    centres = {
        code: (
            margin + (_centre(cell, r)[0] - low_x * r),
            head + (_centre(cell, r)[1] - low_y * r),
        )
        for code, cell, _ in cells
    }
    sector = {cell: s for _, cell, s in cells}
    edges = []
    for code, cell, s in cells:
        corners = _corners(*centres[code], r)
        for i, (dq, dr) in enumerate(_VOISINS):
            other = sector.get((cell[0] + dq, cell[1] + dr))
            if other is None or (other != s and (cell < (cell[0] + dq, cell[1] + dr))):
                (ax, ay), (bx, by) = corners[i], corners[(i + 1) % 6]
                edges.append(f"M{n(ax)} {n(ay)}L{n(bx)} {n(by)}")
    placed = tuple(_labels(cells, centres, r, width, height)) if labels else ()
    return _Plan(width, height, r, centres, "".join(edges), placed)


def carte_tuiles(
    tuiles: Sequence[Tuile],
    *,
    titre: str,
    desc: str = "",
    ici: str = "",
    noms_secteurs: bool = True,
    largeur: float = 720,
    marge: float | None = None,
    mode: Mode = Mode.CSS,
    identifiant: str = "",
) -> str:
    """Draw the map. ``ici``: code of the commune to outline. Small maps: ``noms_secteurs=False``.

    Raises:
        ValueError: no tile at all (write the table alone and say which positions are missing).
    """
    if not tuiles:
        raise ValueError("une carte en tuiles demande au moins une commune placée")
    p = Plume(mode)
    key = tuple((t.code, t.cellule, t.secteur) for t in tuiles)
    margin = marge if marge is not None else (64.0 if noms_secteurs else 4.0)
    plan = _plan(key, largeur, margin, noms_secteurs)
    parts: list[str] = []
    for t in tuiles:
        x, y = plan.centres[t.code]
        shape = " ".join(f"{n(a)},{n(b)}" for a, b in _corners(x, y, plan.rayon))
        inner = p.element("polygon", f"hex {t.classe}", points=shape)
        low = 3.5
        if t.appreciation is not None:
            low = -1.0 if t.sigle else 0.0
            size = min(8.0, plan.rayon * 0.45)
            inner += p.signe(t.appreciation, x, y + (plan.rayon * 0.42 if t.sigle else 0), size)
        parts.append(p.groupe(f"{t.nom} : {t.texte}" if t.texte else t.nom, inner, "t", t.lien))
        if t.sigle:  # beside the link, whose name is the whole name of the commune
            ink = f" e{t.classe}" if re.fullmatch(r"[sb]\d", t.classe) else ""
            parts.append(p.texte(x, y + low, t.sigle, f"code{ink}"))
    parts.append(p.element("path", "lim", d=plan.limites))
    if ici in plan.centres:
        shape = " ".join(f"{n(a)},{n(b)}" for a, b in _corners(*plan.centres[ici], plan.rayon))
        parts.append(p.element("polygon", "ici", points=shape))
    for e in plan.etiquettes:
        if e.repere:
            x1, y1, x2, y2 = e.repere
            parts.append(p.element("line", "repere-sec", x1=x1, y1=y1, x2=x2, y2=y2))
            parts.append(p.element("circle", "repere-pt", cx=x2, cy=y2, r=3))
        parts.append(p.texte(e.x, e.y, e.secteur, "secteur"))
    return p.document(
        plan.largeur,
        plan.hauteur,
        parts,
        titre=titre,
        desc=desc,
        identifiant=identifiant,
        role="group" if any(t.lien for t in tuiles) else "img",
    )


def pave(classe: Classe, mode: Mode = Mode.CSS) -> str:
    """The small sample of a line of the legend (decorative: its words stand beside it)."""
    p = Plume(mode)
    body = p.element("rect", classe.classe, x=0.5, y=0.5, width=23, height=15)
    if classe.appreciation is not None:
        body += p.signe(classe.appreciation, 12, 8, 8)
    return f'<svg viewBox="0 0 24 16" aria-hidden="true">{body}</svg>'


def legende(classes: Sequence[Classe], *, mode: Mode = Mode.CSS) -> str:
    """The legend as an HTML list (``bf-legende``): sample, label, count."""
    lines = "".join(f"<li>{pave(c, mode)}<span>{c.libelle}</span><span>{c.compte}</span></li>" for c in classes)
    return f'<ul class="bf-legende">{lines}</ul>'


def legende_svg(classes: Sequence[Classe], x: float, y: float, mode: Mode = Mode.AUTONOME) -> str:
    """The legend drawn inside a picture, for print."""
    p = Plume(mode)
    out = []
    for i, c in enumerate(classes):
        top = y + i * 24
        out.append(p.element("rect", f"base {c.classe}", x=x, y=top, width=24, height=16))
        if c.appreciation is not None:
            out.append(p.signe(c.appreciation, x + 12, top + 8, 8))
        out.append(p.texte(x + 32, top + 13, c.libelle, "e13"))
        out.append(p.texte(x + 150, top + 13, str(c.compte), "e13 gras fin"))
    return "".join(out)


def cle_nom(nom: str) -> str:
    """Sort key of a French name: no accents, ligatures opened."""
    plain = unicodedata.normalize("NFKD", nom.replace("œ", "oe").replace("Œ", "Oe"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
