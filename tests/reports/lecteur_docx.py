"""Second lecteur de DOCX : l'archive et son XML, rien de python-docx ni de ce qui écrit le bilan."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ESPACES = {
    "w": W[1:-1],
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
}


@dataclass(frozen=True)
class TableauLu:
    """Un tableau : titre, lignes d'en-tête, lignes de corps ; une cellule fusionnée ne compte qu'une fois."""

    titre: str
    entetes: list[list[str]]
    lignes: list[list[str]]


class Lu:
    """Un DOCX rouvert."""

    def __init__(self, source: Path | bytes) -> None:
        octets = source.read_bytes() if isinstance(source, Path) else source
        self.archive = zipfile.ZipFile(io.BytesIO(octets))
        self.corps: Any = self.xml("word/document.xml").find("w:body", ESPACES)
        self.noms = {s.get(f"{W}styleId"): s.find("w:name", ESPACES).get(f"{W}val") for s in self._styles()}

    def xml(self, partie: str) -> Any:
        return etree.fromstring(self.archive.read(partie))

    def _styles(self) -> list[Any]:
        return list(self.xml("word/styles.xml").findall("w:style", ESPACES))

    @staticmethod
    def texte(element: Any) -> str:
        morceaux = []
        for e in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}p"):
            if e.tag == f"{W}t":
                morceaux.append(e.text or "")
            elif e.tag == f"{W}tab":
                morceaux.append("\t")
        return "".join(morceaux)

    def style(self, paragraphe: Any) -> str:
        trouve = paragraphe.find("w:pPr/w:pStyle", ESPACES)
        return str(self.noms[trouve.get(f"{W}val")]) if trouve is not None else "Normal"

    def paragraphes(self) -> list[tuple[str, str]]:
        """(style, texte) de chaque paragraphe hors tableaux."""
        return [(self.style(p), self.texte(p)) for p in self.corps.findall("w:p", ESPACES)]

    def sections(self) -> dict[str, list[tuple[str, str]]]:
        """Titre de section → ses paragraphes hors tableaux."""
        out: dict[str, list[tuple[str, str]]] = {}
        courante = ""
        for style, texte in self.paragraphes():
            if style in ("heading 1", "Beffroi Titre annexe"):
                courante = texte
                out[courante] = []
            elif courante:
                out[courante].append((style, texte))
        return out

    def tableaux(self) -> list[TableauLu]:
        out = []
        for t in self.corps.iter(f"{W}tbl"):
            legende = t.find("w:tblPr/w:tblCaption", ESPACES)
            entetes, lignes = [], []
            for rang in t.findall("w:tr", ESPACES):
                cellules = [self.texte(c) for c in rang.findall("w:tc", ESPACES)]
                repete = rang.find("w:trPr/w:tblHeader", ESPACES) is not None
                (entetes if repete else lignes).append(cellules)
            out.append(TableauLu(legende.get(f"{W}val") if legende is not None else "", entetes, lignes))
        return out

    def tableau(self, debut: str) -> TableauLu:
        return next(t for t in self.tableaux() if t.titre.startswith(debut))

    def tout(self) -> str:
        """Tout le texte du document, un paragraphe par ligne."""
        return "\n".join(self.texte(p) for p in self.corps.iter(f"{W}p"))
