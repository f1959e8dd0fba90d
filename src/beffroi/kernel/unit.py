"""Units and exact rounding. Percentages are kept as fractions; money in euros (``Decimal``)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

Nombre = int | Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: identifier, singular, plural, symbol printed after a number, usual number of decimals."""

    id: str
    singulier: str
    pluriel: str
    symbole: str | None = None
    decimales: int = 0

    def accorde(self, valeur: Nombre | None) -> str:
        """Return the word that follows ``valeur`` (plural from 2 in French, singular for 0, 1 and −1,5)."""
        if self.symbole is not None:
            return self.symbole
        return self.pluriel if valeur is None or abs(exact(valeur)) >= 2 else self.singulier


UNITS: dict[str, Unit] = {
    u.id: u
    for u in (
        Unit("logement", "logement", "logements"),
        Unit("logement_par_an", "logement par an", "logements par an"),
        Unit("menage", "ménage", "ménages"),
        Unit("habitant", "habitant", "habitants"),
        Unit("personne", "personne", "personnes"),
        Unit("place", "place", "places"),
        Unit("terrain", "terrain", "terrains"),
        Unit("caravane", "caravane", "caravanes"),
        Unit("commune", "commune", "communes"),
        Unit("operation", "opération", "opérations"),
        Unit("dossier", "dossier", "dossiers"),
        Unit("copropriete", "copropriété", "copropriétés"),
        Unit("site", "site", "sites"),
        Unit("vente", "vente", "ventes"),
        Unit("action", "action", "actions"),
        Unit("indicateur", "indicateur", "indicateurs"),
        Unit("reunion", "réunion", "réunions"),
        Unit("etp", "équivalent temps plein", "équivalents temps plein", "ETP", 2),
        Unit("nombre", "", ""),
        Unit("indice", "", "", None, 1),
        Unit("point", "point", "points"),
        Unit("part", "", "", "%", 1),
        Unit("pour_mille_habitants", "", "", "‰", 1),
        Unit("euro", "euro", "euros", "€"),
        Unit("euro_m2", "euro par m²", "euros par m²", "€/m²"),
        Unit("euro_m2_mois", "euro par m² et par mois", "euros par m² et par mois", "€/m²", 2),
        Unit("euro_jour", "euro par jour", "euros par jour", "€/jour"),
        Unit("euro_an", "euro par an", "euros par an", "€/an"),
        Unit("euro_mois", "euro par mois", "euros par mois", "€/mois"),
        Unit("euro_logement", "euro par logement", "euros par logement", "€/logement"),
        Unit("m2", "m²", "m²", "m²"),
        Unit("m3", "m³", "m³", "m³"),
        Unit("lot", "lot", "lots"),
        Unit("attribution", "attribution", "attributions"),
        Unit("demande", "demande", "demandes"),
        Unit("hectare", "hectare", "hectares", "ha", 1),
        Unit("logement_hectare", "logement par hectare", "logements par hectare", "log./ha", 1),
        Unit("kwh_m2_an", "kWh/m²/an", "kWh/m²/an", "kWh/m²/an"),
        Unit("annee", "an", "ans"),
        Unit("mois", "mois", "mois"),
        Unit("jour", "jour", "jours"),
        Unit("date", "", ""),
        Unit("texte", "", ""),
    )
}


def unit(identifier: str) -> Unit:
    """Return the unit of that identifier.

    Raises:
        KeyError: the unit is not declared in ``UNITS`` (a fault of a declaration, not of the user).
    """
    return UNITS[identifier]


def exact(value: int | str | float | Decimal) -> Decimal:
    """Turn a number into an exact decimal; a float is read through its shortest text, never its binary tail."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _quantum(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def half_up(value: Nombre, decimals: int = 0) -> Decimal:
    """Round half away from zero, the convention of the domain (Python's ``round`` rounds half to even)."""
    return exact(value).quantize(_quantum(decimals), rounding=ROUND_HALF_UP)


def to_cent(value: Nombre) -> Decimal:
    """Round an amount in euros to the cent, half away from zero."""
    return half_up(value, 2)


def rounded_from(value: Nombre, decimals: int) -> tuple[Decimal, Decimal]:
    """Bounds of the exact values that a publisher rounded to ``value`` (the lower one included): 35,28 → 35,275 ; 35,285."""
    half = _quantum(decimals) / 2
    return exact(value) - half, exact(value) + half


def half_up_int(value: Nombre) -> int:
    """Round half away from zero to an integer: 475,3 → 475 ; 1 474,5 → 1 475."""
    return int(half_up(value))


def ceiling(value: Nombre) -> int:
    """Round up to an integer."""
    return int(exact(value).to_integral_value(rounding=ROUND_CEILING))


def floor(value: Nombre) -> int:
    """Round down to an integer."""
    return int(exact(value).to_integral_value(rounding=ROUND_FLOOR))
