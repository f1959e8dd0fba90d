"""Paragraphs and tables as WordprocessingML text; parsed once, far faster than cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.reports.build import SIGNES, Cellule, Ligne, Morceau, Tableau, Texte, TuileChiffre, Tuiles
from beffroi.reports.docx.styles import ARDOISE, BRIQUE, GRIS_FOND, LARGEUR, LIN, LIN_FONCE, PARAGRAPHES, TEINTES

_SIGNES = set("".join(SIGNES.values()))
# Height of a row of the table of communes: exact, so that its pages can be counted. In twentieths of a point.
HAUTEUR_COMMUNE = 222


def ident(style: str) -> str:
    """Id of a paragraph style."""
    return PARAGRAPHES[style][0]


def _run(texte: str, rpr: str = "") -> str:
    props = f"<w:rPr>{rpr}</w:rPr>" if rpr else ""
    return f'<w:r>{props}<w:t xml:space="preserve">{escape(texte)}</w:t></w:r>'


def runs(texte: Texte, *, gras: bool = False, couleur: str = "", taille: float | None = None) -> str:
    """Runs of a text: bold, italic, sign of an appreciation in a symbol font, dotted gold under fictitious entries."""
    out = ""
    for m in texte:
        out += _morceau(m, gras, couleur, taille)
    return out


def _morceau(m: Morceau, gras: bool, couleur: str, taille: float | None) -> str:
    ink = TEINTES[m.appreciation][0] if m.appreciation else couleur
    tail = (f'<w:color w:val="{ink}"/>' if ink else "") + (f'<w:sz w:val="{round(taille * 2)}"/>' if taille else "")
    style = '<w:rStyle w:val="BeffroiFictif"/>' if m.fictif else ""
    weight = ("<w:b/>" if m.gras or gras else "") + ("<w:i/>" if m.italique else "")
    if m.texte and m.texte[0] in _SIGNES:
        sign = _run(m.texte[0], f'<w:rStyle w:val="BeffroiSymbole"/>{tail}')
        return sign + (_run(m.texte[1:], style + weight + tail) if len(m.texte) > 1 else "")
    return _run(m.texte, style + weight + tail)


def paragraphe(style: str, contenu: str, ppr: str = "") -> str:
    """One paragraph; ``contenu`` is made of runs."""
    return f'<w:p><w:pPr><w:pStyle w:val="{ident(style)}"/>{ppr}</w:pPr>{contenu}</w:p>'


def champ(instruction: str, resultat: str) -> str:
    """A field with its result already written."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(resultat)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def legende(sequence: str, numero: int, texte: str) -> str:
    """Caption with its SEQ field: « Tableau 3 – … »."""
    body = _run(f"{sequence}\u00a0") + champ(f"SEQ {sequence} \\* ARABIC", str(numero)) + _run(f"\u00a0– {texte}")
    return paragraphe("caption", body)


def signet(numero: int, nom: str, contenu: str) -> str:
    """A bookmark around runs."""
    return f'<w:bookmarkStart w:id="{numero}" w:name="{nom}"/>{contenu}<w:bookmarkEnd w:id="{numero}"/>'


# --- tables -------------------------------------------------------------------------------------------------------


def largeurs(tableau: Tableau, orientation: str) -> list[int]:
    """Widths of the columns, in twentieths of a point, filling the page."""
    total = sum(c.largeur for c in tableau.colonnes)
    page = LARGEUR[orientation]
    out = [int(page * c.largeur / total) for c in tableau.colonnes]
    out[-1] += page - sum(out)
    return out


def tableau_xml(tableau: Tableau, orientation: str, *, source: bool = False) -> str:
    """A whole table: repeated header rows, rows that do not split, caption and description for screen readers.

    ``source``: a source line follows, and stays with the last row.
    """
    widths = largeurs(tableau, orientation)
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    name, told = (
        escape(tableau.legende or tableau.alternative, {'"': "&quot;"}),
        escape(tableau.alternative, {'"': "&quot;"}),
    )
    head = "".join(_entete(tableau, i, widths) for i in range(len(tableau.entetes)))
    body = "".join(_ligne(tableau, i, row, widths, source) for i, row in enumerate(tableau.lignes))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="BeffroiTableau"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{name}"/><w:tblDescription w:val="{told}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>'
    )


def _cellule(largeur: int, colonnes: int, fond: str, contenu: str, bords: str = "") -> str:
    span = f'<w:gridSpan w:val="{colonnes}"/>' if colonnes > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fond}"/>' if fond else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{largeur}" w:type="dxa"/>{span}{bords}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{contenu}</w:tc>"
    )


def _entete(tableau: Tableau, rang: int, widths: Sequence[int]) -> str:
    cells, at = "", 0
    size = 8 if tableau.dense else None
    for e in tableau.entetes[rang]:
        width = sum(widths[at : at + e.colonnes])
        side = "center" if e.colonnes > 1 else "right" if e.chiffre else ""
        jc = f'<w:jc w:val="{side}"/>' if side else ""
        body = runs((Morceau(e.texte),), taille=size) if e.texte else ""
        line = (
            '<w:tcBorders><w:left w:val="single" w:sz="4" w:space="0" w:color="FFFFFF"/></w:tcBorders>'
            if at and e.colonnes > 1
            else ""
        )
        cells += _cellule(
            width, e.colonnes, ARDOISE, paragraphe("Beffroi En-tête tableau", body, f"<w:keepNext/>{jc}"), line
        )
        at += e.colonnes
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _ligne(tableau: Tableau, rang: int, row: Ligne, widths: Sequence[int], source: bool) -> str:
    keep = solidaire(tableau, rang, source=source)
    cells, at = "", 0
    for c in row.cellules:
        width = sum(widths[at : at + c.colonnes])
        cells += _contenu(tableau, row, c, width, tableau.colonnes[at].chiffre, keep)
        at += c.colonnes
    height = f'<w:trHeight w:val="{HAUTEUR_COMMUNE}" w:hRule="exact"/>' if tableau.id == "communes" else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>{cells}</w:tr>"


def solidaire(tableau: Tableau, rang: int, *, source: bool) -> bool:
    """A band stays with its first line, a total with its sum, a last line with its source, a short table whole."""
    lines = tableau.lignes
    after = lines[rang + 1].genre if rang + 1 < len(lines) else ""
    if lines[rang].genre == "bande" or after == "somme" or (after == "total" and lines[rang].genre == "normale"):
        return True
    last = rang + 1 == len(lines)
    return source if last else len(lines) <= 14


def _contenu(tableau: Tableau, row: Ligne, c: Cellule, width: int, numeric: bool, keep: bool) -> str:
    dense = " dense" if tableau.dense else ""
    right = c.genre == "chiffre" or (numeric and c.genre in ("rien", "manque"))
    style = f"Beffroi Chiffre{dense}" if right else f"Beffroi Cellule{dense}"
    fill = {"bande": LIN_FONCE, "total": LIN_FONCE, "somme": LIN}.get(row.genre, "")
    if c.genre == "manque":
        fill = GRIS_FOND
    if c.genre == "appreciation" and c.texte and c.texte[0].appreciation:
        fill = TEINTES[c.texte[0].appreciation][1] or fill
    heavy = row.genre in ("bande", "total") and c.genre not in ("appreciation", "manque")
    ink = BRIQUE if c.alerte else "5A5A5A" if c.genre in ("manque", "rien") else ""
    side = '<w:jc w:val="center"/>' if c.genre == "manque" and c.colonnes > 1 else ""
    body = runs(c.texte, gras=heavy, couleur=ink)
    return _cellule(width, c.colonnes, fill, paragraphe(style, body, ("<w:keepNext/>" if keep else "") + side))


# --- tiles and cover ----------------------------------------------------------------------------------------------


def tuiles_xml(bloc: Tuiles) -> str:
    """A row of tiles: tinted cells separated by white gaps."""
    n, gap = len(bloc.tuiles), 113
    page = LARGEUR["portrait"]
    each = (page - gap * (n - 1)) // n
    cells, grid = "", ""
    for i, t in enumerate(bloc.tuiles):
        if i:
            cells += _cellule(gap, 1, "", paragraphe("Beffroi Tuile cible", ""))
            grid += f'<w:gridCol w:w="{gap}"/>'
        cells += _tuile(t, each)
        grid += f'<w:gridCol w:w="{each}"/>'
    told = escape(bloc.alternative, {'"': "&quot;"})
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="BeffroiTuiles"/>'
        f'<w:tblW w:w="{each * n + gap * (n - 1)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCaption w:val="{told}"/><w:tblDescription w:val="{told}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def _tuile(t: TuileChiffre, width: int) -> str:
    from beffroi.reports.build import signe

    ink, fill = TEINTES[t.appreciation]
    edge = BRIQUE if t.appreciation is Appreciation.EN_RETARD else ARDOISE
    top = f'<w:tcBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="{edge}"/></w:tcBorders>'
    body = (
        paragraphe("Beffroi Tuile libellé", runs((Morceau(t.libelle),)))
        + paragraphe("Beffroi Tuile valeur", runs(t.valeur, couleur=ink))
        + paragraphe("Beffroi Tuile cible", runs(t.cible))
        + paragraphe("Beffroi Tuile statut", runs((signe(t.appreciation),)))
        + paragraphe("Beffroi Tuile source", runs(t.source))
    )
    cell = _cellule(width, 1, fill or LIN, body, top)
    return cell.replace('<w:vAlign w:val="center"/>', '<w:vAlign w:val="top"/>', 1)


def couverture_xml(surtitre: str, titre: str, sous_titre: str, complement: str) -> str:
    """The slate block of the cover."""
    page = LARGEUR["portrait"]
    room = '<w:ind w:left="454" w:right="454"/>'
    body = (
        paragraphe("Beffroi Couverture surtitre", runs((Morceau(surtitre),)), room)
        + paragraphe("Title", runs((Morceau(titre),)), room)
        + paragraphe("Subtitle", runs((Morceau(sous_titre),)), room)
        + paragraphe("Subtitle", runs((Morceau(complement),)), room)
    )
    top = f'<w:tcBorders><w:top w:val="single" w:sz="36" w:space="0" w:color="{BRIQUE}"/></w:tcBorders>'
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="BeffroiTuiles"/>'
        f'<w:tblW w:w="{page}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="{page}"/></w:tblGrid>'
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="4600" w:hRule="atLeast"/></w:trPr>{_cellule(page, 1, ARDOISE, body, top)}</w:tr></w:tbl>'
    )
