"""Lecture et écriture d'un programme : bon fichier, mauvais fichiers, aller-retour."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from beffroi import demo
from beffroi.domain.programme.modele import Programme
from beffroi.exchange import lire, lire_contenu
from beffroi.exchange.ecriture import json_de, yaml_de
from beffroi.exchange.schema import fichiers, schema_programme
from beffroi.exchange.territoires import Decoupage
from beffroi.kernel.convert import from_mapping, plain
from beffroi.kernel.errors import InvalidInput

BON = """\
id: plh-essai
nature: plh
titre: "Programme d’essai"
titre_court: "Essai"
collectivites: ["200072460"]
decoupage:
  mode: annees_civiles
  debut: 2019-01-01
  nombre: 6
documents:
  - {id: plh, titre: "Document"}
actes:
  - {nature: adoption, date: 2019-03-01}
  - {nature: fin, date: 2025-03-01}
secteurs:
  - id: nord
    nom: "Nord"
    communes: ["62119", "62048"]
orientations:
  - id: o1
    numero: "1"
    titre: "Produire"
actions:
  - id: a01
    numero: "1"
    titre: "Produire des logements"
    orientation: o1
    budget:
      - id: a01-budget-1
        libelle: "Aide"
        montant: 200
        montant_maximal: 500
      - id: a01-budget-2
        libelle: "Aide, encore"
        montant: 200
        identique_a: a01-budget-1
    calendrier:
      - id: a01-jalon-1
        libelle: "Étude"
        annee: 2019
        annee_fin: 2021
    lieux:
      titre: {ligne: 3}
  - id: a02
    numero: "2"
    titre: null
    orientation: o1
    liens: [a01, "crte-essai#a07"]
objectif_reference: production
objectifs:
  - id: production
    libelle: "Logements à produire"
    unite: "logement"
    produit: tous
    periodicite: annuelle
    reference: {valeur: 10}
    valeurs:
      - {commune: "62119", valeur: 7, taux: 0.25, lieu: {ligne: 4, document: plh}}
      - {commune: "62048", valeur: null, libre: true}
"""
DECOUPAGE = Decoupage(
    {"200072460": frozenset({"62119", "62048"}), "246200364": frozenset({"62498"})},
    {
        "62119": ("200072460", "CABBALR"),
        "62048": ("200072460", "CABBALR"),
        "62498": ("246200364", "CA de Lens - Liévin"),
    },
)


def fautes(texte_yaml: str) -> list[str]:
    with pytest.raises(InvalidInput) as erreur:
        lire_contenu(texte_yaml, "essai.yaml", territoires=DECOUPAGE)
    return [str(p).replace("\u00a0", " ").replace("\u202f", " ") for p in erreur.value.problems]


def test_le_bon_fichier_se_lit() -> None:
    p = lire_contenu(BON, "essai.yaml", territoires=DECOUPAGE)
    assert p.decoupage.debut == date(2019, 1, 1)
    assert p.actions[1].titre is None
    assert p.objectifs[0].valeurs[0].taux == Decimal("0.25")
    assert p.objectifs[0].valeurs[1].valeur is None and p.objectifs[0].valeurs[1].libre
    assert p.communes() == ("62119", "62048")


# (ce qu'on change, par quoi, ligne, colonne, ce que la phrase contient)
CAS: list[tuple[str, str, str, int, int, tuple[str, ...]]] = [
    ("clé inconnue", '    titre: "Produire"', '    titr: "Produire"', 22, 5, ("« titr » n’existe pas", "« titre »")),
    ("type faux", "  nombre: 6", "  nombre: six", 9, 11, ("nombre entier", "« six »")),
    ("montant en phrase", "montant: 200\n        montant_maximal: 500", "montant: entre 200 et 500", 31, 18,
     ("attend un nombre", "« entre 200 et 500 »", "montant: 200 et montant_maximal: 500")),
    ("montant avec unité", "montant_maximal: 500", "montant_maximal: 5 000 €", 32, 26, ("attend un nombre", ": 5000")),
    ("commune d'un autre EPCI", '"62048"]', '"62498"]', 18, 25, ("CA de Lens - Liévin (246200364)", "200072460")),
    ("commune inconnue", '"62048"]', '"99999"]', 18, 25, ("n’existe pas",)),
    ("numéro en double", 'numero: "2"', 'numero: "1"', 45, 13, ("numéro 1", "ligne 25")),
    ("période à l'envers", "annee_fin: 2021", "annee_fin: 2018", 41, 20, ("2018", "avant", "2019")),
    ("fin avant l'adoption", "date: 2025-03-01", "date: 2018-03-01", 14, 25, ("01/03/2018", "avant de commencer")),
    ("orientation absente", "titre: null\n    orientation: o1", "titre: null\n    orientation: o2", 47, 18, ("« o2 »", "« o1 »")),
    ("lien vers rien", "liens: [a01,", "liens: [a10,", 48, 13, ("« a10 » n’existe pas",)),
    ("identifiant en double", "- id: a02", "- id: a01", 44, 9, ("« a01 » sert déjà", "ligne 24")),
    ("code sans guillemets", '["62119", "62048"]', '[62119, "62048"]', 18, 16, ("attend un texte", '"62119"')),
    ("taux en pour cent", "taux: 0.25", "taux: 25", 58, 45, ("fraction", "0.25")),
    ("commune hors secteur", '{commune: "62048", valeur: null', '{commune: "62498", valeur: null', 59, 19, ("aucun secteur",)),
    ("secteur absent", 'commune: "62048", valeur: null, libre: true', 'secteur: sud, valeur: 3', 59, 19, ("« sud » n’existe pas",)),
    ("objectif absent", "objectif_reference: production", "objectif_reference: prodution", 49, 21, ("« production »",)),
    ("répétition de rien", "identique_a: a01-budget-1", "identique_a: a01-budget-9", 36, 22, ("a01-budget-9",)),
    ("répétition différente", "montant: 200\n        identique_a", "montant: 300\n        identique_a", 36, 22, ("300", "200")),
    ("document absent", "document: plh", "document: plu", 58, 78, ("« plu » n’existe pas",)),
    ("champ manquant", '    numero: "2"\n', "", 44, 5, ("il manque le champ « numero »",)),
    ("champ en double", "nature: plh", "nature: plh\nnature: crte", 3, 1, ("écrit deux fois",)),
    ("liste attendue", '["62119", "62048"]', '"62119"', 18, 15, ("attend une liste",)),
    ("groupe attendu", "reference: {valeur: 10}", "reference: 10", 56, 16, ("groupe de champs",)),
    ("choix fermé", "nature: plh", "nature: phl", 2, 9, ("une valeur parmi plh, crte", "« plh »")),
    ("date fausse", "2019-01-01", "01/01/2019", 8, 10, ("AAAA-MM-JJ",)),
    ("booléen faux", "libre: true", "libre: oui", 59, 49, ("true ou false",)),
    ("ligne vide", "titre_court: \"Essai\"", "titre_court:", 4, 13, ("est vide",)),
    ("maximum sous le minimum", "montant_maximal: 500", "montant_maximal: 50", 32, 26, ("(50)", "(200)")),
    ("rubrique inconnue", "      titre: {ligne: 3}", "      tittre: {ligne: 3}", 43, 15, ("« tittre »", "« titre »")),
    ("siren court", '["200072460"]', '["20007246"]', 5, 17, ("SIREN",)),
    ("dépendance vers soi", "    orientation: o1\n    liens", "    orientation: o1\n    depend_de: [a02]\n    liens", 48, 16,
     ("« a02 » finit par dépendre d’elle-même",)),
    ("dépendance vers rien", "    orientation: o1\n    liens", "    orientation: o1\n    depend_de: [a09]\n    liens", 48, 17,
     ("« a09 » n’existe pas",)),
    ("identité mal écrite", "    orientation: o1\n    liens", "    orientation: o1\n    identique_a: a01\n    liens", 48, 18,
     ("programme#fiche",)),
    ("part de rien", "identique_a: a01-budget-1", "comprise_dans: a01-budget-7", 36, 24, ("« a01-budget-7 » n’existe pas",)),
    ("part de soi", "identique_a: a01-budget-1", "comprise_dans: a01-budget-2", 36, 24, ("comprise dans elle-même",)),
    ("tag dangereux", "nombre: 6", "nombre: !!python/object/apply:os.system [ls]", 9, 11, ("un nombre entier",)),
]  # fmt: skip


@pytest.mark.parametrize(("avant", "apres", "ligne", "colonne", "mots"), [c[1:] for c in CAS], ids=[c[0] for c in CAS])
def test_une_faute_une_phrase_a_sa_place(
    avant: str, apres: str, ligne: int, colonne: int, mots: tuple[str, ...]
) -> None:
    assert BON.count(avant) == 1, avant
    liste = fautes(BON.replace(avant, apres))
    ici = [f for f in liste if f.startswith(f"essai.yaml, ligne {ligne}, colonne {colonne} : ")]
    assert any(all(m in f for m in mots) for f in ici), liste
    assert all("\n" not in f for f in liste)


def test_toutes_les_fautes_d_un_fichier_sortent_ensemble() -> None:
    texte_faux = BON.replace("nombre: 6", "nombre: six").replace('numero: "2"', 'numero: "1"').replace("[a01,", "[a99,")
    liste = fautes(texte_faux)
    assert len(liste) == 3
    lignes = [int(f.split("ligne ")[1].split(",")[0]) for f in liste]
    assert lignes == sorted(lignes)


def test_une_boucle_entre_fiches_est_dite_sur_chacune() -> None:
    boucle = BON.replace("    lieux:\n      titre", "    depend_de: [a02]\n    lieux:\n      titre").replace(
        "    liens: [a01", "    depend_de: [a01]\n    liens: [a01"
    )
    liste = [f for f in fautes(boucle) if "finit par dépendre d’elle-même" in f]
    assert len(liste) == 2
    assert "« a01 »" in liste[0] and "« a02 »" in liste[1]


def test_une_repetition_contredite_passe_si_une_note_le_dit() -> None:
    differe = BON.replace("montant: 200\n        identique_a", "montant: 300\n        identique_a")
    assert any("la ligne d’origine" in f for f in fautes(differe))
    note = (
        'notes:\n  - {id: n1, nature: contradiction, texte: "deux montants", concerne: [a01-budget-1, a01-budget-2]}\n'
    )
    assert lire_contenu(differe + note, "essai.yaml").actions[0].budget[1].montant == 300


def test_un_calendrier_dont_les_annees_ne_font_pas_les_montants() -> None:
    calendrier = """calendrier_budgetaire:
  - id: c1
    libelle: "Étude"
    fiche: a09
    montants: [10, 20]
    par_annee: {2023: 10}
    lignes_fiche: [a01-budget-9]
"""
    liste = fautes(BON + calendrier)
    assert len(liste) == 3
    assert "la fiche « a09 »" in liste[0] and "font 10 et les montants imprimés 30" in liste[1]
    assert "a01-budget-9" in liste[2]


def test_une_orientation_ne_peut_pas_etre_sa_propre_parente() -> None:
    boucle = BON.replace('    titre: "Produire"\n', '    titre: "Produire"\n    parente: o1\n')
    assert any("propre orientation parente" in f for f in fautes(boucle))


@pytest.mark.parametrize(
    ("octets", "mots"),
    [
        (b"", ("vide",)),
        ("id: été".encode("latin-1"), ("UTF-8", "ligne 1, colonne 5")),
        (b"<!DOCTYPE html><html><body>Erreur 503</body></html>", ("pas un programme",)),
        (b"- a\n- b\n", ("pas un programme",)),
        (b'id: "a\nnature: plh\n', ("guillemet", "ligne")),
        (b"id: a: b\n", ("guillemets", "ligne 1, colonne 6")),
        (b"id: [a\nnature: plh\n", ("virgule", "ligne 2")),
        (b"id: a\n  nature: plh\n", ("ligne 2",)),
        (b"id: \x07\n", ("invisible", "ligne 1")),
        (b"id: a\n---\nid: b\n", ("plusieurs documents",)),
        (b"id: *x\n", ("ancre", "ligne 1")),
    ],
)
def test_ce_qui_n_est_pas_un_programme(tmp_path: Path, octets: bytes, mots: tuple[str, ...]) -> None:
    fichier = tmp_path / "faux.yaml"
    fichier.write_bytes(octets)
    with pytest.raises(InvalidInput) as erreur:
        lire(fichier)
    phrase = str(erreur.value)
    assert phrase.startswith("faux.yaml") and all(m in phrase for m in mots), phrase


def test_un_fichier_absent_ou_un_dossier(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="n’existe pas"):
        lire(tmp_path / "absent.yaml")
    with pytest.raises(InvalidInput, match="dossier"):
        lire(tmp_path)


def test_un_renvoi_est_refuse() -> None:
    assert any("renvoi" in f for f in fautes(BON.replace("{valeur: 10}", "&r {valeur: 10}").replace("libelle: \"Aide\"", "libelle: *r")))  # fmt: skip


def test_les_guillemets_et_signes_rares_font_l_aller_retour() -> None:
    rare = 'a « b » : "c" # d \\ \u2028 \x85 \u202f \u00a0 ’ — 😀 \t \n fin '
    p = dataclasses.replace(lire_contenu(BON, "essai.yaml"), titre=rare)
    assert lire_contenu(yaml_de(p), "bis.yaml") == p
    assert lire_contenu(json_de(p), "bis.json") == p


@pytest.mark.parametrize(
    "mot", ["null", "no", "on", "y", "true", "1e3", "2019-01-01", "0x1f", "~", "", "62119", "a: b"]
)
def test_un_texte_qui_ressemble_a_autre_chose_reste_un_texte(mot: str) -> None:
    p = lire_contenu(BON.replace('"Programme d’essai"', json.dumps(mot)), "essai.yaml")
    assert p.titre == mot
    assert lire_contenu(yaml_de(p), "bis.yaml").titre == mot


@pytest.mark.parametrize("chemin", demo.programmes(), ids=lambda c: c.stem)
def test_un_programme_livre_est_canonique_et_complet(chemin: Path) -> None:
    p = lire(chemin)
    assert p.id == chemin.stem
    ecrit = chemin.read_text(encoding="utf-8")
    assert yaml_de(p) == ecrit
    assert lire_contenu(json_de(p), "export.json") == p
    assert from_mapping(Programme, json.loads(json.dumps(plain(p))), "programme") == p


@pytest.mark.parametrize("chemin", demo.programmes(), ids=lambda c: c.stem)
def test_le_schema_publie_accepte_les_programmes_livres(chemin: Path) -> None:
    donnees = json.loads(json_de(lire(chemin)))
    validateur = jsonschema.Draft202012Validator(schema_programme())
    assert list(validateur.iter_errors(donnees)) == []


def test_le_schema_publie_est_a_jour_et_refuse(racine: Path) -> None:
    for nom, contenu in fichiers().items():
        assert (racine / "docs/reference" / nom).read_text(encoding="utf-8") == contenu, f"{nom} : beffroi docs generer"
    jsonschema.Draft202012Validator.check_schema(schema_programme())
    validateur = jsonschema.Draft202012Validator(schema_programme())
    bon = json.loads(json_de(lire_contenu(BON, "essai.yaml")))
    assert not list(validateur.iter_errors(bon))
    casse: list[Callable[[dict], object]] = [
        lambda d: d.update(inconnu=1),
        lambda d: d["decoupage"].update(nombre="six"),
        lambda d: d.update(nature="phl"),
        lambda d: d.pop("collectivites"),
        lambda d: d["objectifs"][0]["valeurs"][0].update(commune=62119),
    ]
    for casser in casse:
        copie = json.loads(json.dumps(bon))
        casser(copie)
        assert list(validateur.iter_errors(copie))


def test_le_yaml_ecrit_se_lit_avec_un_autre_lecteur() -> None:
    """Un lecteur YAML ordinaire rend les mêmes données que l'export JSON : l'écriture n'est pas à nous seuls."""
    p = lire(demo.programmes()[0])
    brut = yaml.safe_load(yaml_de(p))
    attendu = json.loads(json_de(p), parse_float=float)
    assert json.loads(json.dumps(brut, default=str)) == attendu


def test_les_codes_sont_entre_guillemets() -> None:
    for chemin in demo.programmes():
        for ligne in chemin.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"(commune: |communes: \[\s*)\d", ligne), ligne
