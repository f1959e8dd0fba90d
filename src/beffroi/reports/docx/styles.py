"""Real Word styles: change the style, the document follows. Names and colours of the reference edition."""

from __future__ import annotations

from typing import Any

from beffroi.domain.nomenclatures.avancement import Appreciation

POLICE = "Calibri"
POLICE_SYMBOLE = "Segoe UI Symbol"
ENCRE, ARDOISE, BRIQUE, LIN, LIN_FONCE, OR = "2B3947", "34495E", "A5402A", "F6F1E7", "EAE1CF", "D9A441"
GRIS, GRIS_FOND, FILET, PALE = "555555", "ECECEC", "D5D0C4", "B9C6D2"

# Appreciation → (ink, ground).
TEINTES: dict[Appreciation, tuple[str, str]] = {
    Appreciation.ATTEINT: ("34495E", "E3E9EE"),
    Appreciation.EN_BONNE_VOIE: ("3F6383", "EAF0F5"),
    Appreciation.A_SURVEILLER: ("7A5600", "FBF1DA"),
    Appreciation.EN_RETARD: ("A5402A", "F8E6E0"),
    Appreciation.SANS_DONNEE: ("5A5A5A", GRIS_FOND),
    Appreciation.SANS_OBJECTIF: ("5A5A5A", ""),
}

# Page geometry in twentieths of a point: A4, margins 2.2 cm (landscape 1.6 cm).
A4 = (11906, 16838)
MARGES = {"portrait": (1191, 1247, 1020, 1247), "paysage": (1021, 907, 907, 907)}  # top, right, bottom, left
LARGEUR = {"portrait": A4[0] - 2 * 1247, "paysage": A4[1] - 2 * 907}

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BARRE = '<w:pBdr><w:left w:val="{v}" w:sz="{s}" w:space="8" w:color="{c}"/></w:pBdr>'


def _p(avant: int = 0, apres: int = 0, ligne: int = 240, **autres: str) -> str:
    """Paragraph properties, in the order of the schema."""
    get = autres.get
    return (
        ("<w:keepNext/>" if get("suivant") else "")
        + ("<w:keepLines/>" if get("lignes") else "")
        + get("numero", "")
        + get("bordure", "")
        + get("fond", "")
        + get("tabs", "")
        + f'<w:spacing w:before="{avant}" w:after="{apres}" w:line="{ligne}" w:lineRule="auto"/>'
        + get("retrait", "")
        + get("contexte", "")
        + (f'<w:jc w:val="{autres["cote"]}"/>' if get("cote") else "")
        + (f'<w:outlineLvl w:val="{autres["plan"]}"/>' if get("plan") else "")
    )


def _r(taille: float, couleur: str = ENCRE, *, gras: bool | None = None, italique: bool | None = None) -> str:
    """Run properties; ``taille`` in points."""
    half = round(taille * 2)
    font = f'<w:rFonts w:ascii="{POLICE}" w:hAnsi="{POLICE}" w:cs="{POLICE}" w:eastAsia="{POLICE}"/>'
    bold = "" if gras is None else f'<w:b w:val="{int(gras)}"/><w:bCs w:val="{int(gras)}"/>'
    slant = "" if italique is None else f'<w:i w:val="{int(italique)}"/><w:iCs w:val="{int(italique)}"/>'
    return f'{font}{bold}{slant}<w:color w:val="{couleur}"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _fond(couleur: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{couleur}"/>'


def _num(niveau: int, identifiant: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{niveau}"/><w:numId w:val="{identifiant}"/></w:numPr>'


NUM_TITRES, NUM_PUCES, NUM_LISTE = 90, 91, 92
_SANS_NUMERO = _num(0, 0)
_RETRAIT_BARRE = '<w:ind w:left="142"/>'
_SOUS_TITRE = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="A5402A"/></w:pBdr>'
_TOC = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{LARGEUR["portrait"]}"/></w:tabs>'
_CONTEXTE = "<w:contextualSpacing/>"

# name → (id, based on, next, paragraph properties, run properties)
PARAGRAPHES: dict[str, tuple[str, str, str, str, str]] = {
    "Normal": ("Normal", "", "", _p(0, 120, 269), _r(10.5)),
    "header": ("Header", "Normal", "", _p(), _r(8.5, GRIS)),
    "footer": ("Footer", "Normal", "", _p(cote="right"), _r(8.5, GRIS)),
    "Title": ("Title", "Normal", "Normal", _p(0, 80), _r(34, "FFFFFF", gras=True)),
    "Subtitle": ("Subtitle", "Normal", "Normal", _p(0, 80), _r(16, "FFFFFF", gras=False, italique=False)),
    "heading 1": (
        "Heading1", "Normal", "Normal",
        _p(0, 160, suivant="1", lignes="1", numero=_num(0, NUM_TITRES), bordure=_SOUS_TITRE, plan="0"),
        _r(20, ARDOISE, gras=True),
    ),
    "heading 2": (
        "Heading2", "Normal", "Normal",
        _p(240, 80, suivant="1", lignes="1", numero=_num(1, NUM_TITRES), plan="1"), _r(13, BRIQUE, gras=True),
    ),
    "caption": ("Caption", "Normal", "Normal", _p(160, 60, suivant="1"), _r(9.5, ARDOISE, gras=True, italique=False)),
    "List Bullet": ("ListBullet", "Normal", "", _p(0, 60, 264, numero=_num(0, NUM_PUCES), contexte=_CONTEXTE), _r(10.5)),
    "List Number": ("ListNumber", "Normal", "", _p(0, 80, 269, numero=_num(0, NUM_LISTE), contexte=_CONTEXTE), _r(10.5)),
    "toc 1": ("TOC1", "Normal", "Normal", _p(40, 20, tabs=_TOC), _r(10.5, gras=True)),
    "Beffroi Phrase clé": (
        "BeffroiPhrasecle", "Normal", "Normal",
        _p(40, 160, 276, bordure=_BARRE.format(v="single", s=36, c=BRIQUE), fond=_fond(LIN), retrait=_RETRAIT_BARRE),
        _r(12.5, ARDOISE),
    ),
    "Beffroi Intitulé": ("BeffroiIntitule", "Normal", "Normal", _p(0, 120, 252, suivant="1"), _r(12.5, "4A5B6C", italique=True)),
    "Beffroi Manque": (
        "BeffroiManque", "Normal", "Normal",
        _p(80, 120, 264, bordure=_BARRE.format(v="dashed", s=24, c="8A8A8A"), fond=_fond("F2F2F2"), retrait=_RETRAIT_BARRE),
        _r(9.5),
    ),
    "Beffroi Source": ("BeffroiSource", "Normal", "Normal", _p(40, 160), _r(8, GRIS)),
    "Beffroi Note": ("BeffroiNote", "Normal", "Normal", _p(0, 80, 252), _r(8.5, "444444")),
    "Beffroi Cellule": ("BeffroiCellule", "Normal", "", _p(20, 20), _r(9)),
    "Beffroi Chiffre": ("BeffroiChiffre", "BeffroiCellule", "", _p(20, 20, cote="right"), _r(9)),
    "Beffroi Cellule dense": ("BeffroiCelluledense", "BeffroiCellule", "", _p(8, 8), _r(8)),
    "Beffroi Chiffre dense": ("BeffroiChiffredense", "BeffroiCelluledense", "", _p(8, 8, cote="right"), _r(8)),
    "Beffroi En-tête tableau": ("BeffroiEntetetableau", "BeffroiCellule", "", _p(40, 40), _r(9, "FFFFFF", gras=True)),
    "Beffroi Tuile libellé": ("BeffroiTuilelibelle", "Normal", "", _p(60, 0), _r(9, ARDOISE, gras=True)),
    "Beffroi Tuile valeur": ("BeffroiTuilevaleur", "Normal", "", _p(0, 0), _r(20, ARDOISE, gras=True)),
    "Beffroi Tuile cible": ("BeffroiTuilecible", "Normal", "", _p(0, 40), _r(8.5)),
    "Beffroi Tuile statut": ("BeffroiTuilestatut", "Normal", "", _p(20, 40), _r(9.5, gras=True)),
    "Beffroi Tuile source": ("BeffroiTuilesource", "Normal", "", _p(0, 60), _r(7.5, GRIS)),
    "Beffroi Figure": ("BeffroiFigure", "Normal", "", _p(0, 0, suivant="1"), _r(10.5)),
    "Beffroi Couverture surtitre": ("BeffroiCouverturesurtitre", "Normal", "", _p(0, 120), _r(13, "FFFFFF")),
    "Beffroi Couverture mention": ("BeffroiCouverturemention", "Normal", "", _p(0, 60, 264), _r(9.5)),
    "Beffroi Titre annexe": (
        "BeffroiTitreannexe", "Heading1", "Normal",
        _p(0, 160, suivant="1", numero=_SANS_NUMERO, plan="0"), _r(20, ARDOISE, gras=True),
    ),
    "Beffroi Titre annexe 2": (
        "BeffroiTitreannexe2", "Heading2", "Normal",
        _p(240, 80, suivant="1", numero=_SANS_NUMERO, plan="1"), _r(13, BRIQUE, gras=True),
    ),
    "Beffroi Titre sommaire": (
        "BeffroiTitresommaire", "BeffroiTitreannexe", "Normal",
        _p(0, 160, suivant="1", numero=_SANS_NUMERO, plan="9"), _r(20, ARDOISE, gras=True),
    ),
}  # fmt: skip

_BORDS = (
    f'<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{ARDOISE}"/>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{ARDOISE}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{FILET}"/></w:tblBorders>'
)
_MARGE_CELLULE = '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
_PREMIERE = (
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="FFFFFF"/></w:rPr><w:tcPr>'
    f"{_fond(ARDOISE)}</w:tcPr></w:tblStylePr>"
)


def _style_paragraphe(name: str) -> str:
    ident, based, following, ppr, rpr = PARAGRAPHES[name]
    custom = ' w:customStyle="1"' if name.startswith("Beffroi") else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style {_W} w:type="paragraph"{default}{custom} w:styleId="{ident}"><w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{following}"/>' if following else "")
        + ('<w:uiPriority w:val="39"/>' if name.startswith("toc") else "")
        + f"<w:qFormat/><w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>"
    )


def _autres_styles() -> list[str]:
    symbol = (
        f'<w:style {_W} w:type="character" w:customStyle="1" w:styleId="BeffroiSymbole"><w:name w:val="Beffroi Symbole"/>'
        f'<w:rPr><w:rFonts w:ascii="{POLICE_SYMBOLE}" w:hAnsi="{POLICE_SYMBOLE}" w:cs="{POLICE_SYMBOLE}" '
        f'w:eastAsia="{POLICE_SYMBOLE}"/></w:rPr></w:style>'
    )
    fictitious = (
        f'<w:style {_W} w:type="character" w:customStyle="1" w:styleId="BeffroiFictif"><w:name w:val="Beffroi Fictif"/>'
        f'<w:rPr><w:u w:val="dotted" w:color="{OR}"/></w:rPr></w:style>'
    )
    tables = [
        f'<w:style {_W} w:type="table" w:customStyle="1" w:styleId="{ident}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>'
        f"<w:tblPr>{borders}{_MARGE_CELLULE}</w:tblPr>{extra}</w:style>"
        for ident, name, borders, extra in (
            ("BeffroiTableau", "Beffroi Tableau", _BORDS, _PREMIERE),
            ("BeffroiTuiles", "Beffroi Tuiles", "", ""),
        )
    ]
    return [symbol, fictitious, *tables]


def _niveaux_titres() -> str:
    levels = ""
    for i, (style, text) in enumerate((("Heading1", "%1."), ("Heading2", "%1.%2"))):
        levels += (
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="{style}"/>'
            f'<w:suff w:val="space"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        )
    return levels


def _niveau_liste(kind: str, text: str) -> str:
    font = '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol" w:hint="default"/></w:rPr>' if kind == "bullet" else ""
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="397" w:hanging="284"/></w:pPr>{font}</w:lvl>'
    )


def poser_styles(word: Any) -> None:
    """Put every style and list of the edition into an empty python-docx document."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    root = word.styles.element
    wanted = {PARAGRAPHES[n][0].casefold() for n in PARAGRAPHES} | {n.casefold() for n in PARAGRAPHES}
    kept = {"tablenormal", "defaultparagraphfont", "nolist"}
    for style in list(root.findall(qn("w:style"))):
        if style.get(qn("w:styleId"), "").casefold() not in kept:
            root.remove(style)
    for name in PARAGRAPHES:
        root.append(parse_xml(_style_paragraphe(name)))
    for xml in _autres_styles():
        root.append(parse_xml(xml))
    assert wanted
    latent = root.find(qn("w:latentStyles"))
    if latent is not None:
        root.remove(latent)
    for lang in root.iter(qn("w:lang")):
        lang.set(qn("w:val"), "fr-FR")
    numbering = word.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    levels = {
        NUM_TITRES: ("multilevel", _niveaux_titres()),
        NUM_PUCES: ("hybridMultilevel", _niveau_liste("bullet", "\uf0b7")),
        NUM_LISTE: ("hybridMultilevel", _niveau_liste("decimal", "%1.")),
    }
    for ident, (kind, xml) in levels.items():
        numbering.append(
            parse_xml(
                f'<w:abstractNum {_W} w:abstractNumId="{ident}"><w:multiLevelType w:val="{kind}"/>{xml}</w:abstractNum>'
            )
        )
    for ident in levels:
        numbering.append(parse_xml(f'<w:num {_W} w:numId="{ident}"><w:abstractNumId w:val="{ident}"/></w:num>'))


def section_xml(orientation: str, *, titre: bool, entete: str = "", pied: str = "") -> str:
    """Section properties: page size and margins; ``titre``: the first page has neither header nor footer."""
    top, right, bottom, left = MARGES[orientation]
    width, height = A4 if orientation == "portrait" else (A4[1], A4[0])
    land = ' w:orient="landscape"' if orientation == "paysage" else ""
    return (
        f'<w:sectPr {_W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{entete}{pied}'
        f'<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{land}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="510" w:footer="454" '
        f'w:gutter="0"/>{"<w:titlePg/>" if titre else ""}</w:sectPr>'
    )
