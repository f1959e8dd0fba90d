"""Ask for a document and follow its making."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.web.tables.models import Edition


def demander(programme: Programme, annee: int, *, format: str = "docx", auteur: Any = None) -> Edition:
    """Record the request for a bilan annuel and queue its making.

    Raises:
        InvalidInput: the year is not one of the exercices.
    """
    from beffroi.web.editions.tasks import produire

    annees = [e.annee for e in programme.exercices()]
    if annee not in annees:
        raise InvalidInput(
            Problem(
                f"{annee} n'est pas un exercice du programme.",
                colonne="exercice",
                conseil=f"Choisissez une année de {annees[0]} à {annees[-1]}.",
            )
        )
    edition = Edition.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        annee=annee,
        format=format,
        demande_par=auteur,
    )
    transaction.on_commit(lambda: produire.enqueue(edition.pk))
    return edition


def avancer(edition: int, etape: str, pourcent: int) -> None:
    """Record where the work is."""
    Edition.objects.filter(pk=edition).update(statut=Edition.Statut.EN_COURS, etape=etape, avancement=pourcent)


def terminer(edition: int, fichier: str) -> None:
    """The file is there."""
    Edition.objects.filter(pk=edition).update(
        statut=Edition.Statut.PRETE, etape="", avancement=100, fichier=fichier, termine_le=timezone.now()
    )


def echouer(edition: int, erreur: str) -> None:
    """The work failed; the sentence says what to do."""
    Edition.objects.filter(pk=edition).update(
        statut=Edition.Statut.ECHEC, etape="", erreur=erreur, termine_le=timezone.now()
    )
