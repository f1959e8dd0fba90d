"""Un registre tenu dans la base des saisies entre dans une formule comme une source ouverte."""

import sqlite3
from pathlib import Path

import pytest

from beffroi.kernel.errors import NotFound, NotLoaded
from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import Count, Ratio, Share, Sum
from beffroi.kernel.territory import Echelle
from beffroi.warehouse.figures import Place, compute
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.registers import attach
from beffroi.warehouse.relations import RegisterMeasure, RegisterView

VUE = RegisterView(
    "vente_hlm",
    "Ventes de logements sociaux",
    {
        "vendu": RegisterMeasure("logements", "logement"),
        "vendu_occupant": RegisterMeasure("logements", "logement", (("acquereur", "occupant"),)),
    },
)
EPCI = "200072460"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    chemin = tmp_path / "saisies.sqlite3"
    con = sqlite3.connect(chemin)
    con.execute("CREATE TABLE vente (commune TEXT, le TEXT, logements INTEGER, acquereur TEXT)")
    con.executemany(
        "INSERT INTO vente VALUES (?, ?, ?, ?)",
        [("62119", "2021-03-01", 4, "occupant"), ("62119", "2021-09-01", 6, "tiers"), ("62178", "2021-05-01", 10, "occupant"),
         ("62119", "2022-01-05", 1, "occupant")],
    )  # fmt: skip
    con.execute(
        "CREATE VIEW vente_hlm AS SELECT commune AS code_commune, CAST(strftime('%Y', le) AS INTEGER) AS annee, logements, "
        "acquereur FROM vente"
    )
    con.commit()
    con.close()
    return chemin


def test_part_sur_un_registre(demonstration: Entrepot, base: Path) -> None:
    o = attach(demonstration, base, {"vente_hlm": VUE})
    part = Share(Sum("registre.vente_hlm.vendu_occupant"), Sum("registre.vente_hlm.vendu"))
    place = Place(Echelle.EPCI, (EPCI,))
    chiffre = compute(o.entrepot, part, "part", place, registers=o.registres)[EPCI, "2021"]
    assert chiffre.texte(0) == "70\u202f%"


def test_un_registre_avec_une_source_ouverte(demonstration: Entrepot, base: Path) -> None:
    o = attach(demonstration, base, {"vente_hlm": VUE})
    rapport = Ratio(Sum("registre.vente_hlm.vendu"), Sum("sitadel_annuel.logement_autorise"), scale=100)
    place = Place(Echelle.COMMUNE, ("62119",))
    chiffre = compute(o.entrepot, rapport, "nombre", place, registers=o.registres)["62119", "2021"]
    autorises = demonstration.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2021])["62119", 2021]
    assert float(chiffre.valeur or 0) == pytest.approx(1000 / float(autorises.valeur or 1))


def test_compter_des_ventes_n_est_pas_compter_des_logements(demonstration: Entrepot, base: Path) -> None:
    o = attach(demonstration, base, {"vente_hlm": VUE})
    place = Place(Echelle.EPCI, (EPCI,))
    ventes = compute(o.entrepot, Count("registre.vente_hlm.ligne"), "vente", place, registers=o.registres)
    logements = compute(o.entrepot, Sum("registre.vente_hlm.vendu"), "logement", place, registers=o.registres)
    assert (ventes[EPCI, "2021"].valeur, logements[EPCI, "2021"].valeur) == (3, 20)


def test_une_saisie_se_voit_aussitot(demonstration: Entrepot, base: Path) -> None:
    o = attach(demonstration, base, {"vente_hlm": VUE})

    def lire() -> object:
        place = Place(Echelle.COMMUNE, ("62119",))
        vendus = compute(o.entrepot, Sum("registre.vente_hlm.vendu"), "logement", place, registers=o.registres)
        return vendus["62119", "2022"].valeur

    assert lire() == 1
    con = sqlite3.connect(base)
    con.execute("INSERT INTO vente VALUES ('62119', '2022-02-02', 5, 'tiers')")
    con.commit()
    con.close()
    assert lire() == 6


def test_une_commune_du_perimetre_sans_ligne_a_zero(demonstration: Entrepot, base: Path) -> None:
    tenue = RegisterView(VUE.table, VUE.label, VUE.measures, frozenset({"62119", "62178", "62065"}))
    o = attach(demonstration, base, {"vente_hlm": tenue})
    place = Place(Echelle.COMMUNE, ("62065", "62001"))
    chiffres = compute(o.entrepot, Sum("registre.vente_hlm.vendu"), "logement", place, registers=o.registres)
    assert chiffres["62065", "2021"].valeur == 0
    assert ("62001", "2021") not in chiffres, "hors du périmètre tenu, rien n'est dit"
    assert chiffres["62065", "2021"].etat is Etat.CONNU


def test_la_base_est_lue_sans_etre_ecrite_ni_le_reste_du_poste(
    demonstration: Entrepot, base: Path, tmp_path: Path
) -> None:
    import duckdb

    o = attach(demonstration, base, {"vente_hlm": VUE})
    with pytest.raises(duckdb.Error):
        o.entrepot.lignes("DELETE FROM registres.vente")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        o.entrepot.lignes(f"SELECT * FROM read_csv('{secret}')")


def test_un_registre_absent_est_dit(demonstration: Entrepot, base: Path, tmp_path: Path) -> None:
    o = attach(demonstration, base, {})
    with pytest.raises(NotFound, match="n'est pas relié"):
        compute(
            o.entrepot, Sum("registre.vente_hlm.vendu"), "logement", Place(Echelle.EPCI, (EPCI,)), registers=o.registres
        )
    with pytest.raises(NotLoaded, match="rien n'a encore été saisi"):
        attach(demonstration, tmp_path / "rien.sqlite3", {})
