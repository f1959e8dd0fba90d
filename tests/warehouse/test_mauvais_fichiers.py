"""Un mauvais fichier : une phrase avec le fichier, la ligne, la colonne et quoi faire ; l'entrepôt en service reste."""

import errno
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Etat
from beffroi.sources import source
from beffroi.warehouse import Observatoire, fetch
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
    "une seule ligne refusée": (
        (ENTETE + LIGNE + '"2020";"62120";"Tous\nLogements";4;8;;\n').encode(),
        ["ligne 3", "1 ligne sur 2 est refusée : type_logement vaut « Tous Logements »"],
    ),
    "« s » dans un total": (
        (ENTETE + LIGNE + '"2020";"62120";"Tous Logements";s;8;;\n').encode(),
        ["ligne 3", "logement_autorise vaut « s », attendu : un nombre entier"],
    ),
    "lignes toutes répétées": (
        (ENTETE + LIGNE + LIGNE + LIGNE).encode(),
        ["ligne 3", "2 lignes sur 3 sont refusées", "ligne répétée"],
    ),
    "point-virgule entre guillemets": (
        (ENTETE + LIGNE + '"2020";"62120";"Tous; Logements";4;8;;\n').encode(),
        ["ligne 3", "type_logement vaut « Tous; Logements »"],
    ),
    "point-virgule sans guillemets": (
        (ENTETE + LIGNE + "2020;62120;Tous; Logements;4;8;1;1\n").encode(),
        ["ligne 3", "8 cases au lieu de 7"],
    ),
    "octets nuls": ((BON + '"20\x0020";"62120";"Tous Logements";1;1;;\n').encode(), ["ligne 4", "octets nuls"]),
    "cellule démesurée": (b'"' + b"x" * 300_000 + b'"\n', ["ligne 1", "aucune colonne attendue"]),
    "document PDF": (b"%PDF-1.4\n%\xe2\xe3\n", ["ligne 2, colonne 2", "0xe2"]),
    "page HTML sous un commentaire": (b"<!-- x -->\n<html></html>\n", ["ligne 1", "aucune colonne attendue"]),
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


def _zip(noms: dict[str, str], *, chiffre: bool = False) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, texte in noms.items():
            archive.writestr(nom, texte)
    octets = bytearray(tampon.getvalue())
    if chiffre:  # le bit « chiffré » des deux en-têtes
        octets[6] |= 1
        octets[octets.find(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


def _abimer(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes([octets[place] ^ 0xFF]) + octets[place + 1 :]


LONG = ENTETE + "".join(LIGNE.replace("62119", f"{i:05d}") for i in range(3000))
ARCHIVES: dict[str, tuple[str, bytes, str]] = {
    "gzip abîmé au milieu": ("s.csv.gz", _abimer(gzip.compress(LONG.encode()), 60), "tronquée ou abîmée"),
    "zip abîmé au milieu": ("s.zip", _abimer(_zip({"s.csv": LONG}), 200), "tronquée ou abîmée"),
    "zip tronqué au début": ("s.zip", _zip({"s.csv": LONG})[:50], "tronquée ou abîmée"),
    "zip tronqué à la fin": ("s.zip", _zip({"s.csv": LONG})[:-30], "tronquée ou abîmée"),
    "zip à mot de passe": ("s.zip", _zip({"s.csv": LONG}, chiffre=True), "mot de passe"),
    "zip de deux tableaux": ("s.zip", _zip({"a.csv": BON, "b.csv": BON}), "contient 2 tableaux"),
    "zip sans tableau": ("s.zip", _zip({"lisezmoi.pdf": ""}), "ne contient aucun tableau"),
    "classeur nommé CSV": ("s.csv", _zip({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "classeur"),
    "page HTML nommée zip": ("s.zip", b"<html>404</html>", "HTML"),
}


@pytest.mark.parametrize("cas", ARCHIVES)
def test_une_mauvaise_archive_est_refusee_en_une_phrase(cas: str, tmp_path: Path) -> None:
    nom, octets, dit = ARCHIVES[cas]
    (tmp_path / nom).write_bytes(octets)
    with pytest.raises(InvalidInput) as faute:
        clean(tmp_path / nom, source("sitadel_annuel"), "2026-06", tmp_path / "propre/x.parquet")
    phrase = str(faute.value)
    assert phrase.startswith(nom) and dit in phrase and "\n" not in phrase
    assert list((tmp_path / "propre").glob("*")) == []


def test_un_point_virgule_entre_guillemets_ne_coupe_pas_une_case(tmp_path: Path) -> None:
    import duckdb

    entete = '"CODGEO_26";"LIBGEO_26";"pp_vacant_26";"pp_vacant_plus_2ans_26";"ff_pp_total_25"\r\n'
    brut, cible = tmp_path / "lovac.csv", tmp_path / "lovac.parquet"
    brut.write_bytes((entete + '"62119";"Béthune ; ""la ville""";"1200";"31";"9000"\r\n').encode("latin-1"))
    assert clean(brut, source("lovac"), "2026", cible).rejected == 0
    lu = duckdb.execute(
        f"SELECT logement_vacant, parc_prive FROM '{cible}' WHERE logement_vacant IS NOT NULL"
    ).fetchall()
    assert lu == [(1200, 9000)]


def test_un_gzip_nomme_csv_est_lu_quand_meme(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(gzip.compress(BON.encode()))
    assert clean(tmp_path / "s.csv", source("sitadel_annuel"), "2026-06", tmp_path / "x.parquet").rows == 2


def test_un_secret_dans_un_total_n_est_jamais_un_zero(
    miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path
) -> None:
    """LOVAC écrit « s » : le total de l'EPCI dit « au moins », et la commune reste secrète."""
    lignes = '"62119";"Béthune";"1200";"{}";"9000"\r\n"62120";"X";"40";"31";"900"\r\n'
    entete = '"CODGEO_26";"LIBGEO_26";"pp_vacant_26";"pp_vacant_plus_2ans_26";"ff_pp_total_25"\r\n'
    lovac = (entete + lignes.format("s")).encode("latin-1")
    donnees = tmp_path / "donnees"
    assert preparer(donnees, petits_modules, miroir(l=("lovac", "2026", lovac)), demonstration=False).faults == ()
    observatoire = Observatoire.ouvrir(donnees)
    epci = observatoire.derniere("vacance.logement_vacant_plus_2_ans", "200072460").chiffre
    assert (epci.etat, epci.valeur) == (Etat.PARTIEL, 31)
    assert epci.couverture is not None and epci.couverture.secrets == 1
    assert "au moins" in epci.texte()
    commune = observatoire.derniere("vacance.logement_vacant_plus_2_ans", "62119").chiffre
    assert (commune.etat, commune.valeur) == (Etat.SECRET, None)


def test_un_miroir_illisible_laisse_le_millesime_precedent(
    miroir: Callable[..., Path], tmp_path: Path, petits_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    donnees = tmp_path / "donnees"
    avant = preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON)))

    def illisible(_: Path) -> str:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as m:
        m.setattr(fetch, "digest", illisible)
        apres = preparer(donnees, petits_modules, miroir(s=("sitadel_annuel", "2026-06", BON.replace(";12;", ";13;"))))
    (faute,) = apres.faults
    assert "s.csv" in str(faute) and "ne peut pas être lu" in str(faute) and "reste en service" in str(faute)
    assert apres.generation == avant.generation


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
