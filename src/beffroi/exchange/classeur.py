"""The entry workbook: made for a programme, filled in a spreadsheet, read back; and rows pasted from one."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from beffroi.exchange.noeuds import soigner
from beffroi.exchange.saisie import COLONNES, CaseSaisie, Feuille
from beffroi.kernel.errors import InvalidInput, Problem

ONGLET = "Saisie"
ONGLET_AIDE = "Lisez-moi"
ONGLET_CACHE = "_beffroi"
TAILLE_MAXIMALE = 30_000_000
TAILLE_DEPLIEE = 400_000_000
_LARGEURS = {"element": 22, "libelle": 48, "nom_territoire": 26, "commentaire": 40, "source": 26, "piece": 26}
_SAISIES = ("valeur", "source", "piece", "commentaire")
_CONSIGNES = (
    "Remplir la colonne « Valeur » ; « Source », « Pièce » et « Commentaire » disent d’où elle vient.",
    "Un zéro est une réponse. Une case laissée vide garde ce que Beffroi a déjà.",
    "Écrire « non renseigné » pour retirer une valeur.",
    "Les colonnes peuvent changer d’ordre et de largeur ; ne pas changer leurs titres ni fusionner de cellules.",
    "Les lignes grisées sont verrouillées : leur période est close.",
    "Renvoyer le fichier : Beffroi montre ce qui est nouveau, changé ou refusé avant d’écrire.",
)


def generer(cases: Iterable[CaseSaisie], *, programme: str, titre: str, cree: datetime) -> bytes:
    """The workbook (XLSX) of these cells, one row each, with their present content.

    Args:
        cases: cells in the order wanted.
        programme: permanent id of the programme, written in a hidden sheet and checked when the file comes back.
        titre: shown above the table.
        cree: date written in the file; the same content and date give the same bytes.
    """
    import xlsxwriter

    tampon = io.BytesIO()
    classeur = xlsxwriter.Workbook(tampon, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    classeur.set_properties({"title": titre, "created": cree})
    feuille = classeur.add_worksheet(ONGLET)
    formats = {
        "titre": classeur.add_format({"bold": True, "font_size": 13}),
        "entete": classeur.add_format(
            {"bold": True, "bg_color": "#34495E", "font_color": "#FFFFFF", "text_wrap": True}
        ),
        "texte": classeur.add_format({"num_format": "@"}),
        "saisie": classeur.add_format({"locked": False, "bg_color": "#F6F1E7"}),
        "saisie_texte": classeur.add_format({"locked": False, "bg_color": "#F6F1E7", "num_format": "@"}),
        "clos": classeur.add_format({"bg_color": "#D9D9D9"}),
    }
    feuille.write_string(0, 0, titre, formats["titre"])
    champs = list(COLONNES)
    for colonne, (champ, entete) in enumerate(COLONNES.items()):
        feuille.write_string(2, colonne, entete, formats["entete"])
        cachee = {"hidden": True} if champ == "exportee" else {}
        feuille.set_column(colonne, colonne, _LARGEURS.get(champ, 13), None, cachee)
    rang = 2
    for rang, case in enumerate(cases, 3):
        _ecrire_ligne(feuille, rang, case, champs, formats)
    derniere = max(rang, 3)
    valeur = champs.index("valeur")
    feuille.data_validation(
        3,
        valeur,
        derniere,
        valeur,
        {
            "validate": "any",
            "input_title": "Valeur",
            "input_message": "Un nombre, ou « non renseigné ». Zéro est une réponse.",
        },
    )
    feuille.autofilter(2, 0, derniere, len(champs) - 2)
    feuille.freeze_panes(3, 2)
    feuille.set_landscape()
    feuille.fit_to_pages(1, 0)
    feuille.repeat_rows(2)
    feuille.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    aide = classeur.add_worksheet(ONGLET_AIDE)
    aide.set_column(0, 0, 110)
    for i, consigne in enumerate((titre, *_CONSIGNES)):
        aide.write_string(i, 0, soigner(consigne), formats["titre"] if i == 0 else None)
    cache = classeur.add_worksheet(ONGLET_CACHE)
    cache.write_row(0, 0, ["programme", programme])
    cache.write_row(1, 0, ["format", "1"])
    cache.very_hidden()
    classeur.close()
    return tampon.getvalue()


def _ecrire_ligne(feuille: Any, rang: int, case: CaseSaisie, champs: list[str], formats: dict[str, Any]) -> None:
    contenu: dict[str, Any] = {
        **case.cle._asdict(),
        "libelle": case.libelle,
        "nom_territoire": case.nom_territoire,
        "unite": case.unite,
        "valeur": case.valeur,
        "source": case.source,
        "piece": case.piece,
        "commentaire": case.commentaire,
        "exportee": case.valeur,
    }
    for colonne, champ in enumerate(champs):
        brut = contenu[champ]
        if case.verrouillee:
            forme = formats["clos"]
        elif champ in _SAISIES:
            forme = formats["saisie" if champ == "valeur" else "saisie_texte"]
        else:
            forme = formats["texte"] if champ in ("element", "territoire", "periode") else None
        if champ in ("valeur", "exportee"):
            if brut is None:
                feuille.write_blank(rang, colonne, None, forme)
            else:
                feuille.write_number(rang, colonne, float(brut), forme)
        elif brut or forme is not None:
            feuille.write_string(rang, colonne, brut, forme)


def lire_classeur(source: Path | bytes, nom: str | None = None) -> Feuille:
    """Read the entry sheet of a workbook sent back.

    Raises:
        InvalidInput: not an XLSX file, protected by a password, truncated, too big.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    octets = source if isinstance(source, bytes) else _octets(source)
    nom = nom or (source.name if isinstance(source, Path) else "classeur.xlsx")
    if len(octets) > TAILLE_MAXIMALE:
        raise _refus(nom, "le fichier dépasse 30 Mo.", "Le découper par action ou par territoire.")
    _controler_archive(octets, nom)
    try:
        classeur = CalamineWorkbook.from_filelike(io.BytesIO(octets))
        noms = classeur.sheet_names
        onglet = ONGLET if ONGLET in noms else next(n for n in noms if not n.startswith("_"))
        feuille = classeur.get_sheet_by_name(onglet)
        lignes = feuille.to_python(skip_empty_area=False)
        fusions = feuille.merged_cell_ranges or []
        programme = _programme(classeur, noms)
    except (CalamineError, StopIteration, ValueError) as erreur:
        detail = "le classeur est abîmé ou protégé par un mot de passe."
        raise _refus(nom, detail, "L’ouvrir dans un tableur et l’enregistrer de nouveau en .xlsx.") from erreur
    erreurs, incalculees = _formules(octets, noms.index(onglet))
    empreinte = hashlib.sha256(octets).hexdigest()
    return Feuille(nom, lignes, tuple(fusions), erreurs, frozenset(incalculees), programme, empreinte)


def lire_collage(texte: str, nom: str = "collage", colonnes: Iterable[str] | None = None) -> Feuille:
    """Rows pasted from a spreadsheet: one line a row, tabs between cells.

    Args:
        texte: the pasted text.
        nom: names the origin in the sentences.
        colonnes: fields of ``COLONNES`` in the order pasted, when the paste has no title row.
    """
    lignes: list[list[Any]] = [ligne.split("\t") for ligne in texte.replace("\r\n", "\n").rstrip("\n").split("\n")]
    if colonnes is not None:
        lignes.insert(0, [COLONNES[c] for c in colonnes])
    return Feuille(nom, lignes, empreinte=hashlib.sha256(texte.encode()).hexdigest())


def _refus(nom: str, quoi: str, conseil: str) -> InvalidInput:
    return InvalidInput(Problem(soigner(quoi), nom, conseil=soigner(conseil)))


def _octets(chemin: Path) -> bytes:
    try:
        return chemin.read_bytes()
    except OSError:
        raise _refus(chemin.name, "ce fichier ne peut pas être lu.", "Vérifier le chemin.") from None


def _controler_archive(octets: bytes, nom: str) -> None:
    conseil = "L’enregistrer au format .xlsx (Excel, LibreOffice), puis le renvoyer."
    if octets[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _refus(nom, "c’est un ancien classeur .xls, ou un classeur protégé par un mot de passe.", conseil)
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            noms = archive.namelist()
            depliee = sum(i.file_size for i in archive.infolist())
    except zipfile.BadZipFile:
        debut = octets[:200].lstrip().lower()
        if debut.startswith((b"<!doctype", b"<html", b"<?xml")):
            raise _refus(nom, "c’est une page web, pas un classeur.", conseil) from None
        raise _refus(nom, "ce n’est pas un classeur .xlsx, ou il est tronqué.", conseil) from None
    if "xl/workbook.xml" not in noms:
        raise _refus(nom, "ce n’est pas un classeur .xlsx.", conseil)
    if depliee > TAILLE_DEPLIEE:
        raise _refus(nom, "le classeur est démesuré une fois ouvert.", "Supprimer ses lignes et onglets inutiles.")


def _programme(classeur: Any, noms: list[str]) -> str | None:
    if ONGLET_CACHE not in noms:
        return None
    paires = {r[0]: r[1] for r in classeur.get_sheet_by_name(ONGLET_CACHE).to_python() if len(r) >= 2}
    valeur = paires.get("programme")
    return str(valeur) if valeur else None


_CELLULE = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]+)(\d+)"')


def _formules(octets: bytes, rang: int) -> tuple[dict[tuple[int, int], str], set[tuple[int, int]]]:
    """Formulas in error and formulas without a computed value: the reader gives both as empty cells."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        xml = archive.read(_fichier_de_l_onglet(archive, rang))
    erreurs: dict[tuple[int, int], str] = {}
    incalculees: set[tuple[int, int]] = set()
    if b't="e"' not in xml and b"<f" not in xml:
        return erreurs, incalculees
    for cellule in _CELLULE.finditer(xml):
        attributs, contenu = cellule[1], cellule[2] or b""
        if b't="e"' not in attributs and b"<f" not in contenu:
            continue
        ref = _REF.search(attributs)
        if ref is None:
            continue
        place = (int(ref[2]) - 1, _colonne(ref[1]))
        valeur = re.search(rb"<v>(.*?)</v>", contenu, re.DOTALL)
        if b't="e"' in attributs:
            erreurs[place] = valeur[1].decode("utf-8", "replace") if valeur else "#ERREUR"
        elif valeur is None:
            incalculees.add(place)
    return erreurs, incalculees


def _fichier_de_l_onglet(archive: zipfile.ZipFile, rang: int) -> str:
    """Path of the sheet at this rank, through the relations of the workbook."""
    identifiants = re.findall(rb'<sheet\b[^>]*?\br:id="([^"]+)"', archive.read("xl/workbook.xml"))
    relations = archive.read("xl/_rels/workbook.xml.rels")
    for relation in re.findall(rb"<Relationship\b[^>]*>", relations):
        ident = re.search(rb'\bId="([^"]+)"', relation)
        cible = re.search(rb'\bTarget="([^"]+)"', relation)
        if ident and cible and rang < len(identifiants) and ident[1] == identifiants[rang]:
            chemin = cible[1].decode().lstrip("/")
            return chemin if chemin.startswith("xl/") else f"xl/{chemin}"
    return f"xl/worksheets/sheet{rang + 1}.xml"


def _colonne(lettres: bytes) -> int:
    total = 0
    for lettre in lettres:
        total = total * 26 + lettre - 64
    return total - 1
