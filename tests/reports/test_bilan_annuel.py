"""Le document construit : chiffres de référence, règles de présentation, typographie, mêmes chiffres partout."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.reports.build import Document, Morceau, Registre, Tableau, en_json, phrase, texte_brut, textes_bloc
from beffroi.reports.editer import editer
from beffroi.reports.html import fragment_html, page_html
from beffroi.reports.typographie import typographier
from beffroi.warehouse.query import Entrepot
from reports.lecteur_docx import Lu

FINE, INSECABLE = "\u202f", "\u00a0"


def section(document: Document, identifiant: str) -> str:
    trouvee = next(s for s in document.sections if s.id == identifiant)
    return "\n".join(texte_brut(t) for b in trouvee.blocs for t in textes_bloc(b))


def test_les_chiffres_de_reference(bilan: Document) -> None:
    c = bilan.chiffres
    epci = "epci:200072460"
    assert [c[f"{epci}.{a}.autorises"].valeur for a in range(2019, 2023)] == [751, 613, 1073, 1034]
    assert [c[f"{epci}.{a}.commences"].valeur for a in range(2019, 2023)] == [440, 467, 631, 488]
    assert (c[f"{epci}.cumul.autorises"].valeur, c[f"{epci}.cumul.objectif"].valeur) == (3471, 4280)
    assert c[f"{epci}.cumul.commences"].valeur == 2026
    assert c["epci.reste"].valeur == 2949
    assert c["epci.reste_par_an"].texte(0) == f"1{FINE}475"
    assert c["epci.cumul.part_collectif"].texte() == f"17,9{FINE}%"
    assert [c[f"communes.{a}"].valeur for a in ("atteint", "a_surveiller", "en_retard", "sans_donnee")] == [
        32,
        12,
        55,
        1,
    ]
    assert c["objectif.logement_locatif_social"].valeur == 1874
    assert c["objectif.logement_locatif_social.a_date"].texte() == f"1{FINE}249"
    assert c["social.designees.objectif"].valeur == 776
    assert c["budget.annuel"].valeur == 930_900
    assert c["parc.total.vacants"].texte() == f"10{FINE}370"
    assert c["parc.total.vacance_longue"].texte() == f"au moins{INSECABLE}2{FINE}860"
    assert c["indicateurs.renseignes"].valeur == 3
    assert (c["totaux.groupes"].valeur, c[f"{epci}.somme_objectif"].valeur) == (1069, 1073)


def test_quatorze_sections_et_une_annexe_toujours_presentes(bilan: Document) -> None:
    assert [s.numero for s in bilan.sections] == [*range(1, 15), 0]
    assert all(s.blocs for s in bilan.sections)


def test_les_manques_disent_qui_peut_donner(bilan: Document) -> None:
    tableau = next(b for s in bilan.sections for b in s.blocs if isinstance(b, Tableau) and b.id == "manques")
    lignes = [[texte_brut(c.texte) for c in ligne.cellules] for ligne in tableau.lignes]
    assert all(len(x) == 5 and x[1] and x[3] for x in lignes)
    rombly = next(x for x in lignes if "Rombly" in x[1])
    assert rombly[2] == "7, 8"
    assert rombly[4] == "oui"
    assert [x[4] for x in lignes].count("oui") == 2
    assert len({x[1] for x in lignes}) == len(lignes)


def test_rombly_n_a_ni_taux_ni_zero_invente(bilan: Document) -> None:
    tableau = next(b for s in bilan.sections for b in s.blocs if isinstance(b, Tableau) and b.id == "communes")
    ligne = next(x for x in tableau.lignes if texte_brut(x.cellules[0].texte) == "62720")
    assert [texte_brut(c.texte) for c in ligne.cellules[2:]] == [
        "0", "non renseigné", "—", "—", "0", "non renseigné", "—", "—", f"○{INSECABLE}Sans{INSECABLE}donnée",
    ]  # fmt: skip
    dieval = next(
        x for x in tableau.lignes if "Diéval" in texte_brut(x.cellules[-1 if len(x.cellules) == 1 else 1].texte)
    )
    assert [texte_brut(c.texte) for c in dieval.cellules[7:12]] == ["12", "0", "0", "−12", f"0{FINE}%"]
    assert dieval.cellules[12].texte[0].appreciation is Appreciation.EN_RETARD


def test_l_arrondi_ne_change_pas_un_statut(bilan: Document) -> None:
    assert f"94,8{FINE}%" in section(bilan, "secteurs")
    assert f"95{FINE}%" not in section(bilan, "secteurs")


def test_les_petits_objectifs_portent_une_dague(bilan: Document) -> None:
    tableau = next(b for s in bilan.sections for b in s.blocs if isinstance(b, Tableau) and b.id == "communes")
    noms = [texte_brut(x.cellules[1].texte) for x in tableau.lignes if texte_brut(x.cellules[0].texte).isdigit()]
    assert len(noms) == 100
    assert sum("†" in n for n in noms) == 42


def test_une_section_sans_donnee_dit_ce_qui_manque(fabriquer: Callable[[str, int], Document]) -> None:
    document = fabriquer("plh-cavm-2023", 2024)
    assert "ne décline" in section(document, "logement_social")
    assert "ne décline pas son objectif par commune" in section(document, "communes")
    assert "Objectif annualisé de chaque commune" in section(document, "manques")


def test_sitadel_ne_repond_pas_a_un_objectif_de_logement_social(entrepot: Entrepot, cabbalr: Programme) -> None:
    social = replace(cabbalr, objectif_reference="logement_locatif_social")
    document = editer(social, 2022, entrepot=entrepot)
    assert document.chiffres["epci:200072460.cumul.autorises"].etat is Etat.NON_RENSEIGNE
    assert "aucun résultat n’est connu" in section(document, "synthese")


def test_un_programme_sans_objectif_territorial_le_dit(fabriquer: Callable[[str, int], Document]) -> None:
    with pytest.raises(NotFound, match="n'a pas d'objectif territorial à suivre"):
        fabriquer("crte-valenciennois-2021", 2022)


# --- données fictives ---------------------------------------------------------------------------------------------


def test_les_donnees_fictives_sont_dites_dans_chaque_sortie(bilan_fictif: Document, tmp_path: Path) -> None:
    from beffroi.reports.docx import ecrire_docx

    chemin = tmp_path / "fictif.docx"
    ecrire_docx(bilan_fictif, chemin)
    lu = Lu(chemin)
    assert bilan_fictif.meta.fictif
    for nom in ("Synthèse", "Avancement des treize actions"):
        bloc = "\n".join(t for _, t in lu.sections()[nom])
        assert "données fictives" in bloc, nom
    assert "données fictives" in lu.texte(lu.xml("word/footer1.xml"))
    assert 'w:val="BeffroiFictif"' in lu.archive.read("word/document.xml").decode()
    page = page_html(bilan_fictif)
    assert page.count("bf-fictif") > 10
    assert "données fictives" in page
    assert en_json(bilan_fictif)["meta"]["fictif"] is True


def test_sans_entree_fictive_rien_n_est_dit_fictif(bilan: Document, fichier: Path) -> None:
    assert not bilan.meta.fictif
    assert "fictives" not in Lu(fichier).tout()


# --- mêmes chiffres partout ---------------------------------------------------------------------------------------


class _Chiffres(HTMLParser):
    """Relit les chiffres placés d'une page : identifiant → textes."""

    def __init__(self) -> None:
        super().__init__()
        self.lus: dict[str, set[str]] = {}
        self._ouvert: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        identifiant = dict(attrs).get("data-chiffre")
        if tag in ("span", "td"):
            self._ouvert.append(identifiant or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("span", "td") and self._ouvert:
            self._ouvert.pop()

    def handle_data(self, data: str) -> None:
        if self._ouvert and self._ouvert[-1]:
            self.lus.setdefault(self._ouvert[-1], set()).add(data)


def _cellules(valeur: object) -> list[list[str]]:
    out: list[list[str]] = []
    if isinstance(valeur, dict):
        if valeur.get("type") == "Tableau":
            for ligne in valeur["lignes"]:
                out.append(["".join(m["texte"] for m in c["texte"]) for c in ligne["cellules"]])
        else:
            for v in valeur.values():
                out += _cellules(v)
    elif isinstance(valeur, list):
        for v in valeur:
            out += _cellules(v)
    return out


def test_docx_et_json_portent_les_memes_tableaux(bilan: Document, fichier: Path) -> None:
    depuis_json = _cellules(json.loads(json.dumps(en_json(bilan))))
    depuis_docx = [ligne for t in Lu(fichier).tableaux()[1:] for ligne in t.lignes if t.entetes]
    assert len(depuis_json) > 250
    assert sorted(depuis_json) == sorted(depuis_docx)


def test_html_et_json_portent_les_memes_chiffres(bilan: Document) -> None:
    places = {m.valeur: m.texte for t in bilan.textes() for m in t if m.valeur}
    lecteur = _Chiffres()
    lecteur.feed(page_html(bilan))
    assert len(places) > 1000
    assert set(places) <= set(lecteur.lus)
    for identifiant, texte in places.items():
        assert texte in lecteur.lus[identifiant], identifiant
    donnees = en_json(bilan)["chiffres"]
    assert set(places) <= set(donnees)


def test_un_identifiant_ne_designe_qu_un_chiffre() -> None:
    registre = Registre()
    registre.placer("a", Chiffre(1, "logement"))
    with pytest.raises(ValueError, match="désigne déjà un autre chiffre"):
        registre.placer("a", Chiffre(2, "logement"))


# --- typographie --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brut", "soigne"),
    [
        (
            "l'objectif ; soit 81 % : « oui » !",
            f"l’objectif{FINE}; soit 81{FINE}%{INSECABLE}: «{INSECABLE}oui{INSECABLE}»{FINE}!",
        ),
        ("Noeux-les-Mines, art. L. 302-3, n° 4", f"Nœux-les-Mines, art. L.{INSECABLE}302-3, n°{INSECABLE}4"),
        ("de 1 070 à -12", f"de 1{FINE}070 à −12"),
        ("PLH 2019-2025, 10 000 €", f"PLH 2019-2025, 10{FINE}000{FINE}€"),
    ],
)
def test_la_typographie_francaise(brut: str, soigne: str) -> None:
    assert typographier(brut) == soigne
    assert typographier(soigne) == soigne


def test_la_typographie_traverse_les_morceaux() -> None:
    texte = phrase("{a} ; {b} : « {c} » ({d})", a=Morceau("x", valeur="v"), b="y", c="z", d=Morceau("3", valeur="w"))
    assert texte_brut(texte) == f"x{FINE}; y{INSECABLE}: «{INSECABLE}z{INSECABLE}» (3)"


FAUTES = (
    r"[A-Za-zé]'[A-Za-zé]", r" [;!?»]", r"« ", r"[0-9] %", r"[0-9] €", r"\bNone\b", r"\bnan\b", r"\b[Nn]oeu",
    r"(?<![\w])-\d", r"[a-zé]  [a-zé]", r"\d \d{3}\b(?! ?%)", r"\.\.\.", r"L\. 302",
)  # fmt: skip


@pytest.mark.parametrize("identifiant", ["plh-cabbalr-2019", "plh-cavm-2023", "plh-call-2023"])
def test_aucune_faute_de_typographie_ni_de_none(fabriquer: Callable[[str, int], Document], identifiant: str) -> None:
    document = fabriquer(identifiant, 2024)
    lignes = [texte_brut(t) for t in document.textes()]
    lignes += [s.titre for s in document.sections] + [document.meta.titre, document.meta.entete, document.meta.pied]
    for b in document.blocs():
        lignes += [getattr(b, "legende", ""), getattr(b, "alternative", "")]
        if isinstance(b, Tableau):
            lignes += [e.texte for rang in b.entetes for e in rang]
    assert len(lignes) > 300
    fautes = [(f, x) for f in FAUTES for x in lignes if re.search(f, x)]
    assert fautes == []


# --- HTML ---------------------------------------------------------------------------------------------------------


def test_le_fragment_respecte_la_csp(bilan: Document) -> None:
    fragment = str(fragment_html(bilan))
    assert " style=" not in fragment
    assert "<script" not in fragment
    assert "<style" not in fragment
    assert "<h1" not in fragment
    assert fragment.count("<h2") == 15


def test_le_texte_du_programme_est_echappe(entrepot: Entrepot, cabbalr: Programme) -> None:
    actions = (replace(cabbalr.actions[0], titre="<b>Produire</b> & bâtir"), *cabbalr.actions[1:])
    document = editer(replace(cabbalr, actions=actions), 2022, entrepot=entrepot)
    assert "&lt;b&gt;Produire&lt;/b&gt; &amp; bâtir" in page_html(document)
    from beffroi.reports.docx import octets_docx

    assert "<b>Produire</b> & bâtir" in Lu(octets_docx(document)).tout()
