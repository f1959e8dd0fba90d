"""Besoins OTELO de 1 255 EPCI, avec raisonnement, contre la même arithmétique sans raisonnement."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.domain.besoins.modele import Hypothese
from beffroi.domain.besoins.otelo_flux import calculer_flux
from beffroi.domain.besoins.otelo_stock import Ratios, calculer_stock
from beffroi.domain.besoins.regles import besoin_flux, besoin_stock

EPCI = 1255
LE = date(2026, 1, 1)
RATIOS = Ratios(Decimal("0.0025"), Decimal("0.0142"), Decimal("0.0441"), Decimal("0.0116"))
ZERO, UN = Decimal(0), Decimal(1)


def territoires() -> list[dict[str, Any]]:
    """Des EPCI inventés, tous différents, projetés de 2021 à 2050."""
    liste = []
    for i in range(EPCI):
        menage = {2021 + a: Decimal(5000 + 60 * i + (a * (40 - a) * (1 + i % 7)) // 2) for a in range(30)}
        liste.append(
            {
                "menage": menage,
                "parc": 5600 + 67 * i,
                "stock": [Decimal(x + i % 50) for x in (120, 400, 1200, 1000, 250)],
                "hypothese": Hypothese(
                    Decimal("0.05"),
                    Decimal("0.04"),
                    Decimal("0.01"),
                    Decimal("0.0025"),
                    Decimal("0.001"),
                    vacance_longue_cible=Decimal("0.03"),
                ),
            }
        )
    return liste


def avec_raisonnement(liste: list[dict[str, Any]]) -> int:
    """Chaque EPCI par les règles : entrées contrôlées, étapes, paramètres, avertissements."""
    total = 0
    for t in liste:
        b11, b12, b13, b14, b15 = t["stock"]
        stock = besoin_stock(
            le=LE,
            hors_logement=b11,
            heberge=b12,
            accession_au_dela_seuil=ZERO,
            parc_prive_au_dela_seuil=b13,
            mauvaise_qualite=b14,
            suroccupation=b15,
            seuil_effort=Decimal("0.35"),
            ile_de_france=False,
        )
        flux = besoin_flux(
            le=LE,
            menage=t["menage"],
            parc=t["parc"],
            besoin_stock=stock.valeur.total,
            duree_resorption=20,
            hypothese=t["hypothese"],
        )
        assert stock.etapes and flux.etapes
        total += flux.valeur.besoin_total
    return total


def sans_raisonnement(liste: list[dict[str, Any]]) -> int:
    """La même arithmétique, sans contrôle ni étape."""
    total = 0
    for t in liste:
        b11, b12, b13, b14, b15 = t["stock"]
        stock = calculer_stock(
            hors_logement=b11,
            heberge=b12,
            inadequation_financiere=b13,
            mauvaise_qualite=b14,
            suroccupation=b15,
            ratios=RATIOS,
            reallocation_b13=ZERO,
            reallocation_b14=ZERO,
            reallocation_b15=ZERO,
            coefficient=UN,
        )
        total += calculer_flux(
            menage=t["menage"],
            parc=t["parc"],
            besoin_stock=stock.total,
            duree_resorption=20,
            hypothese=t["hypothese"],
        ).besoin_total
    return total


def mesurer(calcul: Callable[[list[dict[str, Any]]], int], liste: list[dict[str, Any]]) -> tuple[float, int]:
    """Médiane de trois passages, en millisecondes, et le total calculé."""
    durees, total = [], 0
    for _ in range(3):
        debut = time.perf_counter()
        total = calcul(liste)
        durees.append((time.perf_counter() - debut) * 1000)
    return statistics.median(durees), total


def main() -> int:
    """Mesure, compare, écrit une ligne ; échoue au-delà de dix secondes ou si les totaux diffèrent."""
    liste = territoires()
    nu, total_nu = mesurer(sans_raisonnement, liste)
    complet, total_complet = mesurer(avec_raisonnement, liste)
    assert total_nu == total_complet, (total_nu, total_complet)
    ligne = {
        "mesure": f"OTELO, {EPCI} EPCI sur 29 ans, avec raisonnement",
        "duree_ms": round(complet, 1),
        "repere": "la même arithmétique sans raisonnement",
        "repere_ms": round(nu, 1),
        "rapport": round(complet / nu, 2),
        "plafond": 5.0,
    }
    print(json.dumps(ligne, ensure_ascii=False))
    return 0 if complet < 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
