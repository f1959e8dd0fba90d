"""Parité : chaque nombre du DOCX rouvert est retrouvé par SQL direct ; une cellule changée fait échouer."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from reports.attendus import FINE, INSECABLE, Sources, nombre, taux
from reports.lecteur_docx import Lu, TableauLu


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources("plh-cabbalr-2019", 2022)


def ecarts_communes(tableau: TableauLu, s: Sources) -> tuple[list[str], int]:
    """Compare chaque cellule du tableau des communes ; rend les écarts et le nombre de cellules comparées."""
    fautes: list[str] = []
    vues: set[str] = set()
    compte = 0
    secteurs = iter(s.secteurs())
    courant = ""
    for ligne in tableau.lignes:
        tete = ligne[0]
        if len(ligne) == 1:
            courant = next(secteurs)["id"]
            attendu = [tete] if f"{len(s.codes(courant))}{INSECABLE}commune" in tete else ["?"]
        elif tete.isdigit():
            objectif = int(s.un("SELECT valeur FROM objectif WHERE code = ?", tete)[0])
            attendu = [tete, ligne[1], *s.ligne(objectif, [tete]), s.avis(objectif, [tete])]
            vues.add(tete)
        elif tete.startswith("Total "):
            objectif = s.publie(courant) or 0
            attendu = [tete, *s.ligne(objectif, s.codes(courant)), s.avis(objectif, s.codes(courant))]
            egal = objectif == s.somme_objectifs(s.codes(courant))
            if ("publié = somme" in tete) != egal:
                fautes.append(f"{tete} : publié et somme")
        elif tete.startswith("Ensemble"):
            objectif, courant = int(s.cible["reference"]["valeur"]), ""
            attendu = [tete, *s.ligne(objectif, s.codes(None)), s.avis(objectif, s.codes(None))]
        elif tete.startswith("total imprimé"):
            attendu = [tete, *s.ligne(1068, s.codes(None)), ""]
        else:
            codes = s.codes(courant or None)
            attendu = [tete, *s.ligne(s.somme_objectifs(codes), codes), ""]
        compte += len(attendu)
        if ligne != attendu:
            fautes.append(f"{tete} : lu {ligne}, attendu {attendu}")
    if vues != set(s.codes(None)):
        fautes.append(f"communes absentes ou en trop : {vues ^ set(s.codes(None))}")
    return fautes, compte


def test_le_tableau_des_communes_egale_les_tables_sources(fichier: Path, sources: Sources) -> None:
    fautes, compte = ecarts_communes(Lu(fichier).tableau("Objectif et résultat par commune"), sources)
    assert fautes == []
    assert compte == 8 + 100 * 13 + 8 * 12 + 5 * 12 + 3 * 12 - 2 * 1


def test_une_cellule_changee_fait_echouer_la_parite(fichier: Path, sources: Sources) -> None:
    lu = Lu(fichier)
    xml = lu.archive.read("word/document.xml").decode()
    debut = xml.index(">62035<")
    place = xml.index(">225<", debut)
    change = xml[:place] + ">226<" + xml[place + len(">225<") :]
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as neuf:
        for partie in lu.archive.namelist():
            neuf.writestr(partie, change if partie == "word/document.xml" else lu.archive.read(partie))
    fautes, _ = ecarts_communes(Lu(tampon.getvalue()).tableau("Objectif et résultat par commune"), sources)
    assert len(fautes) == 1
    assert "62035" in fautes[0]


def test_le_tableau_des_secteurs_egale_les_tables_sources(fichier: Path, sources: Sources) -> None:
    s = sources
    lignes = Lu(fichier).tableau("Production par secteur").lignes
    territoires = [*s.secteurs(), None, *s.secteurs(groupe=True)]
    assert len(lignes) == len(territoires) == 12
    for ligne, secteur in zip(lignes, territoires, strict=True):
        codes = s.codes(secteur["id"] if secteur else None)
        somme = s.somme_objectifs(codes)
        objectif = int(s.cible["reference"]["valeur"]) if secteur is None else s.publie(secteur["id"]) or somme
        annee, cumul = s.moitie(objectif, codes, None), s.moitie(objectif, codes, s.debut)
        publie = nombre(objectif) if objectif == somme else f"{nombre(objectif)} | {nombre(somme)}"
        assert ligne[1:] == [publie, annee[1], annee[4], *cumul, s.avis(objectif, codes)], ligne[0]


def nombres(texte: str) -> list[str]:
    """Nombres d'une phrase, dans l'ordre, signe et % compris ; les années et les dates n'en sont pas."""
    trouves = re.findall(rf"(?<![\w/.-])[−+]?\d{{1,3}}(?:{FINE}\d{{3}})*(?:,\d+)?(?:{FINE}%)?(?![\w/])", texte)
    return [x for x in trouves if x]


def test_chaque_nombre_des_phrases_egale_les_tables_sources(fichier: Path, sources: Sources) -> None:
    s = sources
    lu = Lu(fichier).sections()
    tous, poles, autres = s.codes(None), s.codes("pole_scot"), s.codes("autres_communes")
    reference = int(s.cible["reference"]["valeur"])
    attendus = reference * s.rang
    aut, com = s.realise(tous, s.debut)
    aut_an, com_an = s.realise(tous)
    assert aut is not None and com is not None and aut_an is not None and com_an is not None
    cle, messages = lu["Synthèse"][0][1], [t for style, t in lu["Synthèse"] if style == "List Bullet"]
    assert nombres(cle) == ["4", "6", nombre(aut), nombre(attendus), taux(aut, attendus)]
    assert nombres(messages[0]) == [
        nombre(reference - aut_an), nombre(aut_an), nombre(reference), taux(aut_an, reference), nombre(attendus - aut),
    ]  # fmt: skip
    assert "le retard vient de 2019 et 2020" in messages[0]
    assert nombres(messages[1]) == [nombre(com), f"{nombre(com * 100 / aut)}{FINE}%", nombre(com_an)]
    avis = [s.avis(s.publie(x["id"]) or 0, s.codes(x["id"])) for x in s.secteurs()]
    par_avis = [sum(mot in a for a in avis) for mot in ("Atteint", "bonne", "surveiller", "retard")]
    groupes = [
        str(len(poles)), taux(s.realise(poles, s.debut)[0] or 0, (s.publie("pole_scot") or 0) * s.rang),
        str(len(autres)), taux(s.realise(autres, s.debut)[0] or 0, (s.publie("autres_communes") or 0) * s.rang),
    ]  # fmt: skip
    assert nombres(messages[2]) == [*groupes, str(par_avis[0]), str(len(avis)), *map(str, par_avis[1:])]
    reste = next(t for style, t in lu["Synthèse"] if t.startswith("Pour atteindre"))
    total = reference * s.duree
    assert nombres(reste) == [
        nombre(total), nombre(total - aut), str(s.duree - s.rang), nombre((total - aut) / (s.duree - s.rang)), nombre(aut / s.rang),
    ]  # fmt: skip
    orientation = next(v for k, v in lu.items() if k.startswith("Orientation 1"))
    assert nombres(orientation[1][1]) == [
        nombre(aut),
        "4",
        nombre(attendus),
        taux(aut, attendus),
        taux(aut_an, reference),
    ]
    communes = [s.avis(s.somme_objectifs([c]), [c]) for c in tous]
    assert nombres(lu["Production par commune et par secteur"][0][1]) == [
        str(sum(mot in a for a in communes)) for mot in ("Atteint", "surveiller", "retard", "Sans")
    ]
    considerant = next(t for _, t in lu["Projet de délibération"] if "ont été autorisés" in t)
    renseignees = s.un(
        "SELECT count(DISTINCT code) FROM sitadel WHERE annee = ? AND autorise IS NOT NULL AND code IN (SELECT unnest(?))",
        s.annee, tous,
    )[0]  # fmt: skip
    assert nombres(considerant) == [
        nombre(aut_an), nombre(reference), nombre(aut), nombre(attendus), taux(aut, attendus), str(renseignees),
    ]  # fmt: skip


def test_les_classeurs_des_graphiques_portent_les_memes_chiffres(fichier: Path, sources: Sources) -> None:
    from python_calamine import CalamineWorkbook

    archive = Lu(fichier).archive
    classeurs = {
        n: CalamineWorkbook.from_filelike(io.BytesIO(archive.read(n))).get_sheet_by_index(0).to_python()
        for n in archive.namelist()
        if n.endswith(".xlsx")
    }
    assert len(classeurs) == 5
    annuel = next(rangs for rangs in classeurs.values() if rangs[0][1] == "Autorisés")
    for rang, annee in zip(annuel[1:], range(sources.debut, sources.annee + 1), strict=True):
        autorise, commence = sources.un(
            "SELECT sum(autorise), sum(commence) FROM sitadel WHERE annee = ? AND code IN (SELECT unnest(?))",
            annee, sources.codes(None),
        )  # fmt: skip
        assert rang == [str(annee), autorise, commence, sources.cible["reference"]["valeur"]]
    ecarts = next(rangs for rangs in classeurs.values() if rangs[0][1] == "Écart")
    assert len(ecarts) == 17
    noms = {v: k for k, v in sources.yaml["noms_communes"].items()}
    for nom, ecart in ecarts[1:]:
        code = noms[nom.replace("œ", "oe")]
        assert (
            ecart == (sources.realise([code], sources.debut)[0] or 0) - sources.somme_objectifs([code]) * sources.rang
        )


def test_les_annees_suivantes_ne_fuient_pas(fabriquer, entrepot) -> None:  # type: ignore[no-untyped-def]
    document = fabriquer("plh-cabbalr-2019", 2020)
    sitadel = [c for c in document.chiffres.values() if any(p.startswith("sitadel") for p in c.provenance)]
    assert len(sitadel) > 500
    assert {c.periode for c in sitadel if c.periode} <= {"2019", "2020", "2019-2020"}
    assert document.chiffres["epci:200072460.cumul.autorises"].valeur == 751 + 613
