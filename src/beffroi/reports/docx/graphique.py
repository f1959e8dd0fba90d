"""Native charts in a DOCX: chart XML and its embedded workbook from python-pptx, styled, related into the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beffroi.kernel.figure import FINE, Chiffre
from beffroi.kernel.unit import exact
from beffroi.reports.build import Graphique, Serie
from beffroi.reports.docx.styles import ARDOISE, BRIQUE, ENCRE, OR, PALE, POLICE

_NS = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_DECL = " ".join(f'xmlns:{k}="{v}"' for k, v in _NS.items())
_CT_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_CT_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ARDOISE_2 = "6B829A"
_COULEURS = {"principale": ARDOISE, "seconde": PALE, "or": OR, "ardoise2": _ARDOISE_2, "ecart": ARDOISE}


def format_nombre(graphique: Graphique) -> str:
    """Excel number format: French thousands whatever the machine, sign, percent with its thin space."""
    decimals = "." + "0" * graphique.decimales if graphique.decimales else ""
    if graphique.unite == "part":
        return f"[$-40C]0{decimals}{FINE}%"
    if graphique.signe:
        return f"[$-40C]+#,##0{decimals};[$-40C]−#,##0{decimals};0"
    return f"[$-40C]#,##0{decimals}"


def _valeurs(serie: Serie, chiffres: Mapping[str, Chiffre]) -> list[float | None]:
    out: list[float | None] = []
    for identifiant in serie.valeurs:
        value = chiffres[identifiant].valeur
        out.append(None if value is None else float(exact(value)))
    return out


def partie_graphique(graphique: Graphique, chiffres: Mapping[str, Chiffre]) -> tuple[bytes, bytes]:
    """Chart XML (without its link to the workbook) and the workbook that holds the data."""
    from lxml import etree  # type: ignore[import-untyped]
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xlsx import CategoryWorkbookWriter
    from pptx.chart.xmlwriter import ChartXmlWriter
    from pptx.enum.chart import XL_CHART_TYPE

    kinds = {
        "colonnes": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "barres": XL_CHART_TYPE.BAR_CLUSTERED,
        "barres_empilees": XL_CHART_TYPE.BAR_STACKED,
    }
    # python-pptx carries no types: its classes are called through names typed Any.
    donnees: Any = CategoryChartData
    ecrire: Any = ChartXmlWriter
    classeur: Any = CategoryWorkbookWriter
    data = donnees(number_format=format_nombre(graphique))
    data.categories = graphique.categories
    for s in graphique.series:
        data.add_series(s.nom, _valeurs(s, chiffres))
    xml: str = ecrire(kinds[graphique.genre], data).xml
    root = etree.fromstring(xml.encode("utf-8"))
    _habiller(root, graphique, chiffres)
    blob: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    book: bytes = classeur(data).xlsx_blob
    return blob, book


# --- look ---------------------------------------------------------------------------------------------------------


def _find(root: Any, path: str) -> Any:
    return root.find(path, _NS)


def _frag(xml: str) -> Any:
    from lxml import etree

    return etree.fromstring(f"<x {_DECL}>{xml}</x>")[0]


def _remplir(couleur: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{couleur}"/></a:solidFill>'


_HACHURE = (
    '<a:pattFill prst="ltUpDiag"><a:fgClr><a:srgbClr val="9A9A9A"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr>'
    '</a:pattFill><a:ln w="9525"><a:solidFill><a:srgbClr val="8A8A8A"/></a:solidFill></a:ln>'
)


def _police(taille: int, couleur: str = ENCRE, gras: bool = False) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{taille}" b="{int(gras)}">{_remplir(couleur)}'
        f'<a:latin typeface="{POLICE}"/></a:defRPr></a:pPr><a:endParaRPr lang="fr-FR"/></a:p></c:txPr>'
    )


def _etiquettes(graphique: Graphique, position: str, couleur: str) -> Any:
    code = format_nombre(graphique)
    return _frag(
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_police(1000, couleur, True)}<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _habiller(root: Any, graphique: Graphique, chiffres: Mapping[str, Chiffre]) -> None:
    chart, plot = _find(root, "c:chart"), _find(root, "c:chart/c:plotArea")
    bars = _find(plot, "c:barChart")
    for tag in ("c:gapWidth", "c:overlap"):
        found = _find(bars, tag)
        if found is not None:
            bars.remove(found)
    series = bars.findall("c:ser", _NS)
    for element, s in zip(series, graphique.series, strict=True):
        _habiller_serie(element, s, graphique, chiffres)
    first_axis = _find(bars, "c:axId")
    gap = {"colonnes": 60, "barres": 40, "barres_empilees": 50}[graphique.genre]
    overlap = 100 if graphique.genre == "barres_empilees" else -5
    first_axis.addprevious(_frag(f'<c:gapWidth val="{gap}"/>'))
    first_axis.addprevious(_frag(f'<c:overlap val="{overlap}"/>'))
    targets = [e for e, s in zip(series, graphique.series, strict=True) if s.role == "objectif"]
    if targets:
        _ligne_objectif(plot, bars, targets)
    _axes(plot, graphique)
    _legende(chart, graphique)
    text = _find(root, "c:txPr")
    if text is not None:
        root.remove(text)
    chart.addnext(_frag(_police(1000)))
    chart.addnext(
        _frag('<c:spPr><a:noFill/><a:ln w="6350"><a:solidFill><a:srgbClr val="D5D0C4"/></a:solidFill></a:ln></c:spPr>')
    )


def _habiller_serie(element: Any, s: Serie, graphique: Graphique, chiffres: Mapping[str, Chiffre]) -> None:
    for tag in ("c:spPr", "c:dLbls", "c:invertIfNegative"):
        found = _find(element, tag)
        if found is not None:
            element.remove(found)
    name = _find(element, "c:tx")
    if s.role == "objectif":
        name.addnext(
            _frag(
                f'<c:spPr><a:ln w="28575" cap="rnd">{_remplir(BRIQUE)}<a:prstDash val="dash"/><a:round/></a:ln></c:spPr>'
            )
        )
        return
    fill = _HACHURE if s.role == "manque" else _remplir(_COULEURS.get(s.role, ARDOISE))
    shape = _frag(f"<c:spPr>{fill}</c:spPr>")
    name.addnext(shape)
    invert = _frag('<c:invertIfNegative val="0"/>')
    shape.addnext(invert)
    before = _find(element, "c:cat")
    if s.role == "ecart":
        for i, value in enumerate(_valeurs(s, chiffres)):
            if value is not None and value < 0:
                before.addprevious(
                    _frag(
                        f'<c:dPt><c:idx val="{i}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
                        f"<c:spPr>{_remplir(BRIQUE)}</c:spPr></c:dPt>"
                    )
                )
    stacked = graphique.genre == "barres_empilees"
    inside = stacked or (graphique.genre == "colonnes" and s.role == "principale")
    white = inside and s.role != "manque"
    labels = _etiquettes(graphique, "ctr" if stacked else "inEnd" if inside else "outEnd", "FFFFFF" if white else ENCRE)
    if stacked:
        for i, value in enumerate(_valeurs(s, chiffres)):
            if value == 0:
                labels.insert(0, _frag(f'<c:dLbl><c:idx val="{i}"/><c:delete val="1"/></c:dLbl>'))
    before.addprevious(labels)


def _ligne_objectif(plot: Any, bars: Any, targets: list[Any]) -> None:
    """Move the series of the target to a line chart that shares the axes."""
    line = _frag('<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for element in targets:
        bars.remove(element)
        _find(element, "c:cat").addprevious(_frag('<c:marker><c:symbol val="none"/></c:marker>'))
        element.append(_frag('<c:smooth val="0"/>'))
        line.append(element)
    line.append(_frag('<c:marker val="1"/>'))
    for axis in bars.findall("c:axId", _NS):
        line.append(_frag(f'<c:axId val="{axis.get("val")}"/>'))
    bars.addnext(line)


def _axes(plot: Any, graphique: Graphique) -> None:
    cat, val = _find(plot, "c:catAx"), _find(plot, "c:valAx")
    cat_id, val_id = _find(cat, "c:axId").get("val"), _find(val, "c:axId").get("val")
    across = graphique.genre != "colonnes"
    order = "maxMin" if across else "minMax"
    low = "low" if graphique.signe else "nextTo"
    line = '<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="9AA5B1"/></a:solidFill></a:ln></c:spPr>'
    new_cat = _frag(
        f'<c:catAx><c:axId val="{cat_id}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{"l" if across else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{low}"/>{line}{_police(1000)}<c:crossAx val="{val_id}"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )
    minimum = "" if graphique.signe else '<c:min val="0"/>'
    new_val = _frag(
        f'<c:valAx><c:axId val="{val_id}"/><c:scaling><c:orientation val="minMax"/>{minimum}</c:scaling><c:delete val="1"/>'
        f'<c:axPos val="{"b" if across else "l"}"/><c:numFmt formatCode="{format_nombre(graphique)}" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="{cat_id}"/>'
        '<c:crosses val="autoZero"/></c:valAx>'
    )
    plot.replace(cat, new_cat)
    plot.replace(val, new_val)


def _legende(chart: Any, graphique: Graphique) -> None:
    found = _find(chart, "c:legend")
    if found is not None:
        chart.remove(found)
    title = _find(chart, "c:autoTitleDeleted")
    if title is None:
        chart.insert(0, _frag('<c:autoTitleDeleted val="1"/>'))
    else:
        title.set("val", "1")
    if len(graphique.series) > 1:
        legend = _frag(f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_police(1000)}</c:legend>')
        _find(chart, "c:plotArea").addnext(legend)


# --- into the package ---------------------------------------------------------------------------------------------


def inserer(word: Any, graphique: Graphique, chiffres: Mapping[str, Chiffre], rang: int) -> str:
    """Add the chart and its workbook to the package of a python-docx document; return the relation id."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from lxml import etree

    chart, workbook = partie_graphique(graphique, chiffres)
    package = word.part.package
    book = Part(PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{rang}.xlsx"), _CT_XLSX, workbook, package)
    part = Part(PackURI(f"/word/charts/chart{rang}.xml"), _CT_CHART, chart, package)
    link = part.relate_to(book, f"{_REL}/package")
    root = etree.fromstring(chart)
    root.append(_frag(f'<c:externalData r:id="{link}"><c:autoUpdate val="0"/></c:externalData>'))
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    relation: str = word.part.relate_to(part, f"{_REL}/chart")
    return relation


def dessin(relation: str, largeur: int, hauteur: int, identifiant: int, nom: str, description: str) -> str:
    """The drawing that shows a chart, with its alternative text. Sizes in EMU."""
    from xml.sax.saxutils import quoteattr

    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{largeur}" cy="{hauteur}"/>'
        f'<wp:docPr id="{identifiant}" name={quoteattr(nom)} descr={quoteattr(description)}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
