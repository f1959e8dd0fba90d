"""Le DOCX : vrais styles, sommaire rempli, légendes, en-têtes répétés, textes de remplacement, LibreOffice l'ouvre."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.reports.build import Document
from beffroi.reports.docx import ecrire_docx
from reports.lecteur_docx import ESPACES, Lu, W

STYLES = (
    "Title", "Subtitle", "heading 1", "heading 2", "caption", "List Bullet", "List Number", "toc 1", "Beffroi Phrase clé",
    "Beffroi Intitulé", "Beffroi Manque", "Beffroi Source", "Beffroi Note", "Beffroi Cellule", "Beffroi Chiffre",
    "Beffroi Cellule dense", "Beffroi Chiffre dense", "Beffroi En-tête tableau", "Beffroi Tuile libellé",
    "Beffroi Tuile valeur", "Beffroi Tuile cible", "Beffroi Tuile statut", "Beffroi Tuile source", "Beffroi Titre sommaire",
    "Beffroi Titre annexe", "Beffroi Titre annexe 2", "Beffroi Couverture surtitre", "Beffroi Couverture mention",
    "Beffroi Symbole", "Beffroi Tableau", "Beffroi Tuiles",
)  # fmt: skip


@pytest.fixture(scope="module")
def lu(fichier: Path) -> Lu:
    return Lu(fichier)


def test_les_styles_sont_vrais_et_tous_definis(lu: Lu) -> None:
    assert set(STYLES) <= set(lu.noms.values())
    employes = {e.get(f"{W}val") for e in lu.corps.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")}
    assert employes <= set(lu.noms)


def test_les_titres_sont_numerotes_par_une_liste_liee_aux_styles(lu: Lu) -> None:
    numeros = lu.xml("word/numbering.xml")
    lies = [e.get(f"{W}val") for e in numeros.iter(f"{W}pStyle")]
    assert lies == ["Heading1", "Heading2"]
    titre = next(s for s in lu._styles() if s.get(f"{W}styleId") == "Heading1")
    assert titre.find("w:pPr/w:numPr/w:numId", ESPACES) is not None


def test_le_sommaire_est_un_champ_deja_rempli(lu: Lu) -> None:
    lignes = [t for style, t in lu.paragraphes() if style == "toc 1"]
    assert len(lignes) == 15
    assert all(re.search(r"\t\d+$", ligne) for ligne in lignes)
    assert lignes[0] == "1. Carte d’identité du programme\t3"
    champs = [e.text for e in lu.corps.iter(f"{W}instrText")]
    assert sum("TOC" in c for c in champs) == 1
    ancres = {e.get(f"{W}anchor") for e in lu.corps.iter(f"{W}hyperlink")}
    assert ancres == {e.get(f"{W}name") for e in lu.corps.iter(f"{W}bookmarkStart")}
    reglages = lu.archive.read("word/settings.xml").decode()
    assert "updateFields" not in reglages


def test_les_legendes_portent_un_champ_seq(lu: Lu) -> None:
    champs = [e.text.split()[1] for e in lu.corps.iter(f"{W}instrText") if e.text and "SEQ" in e.text]
    legendes = [t for style, t in lu.paragraphes() if style == "caption"]
    assert champs.count("Tableau") == sum(t.startswith("Tableau") for t in legendes) >= 18
    assert champs.count("Figure") == sum(t.startswith("Figure") for t in legendes) == 6
    rangs = [int(re.search(r"\d+", t)[0]) for t in legendes if t.startswith("Tableau")]  # type: ignore[index]
    assert rangs == list(range(1, len(rangs) + 1))


def test_les_en_tetes_se_repetent_et_les_lignes_ne_se_coupent_pas(lu: Lu) -> None:
    for t in lu.tableaux():
        if t.titre.startswith("Objectif et résultat par commune"):
            assert len(t.entetes) == 2
    rangs = list(lu.corps.iter(f"{W}tr"))
    assert all(r.find("w:trPr/w:cantSplit", ESPACES) is not None for r in rangs)


def test_les_sections_vont_du_portrait_au_paysage_et_reviennent(lu: Lu) -> None:
    sens = [e.get(f"{W}orient", "portrait") for e in lu.corps.iter(f"{W}pgSz")]
    assert sens == ["portrait", "landscape", "portrait"]


def test_chaque_dessin_et_chaque_tableau_a_son_texte_de_remplacement(lu: Lu) -> None:
    dessins = lu.corps.findall(".//wp:docPr", ESPACES)
    assert len(dessins) == 7
    assert all(len(d.get("descr", "")) > 20 for d in dessins)
    assert len({d.get("id") for d in dessins}) == 7
    decrits = [t for t in lu.corps.iter(f"{W}tbl") if t.find("w:tblPr/w:tblDescription", ESPACES) is not None]
    assert len(decrits) == len(lu.tableaux()) - 1  # tous, sauf le bandeau de couverture


def test_les_graphiques_sont_natifs_avec_leur_classeur(lu: Lu) -> None:
    noms = lu.archive.namelist()
    graphiques = [n for n in noms if n.startswith("word/charts/chart")]
    assert len(graphiques) == 5
    for n in graphiques:
        racine = lu.xml(n)
        assert racine.find("c:externalData", ESPACES) is not None
        formats = {e.get("formatCode") for e in racine.iter(f"{{{ESPACES['c']}}}numFmt")} - {"General"}
        assert all("40C" in f for f in formats)
        assert f"word/charts/_rels/{n.rsplit('/', 1)[1]}.rels" in noms


def test_rien_n_est_a_moitie_ecrit(bilan: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = tmp_path / "bilan.docx"
    chemin.write_bytes(b"ancien")

    def panne(*_: object) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(Path, "replace", panne)
    with pytest.raises(OSError, match="disque plein"):
        ecrire_docx(bilan, chemin)
    assert chemin.read_bytes() == b"ancien"
    assert [p.name for p in tmp_path.iterdir()] == ["bilan.docx"]


def test_deux_ecritures_donnent_le_meme_texte(bilan: Document, tmp_path: Path) -> None:
    textes = []
    for nom in ("a.docx", "b.docx"):
        ecrire_docx(bilan, tmp_path / nom)
        textes.append(Lu(tmp_path / nom).archive.read("word/document.xml"))
    assert textes[0] == textes[1]


def _pdf(soffice: str, chemin: Path, dossier: Path) -> Path:
    profil = f"-env:UserInstallation=file://{dossier / 'profil'}"
    subprocess.run(
        [soffice, profil, "--headless", "--convert-to", "pdf", "--outdir", str(dossier), str(chemin)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return dossier / f"{chemin.stem}.pdf"


def _page(pdf: Path, numero: int) -> str:
    sortie = ["pdftotext", "-f", str(numero), "-l", str(numero), str(pdf), "-"]
    return subprocess.run(sortie, check=True, capture_output=True, text=True).stdout


def test_libreoffice_l_ouvre(soffice: str, pdftoppm: str, fichier: Path, tmp_path: Path) -> None:
    pdf = _pdf(soffice, fichier, tmp_path)
    texte = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert "Objectifs et résultats des 100 communes" in texte
    assert "Drouvin-le-Marais" in texte
    assert "1\u202f034" in texte or "1 034" in texte


@pytest.mark.parametrize(
    ("identifiant", "annee"), [("plh-cabbalr-2019", 2022), ("plh-cabbalr-2019", 2019), ("plh-cavm-2023", 2024)]
)
def test_le_sommaire_donne_la_vraie_page(
    soffice: str,
    pdftoppm: str,
    carlito: str,
    fabriquer: Callable[[str, int], Document],
    tmp_path: Path,
    identifiant: str,
    annee: int,
) -> None:
    chemin = tmp_path / "bilan.docx"
    ecrire_docx(fabriquer(identifiant, annee), chemin)
    pdf = _pdf(soffice, chemin, tmp_path)
    for ligne in [t for style, t in Lu(chemin).paragraphes() if style == "toc 1"]:
        titre, page = ligne.split("\t")
        lu = " ".join(_page(pdf, int(page)).split())
        assert " ".join(titre.split()) in lu, f"{titre} : page {page}"
