"""Servir les dossiers dans l'ordre où ils sont complets, tant que l'enveloppe de la période suffit.

Une aide n'est jamais donnée en partie : le dossier qui dépasse le reste est refusé en entier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from beffroi.domain.aides.modele import ApresRefus, Enveloppe, Periode

Montant = Decimal | int


def servir(
    enveloppe: Enveloppe,
    jours: Sequence[date],
    montants: Sequence[Montant],
    deja: Mapping[int, Montant] | None = None,
) -> tuple[list[int], dict[int, Montant]]:
    """Servir des demandes (jour du dossier complet, montant en euros) ; à jour égal, dans l'ordre donné.

    ``deja`` : sommes déjà accordées, par année (clé 0 quand l'enveloppe court sur tout le programme).

    Rend : les rangs des demandes refusées et la somme accordée par période.
    """
    annuelle = enveloppe.periode is Periode.ANNEE
    arret = enveloppe.apres_refus is ApresRefus.ARRET
    accorde: dict[int, Montant] = dict(deja or {})
    plafond: Montant = enveloppe.montant
    if plafond == int(plafond):
        plafond = int(plafond)
    fermees: set[int] = set()
    refuses: list[int] = []
    for rang in sorted(range(len(jours)), key=jours.__getitem__):
        periode = jours[rang].year if annuelle else 0
        pris = accorde.get(periode, 0) + montants[rang]
        if pris > plafond or periode in fermees:
            refuses.append(rang)
            if arret:
                fermees.add(periode)
        else:
            accorde[periode] = pris
    return refuses, accorde
