"""The price of a commune, widened where too few sales make it unpublishable: three years, then the EPCI, and said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.domain.marches.modele import Niveau
from beffroi.domain.marches.regles import prix_publiable
from beffroi.kernel.figure import Chiffre, Couverture, Etat
from beffroi.warehouse.figures import number
from beffroi.warehouse.query import Commune, Entrepot

ELARGI = 3  # ans


@dataclass(frozen=True, slots=True)
class PrixElargi:
    """Median price per m², with the level it is given for (« commune, 2024 », « EPCI, 2022 à 2024 ») and its n."""

    chiffre: Chiffre
    niveau: str
    n: int


def widened_price(entrepot: Entrepot, commune: Commune, segment: str, annee: int, le: date | None = None) -> PrixElargi:
    """First level with enough sales: the commune that year, over three years, then its EPCI.

    ``segment``: maison_ancienne, appartement_ancien, maison_neuve, appartement_neuf or terrain.
    """
    since = annee - ELARGI + 1
    span = f"{since} à {annee}"
    levels = [(f"commune, {annee}", "code_commune = $code", annee), (f"commune, {span}", "code_commune = $code", since)]
    if commune.siren_epci:
        levels += [(f"EPCI, {annee}", "c.siren_epci = $epci", annee), (f"EPCI, {span}", "c.siren_epci = $epci", since)]
    found: list[tuple[Niveau, tuple[str, ...]]] = []
    for label, where, first in levels:
        n, middle, files = entrepot.lignes(
            "SELECT count(*), quantile_cont(prix_m2, 0.5), list(DISTINCT f.id ORDER BY f.id) FROM vente_dvf v "
            "JOIN commune c ON c.code = v.code_commune JOIN fichier f ON f.fichier = v.fichier "
            f"WHERE segment = $segment AND annee BETWEEN $first AND $annee AND {where}",
            {"segment": segment, "first": first, "annee": annee}
            | ({"code": commune.code} if "$code" in where else {"epci": commune.siren_epci}),  # type: ignore[arg-type]
        )[0]
        value = number(middle) if middle is not None else None
        found.append((Niveau(label, n, None if value is None else Decimal(value)), tuple(files or ())))
    answer: Any = prix_publiable(le=le or date.today(), niveaux=[level for level, _ in found]).valeur
    if answer.mediane is None:
        none = Chiffre(
            None, "euro_m2", Etat.SECRET, str(annee), commune.territoire, note="trop peu de ventes, même élargi"
        )
        return PrixElargi(none, "", 0)
    level, files = next((lv, f) for lv, f in found if lv.libelle == answer.niveau)
    note = "" if level is found[0][0] else f"prix donné pour « {level.libelle} » : trop peu de ventes dans l'année"
    cover = Couverture(level.n, level.n, membre="vente")
    price = Chiffre(answer.mediane, "euro_m2", Etat.CONNU, str(annee), commune.territoire, cover, files, note=note)
    return PrixElargi(price, level.libelle, level.n)
