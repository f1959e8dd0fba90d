"""Situation SRU de 2 196 communes avec raisonnement, contre une boucle nue ; et temps d'import du domaine."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from beffroi.domain.sru.regles.situation import situation

COMMUNES = 2196
LE = date(2026, 1, 1)
PASSAGES = 5
# Modules de la bibliothèque standard que le noyau demande de toute façon.
STANDARD = "import dataclasses, decimal, enum, fractions, inspect, typing, tomllib, importlib.resources, html, difflib"


def communes() -> list[dict[str, Any]]:
    """Autant de communes que l'inventaire en compte, toutes différentes, du très déficitaire au conforme."""
    return [
        {
            "residence_principale": 1500 + 37 * i,
            "logement_social": (1500 + 37 * i) * (5 + i % 28) // 100,
            "taux_legal": Decimal("0.25") if i % 3 else Decimal("0.20"),
            "potentiel_fiscal_habitant": Decimal(700 + i % 900),
        }
        for i in range(COMMUNES)
    ]


def avec_raisonnement(liste: list[dict[str, Any]]) -> int:
    """Chaque commune par la règle : entrées contrôlées, étapes, paramètres, avertissements."""
    total = 0
    for c in liste:
        constat = situation(le=LE, **c)
        assert constat.etapes
        total += constat.valeur.objectif
    return total


def boucle_nue(liste: list[dict[str, Any]]) -> int:
    """La même arithmétique écrite d'un trait, valeurs de la loi en dur, sans contrôle ni explication."""
    total = 0
    haut, bas, un = Decimal("0.04"), Decimal("0.02"), Decimal(1)
    for c in liste:
        rp, lls, legal = c["residence_principale"], c["logement_social"], c["taux_legal"]
        manquant = max(0, int(rp * legal) - lls)
        if lls >= rp * legal or manquant == 0:
            continue
        ecart = legal - Decimal(lls) / rp
        part = Decimal("0.33") if ecart > haut else Decimal("0.50") if ecart >= bas else un
        objectif = int((manquant * part).quantize(un, rounding=ROUND_HALF_UP))
        total += objectif
        c["pf"] = (manquant * c["potentiel_fiscal_habitant"] * Decimal("0.25")).quantize(Decimal("0.01"))
        c["pls"], c["plai"] = int(objectif * Decimal("0.30")), -int(-objectif * Decimal("0.30") // 1)
    return total


def mesurer(calcul: Callable[[list[dict[str, Any]]], int]) -> tuple[float, int]:
    """Médiane, en millisecondes, et total calculé."""
    durees, total = [], 0
    for _ in range(PASSAGES):
        liste = communes()
        debut = time.perf_counter()
        total = calcul(liste)
        durees.append((time.perf_counter() - debut) * 1000)
    return statistics.median(durees), total


def importer(code: str) -> float:
    """Médiane, en millisecondes, d'un Python neuf qui exécute ``code``."""
    durees = []
    for _ in range(PASSAGES):
        debut = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        durees.append((time.perf_counter() - debut) * 1000)
    return statistics.median(durees)


def ecrire(mesure: str, duree: float, repere: str, duree_repere: float, plafond: float) -> None:
    """Une ligne JSON, au format de benchmarks/README.md."""
    ligne = {
        "mesure": mesure,
        "duree_ms": round(duree, 1),
        "repere": repere,
        "repere_ms": round(duree_repere, 1),
        "rapport": round(duree / duree_repere, 2),
        "plafond": plafond,
    }
    print(json.dumps(ligne, ensure_ascii=False))


def main() -> int:
    """Mesure, compare ; échoue si les totaux diffèrent, au-delà d'une seconde, ou de 150 ms pour l'import."""
    nu, total_nu = mesurer(boucle_nue)
    complet, total_complet = mesurer(avec_raisonnement)
    assert total_nu == total_complet, (total_nu, total_complet)
    ecrire(f"situation SRU, {COMMUNES} communes, avec raisonnement", complet, "boucle nue", nu, 50.0)
    vide, standard = importer("pass"), importer(STANDARD)
    paquet = importer("import beffroi.domain, beffroi.domain.sru.regles")
    tout = importer("from beffroi.catalogue import load_domain; load_domain()")
    ecrire("import du domaine SRU", paquet, "bibliothèque standard seule", standard, 4.0)
    ecrire("import de tous les domaines", tout, "bibliothèque standard seule", standard, 8.0)
    print(f"imports hors démarrage de Python : SRU {paquet - vide:.0f} ms, tous {tout - vide:.0f} ms", file=sys.stderr)
    return 0 if complet < 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
