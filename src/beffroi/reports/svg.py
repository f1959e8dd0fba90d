"""Small writer of SVG shared by the charts and the map: same drawing under the CSP and on paper.

``Mode.CSS`` writes classes of ``theme.css`` (no inline style; the patterns ``#m-sans`` and ``#m-secret`` belong to the
page, see ``patterns``). ``Mode.AUTONOME`` writes colours as presentation attributes and carries its own patterns.
Classes that the theme must hold beside those of the mock-ups: ``ap-atteint``, ``ap-voie``, ``ap-surveiller``,
``ap-retard``, ``ap-sansobjectif`` (ground of a hexagon, dark ink on it), ``signe`` (ink), ``plus``, ``moins``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from beffroi.domain.nomenclatures.avancement import Appreciation


class Mode(StrEnum):
    """How a drawing carries its look."""

    CSS = "css"
    AUTONOME = "autonome"


# Colours of print (modeles/LISEZMOI §2): ink, slate, brick, linen, gold, and the five appreciations.
ENCRE, ARDOISE, ARDOISE_2, BRIQUE, OR = (
    "#2B3947",
    "#34495E",
    "#5B7383",
    "#A5402A",
    "#D9A441",
)
LIN, PAPIER, FILET, GRIS = "#F6F1E7", "#FFFFFF", "#D5D0C4", "#5A5A5A"

CLASSE_APPRECIATION: dict[Appreciation, str] = {
    Appreciation.ATTEINT: "ap-atteint",
    Appreciation.EN_BONNE_VOIE: "ap-voie",
    Appreciation.A_SURVEILLER: "ap-surveiller",
    Appreciation.EN_RETARD: "ap-retard",
    Appreciation.SANS_DONNEE: "sans",
    Appreciation.SANS_OBJECTIF: "ap-sansobjectif",
}

# Class → presentation attributes, for drawings that travel alone. Same names as in theme.css.
STYLES: dict[str, dict[str, str]] = {
    "s1": {"fill": "#E3E9EC"},
    "s2": {"fill": "#B7C8D1"},
    "s3": {"fill": "#82A0B0"},
    "s4": {"fill": "#4A6F85"},
    "s5": {"fill": "#1F3F54"},
    "b1": {"fill": "#F6E6DA"},
    "b2": {"fill": "#EAC3AA"},
    "b3": {"fill": "#D8936F"},
    "b4": {"fill": "#AC5336"},
    "b5": {"fill": "#6B2515"},
    "sans": {"fill": "url(#m-sans)"},
    "secret": {"fill": "url(#m-secret)"},
    "ap-atteint": {"fill": "#9FB6C8"},
    "ap-voie": {"fill": "#D9E5EE"},
    "ap-surveiller": {"fill": "#F0D690"},
    "ap-retard": {"fill": "#E2A893"},
    "ap-sansobjectif": {"fill": "#F6F1E7"},
    "hex": {"stroke": PAPIER, "stroke-width": "1.5"},
    "lim": {
        "stroke": ENCRE,
        "stroke-width": "1.75",
        "fill": "none",
        "stroke-linecap": "round",
    },
    "ici": {
        "fill": "none",
        "stroke": BRIQUE,
        "stroke-width": "3.5",
        "stroke-linejoin": "round",
    },
    "repere-sec": {"stroke": ENCRE, "stroke-width": "1", "fill": "none"},
    "repere-pt": {"fill": ENCRE, "stroke": PAPIER, "stroke-width": "1.5"},
    "signe": {"fill": ENCRE},
    "code": {"font-size": "10.5", "text-anchor": "middle", "fill": ENCRE},
    "es1": {"fill": ENCRE},
    "es2": {"fill": ENCRE},
    "es3": {"fill": "#14202A"},
    "es4": {"fill": PAPIER},
    "es5": {"fill": PAPIER},
    "eb1": {"fill": ENCRE},
    "eb2": {"fill": ENCRE},
    "eb3": {"fill": ENCRE},
    "eb4": {"fill": PAPIER},
    "eb5": {"fill": PAPIER},
    "secteur": {"font-size": "12", "font-weight": "bold", "fill": ENCRE},
    "axe": {"stroke": FILET, "stroke-width": "1"},
    "base": {"stroke": "#8A8374", "stroke-width": "1"},
    "barre": {"fill": ARDOISE},
    "pale": {"fill": "#B7C8D1"},
    "ici2": {"fill": "#22303B"},
    "vide": {"fill": "url(#m-sans)", "stroke": "#A79F90", "stroke-width": "1"},
    "moins": {"fill": BRIQUE},
    "plus": {"fill": ARDOISE},
    "objectif": {"stroke": BRIQUE, "stroke-width": "2", "fill": "none"},
    "courbe": {"stroke": "#B98A2C", "stroke-width": "2.5", "fill": "none"},
    "pt": {"fill": PAPIER, "stroke": "#B98A2C", "stroke-width": "2.5"},
    "ombre": {"fill": "#FAF4E4"},
    "t2": {"fill": "#4A5964"},
    "sur-barre": {"fill": PAPIER},
    "e12": {"font-size": "12"},
    "e13": {"font-size": "13"},
    "gras": {"font-weight": "bold"},
    "milieu": {"text-anchor": "middle"},
    "fin": {"text-anchor": "end"},
    "halo": {
        "paint-order": "stroke",
        "stroke": PAPIER,
        "stroke-width": "4",
        "stroke-linejoin": "round",
    },
}

_PATTERNS_CSS = (
    '<pattern id="m-secret" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<rect class="pm-secret-f" width="7" height="7"/><circle class="pm-secret-t" cx="1.75" cy="1.75" r="1.15"/>'
    '<circle class="pm-secret-t" cx="5.25" cy="5.25" r="1.15"/></pattern>'
    '<pattern id="m-sans" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="pm-sans-f" width="6" height="6"/><line class="pm-sans-t" x1="1" y1="0" x2="1" y2="6"/></pattern>'
)
_PATTERNS_AUTONOME = (
    _PATTERNS_CSS.replace('class="pm-secret-f"', 'fill="#EFE6F0"')
    .replace('class="pm-secret-t"', 'fill="#75567C"')
    .replace('class="pm-sans-f"', 'fill="#F3EFE6"')
    .replace('class="pm-sans-t"', 'stroke="#A79F90" stroke-width="1.4"')
)


def patterns(mode: Mode) -> str:
    """The ``<defs>`` of the two hatches. A web page puts it once, inside a hidden ``<svg>``."""
    return f"<defs>{_PATTERNS_CSS if mode is Mode.CSS else _PATTERNS_AUTONOME}</defs>"


def n(value: float) -> str:
    """A coordinate with one decimal, without a useless zero."""
    return f"{value:.1f}".removesuffix(".0")


class Plume:
    """Writes elements for one mode."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode

    def classes(self, names: str) -> str:
        """The look of those classes, as a ``class`` or as attributes (the last class wins)."""
        if not names:
            return ""
        if self.mode is Mode.CSS:
            return f' class="{names}"'
        merged: dict[str, str] = {}
        for name in names.split():
            merged.update(STYLES.get(name, {}))
        return "".join(f' {k}="{v}"' for k, v in merged.items())

    def element(
        self,
        tag: str,
        classe: str = "",
        contenu: str | None = None,
        **attributs: float | str,
    ) -> str:
        """One element; ``contenu`` is markup already written. Python names: ``stroke_width`` → ``stroke-width``."""
        attrs = "".join(
            f" {k.rstrip('_').replace('_', '-')}={quoteattr(v if isinstance(v, str) else n(v))}"
            for k, v in attributs.items()
        )
        head = f"<{tag}{self.classes(classe)}{attrs}"
        return f"{head}/>" if contenu is None else f"{head}>{contenu}</{tag}>"

    def texte(self, x: float, y: float, texte: str, classe: str = "") -> str:
        """A line of text."""
        if self.mode is Mode.AUTONOME and not any(c in STYLES and "fill" in STYLES[c] for c in classe.split()):
            classe = f"signe {classe}"
        return self.element("text", classe, escape(texte), x=x, y=y)

    def groupe(self, titre: str, contenu: str, classe: str = "", lien: str = "") -> str:
        """A group with its tooltip, inside a link when ``lien`` is given."""
        inner = f"<title>{escape(titre)}</title>{contenu}"
        if lien:
            name = f" aria-label={quoteattr(titre)}"
            return f"<a href={quoteattr(lien)}{name}{self.classes(classe)}>{inner}</a>"
        return self.element("g", classe, inner)

    def signe(self, appreciation: Appreciation, x: float, y: float, taille: float) -> str:
        """The shape of an appreciation, centred on a point: ■ ● ◆ ▲ ○, drawn, so that no font is needed."""
        r = taille / 2
        if appreciation is Appreciation.ATTEINT:
            return self.element(
                "rect",
                "signe",
                x=x - r * 0.85,
                y=y - r * 0.85,
                width=r * 1.7,
                height=r * 1.7,
            )
        if appreciation is Appreciation.EN_BONNE_VOIE:
            return self.element("circle", "signe", cx=x, cy=y, r=r * 0.95)
        if appreciation is Appreciation.A_SURVEILLER:
            d = f"M{n(x)} {n(y - r * 1.15)}L{n(x + r * 1.15)} {n(y)}L{n(x)} {n(y + r * 1.15)}L{n(x - r * 1.15)} {n(y)}Z"
            return self.element("path", "signe", d=d)
        if appreciation is Appreciation.EN_RETARD:
            d = f"M{n(x)} {n(y - r)}L{n(x + r * 1.1)} {n(y + r * 0.9)}L{n(x - r * 1.1)} {n(y + r * 0.9)}Z"
            return self.element("path", "signe", d=d)
        if appreciation is Appreciation.SANS_DONNEE:
            return self.element("circle", "repere-sec", cx=x, cy=y, r=r * 0.9)
        return self.element("line", "repere-sec", x1=x - r, x2=x + r, y1=y, y2=y)

    def document(
        self,
        largeur: float,
        hauteur: float,
        contenu: Iterable[str] | str,
        *,
        titre: str,
        desc: str = "",
        identifiant: str = "",
        proportions: str = "",
        role: str = "img",
        attributs: Mapping[str, str] | None = None,
    ) -> str:
        """The whole drawing, an image for a screen reader: title, description, content.

        ``identifiant`` makes the ids of title and description unique in the page; without it the title becomes an
        ``aria-label``. ``proportions``: value of ``preserveAspectRatio``. ``role``: ``group`` when the
        drawing holds links, which an ``img`` would hide from a screen reader.
        """
        body = contenu if isinstance(contenu, str) else "".join(contenu)
        extra = "".join(f" {k}={quoteattr(v)}" for k, v in (attributs or {}).items())
        if proportions:
            extra += f' preserveAspectRatio="{proportions}"'
        if identifiant:
            name = f' aria-labelledby="{identifiant}-t' + (f' {identifiant}-d"' if desc else '"')
            head = f'<title id="{identifiant}-t">{escape(titre)}</title>'
            head += f'<desc id="{identifiant}-d">{escape(desc)}</desc>' if desc else ""
        else:
            name = f" aria-label={quoteattr(titre)}"
            head = f"<desc>{escape(desc)}</desc>" if desc else ""
        box = f'viewBox="0 0 {n(largeur)} {n(hauteur)}"'
        if self.mode is Mode.CSS:
            return f'<svg class="bf-svg" {box} role="{role}"{name}{extra}>{head}{body}</svg>'
        look = 'font-family="Liberation Sans, Arial, Helvetica, sans-serif"'
        size = f'width="{n(largeur)}" height="{n(hauteur)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="{role}" {look}{name}{extra}>'
            f'{head}{patterns(self.mode)}<rect width="100%" height="100%" fill="{PAPIER}"/>{body}</svg>'
        )


def largeur_texte(texte: str, taille: float, gras: bool = False) -> float:
    """Approximate width of a text in pixels; enough to keep labels apart."""
    narrow, wide = "iljtf'’.,: \u202f\u00a0", "mwMWŒœ"
    units = sum(0.3 if c in narrow else 0.85 if c in wide else 0.68 if c.isupper() else 0.54 for c in texte)
    return units * taille * (1.06 if gras else 1.0)
