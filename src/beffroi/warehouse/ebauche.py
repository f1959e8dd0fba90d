"""An empty PLH of any EPCI, from the warehouse in service: communes of the COG, rows of the SRU inventory."""

from __future__ import annotations

from decimal import Decimal

from beffroi.domain.programme.ebauche import plh_vide
from beffroi.domain.programme.inventaire import CommuneSru, InventaireSru
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact, half_up
from beffroi.warehouse.query import Commune, Entrepot, Epci
from beffroi.warehouse.sru import DECIMALES, SOURCE

MESURES = ("logement_social", "taux", "taux_cible")


def ebaucher_plh(entrepot: Entrepot, epci: Epci, annee: int, titre: str = "") -> Programme:
    """The empty PLH of an EPCI whose first year is ``annee``.

    Raises:
        InvalidInput: first year or title refused.
    """
    communes = entrepot.communes_epci(epci.siren)
    names = {c.code: c.nom for c in communes}
    return plh_vide(epci.siren, epci.nom, names, annee, titre=titre, inventaire_sru=inventaire(entrepot, communes))


def inventaire(entrepot: Entrepot, communes: list[Commune]) -> InventaireSru | None:
    """Rows of these communes in the latest SRU inventory; None when no inventory covers them."""
    years = entrepot.annees(SOURCE)
    if not years or not communes:
        return None
    year, codes = years[-1], sorted(c.code for c in communes)
    files = entrepot.lignes(
        "SELECT f.id FROM fichier f JOIN perimetre p USING (fichier) JOIN commune c "
        "ON p.code_departement IN ('*', c.code_departement) "
        f"WHERE f.source = '{SOURCE}' AND f.derniere_annee = ? AND c.code IN (SELECT unnest(string_split(?, ','))) LIMIT 1",
        [year, ",".join(codes)],
    )
    rows = entrepot.lignes(
        "SELECT t.code_commune, t.soumise, t.carencee, t.exemptee, f.id FROM sru t JOIN fichier f USING (fichier) "
        "WHERE t.annee = ? AND t.code_commune IN (SELECT unnest(string_split(?, ','))) ORDER BY t.code_commune",
        [year, ",".join(codes)],
    )
    if not files and not rows:
        return None
    series = entrepot.series_communales(SOURCE, MESURES, [r[0] for r in rows], [year])
    origin = entrepot.provenance(rows[0][4] if rows else files[0][0])
    return InventaireSru(
        annee=year,
        millesime=origin.millesime,
        source=f"{origin.jeu}, {origin.producteur}",
        communes=tuple(
            CommuneSru(
                commune=code,
                soumise=submitted,
                carencee=lacking,
                exemptee=exempted,
                logements_sociaux=_nombre(series["logement_social"][code, year]),
                taux=_part(series["taux"][code, year]),
                taux_cible=_part(series["taux_cible"][code, year]),
            )
            for code, submitted, lacking, exempted, _ in rows
        ),
    )


def _nombre(c: Chiffre) -> Decimal | None:
    """Value of a figure, None when it is hidden or not given."""
    return None if c.valeur is None else exact(c.valeur)


def _part(c: Chiffre) -> Decimal | None:
    """A rate as a fraction, with the decimals that the publisher's percentage has (not the tail of a binary number)."""
    return None if c.valeur is None else half_up(c.valeur, DECIMALES + 2)
