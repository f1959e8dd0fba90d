"""Correct an open-data value, or withdraw the correction; both values stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.web.tables.models import Correction, Evenement


@transaction.atomic
def corriger_valeur(
    collectivite: str,
    source: str,
    mesure: str,
    territoire: str,
    annee: int,
    valeur: Decimal,
    publie: Chiffre,
    *,
    millesime: str,
    motif: str,
    auteur: Any,
    piece: str = "",
) -> Correction:
    """Record a local value over a published one; a former correction of the same value is withdrawn.

    Raises:
        InvalidInput: no reason, negative value, or the published value is secret.
    """
    if not motif.strip():
        raise InvalidInput(Problem("une correction demande un motif.", colonne="motif"))
    if valeur < 0:
        raise InvalidInput(Problem("une valeur locale ne peut pas être négative.", colonne="valeur"))
    if publie.etat is Etat.SECRET:
        raise InvalidInput(
            Problem("cette valeur est secrète : la corriger la révélerait.", conseil="Saisissez-la dans un indicateur.")
        )
    now = timezone.now()
    former = Correction.objects.filter(
        collectivite=collectivite, source=source, mesure=mesure, territoire=territoire, annee=annee, retiree_le=None
    ).first()
    if former is not None:
        former.retiree_le = now
        former.save(update_fields=["retiree_le"])
    correction = Correction.objects.create(
        collectivite=collectivite,
        source=source,
        mesure=mesure,
        territoire=territoire,
        annee=annee,
        valeur=valeur,
        valeur_publiee=publie.valeur,
        millesime=millesime,
        motif=motif,
        piece=piece,
        auteur_nom=auteur.nom_affiche,
        enregistrement=now,
        fictif=auteur.fictif,
    )
    _evenement(correction, "correction", former, str(valeur), auteur)
    return correction


@transaction.atomic
def retirer(collectivite: str, correction: int, *, auteur: Any) -> None:
    """Withdraw a correction: the published value comes back.

    Raises:
        NotFound: no such correction in force.
    """
    row = Correction.objects.filter(collectivite=collectivite, pk=correction, retiree_le=None).first()
    if row is None:
        raise NotFound("Cette correction n'existe pas ou n'est plus en vigueur.")
    row.retiree_le = timezone.now()
    row.save(update_fields=["retiree_le"])
    _evenement(row, "retrait_correction", row, None, auteur)


def _evenement(row: Correction, nature: str, before: Correction | None, after: str | None, auteur: Any) -> None:
    Evenement.objects.create(
        collectivite=row.collectivite,
        element=f"{row.source}.{row.mesure}",
        nature=nature,
        avant={"valeur": str(before.valeur)} if before else None,
        apres={"territoire": row.territoire, "annee": row.annee, "valeur": after},
        motif=row.motif,
        piece=row.piece,
        effet=timezone.localdate(),
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=row.fictif,
    )
