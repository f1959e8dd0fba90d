"""Indicateurs des programmes calculés de bout en bout, sur de petits fichiers au format de leurs producteurs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.kernel.figure import Etat
from beffroi.warehouse.build import preparer
from beffroi.warehouse.observatory import Observatoire
from warehouse import inventaire

BETHUNE, ANNEZIN = "62119", "62035"
EPCI = "200072460"
AGES = "CODGEO;P21_POP;P21_POP0014;P21_POP1529;P21_POP3044;P21_POP4559;P21_POP6074;P21_POP7589;P21_POP90P\n"
RNIC = (
    "numero_immatriculation,type_syndic,mandat_en_cours,nombre_total_lots,nombre_lots_habitation,periode_construction,"
    "code_officiel_commune\n"
)
ANNEES = range(2019, 2024)
ENAF = "idcom,surfcom2025," + ",".join(
    f"naf{a % 100}art{a % 100 + 1}," + ",".join(f"art{a % 100}{d}{a % 100 + 1}" for d in ("hab", "act", "mix", "fer", "rou", "inc"))
    for a in ANNEES
)  # fmt: skip


def _enaf(code: str, habitat: list[int]) -> str:
    """Une commune : m² consommés pour l'habitat chaque année, et mille m² d'activité."""
    return f"{code},9000000," + ",".join(f"{h + 1000},{h},1000,0,0,0,0" for h in habitat)


@pytest.fixture
def observatoire(tmp_path: Path, modules: Path, miroir: Callable[..., Path]) -> Observatoire:
    copros = [
        *((f"AA00000{n:02d}", "Mandat en cours", BETHUNE) for n in range(12)),
        ("BB0000001", "Pas de mandat en cours", BETHUNE),
        ("BB0000002", "Mandat expiré sans successeur déclaré", BETHUNE),
    ]
    folder = miroir(
        ages=("recensement_population", "2021", AGES + f"{BETHUNE};1000;200;200;200;150;150;80;20\n{ANNEZIN};100;20;20;20;15;15;8.5;1.5\n"),
        rnic=("rnic", "2026", RNIC + "".join(f"{n},professionnel,{m},20,10,AVANT_1949,{c}\n" for n, m, c in copros)),
        enaf=("conso_enaf", "2025", "\n".join([ENAF, _enaf(BETHUNE, [10_000, 20_000, 0, 5_000, 15_000]), _enaf(ANNEZIN, [2_500] * 5), ""])),
        sru=("sru", "2024", inventaire.SRU),
    )  # fmt: skip
    annonce = folder / "miroir.toml"
    perimetre = 'qualite = "officiel"\nperimetre = "département 62"'
    annonce.write_text(annonce.read_text("utf-8").replace('qualite = "officiel"', perimetre), "utf-8")
    assert preparer(tmp_path / "donnees", modules, folder).faults == ()
    return Observatoire.ouvrir(tmp_path / "donnees")


def _valeur(observatoire: Observatoire, indicateur: str, code: str, annee: int) -> Decimal | int | None:
    (v,) = observatoire.valeurs(indicateur, [code], de=annee, a=annee)
    assert v.indicateur.id == indicateur
    return v.chiffre.valeur


def test_habitants_de_75_ans_et_plus(observatoire: Observatoire) -> None:
    assert _valeur(observatoire, "CAVM-A18-01", BETHUNE, 2021) == 100
    assert _valeur(observatoire, "CAVM-A18-01", EPCI, 2021) == 110
    assert _valeur(observatoire, "besoins.part_75_ans_et_plus", EPCI, 2021) == pytest.approx(Decimal("0.1"))


def test_un_syndic_en_fonction_a_un_mandat_en_cours(observatoire: Observatoire) -> None:
    assert _valeur(observatoire, "CAVM-A06-01", BETHUNE, 2026) == 12
    assert _valeur(observatoire, "copropriete.immatriculee", BETHUNE, 2026) == 14


def test_hectares_de_l_annee_et_moyenne_de_cinq_ans(observatoire: Observatoire) -> None:
    assert _valeur(observatoire, "CABBALR-A02-03", BETHUNE, 2020) == 2
    assert _valeur(observatoire, "CRTE-A01-08", BETHUNE, 2021) == pytest.approx(Decimal("0.1"))
    # 50 000 m² en cinq ans à Béthune, 12 500 à Annezin : 6,25 ha, soit 1,25 ha par an.
    assert _valeur(observatoire, "CAVM-A10-02", EPCI, 2023) == pytest.approx(Decimal("1.25"))
    assert _valeur(observatoire, "CAVM-A10-02", EPCI, 2022) is None, "il manque une année sur cinq"


def test_un_seul_inventaire_ne_dit_pas_d_evolution(observatoire: Observatoire) -> None:
    derniere = observatoire.derniere("sru.evolution_logement_social", observatoire.territoire(BETHUNE))
    assert derniere.chiffre.etat is Etat.NON_RENSEIGNE and "millésime antérieur" in derniere.chiffre.note
