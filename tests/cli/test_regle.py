"""La commande `beffroi regle` : lister, lire, appliquer, avec des réponses raisonnées et des refus d'une phrase."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from beffroi.cli import main
from beffroi.domain.aides.lecture import reglements_a_verifier
from beffroi.domain.aides.plafonds import plafonds_a_verifier

SITUATION = {"residence_principale": 5412, "logement_social": 985, "taux_legal": 0.25}
CSV = "code;nom;residence_principale;logement_social;taux_legal\n62001;A;5\u202f412;985;0,25\n62002;B;3000;420;0,20\n"


def lancer(*mots: str | Path) -> Result:
    return CliRunner().invoke(main, ["regle", *map(str, mots)])


def calculer(identifiant: str, entree: Path, *mots: str | Path) -> Result:
    return lancer("calculer", identifiant, "--le", "2026-01-01", "--entree", entree, *mots)


@pytest.fixture
def situation(tmp_path: Path) -> Path:
    chemin = tmp_path / "situation.json"
    chemin.write_text(json.dumps(SITUATION), encoding="utf-8")
    return chemin


@pytest.fixture
def communes(tmp_path: Path) -> Path:
    chemin = tmp_path / "communes.csv"
    chemin.write_text(CSV, encoding="utf-8")
    return chemin


def test_lister_montre_texte_et_date() -> None:
    regles = json.loads(lancer("lister", "--domaine", "sru", "--format", "json").stdout)
    objectifs = [r for r in regles if r["id"] == "sru.objectif_triennal"]
    assert [r["depuis"] for r in objectifs] == ["2014-01-01", "2023-01-01"]
    assert all(r["texte"] for r in regles)


def test_fiche_dit_les_champs_et_leurs_unites() -> None:
    fiche = json.loads(lancer("fiche", "sru.objectif_triennal", "--le", "2026-01-01", "--format", "json").stdout)
    champs = {c["champ"]: c for c in fiche["champs"]}
    assert champs["taux_legal"]["attendu"].startswith("en fraction : 0,182 pour 18,2 %")
    assert champs["residence_principale"]["obligatoire"] is True
    assert champs["regime"]["obligatoire"] is False
    assert "premiere_periode" in champs["regime"]["type"]
    ancienne = json.loads(lancer("fiche", "sru.objectif_triennal", "--le", "2018-01-01", "--format", "json").stdout)
    assert "2014-2016" in ancienne["description"]


def test_a_verifier_liste_les_valeurs_non_relues() -> None:
    valeurs = json.loads(lancer("a-verifier", "--format", "json").stdout)
    assert {"sru.part_potentiel_fiscal", "sru.seuil_tension"} <= {v["id"] for v in valeurs}
    assert all(v["texte"] for v in valeurs)


def test_a_verifier_liste_les_reglements_et_les_plafonds() -> None:
    valeurs = {v["id"]: v for v in json.loads(lancer("a-verifier", "--format", "json").stdout)}
    reglements, plafonds = reglements_a_verifier(), plafonds_a_verifier()
    assert reglements and plafonds
    for r in reglements:
        assert valeurs[f"aides.reglement.{r.id}"]["note"] == r.a_verifier
    lus = [v for k, v in valeurs.items() if k.startswith("aides.plafond.")]
    assert len(lus) == len(plafonds)
    anah = valeurs["aides.plafond.anah.2026.hors_ile_de_france.tres_modeste.2"]
    assert anah["valeur"] == "25\u202f393\u202f€" and anah["du"] == "2026-01-01"
    assert "aides.plafond.anah.2025.hors_ile_de_france.tres_modeste.1" not in valeurs, "celui-là a été relu"


def test_calculer_une_situation_avec_son_raisonnement(situation: Path) -> None:
    sortie = calculer("sru.objectif_triennal", situation).stdout
    assert "au 01/01/2026 : 121\u00a0logements" in sortie
    assert "Logements manquants : 368\u00a0logements [CCH, L. 302-5 I]" in sortie
    assert "! L'objectif tombe sur 121,44" in sortie


def test_calculer_sans_fichier() -> None:
    champs = [m for n, v in SITUATION.items() for m in ("--champ", f"{n}={v}")]
    assert "121\u00a0logements" in lancer("calculer", "sru.objectif_triennal", "--le", "01/01/2026", *champs).stdout


def test_calculer_un_csv_francais(communes: Path) -> None:
    sortie = calculer("sru.situation", communes, "--cle", "code", "--cle", "nom", "--format", "json").stdout
    reponses = json.loads(sortie)
    assert [(r["cles"]["code"], r["valeur"]["objectif"]) for r in reponses] == [("62001", 121), ("62002", 59)]
    assert all(len(r["etapes"]) > 5 for r in reponses)


def test_csv_ecrit_le_raisonnement_de_chaque_ligne(communes: Path, tmp_path: Path) -> None:
    resultat = tmp_path / "resultat.csv"
    assert calculer("sru.situation", communes, "--cle", "code", "--cle", "nom", "--sortie", resultat).exit_code == 0
    entete, premiere, _ = resultat.read_text(encoding="utf-8").splitlines()
    assert entete.startswith("code,nom,etat,taux,")
    assert entete.endswith("avertissements,raisonnement")
    assert "Logements manquants : 368" in premiere.replace("\u00a0", " ")


def test_parquet_aller_et_retour(communes: Path, tmp_path: Path) -> None:
    entree, resultat = tmp_path / "entree.parquet", tmp_path / "resultat.parquet"
    with duckdb.connect() as base:
        base.execute(
            "COPY (SELECT '62001' AS code, 5412 AS residence_principale, 985 AS logement_social, 0.25 AS taux_legal, "
            f"NULL AS potentiel_fiscal_habitant) TO '{entree}'"
        )
        assert calculer("sru.situation", entree, "--cle", "code", "--sortie", resultat).exit_code == 0
        lignes = base.execute(f"SELECT code, manquant, objectif FROM '{resultat}'").fetchall()
    assert lignes == [("62001", 368, 121)]


def test_html_lie_les_textes(situation: Path, tmp_path: Path) -> None:
    resultat = tmp_path / "resultat.html"
    assert calculer("sru.objectif_triennal", situation, "--sortie", resultat).exit_code == 0
    page = resultat.read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert page.count("<a href=") >= 5
    assert '<span class="v">368\u00a0logements</span>' in page
    a_l_ecran = calculer("sru.objectif_triennal", situation, "--format", "html")
    assert a_l_ecran.exit_code == 0 and a_l_ecran.output == page


def test_l_unite_et_la_source_d_une_valeur(tmp_path: Path) -> None:
    chemin = tmp_path / "s.json"
    chemin.write_text(
        '{"residence_principale": {"valeur": 5412, "unite": "logement", "source": "inventaire 2024"},'
        ' "logement_social": 985}',
        encoding="utf-8",
    )
    reponse = json.loads(calculer("sru.taux", chemin, "--format", "json").stdout)
    assert reponse["provenance"] == {"residence_principale": "inventaire 2024"}
    chemin.write_text(chemin.read_text(encoding="utf-8").replace('"logement",', '"habitant",'), encoding="utf-8")
    faute = calculer("sru.taux", chemin)
    assert faute.exit_code == 2
    assert "« Résidences principales » (residence_principale) attend un nombre entier (en logements" in faute.stderr
    assert "5\u202f412\u00a0habitants" in faute.stderr


@pytest.mark.parametrize(
    ("nom", "contenu", "phrases"),
    [
        (
            "e.csv",
            CSV.replace("0,25", "18,2").replace(";420;", ";-4;"),
            ["e.csv, ligne 2", "en fraction : 0,182 pour 18,2 %", "e.csv, ligne 3", "reçu : « -4 »"],
        ),
        ("e.csv", CSV.replace("logement_social", "logement_socia"), ["Vouliez-vous écrire « logement_social » ?"]),
        (
            "e.csv",
            CSV.replace("62002;B;3000;", "62002;B;;"),
            ["ligne 3", "il manque le champ « Résidences principales »"],
        ),
        ("e.csv", CSV + "62003;C;1;2\n", ["ligne 4", "4 cellules pour 5 colonnes"]),
        ("e.csv", "", ["ce CSV est vide"]),
        ("e.csv", CSV.splitlines()[0], ["n'a aucune ligne"]),
        ("e.json", '{"residence_principale": 5412,', ["e.json, ligne 1", "mal formé"]),
        ("e.json", "[1, 2]", ["une liste d'objets"]),
        ("e.xlsx", "x", ["un fichier d'entrée est en .json, .csv, .parquet"]),
        ("e.parquet", "pas du parquet", ["illisible"]),
    ],
)
def test_un_mauvais_fichier_n_ecrit_rien(tmp_path: Path, nom: str, contenu: str, phrases: list[str]) -> None:
    entree, resultat = tmp_path / nom, tmp_path / "resultat.csv"
    entree.write_text(contenu, encoding="utf-8")
    resultat.write_text("avant", encoding="utf-8")
    faute = calculer("sru.situation", entree, "--cle", "code", "--cle", "nom", "--sortie", resultat)
    assert faute.exit_code == 2
    for phrase in phrases:
        assert phrase in faute.stderr
    assert "Traceback" not in faute.stderr
    assert resultat.read_text(encoding="utf-8") == "avant"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([nom, "resultat.csv"])


def test_un_identifiant_inconnu_propose_des_proches(situation: Path) -> None:
    faute = calculer("sru.objetif_trienal", situation)
    assert faute.exit_code == 2
    assert "Règles proches : sru.objectif_triennal" in faute.stderr
    assert "beffroi regle lister" in calculer("zzz", situation).stderr


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        (["--le", "1990-01-01", "--champ", "a=1"], "à partir du 01/01/2014"),
        (["--le", "32/01/2026", "--champ", "a=1"], "n’est pas une date"),
        (["--le", "2026-01-01"], "l’un des deux"),
        (["--le", "2026-01-01", "--champ", "a"], "écrire NOM=VALEUR"),
        (["--champ", "a=1"], "--le"),
    ],
)
def test_une_commande_incomplete_est_refusee(mots: list[str], phrase: str) -> None:
    faute = lancer("calculer", "sru.taux", *mots)
    assert faute.exit_code == 2
    assert phrase in faute.stderr


def test_un_domaine_inconnu_donne_la_liste() -> None:
    faute = lancer("lister", "--domaine", "zzz")
    assert faute.exit_code == 2
    assert "sru" in faute.stderr


def test_lister_ne_charge_pas_les_bibliotheques_lourdes() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from click.testing import CliRunner; from beffroi.cli import main; "
        "r = CliRunner().invoke(main, ['regle', 'lister']); assert r.exit_code == 0, r.output; "
        "print([m for m in ('duckdb', 'django', 'docx') if m in sys.modules])"
    )
    fini = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert fini.stdout.strip() == "[]"
