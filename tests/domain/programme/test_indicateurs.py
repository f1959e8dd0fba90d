"""Les indicateurs des programmes : chacun est calculé, ou dit pourquoi il ne l'est pas et d'où viennent ses valeurs."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path

import pytest

from beffroi.catalogue import all_indicators
from beffroi.kernel.indicator import Feeding, Indicator
from beffroi.kernel.register import registers

PROGRAMMES = {i.id: i for i in all_indicators().values() if i.programme}
OUVERTS = [i for i in PROGRAMMES.values() if i.open_data]
MOTIVES = [i for i in PROGRAMMES.values() if i.not_computed]

# Le jeu usuel d'un diagnostic : thème → indicateurs qui le couvrent, chacun avec sa formule.
THEMES: dict[str, tuple[str, ...]] = {
    "démographie": ("besoins.population", "besoins.evolution_population", "besoins.taille_menage",
                    "besoins.habitant_75_ans_et_plus", "besoins.indice_vieillissement"),
    "parc": ("besoins.logement", "besoins.residence_principale", "besoins.part_residence_secondaire",
             "besoins.part_maison", "besoins.part_appartement"),
    "statut d'occupation": ("besoins.part_proprietaire", "besoins.part_locataire", "besoins.part_locataire_hlm"),
    "taille": ("besoins.part_1_2_pieces", "besoins.part_3_4_pieces", "besoins.part_5_pieces_et_plus"),
    "âge du parc": ("besoins.part_avant_1946", "besoins.part_1946_1970", "besoins.part_1971_1990"),
    "vacance": ("vacance.taux", "vacance.taux_longue_duree", "vacance.taux_recensement", "vacance.evolution"),
    "prix": ("marches.prix_m2_maison_ancienne", "marches.prix_m2_appartement_ancien", "marches.prix_m2_appartement_neuf"),
    "loyers": ("marches.loyer_appartement", "marches.loyer_maison", "marches.loyer_appartement_1_2_pieces"),
    "accessibilité par décile": tuple(
        f"marches.{mesure}{d}{bien}"
        for d in ("decile_1", "revenu_median", "decile_9")
        for mesure, bien in (("annees_", "_appartement_ancien"), ("annees_", "_maison_ancienne"), ("effort_locatif_", ""))
    ),
    "foncier": ("marches.prix_terrain", "foncier.enaf_habitat_hectare", "foncier.enaf_par_logement", "foncier.friche"),
    "densité": ("besoins.densite_population", "besoins.densite_logement"),
    "taux de logement social": ("sru.taux_publie", "parc_social.taux_logement_social"),
}  # fmt: skip


def test_un_jeu_ouvert_attendu_a_un_calcul_ou_une_raison() -> None:
    assert len(OUVERTS) == 45
    assert [i.id for i in OUVERTS if i.computed == bool(i.not_computed)] == []


def test_la_declaration_refuse_un_silence_et_une_contradiction() -> None:
    sans = PROGRAMMES["CAVM-A02-03"]
    with pytest.raises(ValueError, match="ni calcul, ni raison"):
        dataclasses.replace(sans, not_computed="")
    calcule = PROGRAMMES["CAVM-A02-04"]
    with pytest.raises(ValueError, match="pourquoi il ne l'est pas"):
        dataclasses.replace(calcule, not_computed="Manque un jeu.")


@pytest.mark.parametrize("indicateur", MOTIVES, ids=[i.id for i in MOTIVES])
def test_la_raison_dit_d_ou_viennent_les_valeurs(indicateur: Indicator) -> None:
    if indicateur.feeding is Feeding.REGISTRE:
        assert indicateur.not_computed.endswith(f"Valeurs : registre {indicateur.register}.")
    else:
        assert indicateur.feeding is Feeding.SAISI
        assert indicateur.not_computed.endswith("Valeur à saisir, avec son millésime.")
    assert len(indicateur.not_computed) > 80, "une raison, et non le seul renvoi"


@pytest.mark.parametrize("indicateur", [i for i in OUVERTS if i.computed], ids=[i.id for i in OUVERTS if i.computed])
def test_un_calcul_renvoie_aux_precautions_de_sa_mesure(indicateur: Indicator) -> None:
    calcul = all_indicators()[indicateur.computed_by]
    assert calcul.formula is not None and calcul.computed
    assert calcul.id in indicateur.cautions
    assert indicateur.unit == calcul.unit or (indicateur.unit, calcul.unit) == ("nombre", "copropriete")


def test_ce_que_citent_les_precautions_et_les_raisons_existe() -> None:
    domaines = "|".join(sorted({i.split(".")[0] for i in all_indicators() if "." in i}))
    cites = {
        (i.id, nom)
        for i in all_indicators().values()
        for nom in re.findall(rf"\b(?:{domaines})\.[a-z][a-z0-9_]+", f"{i.cautions} {i.not_computed}")
    }
    assert len(cites) > 20
    connus = {
        *all_indicators(),
        *registers(),
        *(i.register for i in PROGRAMMES.values()),
    }  # certains registres attendent
    assert sorted((i, nom) for i, nom in cites if nom not in connus) == []


def test_les_jeux_ouverts_sont_ceux_de_la_liste(shared: Path) -> None:
    with (shared / "domaine/indicateurs.csv").open(encoding="utf-8") as f:
        liste = list(csv.DictReader(f))
    assert {i.id for i in OUVERTS} == {x["id"] for x in liste if "open:" in x["auto_computable"]}
    anah = [x["id"] for x in liste if "Anah" in x["natural_source"] + x["name_fr"]]
    assert len(anah) >= 15
    assert [i for i in anah if not PROGRAMMES[i].computed and not PROGRAMMES[i].not_computed] == []


@pytest.mark.parametrize("theme", THEMES)
def test_le_diagnostic_usuel_est_couvert(theme: str) -> None:
    connus = all_indicators()
    assert [i for i in THEMES[theme] if i not in connus or connus[i].formula is None] == []
