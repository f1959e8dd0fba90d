"""Un règlement appliqué à 10 000 opérations, contre un script polars écrit à la main pour les mêmes règles.

Le script et Beffroi partent des mêmes colonnes Python, refusent les mêmes saisies, rendent la même somme, le même
montant pour chaque opération et les mêmes lignes tombées sur une borne laissée ouverte (tout est comparé).
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import polars as pl

from beffroi.domain.aides.colonnes import appliquer
from beffroi.domain.aides.lecture import reglement

NOMBRE = 10_000
LIMITE = 5.0
PASSAGES = 41
CAVM = ["acquisition_amelioration", "etude_copropriete"]
AUTRES = ["accession", "structure_hebergement_rehabilitation", "structure_hebergement_creation"]
Resultat = tuple[int, list[int], list[int]]  # somme, montant par opération, lignes sur une borne ouverte
CABBALR = {
    "dent_creuse": 5000,
    "acquisition_amelioration": 10000,
    "rehabilitation_parc_social": 4000,
    "operateur_accession": 5000,
    "gens_du_voyage": 13000,
}


def operations_cavm(alea: random.Random) -> dict[str, list[Any]]:
    """Opérations d'acquisition-amélioration, dont des valeurs sur les bornes ouvertes et des secteurs inconnus."""
    n = range(NOMBRE)
    return {
        "nature": [alea.choice(["acquisition_amelioration"] * 9 + ["etude_copropriete"]) for _ in n],
        "logement": [alea.randint(1, 30) for _ in n],
        "montant_travaux": [alea.randint(20_000, 900_000) for _ in n],
        "prix_achat": [alea.randint(20_000, 400_000) for _ in n],
        "cout_revient_m2": [alea.randint(1_800, 3_200) for _ in n],
        "fonds_propres": [alea.randint(0, 400) / 1000 for _ in n],
        "secteur_acv_pvd": [alea.random() < 0.3 for _ in n],
    }


def controler(table: pl.DataFrame, natures: list[str]) -> None:
    """Les contrôles de saisie du règlement : choix connus, nombres positifs, parts entre 0 et 1."""
    nombres = [n for n, t in table.schema.items() if t.is_numeric()]
    mauvais = [(pl.col(n) < 0).any() for n in nombres] + [(~pl.col("nature").is_in(natures)).any()]
    if "fonds_propres" in nombres:
        mauvais.append(((pl.col("fonds_propres") > 1) | pl.col("fonds_propres").is_nan()).any().alias("part"))
    if any(table.select(mauvais).row(0)):
        raise SystemExit("saisie refusée")


def script_cavm(colonnes: dict[str, list[Any]]) -> Resultat:
    """Les quatre niveaux de l'aide, écrits à la main."""
    c = pl.col
    table = pl.DataFrame(colonnes)
    controler(table, CAVM)
    ouvert = (c("nature") == "acquisition_amelioration") & (c("montant_travaux") > c("prix_achat"))
    cher = c("cout_revient_m2") > 2500
    unitaire = (
        pl.when(ouvert & cher & (c("fonds_propres") > 0.20) & c("secteur_acv_pvd"))
        .then(40000)
        .when(ouvert & cher & (c("fonds_propres") > 0.20))
        .then(30000)
        .when(ouvert & cher & (c("fonds_propres") > 0.10))
        .then(15000)
        .otherwise(0)
    )
    bornes = ouvert & ((c("cout_revient_m2") == 2500) | (cher & c("fonds_propres").is_in([0.10, 0.20])))
    vu = table.select(montant=unitaire * c("logement"), borne=bornes)
    return int(vu["montant"].sum()), vu["montant"].to_list(), vu["borne"].arg_true().to_list()


def operations_cabbalr(alea: random.Random) -> dict[str, list[Any]]:
    """Opérations de dix natures sur sept ans, dont des primes servies dans une enveloppe annuelle."""
    n = range(NOMBRE)
    natures = [*CABBALR, *AUTRES]
    return {
        "nature": [alea.choice(natures) for _ in n],
        "logement": [alea.randint(1, 30) for _ in n],
        "place": [alea.randint(1, 40) for _ in n],
        "primo_accedant": [alea.random() < 0.8 for _ in n],
        "critere_ptz": [alea.random() < 0.7 for _ in n],
        "logement_ancien": [alea.random() < 0.6 for _ in n],
        "complet_le": [date(2019, 1, 1) + timedelta(days=alea.randint(0, 2500)) for _ in n],
    }


def script_cabbalr(colonnes: dict[str, list[Any]]) -> Resultat:
    """Huit aides, un plafond par dossier et une enveloppe annuelle servie par dossier complet, écrits à la main."""
    c = pl.col
    simples = pl.lit(0)
    for nature, montant in CABBALR.items():
        permis = (c("nature") == nature) & ((c("logement") <= 7) if nature == "dent_creuse" else pl.lit(True))
        simples = simples + pl.when(permis).then(c("logement") * montant).otherwise(0)
    structure = (
        pl.when(c("nature") == "structure_hebergement_rehabilitation")
        .then(pl.min_horizontal(c("logement") * 4000, pl.lit(80000)))
        .otherwise(0)
    )
    places = pl.when(c("nature") == "structure_hebergement_creation").then(c("place") * 5000).otherwise(0)
    eligible = (c("nature") == "accession") & c("primo_accedant") & c("critere_ptz") & c("logement_ancien")
    brute = pl.DataFrame(colonnes)
    controler(brute, [*CABBALR, *AUTRES])
    table = brute.with_row_index("rang").with_columns(montant=simples + structure + places)
    montants: list[int] = table["montant"].to_list()
    primes = (
        table.filter(eligible)
        .select("rang", "complet_le", prime=c("logement") * 5000, annee=c("complet_le").dt.year())
        .sort("complet_le", maintain_order=True)
    )
    reste: dict[int, int] = {}  # tout ou rien : une somme cumulée ne suffit pas, un petit dossier passe après un grand
    for rang, annee, prime in zip(
        primes["rang"].to_list(), primes["annee"].to_list(), primes["prime"].to_list(), strict=True
    ):
        pris = reste.get(annee, 0)
        if pris + prime <= 40000:
            reste[annee] = pris + prime
            montants[rang] += prime
    return sum(montants), montants, []


def chronometrer(action: Callable[[], object]) -> float:
    """Durée d'un passage, en millisecondes."""
    debut = time.perf_counter()
    action()
    return (time.perf_counter() - debut) * 1000


def mesurer(action: Callable[[], object], repere: Callable[[], object]) -> tuple[float, float]:
    """Médianes des deux, en millisecondes, passages alternés : un poste chargé les ralentit autant."""
    paires = [(chronometrer(action), chronometrer(repere)) for _ in range(PASSAGES)]
    return statistics.median(a for a, _ in paires), statistics.median(b for _, b in paires)


def main() -> int:
    """Compare, mesure, écrit une ligne par règlement ; échoue au-delà de la limite ou si les règles diffèrent."""
    pire = 0.0
    for nom, fabrique, script in (
        ("cavm", operations_cavm, script_cavm),
        ("cabbalr", operations_cabbalr, script_cabbalr),
    ):
        le = date(2024, 6, 1)
        colonnes = fabrique(random.Random(20261122))
        r = reglement(nom, le)
        application = appliquer(r, colonnes, le)
        totaux = [0] * NOMBRE
        for accorde in application.accorde.values():
            for i, montant in accorde.items():
                totaux[i] += int(montant)
        ouvertes = sorted({i for lignes in application.ouvertes.values() for i in lignes})
        assert (int(application.cout), totaux, ouvertes) == script(colonnes), f"{nom} : les règles diffèrent"
        beffroi, a_la_main = mesurer(partial(appliquer, r, colonnes, le), partial(script, colonnes))
        pire = max(pire, beffroi / a_la_main)
        ligne = {
            "mesure": f"règlement « {nom} », {NOMBRE} opérations, {len(application.aidees)} aidées",
            "duree_ms": round(beffroi, 1),
            "repere": "script polars des mêmes règles",
            "repere_ms": round(a_la_main, 1),
            "rapport": round(beffroi / a_la_main, 2),
            "plafond": LIMITE,
        }
        print(json.dumps(ligne, ensure_ascii=False))
    return int(pire > LIMITE)


if __name__ == "__main__":
    sys.exit(main())
