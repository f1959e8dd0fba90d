"""Chaque source déclarée lit un extrait au format exact de son producteur, avec ses travers, et refuse ce qui n'en est pas."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.source import Csv, Derived, GeoJson, Packaged
from beffroi.sources import identifiants, source, sources
from beffroi.warehouse.clean import clean
from beffroi.warehouse.mirror import read_mirror
from beffroi.warehouse.reading import read_header

# source → (nom du fichier, millésime, octets tels que publiés, colonne → première valeur attendue)
EXTRAITS: dict[str, tuple[str, str, bytes, dict[str, Any]]] = {
    "lovac": (
        "lovac-opendata-communes26.csv",
        "2026",
        '"CODGEO_26";"LIBGEO_26";"pp_vacant_26";"pp_vacant_plus_2ans_26";"ff_pp_total_25"\r\n'
        '"1001";"L\'Abergement-Clémenciat";"43";"s";"358"\r\n'.encode("latin-1"),
        {"code_commune": "01001", "annee": 2026, "logement_vacant": 43, "logement_vacant_plus_2_ans": None,
         "logement_vacant_plus_2_ans_secret": True, "parc_prive": 358},
    ),
    "sru": (
        "donnees-sru-data-gouv-2025-v2.csv",
        "2025",
        ";;\r\nhexagone_drom;Code_INSEE_commune;Commune_sru_au_01_01_2024;Nombre_lls_ Inventaire_au_01_01_2024;"
        "Taux_SRU_au_01_01_2024;commune_deficitaire;Commune_carencée;Commune_exemptée_2023_2025;"
        "Taux_cible_commune_2023_2025;Prélèvement_net_2025_dont_majoration\r\n"
        "Hexagone;95018;1;15102;35,28%;0;0;0;25%;1 234,50 €\r\n".encode("cp1252"),
        {"annee": 2024, "logement_social": 15102, "taux": 0.3528, "taux_cible": 0.25, "deficitaire": False,
         "prelevement_net": 1234.5},
    ),
    "filosofi": (
        "cc_filosofi_2021_COM.csv",
        "2021",
        b"CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;PIMP21;TP6021;D121;D921;RD21\n59606;18988;37259;20250;46,0;25,0;s;s;s\n",
        {"code_commune": "59606", "annee": 2021, "revenu_median": 20250.0, "taux_pauvrete": 0.25, "decile_1": None,
         "decile_1_secret": True},
    ),
    "carte_loyers": (
        "pred-app12-mef-dhup.csv",
        "2025",
        '"id_zone";"INSEE_C";"LIBGEO";"loypredm2";"lwr.IPm2";"upr.IPm2";"TYPPRED";"nbobs_com"\r\n'
        '"1";"95563";"Saint-Leu-la-Forêt";19,06;16,7;22,5;"commune";1552\r\n'.encode("cp1252"),
        {"segment": "appartement_1_2_pieces", "code_commune": "95563", "loyer_m2": 19.06, "type_estimation": "commune"},
    ),
    "zonage_abc": (
        "liste.csv",
        "2026-06",
        "\ufeffCODGEO;DEP;LIBGEO;Zonage ABC en vigueur depuis le 26 juin 2026\n01004;01;Ambérieu-en-Bugey;A bis\n".encode(),
        {"code_commune": "01004", "annee": 2026, "zone": "Abis"},
    ),
    "zonage_tlv": (
        "zonage-tlv.csv",
        "2025-12",
        "\ufeffCODGEO25;DEP;LIBGEO;Code EPCI;Libellé EPCI;Zonage TLV 2013;Zonage TLV post décret 22/12/2025\n"
        "01030;01;Foo;200069193;CC X;TLV;2. Zone touristique et tendue\n".encode(),
        {"zone": "touristique_et_tendue"},
    ),
    "conso_enaf": (
        "conso-com.csv",
        "2025",
        b"idcom,idcomtxt,naf23art24,art23hab24,art23act24,art23inc24,art23mix24,art23fer24,art23rou24,naf11art24,surfcom2025\n"
        b"62119,Bethune,650.0,640.0,0.0,-1.0,0.0,0.0,11.0,99999.0,9440000.0\n",
        {"annee": 2023, "total": 650.0, "habitat": 640.0, "inconnu": -1.0, "surface_commune": 9440000.0},
    ),
    "populations_legales": (
        "donnees_communes.csv",
        "2020",
        "CODREG;REG;CODDEP;CODARR;CODCAN;CODCOM;COM;PMUN;PCAP;PTOT\n"
        "04;La Réunion;974;4;14;423;Les Trois-Bassins;7015;91;7106\n".encode(),
        {"code_commune": "97423", "population_municipale": 7015, "population_totale": 7106},
    ),
    "rnic": (
        "rnic.csv",
        "2025-10",
        b"epci,commune,numero_d_immatriculation,type_de_syndic_benevole_professionnel_non_connu,"
        b"mandat_en_cours_dans_la_copropriete,nombre_total_de_lots,nombre_de_lots_a_usage_d_habitation,"
        b"periode_de_construction,code_officiel_commune\n"
        b'"CA",Lens,AA1234567,non connu,Mandat en cours,39,non connu,AVANT_1949,62498\n',
        {"numero": "AA1234567", "code_commune": "62498", "type_syndic": "autre", "mandat": "en_cours", "lots": 39,
         "lots_habitation": None},
    ),
    "recensement_population": (
        "base-cc-evol-struct-pop-2021.CSV",
        "2021",
        b"CODGEO;P21_POP;P21_POP0014;P21_POP1529;P21_POP3044;P21_POP4559;P21_POP6074;P21_POP7589;P21_POP90P;P15_POP;P15_POP0014\n"
        b"62498;100.5;20;15;20;15;20;8.5;2;999;999\n",
        {"code_commune": "62498", "annee": 2021, "population": 100.5, "population_75_89_ans": 8.5,
         "population_90_ans_et_plus": 2.0},
    ),
    "recensement_logement": (
        "base-cc-logement-2021.CSV",
        "2021",
        b"CODGEO;P21_LOG;P21_RP;P21_RSECOCC;P21_LOGVAC;P21_RP_ACHTOT;P21_RP_ACH19;P21_RP_ACH45;P21_RP_ACH70;P21_RP_ACH90;"
        b"P21_RP_ACH05\n62498;100;90;2;8;88;10;11;12;13;14\n",
        {"annee": 2021, "logement": 100.0, "rp_achevee_avant_1919": 10.0, "rp_achevee_1919_1945": 11.0,
         "rp_achevee_1946_1970": 12.0, "rp_achevee_1971_1990": 13.0, "rp_achevee_1991_2005": 14.0},
    ),
    "cartofriches": (
        "friches-standard.csv",
        "2026-04",
        b'"site_id";"site_type";"site_statut";"comm_insee";"unite_fonciere_surface"\n'
        b'"62498_1";"friche; industrielle";"friche avec projet";"62498";NA\n',
        {"id_site": "62498_1", "type_site": "friche; industrielle", "statut": "avec_projet", "surface": None},
    ),
    "anah_operations": (
        "operations.csv",
        "2026",
        b'"com_arm_code","com_code","id_programme","libelle_programme","type_programme","operateur","debut_programme",'
        b'"fin_programme"\n"62498","62498","062OPA001","OPAH ""centre""","OPAH","X","2003-08-01",""\n',
        {"id_programme": "062OPA001", "libelle": 'OPAH "centre"', "fin": None},
    ),
    "geo_dvf": (
        "full.csv",
        "2024",
        b"id_mutation,date_mutation,numero_disposition,nature_mutation,valeur_fonciere,code_commune,id_parcelle,lot1_numero,"
        b"lot2_numero,nombre_lots,code_type_local,surface_reelle_bati,nombre_pieces_principales,code_nature_culture,"
        b"surface_terrain,longitude,latitude\n"
        b"2024-1163140,2024-01-04,000001,Vente,261500.50,95500,95500000AK0660,2,,1,2,20,1,,,2.09,49.04\n",
        {"annee": 2024, "valeur_fonciere": 261500.5, "code_type_local": 2, "surface_terrain": None},
    ),
    "sitadel_mensuel": (
        "mensuel.csv",
        "2026",
        b'"ANNEE";"MOIS";"CODE_INSEE";"TYPE_LGT";"LOG_AUT";"LOG_COM"\n"2025";"01";"90001";"Individuel groupe";0;\n',
        {"mois": 1, "type_logement": "individuel_groupe", "logement_autorise": 0, "logement_commence": None},
    ),
    "qpv": (
        "qpv.geojson",
        "2024",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN05901M","lib_qp":"X",'
        b'"insee_com":"59014, 59491"},"geometry":{"type":"Polygon","coordinates":[[[3,50],[4,51],[4,50],[3,51],[3,50]]]}}]}',
        {"code_quartier": "QN05901M", "codes_communes": "59014, 59491", "ouest": 3.0, "nord": 51.0},
    ),
}  # fmt: skip


def _lire(tmp_path: Path, identifiant: str, nom: str, millesime: str, octets: bytes) -> dict[str, Any]:
    import duckdb

    brut, propre = tmp_path / nom, tmp_path / "propre.parquet"
    brut.write_bytes(octets)
    fait = clean(brut, source(identifiant), millesime, propre)
    assert fait.rows == 1
    resultat = duckdb.execute(f"SELECT * FROM read_parquet('{propre}') WHERE _rejet IS NULL")
    noms = [d[0] for d in resultat.description]
    (ligne,) = resultat.fetchall()
    return dict(zip(noms, ligne, strict=True))


@pytest.mark.parametrize("identifiant", EXTRAITS)
def test_format_du_producteur(identifiant: str, tmp_path: Path) -> None:
    nom, millesime, octets, attendu = EXTRAITS[identifiant]
    ligne = _lire(tmp_path, identifiant, nom, millesime, octets)
    assert {k: ligne[k] for k in attendu} == pytest.approx(attendu)


def test_le_recensement_de_2022_nomme_autrement_ses_periodes(tmp_path: Path) -> None:
    octets = (
        b"CODGEO;P22_LOG;P22_RP;P22_RSECOCC;P22_LOGVAC;P22_RP_ACH1919;P22_RP_ACH1945;P22_RP_ACH1970;P22_RP_ACH1990;"
        b"P22_RP_ACH2005\n62498;100;90;2;8;10;11;12;13;14\n"
    )
    ligne = _lire(tmp_path, "recensement_logement", "base-cc-logement-2022.CSV", "2022", octets)
    assert ligne["annee"] == 2022
    assert [ligne[f"rp_achevee_{p}"] for p in ("avant_1919", "1919_1945", "1946_1970", "1971_1990", "1991_2005")] == [
        10.0, 11.0, 12.0, 13.0, 14.0,
    ]  # fmt: skip


@pytest.mark.parametrize("identifiant", [i for i in EXTRAITS if isinstance(source(i).format, Csv)])
def test_en_tete_de_l_an_prochain(identifiant: str, tmp_path: Path) -> None:
    """Une colonne obligatoire renommée : une phrase avec le nom attendu, rien d'écrit."""
    nom, millesime, octets, _ = EXTRAITS[identifiant]
    brut = tmp_path / nom
    brut.write_bytes(octets)
    entete = read_header(brut, source(identifiant))
    obligatoire = next(f for f in reversed(entete.columns) if f.column.required)
    brut.write_bytes(octets.replace(obligatoire.published.strip('"').encode(entete.encoding), b"NOUVEAU_NOM", 1))
    with pytest.raises(InvalidInput) as faute:
        clean(brut, source(identifiant), millesime, tmp_path / "x.parquet")
    assert "manque dans l'en-tête" in str(faute.value) and "ligne" in str(faute.value)


@pytest.mark.parametrize("identifiant", [s.id for s in sources() if isinstance(s.format, Csv | GeoJson)])
def test_une_page_html_est_refusee_par_toute_source(identifiant: str, tmp_path: Path) -> None:
    brut = tmp_path / "app.csv"
    brut.write_bytes(b"\n <!doctype html>\n<html><title>404</title></html>\n")
    with pytest.raises(InvalidInput, match="HTML"):
        clean(brut, source(identifiant), "2025", tmp_path / "x.parquet")


def test_un_taux_de_2126_pour_cent_est_refuse_et_garde(tmp_path: Path) -> None:
    nom, millesime, octets, _ = EXTRAITS["sru"]
    brut = tmp_path / nom
    bon = octets.decode("cp1252")
    lignes = bon.splitlines(keepends=True)
    brut.write_bytes((bon + lignes[-1].replace("95018", "05061").replace("35,28%", "2 126%")).encode("cp1252"))
    fait = clean(brut, source("sru"), millesime, tmp_path / "x.parquet", sample=True)
    assert (fait.rows, fait.rejected) == (1, 1)
    import duckdb

    motif = duckdb.execute(f"SELECT _rejet FROM '{tmp_path / 'x.rejets.parquet'}'").fetchone()
    assert motif is not None and "2 126%" in motif[0] and "supérieur à 100 %" in motif[0]


def test_une_surface_negative_est_refusee(tmp_path: Path) -> None:
    nom, millesime, octets, _ = EXTRAITS["geo_dvf"]
    brut = tmp_path / nom
    ligne = octets.splitlines(keepends=True)[1]
    brut.write_bytes(octets + ligne.replace(b",2,20,1,", b",2,-20,1,"))
    fait = clean(brut, source("geo_dvf"), millesime, tmp_path / "x.parquet", sample=True)
    assert (fait.rows, fait.rejected) == (1, 1)


def test_un_contour_croise_est_repare_et_un_vide_refuse(tmp_path: Path) -> None:
    import shapely

    nom, millesime, octets, _ = EXTRAITS["qpv"]
    contour = _lire(tmp_path, "qpv", nom, millesime, octets)["contour"]
    assert shapely.from_wkb(bytes(contour)).is_valid
    sans = octets.replace(b'"geometry":{"type":"Polygon"', b'"geometry":null,"x":{"type":"Polygon"')
    (tmp_path / nom).write_bytes(sans)
    with pytest.raises(InvalidInput, match="contour est vide"):
        clean(tmp_path / nom, source("qpv"), millesime, tmp_path / "x.parquet")
    (tmp_path / nom).write_bytes(octets[:80])
    with pytest.raises(InvalidInput, match="GeoJSON est tronqué"):
        clean(tmp_path / nom, source("qpv"), millesime, tmp_path / "x.parquet")


GEOMETRIES: dict[str, Any] = {
    "un point": {"type": "Point", "coordinates": [3, 50]},
    "deux sommets": {"type": "Polygon", "coordinates": [[[3, 50], [4, 51]]]},
    "sans surface": {"type": "Polygon", "coordinates": [[[3, 50], [4, 50], [5, 50], [3, 50]]]},
    "sommet infini": {"type": "Polygon", "coordinates": [[[float("inf"), 50], [4, 51], [4, 50], [float("inf"), 50]]]},
    "sommet non nombre": {"type": "Polygon", "coordinates": [[[float("nan"), 50], [4, 51], [4, 50], [3, 50]]]},
    "sommets en texte": {"type": "Polygon", "coordinates": [[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]},
    "type inconnu": {"type": "Rond", "coordinates": [3, 50]},
    "une liste": [1, 2],
}


@pytest.mark.parametrize("cas", GEOMETRIES)
def test_un_contour_irreparable_est_refuse_avec_son_objet(cas: str, tmp_path: Path) -> None:
    bon = {"type": "Polygon", "coordinates": [[[3, 50], [4, 51], [4, 50], [3, 50]]]}
    proprietes = {"code_qp": "QN05901M", "lib_qp": "X", "insee_com": "59014"}
    objets = [
        {"type": "Feature", "properties": proprietes | {"code_qp": f"QN0590{i}M"}, "geometry": g}
        for i, g in enumerate((bon, GEOMETRIES[cas]), 1)
    ]
    (tmp_path / "q.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": objets}))
    with pytest.raises(
        InvalidInput, match=r"q\.geojson : 1 objet sur 2 est refusé \(objet n° 2\) : contour vaut « illisible »"
    ):
        clean(tmp_path / "q.geojson", source("qpv"), "2024", tmp_path / "x.parquet")
    assert not (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize("objet", [None, "texte", {"properties": [1]}])
def test_un_objet_qui_n_en_est_pas_un_est_dit(objet: Any, tmp_path: Path) -> None:
    (tmp_path / "q.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [objet]}))
    with pytest.raises(InvalidInput, match=r"objet n° 1 .* n'est pas un objet GeoJSON"):
        clean(tmp_path / "q.geojson", source("qpv"), "2024", tmp_path / "x.parquet")


@pytest.mark.parametrize("reste", [30, 60, 95])
def test_un_zip_tronque_est_refuse(reste: int, tmp_path: Path) -> None:
    nom, millesime, octets, _ = EXTRAITS["filosofi"]
    entier = tmp_path / "bon.zip"
    with zipfile.ZipFile(entier, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(nom, octets * 40)
        archive.writestr("meta_" + nom, "COD_VAR;LIB\n")
    brut = tmp_path / "coupe.zip"
    brut.write_bytes(entier.read_bytes()[: entier.stat().st_size * reste // 100])
    with pytest.raises(InvalidInput, match="tronquée ou abîmée"):
        clean(brut, source("filosofi"), millesime, tmp_path / "x.parquet")


def test_un_zip_est_lu_sans_son_dictionnaire(tmp_path: Path) -> None:
    nom, millesime, octets, _ = EXTRAITS["filosofi"]
    brut = tmp_path / "filosofi.zip"
    with zipfile.ZipFile(brut, "w") as archive:
        archive.writestr(nom, octets)
        archive.writestr("meta_" + nom, "COD_VAR;LIB\n")
    assert clean(brut, source("filosofi"), millesime, tmp_path / "x.parquet").rows == 1


def test_toute_source_dit_d_ou_elle_vient() -> None:
    for s in sources():
        assert s.label and s.producer and s.licence and s.page.startswith("https://"), s.id
        for c in s.columns:
            assert c.meaning, f"{s.id}.{c.name}"


def test_chaque_fichier_du_miroir_a_une_source(shared: Path) -> None:
    for fichier in read_mirror(shared / "donnees"):
        assert fichier.source in identifiants(), fichier.source
    declarees = {s.id for s in sources() if not isinstance(s.format, Derived | Packaged)}
    sans_fichier = declarees - {f.source for f in read_mirror(shared / "donnees")}
    assert sans_fichier <= set(EXTRAITS), "sans fichier au miroir, une source a au moins son extrait ici"
