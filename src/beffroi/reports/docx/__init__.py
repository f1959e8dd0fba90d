"""DOCX renderer: real styles, numbered headings, filled table of contents, captions, native charts, alternative texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beffroi.reports.build import (
    Bloc,
    CarteTuiles,
    Document,
    Graphique,
    Intitule,
    Liste,
    Manque,
    Morceau,
    Note,
    Paragraphe,
    PhraseCle,
    SautDePage,
    Section,
    Source,
    Tableau,
    Texte,
    Titre,
    Tuiles,
)
from beffroi.reports.docx import graphique as graphiques
from beffroi.reports.docx.image import dessin_image, png_carte
from beffroi.reports.docx.pagination import pages
from beffroi.reports.docx.styles import LARGEUR, NUM_LISTE, poser_styles, section_xml
from beffroi.reports.docx.texte import (
    champ,
    couverture_xml,
    legende,
    paragraphe,
    runs,
    signet,
    tableau_xml,
    tuiles_xml,
)

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_EMU_CM = 360000
_EMU_TWIP = 635
CARTE_CM = (14.2, 9.6)  # widest, tallest
COUVERTURE_CM = (15.0, 10.5)
STYLES: dict[type, str] = {
    Intitule: "Beffroi Intitulé",
    PhraseCle: "Beffroi Phrase clé",
    Paragraphe: "Normal",
    Manque: "Beffroi Manque",
    Source: "Beffroi Source",
    Note: "Beffroi Note",
}


def espace(suivant: Bloc | None) -> int:
    """Height of the thin paragraph after a table: larger before a text that brings no room of its own."""
    return 140 if isinstance(suivant, (Paragraphe, Liste)) else 40


def annonce(bloc: Bloc, suivant: Bloc | None) -> bool:
    """True for a paragraph that introduces a table: it stays on the same page."""
    return isinstance(bloc, Paragraphe) and isinstance(suivant, Tableau)


def apres_tableau(suivant: Bloc | None) -> str:
    """A thin paragraph after a table, so that two tables never touch."""
    return (
        f'<w:p><w:pPr>{"<w:keepNext/>" if isinstance(suivant, Source) else ""}<w:spacing w:before="0" w:after="0" w:line="{espace(suivant)}" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def ecrire_docx(document: Document, chemin: Path) -> None:
    """Write the document to a file, whole or not at all."""
    import os
    import tempfile

    data = octets_docx(document)
    descriptor, temporary = tempfile.mkstemp(dir=chemin.parent, prefix=f".{chemin.name}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as f:
            f.write(data)
        Path(temporary).replace(chemin)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def octets_docx(document: Document) -> bytes:
    """The DOCX as bytes."""
    return _Rendu(document).octets()


class _Rendu:
    """One rendering: counters of captions, bookmarks and drawings, and the package under construction."""

    def __init__(self, document: Document) -> None:
        import docx

        self.document = document
        self.word: Any = docx.Document()
        self.tableaux = self.figures = self.dessins = self.listes = 0
        self.orientation = "portrait"
        self.cartes: dict[str, tuple[bytes, float]] = {}
        poser_styles(self.word)
        drawn = next((b for b in document.blocs() if isinstance(b, CarteTuiles)), None)
        height = self._taille(drawn, CARTE_CM)[1] / _EMU_TWIP if drawn else 0.0
        self.pages = pages(document, height)

    def octets(self) -> bytes:
        from docx.oxml import parse_xml

        head = self._entete_pied()
        parts = [self._couverture(), self._sommaire()]
        previous = "portrait"
        for i, s in enumerate(self.document.sections):
            self.orientation = "paysage" if s.paysage else "portrait"
            changed = self.orientation != previous
            if changed:
                parts.append(
                    f"<w:p><w:pPr>{section_xml(previous, titre=previous == 'portrait' and i < 9, **head)}</w:pPr></w:p>"
                )
            parts.append(self._section(i, s, saut=not changed))
            previous = self.orientation
        body = self.word.element.body
        for child in list(body):
            body.remove(child)
        tree = parse_xml(f"<w:body {_NS}>{''.join(parts)}{section_xml(previous, titre=False, **head)}</w:body>")
        for child in list(tree):
            body.append(child)
        self._proprietes()
        out = io.BytesIO()
        self.word.save(out)
        return out.getvalue()

    # --- front matter

    def _entete_pied(self) -> dict[str, str]:
        from docx.oxml import parse_xml
        from docx.oxml.ns import qn

        meta = self.document.meta
        section = self.word.sections[0]
        total = str(self.pages.total)
        foot = (
            runs((Morceau(f"{meta.pied} · page "),))
            + champ("PAGE", "1")
            + runs((Morceau(" sur "),))
            + champ("NUMPAGES", total)
        )
        contents = (
            (section.header, paragraphe("header", runs((Morceau(meta.entete),)))),
            (section.footer, paragraphe("footer", foot)),
        )
        for part, xml in contents:
            part.is_linked_to_previous = False
            element = part._element
            for child in list(element):
                element.remove(child)
            element.append(parse_xml(xml.replace("<w:p>", f"<w:p {_NS}>", 1)))
        refs = self.word.element.body.sectPr
        ids = {r.tag: r.get(qn("r:id")) for r in refs if r.tag in (qn("w:headerReference"), qn("w:footerReference"))}
        return {
            "entete": f'<w:headerReference w:type="default" r:id="{ids[qn("w:headerReference")]}"/>',
            "pied": f'<w:footerReference w:type="default" r:id="{ids[qn("w:footerReference")]}"/>',
        }

    def _couverture(self) -> str:
        meta = self.document.meta
        out = couverture_xml(meta.surtitre, meta.titre, meta.sous_titre, meta.complement)
        out += paragraphe("Normal", "")
        if meta.carte is not None:
            out += self._image(meta.carte, COUVERTURE_CM)
        out += paragraphe("Normal", "")
        return out + "".join(paragraphe("Beffroi Couverture mention", runs(m)) for m in meta.mentions)

    def _sommaire(self) -> str:
        out = paragraphe("Beffroi Titre sommaire", runs((Morceau("Sommaire"),)), "<w:pageBreakBefore/>")
        lines = self.document.sections
        for i, s in enumerate(lines):
            number = f"{s.numero}. " if s.numero else ""
            link = (
                f'<w:hyperlink w:anchor="_Toc{100 + i}" w:history="1">{runs((Morceau(number + s.titre),))}<w:r><w:tab/></w:r>'
                f"{runs((Morceau(str(self.pages.debut[s.id])),))}</w:hyperlink>"
            )
            if i == 0:
                link = (
                    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" '
                    '\\t "Beffroi Titre annexe;1" \\h \\z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                ) + link
            if i == len(lines) - 1:
                link += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            out += paragraphe("toc 1", link)
        out += paragraphe("Normal", "")
        return out + self._suite(self.document.meta.preambule)

    def _section(self, rang: int, s: Section, *, saut: bool) -> str:
        style = "Beffroi Titre annexe" if s.annexe else "heading 1"
        title = signet(100 + rang, f"_Toc{100 + rang}", runs((Morceau(s.titre),)))
        out = paragraphe(style, title, "<w:pageBreakBefore/>" if saut else "")
        return out + self._suite(s.blocs)

    # --- blocks

    def _suite(self, blocs: Sequence[Bloc]) -> str:
        """Blocks in order; each knows the next one, to stay with it or to leave room before it."""
        following: list[Bloc | None] = [*blocs[1:], None]
        return "".join(self._bloc(b, n) for b, n in zip(blocs, following, strict=True))

    def _bloc(self, bloc: Bloc, suivant: Bloc | None = None) -> str:
        if isinstance(bloc, Titre):
            return paragraphe("Beffroi Titre annexe 2" if bloc.annexe else "heading 2", runs((Morceau(bloc.texte),)))
        if isinstance(bloc, Tableau):
            head = ""
            if bloc.legende:
                self.tableaux += 1
                head = legende("Tableau", self.tableaux, bloc.legende)
            return (
                head + tableau_xml(bloc, self.orientation, source=isinstance(suivant, Source)) + apres_tableau(suivant)
            )
        if isinstance(bloc, Tuiles):
            return tuiles_xml(bloc) + apres_tableau(suivant)
        if isinstance(bloc, Liste):
            return self._liste(bloc)
        if isinstance(bloc, Graphique):
            return self._graphique(bloc)
        if isinstance(bloc, CarteTuiles):
            self.figures += 1
            return legende("Figure", self.figures, bloc.legende) + self._image(bloc, CARTE_CM)
        if isinstance(bloc, SautDePage):
            return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        texte: Texte = bloc.texte
        return paragraphe(STYLES[type(bloc)], runs(texte), "<w:keepNext/>" if annonce(bloc, suivant) else "")

    def _liste(self, bloc: Liste) -> str:
        style, ppr = "List Bullet", ""
        if bloc.numerotee:
            style = "List Number"
            self.listes += 1
            if self.listes > 1:
                ppr = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self._nouvelle_liste()}"/></w:numPr>'
        return "".join(paragraphe(style, runs(p), ppr) for p in bloc.points)

    def _nouvelle_liste(self) -> int:
        """A new numbering that starts again at 1."""
        from docx.oxml import parse_xml

        number = NUM_LISTE + self.listes
        self.word.part.numbering_part.element.append(
            parse_xml(
                f'<w:num {_NS} w:numId="{number}"><w:abstractNumId w:val="{NUM_LISTE}"/><w:lvlOverride w:ilvl="0">'
                '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )
        return number

    def _graphique(self, bloc: Graphique) -> str:
        self.figures += 1
        self.dessins += 1
        relation = graphiques.inserer(self.word, bloc, self.document.chiffres, self.dessins)
        width = (LARGEUR[self.orientation] - 90) * _EMU_TWIP
        drawn = graphiques.dessin(
            relation,
            width,
            int(bloc.hauteur * _EMU_CM),
            1000 + self.dessins,
            f"Figure {self.figures} – {bloc.legende}",
            bloc.alternative,
        )
        return legende("Figure", self.figures, bloc.legende) + paragraphe("Beffroi Figure", drawn)

    def _taille(self, carte: CarteTuiles, boite: tuple[float, float]) -> tuple[int, int]:
        """Width and height of a map that fits in a box, in EMU."""
        ratio = self._png(carte)[1]
        width = min(boite[0], boite[1] / ratio)
        return int(width * _EMU_CM), int(width * ratio * _EMU_CM)

    def _image(self, carte: CarteTuiles, boite: tuple[float, float]) -> str:
        self.dessins += 1
        relation, _ = self.word.part.get_or_add_image(io.BytesIO(self._png(carte)[0]))
        width, height = self._taille(carte, boite)
        drawn = dessin_image(relation, width, height, 1000 + self.dessins, carte.legende, carte.alternative)
        return paragraphe("Beffroi Figure", drawn, '<w:jc w:val="center"/>')

    def _png(self, carte: CarteTuiles) -> tuple[bytes, float]:
        if carte.id not in self.cartes:
            self.cartes[carte.id] = png_carte(carte, self.document.chiffres, self.document.meta.situation)
        return self.cartes[carte.id]

    def _proprietes(self) -> None:
        from datetime import UTC, datetime

        from docx.oxml.ns import qn

        meta = self.document.meta
        for setting in self.word.settings.element.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), "15")
        core = self.word.core_properties
        core.title, core.subject, core.author = f"{meta.titre} – {meta.sous_titre}", meta.sujet, meta.surtitre
        core.keywords, core.comments, core.language = "bilan annuel, habitat", meta.pied, "fr-FR"
        core.last_modified_by, core.revision = "Beffroi", 1
        moment = datetime(meta.connu_le.year, meta.connu_le.month, meta.connu_le.day, tzinfo=UTC)
        core.created = core.modified = moment
