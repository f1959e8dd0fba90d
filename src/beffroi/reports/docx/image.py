"""The carte en tuiles as a picture: our SVG rendered to PNG offline, with its legend inside and its words beside."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from beffroi.domain.suivi.appreciation import texte_taux
from beffroi.kernel.figure import Chiffre
from beffroi.reports.build import CarteTuiles
from beffroi.reports.map import Tuile, carte_tuiles, classe_appreciation, legende_appreciations, legende_svg
from beffroi.reports.svg import Mode


def svg_carte(
    carte: CarteTuiles,
    chiffres: Mapping[str, Chiffre],
    le: object,
    mode: Mode,
    *,
    identifiant: str = "",
    largeur: float = 720,
) -> str:
    """The SVG of a map block, shared by the DOCX and the HTML renderers."""
    from datetime import date

    assert isinstance(le, date)
    palette = teintes_secteurs(carte)
    tiles = []
    for c in carte.cases:
        value = chiffres.get(c.valeur)
        tiles.append(
            Tuile(
                c.code,
                c.nom,
                c.cellule,
                c.secteur,
                classe_appreciation(c.appreciation) if c.appreciation else palette[c.secteur],
                texte_taux(value, le) if value is not None else c.secteur,
                c.sigle,
                c.appreciation,
            )
        )
    return carte_tuiles(
        tiles, titre=carte.legende, desc=carte.alternative, mode=mode, identifiant=identifiant, largeur=largeur
    )


def teintes_secteurs(carte: CarteTuiles) -> dict[str, str]:
    """A soft class for each sector, two neighbours never alike while five classes allow it."""
    at = {c.cellule: c.secteur for c in carte.cases}
    near: dict[str, set[str]] = {c.secteur: set() for c in carte.cases}
    for (q, r), sector in at.items():
        for dq, dr in ((1, 0), (0, 1), (1, -1)):
            other = at.get((q + dq, r + dr))
            if other is not None and other != sector:
                near[sector].add(other)
                near[other].add(sector)
    classes = ("s1", "b1", "s2", "s3", "b2")
    chosen: dict[str, str] = {}
    for sector in sorted(near, key=lambda s: -len(near[s])):
        taken = [chosen[n] for n in near[sector] if n in chosen]
        chosen[sector] = min(classes, key=lambda c: (taken.count(c), classes.index(c)))
    return chosen


def png_carte(carte: CarteTuiles, chiffres: Mapping[str, Chiffre], le: object) -> tuple[bytes, float]:
    """PNG and its height over width; the legend stands in the free corner at the bottom right."""
    import vl_convert

    svg = svg_carte(carte, chiffres, le, Mode.AUTONOME)
    head = svg[: svg.index(">")]
    width, height = (float(head.split(f'{k}="')[1].split('"')[0]) for k in ("width", "height"))
    if carte.decompte:
        lines = legende_appreciations(dict(carte.decompte))
        svg = svg.removesuffix("</svg>") + legende_svg(lines, width - 180, height - 24 * len(lines) - 8) + "</svg>"
    png: bytes = vl_convert.svg_to_png(svg, scale=2.0)
    return png, height / width


def dessin_image(relation: str, largeur: int, hauteur: int, identifiant: int, nom: str, description: str) -> str:
    """The drawing of a picture, with its alternative text. Sizes in EMU."""
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{largeur}" cy="{hauteur}"/>'
        f'<wp:docPr id="{identifiant}" name={quoteattr(nom)} descr={quoteattr(description)}/><wp:cNvGraphicFramePr>'
        '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{identifiant}" name={quoteattr(nom)} descr={quoteattr(description)}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{largeur}" cy="{hauteur}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
