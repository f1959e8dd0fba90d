"""Quartiles, médiane, lignes répétées : l'implémentation de référence que l'entrepôt doit égaler."""

import csv
import gzip
import statistics
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.domain.marches.modele import LigneMutation, MotifExclusion, Segment
from beffroi.domain.marches.prix import Filtres, calculer_prix, mediane, quantile
from beffroi.kernel.errors import InvalidInput

FILTRES = Filtres(Decimal(9), Decimal(1000), Decimal(300), Decimal(20000), Decimal(3), 11)
PRIX = st.lists(st.integers(1, 10_000_000).map(lambda n: Decimal(n) / 100), min_size=2, max_size=60)


@given(PRIX)
def test_mediane_et_quartiles_sont_ceux_de_la_bibliotheque_standard(valeurs: list[Decimal]) -> None:
    ordre = sorted(valeurs)
    q1, q2, q3 = statistics.quantiles(ordre, n=4, method="inclusive")
    assert float(quantile(ordre, Decimal("0.25"))) == pytest.approx(float(q1))
    assert mediane(valeurs) == statistics.median(valeurs) or float(q2) == pytest.approx(float(mediane(valeurs) or 0))
    assert float(quantile(ordre, Decimal("0.75"))) == pytest.approx(float(q3))


def test_quantile_d_une_seule_valeur() -> None:
    assert quantile([Decimal(7)], Decimal("0.75")) == 7


def _maison(mutation: str, **champs: object) -> LigneMutation:
    base = {"nature": "Vente", "valeur": Decimal(150_000), "type_local": "Maison", "surface": Decimal(100)}
    return LigneMutation(mutation, **(base | champs))  # type: ignore[arg-type]


def test_meme_parcelle_meme_surface_est_le_meme_local() -> None:
    r = calculer_prix([_maison("a", parcelle="ZA12"), _maison("a", parcelle="ZA12")], FILTRES)
    assert r.segment[Segment.MAISON_ANCIENNE].prix_m2 == (Decimal(1500),)


def test_surface_differente_fait_deux_locaux() -> None:
    r = calculer_prix([_maison("a", parcelle="ZA12"), _maison("a", parcelle="ZA12", surface=Decimal(60))], FILTRES)
    assert r.exclusion == {MotifExclusion.PLUSIEURS_LOCAUX: 1}


def test_lignes_sans_parcelle_ni_cle_ne_se_confondent_pas() -> None:
    """Deux lignes identiques que rien n'identifie peuvent être deux logements : la mutation est écartée."""
    r = calculer_prix([_maison("a"), _maison("a")], FILTRES)
    assert r.exclusion == {MotifExclusion.PLUSIEURS_LOCAUX: 1}


def test_le_prix_est_celui_de_la_mutation_pas_la_somme_des_lignes() -> None:
    lignes = [_maison("a"), _maison("a", type_local="Dépendance", surface=None)]
    r = calculer_prix(lignes, FILTRES)
    assert r.segment[Segment.MAISON_ANCIENNE].prix_median == 150_000


def test_mutations_et_motifs_font_le_compte() -> None:
    lignes = [_maison(str(i), valeur=Decimal(100_000 + 1000 * i)) for i in range(20)]
    lignes += [_maison("petit", valeur=Decimal(5)), _maison("cher", valeur=Decimal(1_900_000))]
    r = calculer_prix(lignes, FILTRES)
    retenues = sum(s.n for s in r.segment.values())
    assert retenues + sum(r.exclusion.values()) == r.mutation == 22
    assert r.segment[Segment.MAISON_ANCIENNE].publiable


def test_nature_inconnue() -> None:
    with pytest.raises(InvalidInput, match="nature inconnue, « Legs »"):
        calculer_prix([_maison("a", nature="Legs")], FILTRES)


def test_un_fichier_reel_entier(shared: Path) -> None:
    """Val-d'Oise 2024, DVF géolocalisées : tout est compté une fois, et les prix sont ceux du marché."""
    lignes = []
    with gzip.open(shared / "donnees/national/geo-dvf-95/dvf_95_2024.csv.gz", "rt", encoding="utf-8") as flux:
        for r in csv.DictReader(flux):
            lots = "+".join(r[f"lot{i}_numero"] for i in range(1, 6) if r[f"lot{i}_numero"])
            valeur, surface, terrain = (
                Decimal(r[c]) if r[c] else None for c in ("valeur_fonciere", "surface_reelle_bati", "surface_terrain")
            )
            lignes.append(
                LigneMutation(
                    r["id_mutation"],
                    r["nature_mutation"],
                    valeur,
                    r["type_local"],
                    surface,
                    lots,
                    r["id_parcelle"],
                    terrain,
                )
            )
    r = calculer_prix(lignes, FILTRES)
    assert r.mutation == len({x.id_mutation for x in lignes})
    assert sum(s.n for s in r.segment.values()) + sum(r.exclusion.values()) == r.mutation
    maison = r.segment[Segment.MAISON_ANCIENNE]
    assert maison.n > 4000
    assert maison.mediane_m2 is not None and 3000 < maison.mediane_m2 < 4000
