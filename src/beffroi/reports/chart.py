"""Our own charts, pure functions returning SVG: bars with a target line, trend, horizontal bars, time and progress.

Every number printed comes from a ``Chiffre``; a missing one is hatched and said, never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from beffroi.kernel.figure import Chiffre, nombre
from beffroi.kernel.unit import exact
from beffroi.reports.svg import Mode, Plume, largeur_texte, n


@dataclass(frozen=True, slots=True)
class Barre:
    """One bar: label on the axis, figure, look (``""``, ``pale`` after the situation, ``vide`` beyond), current or not.

    ``courbe``: figure of the second series, drawn as a line. ``dans_programme`` puts the bar on the programme's ground.
    """

    libelle: str
    chiffre: Chiffre
    style: str = ""
    ici: bool = False
    courbe: Chiffre | None = None
    dans_programme: bool = False


def _value(chiffre: Chiffre | None) -> float | None:
    if chiffre is None or chiffre.valeur is None:
        return None
    return float(chiffre.valeur)


def graduation(maximum: float, nombre_pas: int = 5) -> tuple[Decimal, ...]:
    """Round marks of an axis from 0 to at least ``maximum`` (1, 2, 2.5 or 5 × 10ⁿ apart)."""
    if maximum <= 0:
        return (Decimal(0), Decimal(1))
    raw = exact(maximum) / nombre_pas
    power = Decimal(10) ** (raw.adjusted())
    step = next(
        power * m for m in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if power * m >= raw
    )
    if step < 1:
        step = Decimal(1)
    marks = [Decimal(0)]
    while marks[-1] < exact(maximum):
        marks.append(marks[-1] + step)
    return tuple(marks)


def texte_serie(barres: Sequence[Barre]) -> str:
    """« 751 en 2019, 613 en 2020 » — for descriptions and alternative texts."""
    return ", ".join(f"{b.chiffre.texte()} en {b.libelle}" for b in barres)


def barres(
    barres: Sequence[Barre],
    *,
    titre: str,
    desc: str = "",
    objectif: Chiffre | None = None,
    mention_programme: str = "",
    largeur: float = 720,
    hauteur: float = 320,
    nombres_au_pied: bool = False,
    mode: Mode = Mode.CSS,
    identifiant: str = "",
) -> str:
    """Vertical bars, one per exercice, with the target line over the bars of the programme and an optional curve.

    ``objectif`` is drawn over the bars ``dans_programme`` (all bars when none is). ``mention_programme`` is written
    at the top of the programme's ground. Without ``desc`` the values are listed. ``nombres_au_pied`` writes the numbers
    inside the bars, at their foot, when a curve runs near their tops.
    """
    p = Plume(mode)
    values = [v for b in barres for v in (_value(b.chiffre), _value(b.courbe)) if v is not None]
    target = _value(objectif)
    marks = graduation(max([*values, target or 0]))
    top, left, bottom = 30.0, 12.0 + 8.0 * len(nombre(marks[-1])), 30.0
    height = hauteur - top - bottom
    base, step = top + height, (largeur - left - 6) / max(len(barres), 1)

    def y(value: float) -> float:
        return base - height * value / float(marks[-1])

    inside = [i for i, b in enumerate(barres) if b.dans_programme]
    first, last = (inside[0], inside[-1]) if inside else (0, len(barres) - 1)
    parts: list[str] = []
    if inside:
        parts.append(
            p.element(
                "rect",
                "ombre",
                x=left + step * first,
                y=6,
                width=step * (last - first + 1),
                height=base - 6,
            )
        )
        if mention_programme:
            parts.append(p.texte(left + step * first + 8, 20, mention_programme, "t2 e12"))
    for mark in marks:
        line = "axe" if mark else "base"
        parts.append(
            p.element(
                "line",
                line,
                x1=left,
                x2=largeur - 6,
                y1=y(float(mark)),
                y2=y(float(mark)),
            )
        )
        parts.append(p.texte(left - 8, y(float(mark)) + 4, nombre(mark), "t2 e12 fin"))
    labels: list[str] = []
    points: list[tuple[float, float]] = []
    crossed = nombres_au_pied and any(b.courbe is not None for b in barres)
    for i, b in enumerate(barres):
        x, width = left + step * (i + 0.19), step * 0.62
        middle = x + width / 2
        value = _value(b.chiffre)
        tip = f"{b.libelle} : {b.chiffre.texte(avec_unite=True)}"
        if value is None:
            shape = p.element("rect", "barre vide", x=x, y=base - 14, width=width, height=14)
            labels.append(p.texte(middle, base - 20, "n. r.", "t2 e12 milieu halo"))
        else:
            look = f"barre {b.style}".strip() + (" ici2" if b.ici and not b.style else "")
            shape = p.element("rect", look, x=x, y=y(value), width=width, height=base - y(value))
            ground = " dans" if b.dans_programme else ""
            above = y(value) - 6
            if target is not None and first <= i <= last and abs(y(target) - above + 5) < 9:
                above = min(above, y(target) - 6)
            if crossed and base - y(value) >= 24:  # la courbe passe au sommet : le nombre se lit au pied de la barre
                labels.append(p.texte(middle, base - 8, b.chiffre.texte(), "e12 milieu sur-barre"))
            else:
                labels.append(p.texte(middle, above, b.chiffre.texte(), f"e12 milieu halo{ground}"))
        parts.append(p.groupe(tip, shape))
        parts.append(
            p.texte(
                middle,
                base + 20,
                b.libelle,
                "e12 milieu gras" if b.ici else "t2 e12 milieu",
            )
        )
        second = _value(b.courbe)
        if second is not None:
            points.append((middle, y(second)))
    if len(points) > 1:
        parts.append(
            p.element(
                "polyline",
                "courbe",
                points=" ".join(f"{n(a)},{n(c)}" for a, c in points),
            )
        )
    parts += [p.element("circle", "pt", cx=a, cy=c, r=3.5) for a, c in points]
    if target is not None and barres:
        parts.append(
            p.element(
                "line",
                "objectif",
                x1=left + step * first,
                x2=left + step * (last + 1),
                y1=y(target),
                y2=y(target),
            )
        )
    return p.document(
        largeur,
        hauteur,
        parts + labels,
        titre=titre,
        desc=desc or texte_serie(barres) + ".",
        identifiant=identifiant,
    )


def tendance(
    chiffres: Sequence[Chiffre],
    *,
    titre: str,
    objectif: Chiffre | None = None,
    largeur: float = 200,
    hauteur: float = 48,
    mode: Mode = Mode.CSS,
) -> str:
    """The small trend of a tile: bars without labels, last one darker, target line. At least two figures.

    Raises:
        ValueError: fewer than two known figures (the tile then writes « Une seule année : pas de tendance »).
    """
    if sum(c.connu for c in chiffres) < 2:
        raise ValueError("une tendance demande au moins deux valeurs connues")
    p = Plume(mode)
    top = max(v for v in [*(_value(c) for c in chiffres), _value(objectif)] if v is not None) * 1.1 or 1.0
    step = largeur / len(chiffres)
    parts = []
    for i, c in enumerate(chiffres):
        value = _value(c)
        height = hauteur * 0.25 if value is None else hauteur * value / top
        look = "barre vide" if value is None else "barre ici2" if i == len(chiffres) - 1 else "barre"
        parts.append(
            p.element(
                "rect",
                look,
                x=step * (i + 0.1),
                y=hauteur - height,
                width=step * 0.8,
                height=height,
            )
        )
    target = _value(objectif)
    if target is not None:
        level = hauteur - hauteur * target / top
        parts.append(
            p.element(
                "line",
                "objectif",
                x1=0,
                x2=largeur,
                y1=level,
                y2=level,
                vector_effect="non-scaling-stroke",
            )
        )
    return p.document(largeur, hauteur, parts, titre=titre, proportions="none")


@dataclass(frozen=True, slots=True)
class LigneBarre:
    """One horizontal bar: label, figure; ``classe`` chooses its look (``plus``, ``moins`` or a palette class)."""

    libelle: str
    chiffre: Chiffre
    classe: str = "barre"
    decimales: int | None = None


def barres_horizontales(
    lignes: Sequence[LigneBarre],
    *,
    titre: str,
    desc: str = "",
    signe: bool = False,
    largeur: float = 720,
    pas: float = 30,
    mode: Mode = Mode.CSS,
    identifiant: str = "",
) -> str:
    """Horizontal bars in the order given, value at the end; negative values go left of a common zero."""
    p = Plume(mode)
    values = [v for v in (_value(b.chiffre) for b in lignes) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    label = max((largeur_texte(b.libelle, 13) for b in lignes), default=0) + 12
    number = (
        max(
            (largeur_texte(b.chiffre.texte(b.decimales, signe=signe), 13) for b in lignes),
            default=0,
        )
        + 10
    )
    start = label + (number if low < 0 else 0)
    scale = (largeur - start - number) / ((high - low) or 1)
    zero = start - low * scale
    parts = [p.element("line", "base", x1=zero, x2=zero, y1=4, y2=len(lignes) * pas + 4)]
    for i, b in enumerate(lignes):
        y = 4 + i * pas
        value = _value(b.chiffre)
        parts.append(p.texte(label - 8, y + pas / 2 + 4, b.libelle, "e13 fin"))
        text = b.chiffre.texte(b.decimales, signe=signe)
        if value is None:
            parts.append(p.element("rect", "barre vide", x=zero, y=y + 5, width=24, height=pas - 10))
            parts.append(p.texte(zero + 30, y + pas / 2 + 4, text, "t2 e13"))
            continue
        x = zero if value >= 0 else zero + value * scale
        tip = f"{b.libelle} : {b.chiffre.texte(b.decimales, signe=signe, avec_unite=True)}"
        shape = p.element("rect", b.classe, x=x, y=y + 5, width=abs(value) * scale, height=pas - 10)
        parts.append(p.groupe(tip, shape))
        if value >= 0:
            parts.append(p.texte(x + value * scale + 6, y + pas / 2 + 4, text, "e13 gras"))
        else:
            parts.append(p.texte(x - 6, y + pas / 2 + 4, text, "e13 gras fin"))
    listed = ", ".join(f"{b.libelle} {b.chiffre.texte(b.decimales, signe=signe)}" for b in lignes)
    return p.document(
        largeur,
        len(lignes) * pas + 8,
        parts,
        titre=titre,
        desc=desc or listed + ".",
        identifiant=identifiant,
    )


def temps(
    part: Chiffre,
    ecoule: Chiffre,
    exercices: int,
    *,
    titre: str,
    largeur: float = 600,
    hauteur: float = 16,
    mode: Mode = Mode.CSS,
) -> str:
    """Progress against time: fill = done, mark = time elapsed, cuts = exercices (classes of ``bf-temps``)."""
    p = Plume(mode)
    done, passed = min(_value(part) or 0.0, 1.0), min(_value(ecoule) or 0.0, 1.0)
    band = hauteur / 2
    autonome = mode is Mode.AUTONOME
    parts = [
        p.element("rect", "s1" if autonome else "fond", y=band / 2, width=largeur, height=band),
        p.element(
            "rect",
            "barre" if autonome else "fait",
            y=band / 2,
            width=largeur * done,
            height=band,
        )
        if part.connu
        else p.element(
            "rect",
            "vide" if autonome else "sans",
            y=band / 2,
            width=largeur,
            height=band,
        ),
    ]
    for i in range(1, exercices):
        x = largeur * i / exercices
        parts.append(
            p.element(
                "line",
                "hex" if autonome else "coupe",
                x1=x,
                x2=x,
                y1=band / 2,
                y2=band * 1.5,
            )
        )
    x = largeur * passed
    parts.append(
        p.element(
            "rect",
            "moins" if autonome else "repere",
            x=max(0.0, x - 2),
            y=0,
            width=4,
            height=hauteur,
        )
    )
    return p.document(largeur, hauteur, parts, titre=titre, proportions="none")
