"""Un mauvais fichier : une phrase avec le fichier, la ligne, la colonne et quoi faire ; l'entrepôt en service reste."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.kernel.errors import InvalidInput
from beffroi.sources import source
from beffroi.warehouse.build import preparer
from beffroi.warehouse.clean import clean
from beffroi.warehouse.query import Entrepot

ENTETE = '"ANNEE";"COMM";"TYPE_LGT";"LOG_AUT";"LOG_COM";"SDP_AUT";"SDP_COM"\n'
LIGNE = '"2020";"62119";"Tous Logements";12;8;;\n'
BON = ENTETE + LIGNE + '"2020";"62119";"Collectif";5;3;;\n'

CAS: dict[str, tuple[bytes, list[str]]] = {
    "ligne coupée": ((BON + '"2020";"62120";"Tous Lo').encode(), ["ligne 4", "tronqué"]),
    "colonnes en moins": (
        (BON + '"2020";"62120"\n' + LIGNE.replace("62119", "62121")).encode(),
        ["ligne 4", "2 cases"],
    ),
    "UTF-16": (BON.encode("utf-16"), ["UTF-16", "UTF-8", "Enregistrez"]),
    "Latin-1": (BON.replace("Collectif", "Résidence").encode("latin-1"), ["ligne 3", "0xe9", "UTF-8"]),
    "en-tête de l'an prochain": (
        BON.replace('"LOG_COM"', '"LOG_COMMENCES"').encode(),
        ["ligne 1", "« LOG_COM »", "LOG_COMMENCES", "millésime précédent"],
    ),
    "page HTML": (b"<!DOCTYPE html>\n<html><body>Erreur 503</body></html>\n", ["HTML", "Téléchargez"]),
    "réponse JSON": (b'{"error": "millesime inconnu"}\n', ["JSON"]),
    "fichier vide": (b"", ["vide"]),
    "aucune ligne": (ENTETE.encode(), ["aucune ligne"]),
    "autre tableau": (b"a;b;c\n1;2;3\n", ["aucune colonne attendue"]),
    "trop de lignes refusées": (
        (ENTETE + LIGNE + '"2020";"62120";"Tous Logements";-4;8;;\n').encode(),
        ["ligne 3", "logement_autorise", "-4", "inférieur à 0"],
    ),
    "guillemet ouvert": ((BON + '"2020";"62120;"Tous Logements";4;8;;\n').encode(), ["ligne 4"]),
}


@pytest.mark.parametrize("cas", CAS)
def test_un_mauvais_fichier_sitadel_est_refuse_en_une_phrase(cas: str, tmp_path: Path) -> None:
    contenu, attendus = CAS[cas]
    brut, cible = tmp_path / "sitadel.csv", tmp_path / "propre" / "sitadel.parquet"
    brut.write_bytes(contenu)
    with pytest.raises(InvalidInput) as faute:
        clean(brut, source("sitadel_annuel"), "2026-06", cible)
    phrase = str(faute.value)
    assert phrase.startswith("sitadel.csv"), phrase
    assert "\n" not in phrase
    for attendu in attendus:
        assert attendu in phrase, phrase
    assert list(cible.parent.glob("*")) == [], "rien n'est à moitié écrit"


@pytest.mark.parametrize("coupe", [40, 90])
def test_une_archive_tronquee_est_refusee(tmp_path: Path, coupe: int) -> None:
    brut = tmp_path / "sitadel.csv.gz"
    entier = gzip.compress((ENTETE + "".join(LIGNE.replace("62119", f"{i:05d}") for i in range(2000))).encode())
    brut.write_bytes(entier[: len(entier) * coupe // 100])
    with pytest.raises(InvalidInput, match="tronquée"):
        clean(brut, source("sitadel_annuel"), "2026-06", tmp_path / "x.parquet")


def test_les_lignes_fautives_sont_gardees_avec_leur_motif(tmp_path: Path) -> None:
    import duckdb

    lignes = [f'"2020";"{62000 + i}";"Tous Logements";{i};1;;\n' for i in range(100)]
    lignes[10] = '"2020";"62010";"Tous Logements";douze;1;;\n'
    lignes[20] = '"2020";"62020";"Château";1;1;;\n'
    lignes.append(lignes[30])
    lignes.append('"2020";"62040";"Tous Logements";41;1;;\n')
    brut, cible = tmp_path / "s.csv", tmp_path / "s.parquet"
    brut.write_text(ENTETE + "".join(lignes), encoding="utf-8")
    fait = clean(brut, source("sitadel_annuel"), "2026-06", cible)
    assert (fait.rows, fait.rejected) == (97, 5)
    rejets = duckdb.execute(f"SELECT _ligne, _rejet FROM '{tmp_path / 's.rejets.parquet'}' ORDER BY _ligne").fetchall()
    assert [r[0] for r in rejets] == [12, 22, 42, 102, 103]
    assert "« douze »" in rejets[0][1] and "Château" in rejets[1][1]
    assert rejets[3][1] == "ligne répétée"
    assert "valeurs différentes" in rejets[2][1] and "valeurs différentes" in rejets[4][1]
    assert [f["id"] for f in fait.failures] == ["cle_unique"]


def test_le_dernier_bon_entrepot_reste_en_service(
    miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path
) -> None:
    donnees = tmp_path / "donnees"
    depart = preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON)))
    assert depart.rebuilt and not depart.faults
    entrepot = Entrepot.ouvrir(donnees)
    lire = lambda: entrepot.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])["62119", 2020]  # noqa: E731
    assert lire().valeur == 12
    mauvais = preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", "<html>503</html>")))
    assert len(mauvais.faults) == 1 and "HTML" in str(mauvais.faults[0])
    assert (mauvais.rebuilt, mauvais.generation) == (False, depart.generation)
    assert lire().valeur == 12
    meilleur = preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.replace(";12;", ";13;"))))
    assert meilleur.rebuilt
    assert lire().valeur == 13, "le lecteur ouvert suit la nouvelle génération"
    assert not preparer(donnees, petits_modules, miroir()).faults
