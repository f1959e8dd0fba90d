"""Ventes tirées de DVF : le calcul de l'entrepôt et la méthode écrite en clair disent les mêmes prix."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from beffroi.domain.marches.modele import LigneMutation, Segment
from beffroi.domain.marches.regles import prix_median
from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import Median
from beffroi.kernel.territory import Echelle
from beffroi.sources import source
from beffroi.warehouse.cells import name
from beffroi.warehouse.clean import clean
from beffroi.warehouse.dvf import build_sales
from beffroi.warehouse.figures import Place, compute
from beffroi.warehouse.prices import widened_price
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.tables import create_empty, stored

TYPES = {1: "Maison", 2: "Appartement", 3: "Dépendance", 4: "Local industriel. commercial ou assimilé"}
ENTETE = (
    "id_mutation,date_mutation,numero_disposition,nature_mutation,valeur_fonciere,code_commune,id_parcelle,lot1_numero,"
    "lot2_numero,nombre_lots,code_type_local,surface_reelle_bati,nombre_pieces_principales,code_nature_culture,"
    "surface_terrain,longitude,latitude\n"
)


def _ventes(tmp_path: Path, texte: str) -> Any:
    """Charge un fichier au format geo-DVF et en tire les ventes ; rend la connexion."""
    import duckdb

    brut, propre = tmp_path / "2024.csv", tmp_path / "2024.parquet"
    brut.write_text(ENTETE + texte, encoding="utf-8")
    clean(brut, source("geo_dvf"), "2024", propre)
    con = duckdb.connect()
    declaree = source("geo_dvf")
    create_empty(con, declaree)
    con.execute("CREATE TABLE commune (code VARCHAR, siren_epci VARCHAR)")
    colonnes = ", ".join(name(n) for n, _ in stored(declaree))
    con.execute(
        f"INSERT INTO geo_dvf SELECT {colonnes}, 1, 0, false FROM read_parquet('{propre}') WHERE _rejet IS NULL"
    )
    build_sales(con)
    return con


def _ligne(
    ident: str, nature: str, valeur: int, genre: int | str, surface: int | str, parcelle: str, lot: str = ""
) -> str:
    return f"{ident},2024-03-01,000001,{nature},{valeur},59606,{parcelle},{lot},,1,{genre},{surface},4,,,3.5,50.3\n"


def test_vecteur_publie(tmp_path: Path) -> None:
    """T5-DVF1 : lignes répétées réunies, mutations de plusieurs locaux écartées, neuf à part, prix symbolique écarté."""
    texte = "".join(
        [
            _ligne("2024-9", "Vente", 161000, 1, 100, "ZA12"),
            _ligne("2024-9", "Vente", 161000, 1, 100, "ZA12"),
            _ligne("2024-1", "Vente", 180000, 1, 90, "P1"),
            _ligne("2024-1", "Vente", 180000, 3, "", "P1"),
            _ligne("2024-2", "Vente", 120000, 2, 60, "P2", "12"),
            _ligne("2024-2", "Vente", 120000, 2, 60, "P2", "14"),
            _ligne("2024-3", "Vente", 250000, 1, 100, "P3"),
            _ligne("2024-3", "Vente", 250000, 4, 80, "P3"),
            _ligne("2024-4", "Vente en l'état futur d'achèvement", 210000, 2, 50, "P4"),
            _ligne("2024-5", "Echange", 100000, 1, 80, "P5"),
            _ligne("2024-6", "Vente", 150000, 1, 100, "P6"),
            _ligne("2024-7", "Vente", 1, 1, 70, "P7"),
            _ligne("2024-8", "Vente", 264000, 1, 120, "P8"),
        ]
    )
    con = _ventes(tmp_path, texte)
    ventes = con.execute("SELECT segment, prix_m2 FROM vente_dvf ORDER BY segment, prix_m2").fetchall()
    assert ventes == [("appartement_neuf", 4200.0), *(("maison_ancienne", p) for p in (1500.0, 1610.0, 2000.0, 2200.0))]
    assert con.execute("SELECT median(prix_m2) FROM vente_dvf WHERE segment = 'maison_ancienne'").fetchone() == (
        1805.0,
    )
    ecartees = dict(con.execute("SELECT motif, sum(mutations)::INT FROM vente_ecartee GROUP BY 1").fetchall())
    assert ecartees == {"plusieurs_locaux": 2, "nature": 1, "prix_minimal": 1}


def test_le_piege_de_valenciennes(tmp_path: Path) -> None:
    """Une mutation de 1 700 000 € sur 45 lignes : jamais 76 500 000 €, jamais quarante-cinq ventes."""
    lignes = "".join(_ligne("2025-750815", "Vente", 1_700_000, 2, 40 + i, "59606000AB0001", str(i)) for i in range(45))
    con = _ventes(tmp_path, lignes + _ligne("2024-1", "Vente", 150_000, 1, 100, "P1"))
    assert con.execute("SELECT count(*), sum(prix) FROM vente_dvf").fetchone() == (1, 150_000.0)
    assert con.execute("SELECT motif, mutations FROM vente_ecartee").fetchall() == [("plusieurs_locaux", 1)]


def test_une_seule_vente_pour_une_maison_sur_plusieurs_parcelles(tmp_path: Path) -> None:
    """Le prix de la mutation, compté une fois, même répété sur les lignes de terrain."""
    texte = _ligne("2024-1", "Vente", 200_000, 1, 100, "P1") + _ligne("2024-1", "Vente", 200_000, "", "", "P2") * 3
    con = _ventes(tmp_path, texte)
    assert con.execute("SELECT prix, surface, prix_m2 FROM vente_dvf").fetchall() == [(200_000.0, 100.0, 2000.0)]


def test_terrains_a_batir_a_part(tmp_path: Path) -> None:
    texte = "".join(
        f"2024-{i},2024-05-02,000001,Vente terrain à bâtir,{50000 + i},59606,P{i},,,0,,,,AB,{500},3.5,50.3\n"
        for i in range(12)
    )
    con = _ventes(tmp_path, texte)
    assert con.execute("SELECT segment, count(*), min(surface) FROM vente_dvf GROUP BY 1").fetchall() == [
        ("terrain", 12, 500.0)
    ]


SEGMENTS = {
    Segment.MAISON_ANCIENNE: "maison_ancienne",
    Segment.APPARTEMENT_ANCIEN: "appartement_ancien",
    Segment.MAISON_NEUVE: "maison_neuve",
    Segment.APPARTEMENT_NEUF: "appartement_neuf",
    Segment.TERRAIN: "terrain",
}


@pytest.mark.parametrize("annee", [2021, 2024])
def test_parite_avec_la_methode_en_clair_sur_le_val_d_oise(complet: Entrepot, annee: int) -> None:
    """Sur de vraies lignes, par EPCI : mêmes nombres de ventes et mêmes médianes que domain/marches."""
    epci = "249500109"  # CA de Cergy-Pontoise
    lignes = complet.lignes(
        """SELECT id_mutation, nature_mutation, valeur_fonciere, code_type_local, surface_bati, id_parcelle,
                  coalesce(lot1_numero, '') || '|' || coalesce(lot2_numero, ''), surface_terrain
           FROM geo_dvf g WHERE id_mutation IN (
             SELECT id_mutation FROM geo_dvf JOIN commune c ON c.code = code_commune
             GROUP BY id_mutation HAVING arg_min(c.siren_epci, code_commune) = ? AND min(annee) = ?)
           ORDER BY g.rowid""",
        [epci, annee],
    )
    assert len(lignes) > 5000
    modele = [
        LigneMutation(
            id_mutation=i,
            nature=n,
            valeur=None if v is None else Decimal(str(v)),
            type_local=TYPES.get(t, ""),
            surface=None if s is None else Decimal(str(s)),
            parcelle=p or "",
            cle_local=cle if cle != "|" else "",
            surface_terrain=None if st is None else Decimal(str(st)),
        )
        for i, n, v, t, s, p, cle, st in lignes
    ]
    attendu = prix_median(le=date.today(), lignes=modele, departement="95").valeur
    vus = 0
    for segment, nom in SEGMENTS.items():
        prix = attendu.segment[segment]
        notre = complet.lignes(
            "SELECT count(*), median(prix_m2) FROM vente_dvf v JOIN commune c ON c.code = v.code_commune "
            "WHERE c.siren_epci = ? AND annee = ? AND segment = ?",
            [epci, annee, nom],
        )[0]
        assert notre[0] == prix.n, nom
        if prix.n:
            assert notre[1] == pytest.approx(float(prix.mediane_m2)), nom
            vus += prix.n
    assert vus > 1000


def test_medianes_par_commune_avec_n(complet: Entrepot) -> None:
    place = Place(Echelle.COMMUNE, ("95018", "95127", "95500", "95101"))
    prix = compute(complet, Median("vente_dvf.prix_m2_appartement_ancien"), "euro_m2", place)
    assert prix["95018", "2024"].couverture is not None
    assert prix["95018", "2024"].couverture.renseignes > 100
    for chiffre in prix.values():
        assert chiffre.couverture is not None
        assert chiffre.connu == (chiffre.couverture.renseignes >= 11)
        assert chiffre.etat in (Etat.CONNU, Etat.SECRET)


def test_un_prix_est_elargi_et_le_dit(complet: Entrepot) -> None:
    """Assez de ventes : la commune. Trop peu : trois ans, puis l'EPCI, et la note le dit. Hors DVF : rien n'est montré."""
    grande = widened_price(complet, complet.commune("95018"), "appartement_ancien", 2024)
    assert (grande.niveau, grande.chiffre.note) == ("commune, 2024", "")
    rares = complet.lignes(
        "SELECT code_commune, count(*) FILTER (annee = 2024), count(*) FILTER (annee >= 2022) FROM vente_dvf "
        "WHERE segment = 'maison_ancienne' AND annee <= 2024 GROUP BY 1 HAVING count(*) FILTER (annee = 2024) BETWEEN 1 AND 10"
    )
    trois_ans = next(c for c, _, trois in rares if trois >= 11)
    peu = next(c for c, _, trois in rares if trois < 11)
    elargi = widened_price(complet, complet.commune(trois_ans), "maison_ancienne", 2024)
    assert elargi.niveau == "commune, 2022 à 2024" and "trop peu de ventes" in elargi.chiffre.note
    epci = widened_price(complet, complet.commune(peu), "maison_ancienne", 2024)
    assert epci.niveau.startswith("EPCI") and epci.n >= 11
    ailleurs = widened_price(complet, complet.commune("62119"), "maison_ancienne", 2024)
    assert ailleurs.chiffre.etat is Etat.SECRET and not ailleurs.chiffre.connu
