"""Ce que le bilan doit dire, par SQL direct sur les tables sources et sur le YAML du programme.

Rien de ``beffroi`` n'est importé : ni l'entrepôt, ni le suivi, ni les éditions. Le format des nombres et la règle des
décimales sont réécrits ici.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

DEMO = Path(__file__).parents[2] / "src" / "beffroi" / "demo"
FINE, INSECABLE, MOINS = "\u202f", "\u00a0", "\u2212"


def nombre(valeur: Any, signe: bool = False) -> str:
    """« 1 034 », « −12 », « +65 »."""
    entier = int(Decimal(valeur).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    texte = f"{abs(entier):,}".replace(",", FINE)
    return (MOINS if entier < 0 else "+" if signe and entier > 0 else "") + texte


def taux(realise: int, objectif: int) -> str:
    """Sans décimale, ou une seule quand l'arrondi franchirait 80, 95 ou 100."""
    exact = Decimal(realise) * 100 / Decimal(objectif)
    entier = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if any((exact >= s) != (entier >= s) for s in (80, 95, 100)):
        return f"{exact.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}".replace(".", ",") + f"{FINE}%"
    return f"{int(entier):,}".replace(",", FINE) + f"{FINE}%"


def appreciation(realise: int | None, objectif: int) -> str:
    """Le mot, avec son signe."""
    if realise is None:
        return f"○{INSECABLE}Sans{INSECABLE}donnée"
    if objectif == 0:
        return "sans objectif"
    exact = Decimal(realise) / Decimal(objectif)
    if exact >= 1:
        return f"■{INSECABLE}Atteint"
    if exact >= Decimal("0.95"):
        return f"●{INSECABLE}En{INSECABLE}bonne{INSECABLE}voie"
    if exact >= Decimal("0.8"):
        return f"◆{INSECABLE}À{INSECABLE}surveiller"
    return f"▲{INSECABLE}En{INSECABLE}retard"


class Sources:
    """Les tables sources dans DuckDB : objectifs du YAML, Sitadel livré."""

    def __init__(self, programme: str, annee: int) -> None:
        self.annee = annee
        self.yaml: dict[str, Any] = yaml.safe_load(
            (DEMO / "programmes" / f"{programme}.yaml").read_text(encoding="utf-8")
        )
        self.debut = self.yaml["decoupage"]["debut"].year
        self.duree = self.yaml["decoupage"]["nombre"]
        self.rang = annee - self.debut + 1
        self.cible = next(o for o in self.yaml["objectifs"] if o["id"] == self.yaml["objectif_reference"])
        con = self.con = duckdb.connect()
        con.execute("CREATE TABLE objectif (code VARCHAR, valeur BIGINT)")
        con.executemany(
            "INSERT INTO objectif VALUES (?, ?)",
            [(v["commune"], v["valeur"]) for v in self.cible["valeurs"] if "commune" in v],
        )
        con.execute("CREATE TABLE membre (secteur VARCHAR, groupe BOOLEAN, code VARCHAR)")
        con.executemany(
            "INSERT INTO membre VALUES (?, ?, ?)",
            [(s["id"], s.get("groupe", False), c) for s in self.yaml["secteurs"] for c in s["communes"]],
        )
        con.execute(
            f"""CREATE TABLE sitadel AS SELECT code_commune AS code, annee::INT AS annee,
                try_cast(logement_autorise AS BIGINT) AS autorise, try_cast(logement_commence AS BIGINT) AS commence
                FROM read_csv('{DEMO / "tables" / "sitadel_annuel.csv"}', all_varchar = true) WHERE type_logement = 'tous'"""
        )

    def un(self, sql: str, *parametres: Any) -> Any:
        return self.con.execute(sql, parametres).fetchone()

    def secteurs(self, groupe: bool = False) -> list[dict[str, Any]]:
        return [s for s in self.yaml["secteurs"] if s.get("groupe", False) == groupe]

    def codes(self, secteur: str | None) -> list[str]:
        if secteur is None:
            return [c for s in self.secteurs() for c in s["communes"]]
        return next(s["communes"] for s in self.yaml["secteurs"] if s["id"] == secteur)

    def realise(self, codes: list[str], depuis: int | None = None) -> tuple[int | None, int | None]:
        """Autorisés et commencés de ces communes, de ``depuis`` (défaut : l'exercice) à l'exercice."""
        ligne = self.un(
            "SELECT sum(autorise), sum(commence) FROM sitadel WHERE annee BETWEEN ? AND ? AND code IN (SELECT unnest(?))",
            depuis or self.annee, self.annee, codes,
        )  # fmt: skip
        return tuple(None if v is None else int(v) for v in ligne)  # type: ignore[return-value]

    def somme_objectifs(self, codes: list[str]) -> int:
        return int(self.un("SELECT sum(valeur) FROM objectif WHERE code IN (SELECT unnest(?))", codes)[0])

    def publie(self, secteur: str) -> int | None:
        return next((t["valeur"] for t in self.cible["totaux_publies"] if t.get("secteur") == secteur), None)

    # lignes de tableau

    def moitie(self, objectif: int, codes: list[str], depuis: int | None) -> list[str]:
        """Objectif, autorisés, commencés, écart, taux — une période."""
        exercices = self.rang if depuis else 1
        cible = objectif * exercices
        autorise, commence = self.realise(codes, depuis)
        if autorise is None:
            return [nombre(cible), "non renseigné", "—", "—"]
        assert commence is not None
        quotient = taux(autorise, cible) if cible else "—"
        return [nombre(cible), nombre(autorise), nombre(commence), nombre(autorise - cible, True), quotient]

    def ligne(self, objectif: int, codes: list[str]) -> list[str]:
        """Les dix nombres d'une ligne du tableau des communes."""
        return self.moitie(objectif, codes, None) + self.moitie(objectif, codes, self.debut)

    def avis(self, objectif: int, codes: list[str]) -> str:
        return appreciation(self.realise(codes, self.debut)[0], objectif * self.rang)
