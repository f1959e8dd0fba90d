"""Un règlement appliqué à 10 000 opérations, rapporté à un script polars écrit à la main pour les mêmes règles.

Le script et Beffroi partent des mêmes colonnes Python, rendent les mêmes sommes (vérifié), et sont mesurés dans la
même exécution ; le rapport promis est d'au plus 5. Lancer : ``python benchmarks/aides.py``.
"""

from __future__ import annotations

import random
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


def script_cavm(colonnes: dict[str, list[Any]]) -> tuple[int, list[int]]:
    """Les quatre niveaux de l'aide, écrits à la main : somme, et montant de chaque opération."""
    c = pl.col
    unitaire = (
        pl.when((c("nature") != "acquisition_amelioration") | (c("montant_travaux") <= c("prix_achat")))
        .then(0)
        .when((c("cout_revient_m2") > 2500) & (c("fonds_propres") > 0.20) & c("secteur_acv_pvd"))
        .then(40000)
        .when((c("cout_revient_m2") > 2500) & (c("fonds_propres") > 0.20))
        .then(30000)
        .when((c("cout_revient_m2") > 2500) & (c("fonds_propres") > 0.10))
        .then(15000)
        .otherwise(0)
    )
    montants = pl.DataFrame(colonnes).select(montant=unitaire * c("logement"))["montant"]
    return int(montants.sum()), montants.to_list()


def operations_cabbalr(alea: random.Random) -> dict[str, list[Any]]:
    """Opérations de dix natures sur sept ans, dont des primes servies dans une enveloppe annuelle."""
    n = range(NOMBRE)
    natures = [*CABBALR, "accession", "structure_hebergement_rehabilitation", "structure_hebergement_creation"]
    return {
        "nature": [alea.choice(natures) for _ in n],
        "logement": [alea.randint(1, 30) for _ in n],
        "place": [alea.randint(1, 40) for _ in n],
        "primo_accedant": [alea.random() < 0.8 for _ in n],
        "critere_ptz": [alea.random() < 0.7 for _ in n],
        "logement_ancien": [alea.random() < 0.6 for _ in n],
        "complet_le": [date(2019, 1, 1) + timedelta(days=alea.randint(0, 2500)) for _ in n],
    }


def script_cabbalr(colonnes: dict[str, list[Any]]) -> tuple[int, list[int]]:
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
    table = pl.DataFrame(colonnes).with_row_index("rang").with_columns(montant=simples + structure + places)
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
    return sum(montants), montants


def mesurer(action: Callable[[], object], fois: int = 30) -> float:
    """Meilleure durée d'une action, en secondes."""
    durees = []
    for _ in range(fois):
        debut = time.perf_counter()
        action()
        durees.append(time.perf_counter() - debut)
    return min(durees)


def main() -> int:
    """Imprimer les rapports ; 1 quand l'un dépasse la limite."""
    pire = 0.0
    for nom, le, fabrique, script in (
        ("cavm", date(2024, 6, 1), operations_cavm, script_cavm),
        ("cabbalr", date(2024, 6, 1), operations_cabbalr, script_cabbalr),
    ):
        colonnes = fabrique(random.Random(20261122))  # noqa: S311 — un tirage reproductible
        r = reglement(nom, le)
        application = appliquer(r, colonnes, le)
        attendu, montants = script(colonnes)
        totaux = [0] * NOMBRE
        for accorde in application.accorde.values():
            for i, montant in accorde.items():
                totaux[i] += int(montant)
        if application.cout != attendu or totaux != montants:
            raise SystemExit(f"{nom} : Beffroi {application.cout} €, script {attendu} € : les règles diffèrent.")
        a_la_main = mesurer(partial(script, colonnes))
        beffroi = mesurer(partial(appliquer, r, colonnes, le))
        rapport = beffroi / a_la_main
        pire = max(pire, rapport)
        print(
            f"{nom} : {NOMBRE} opérations, {len(application.aidees)} aidées, {attendu} € ; "
            f"script {a_la_main * 1000:.1f} ms, Beffroi {beffroi * 1000:.1f} ms, "
            f"rapport {rapport:.1f} (limite {LIMITE})"
        )
    return int(pire > LIMITE)


if __name__ == "__main__":
    sys.exit(main())
