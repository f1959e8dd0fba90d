"""Record that a milestone or a commitment was held: a dated event, cancelled by another, never erased."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.selectors.jalon import NATURE_JALON


@transaction.atomic
def tenir(
    programme: Programme,
    jalon: str,
    effet: date,
    *,
    auteur: Any,
    motif: str = "",
    piece: str = "",
    fictif: bool = False,
) -> Evenement:
    """Record that a milestone, or a commitment of a contract, was held on a day.

    Raises:
        NotFound: it is not in the programme.
        InvalidInput: a date in the future, a single milestone or a commitment already held, or a recurrence held twice the same day.
    """
    found = next((j for a in programme.actions for j in a.calendrier if j.id == jalon), None)
    commitment = any(e.id == jalon for e in programme.engagements)
    if found is None and not commitment:
        raise NotFound(f"« {jalon} » n’est ni une échéance ni un engagement du programme « {programme.titre_court} ».")
    word = "cet engagement" if commitment else "cette échéance"
    if effet > timezone.localdate():
        raise InvalidInput(
            Problem(
                f"{word} se constate et ne se prévoit pas.",
                colonne="effet",
                conseil="Donnez une date passée ou celle du jour.",
            )
        )
    held = Evenement.objects.filter(programme=programme.id, nature=NATURE_JALON, element=jalon, annule_par__isnull=True)
    if (found is None or found.par_an is None) and (first := held.first()) is not None:
        raise InvalidInput(
            Problem(
                f"{word} est déjà constaté{'' if commitment else 'e'} le {first.effet:%d/%m/%Y}.",
                colonne="effet",
                conseil="Annulez d’abord cet événement s’il est faux.",
            )
        )
    if held.filter(effet=effet).exists():
        raise InvalidInput(Problem(f"elle est déjà tenue le {effet:%d/%m/%Y}.", colonne="effet"))
    return Evenement.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        element=jalon,
        nature=NATURE_JALON,
        apres={"effet": effet.isoformat()},
        motif=motif[:500],
        piece=piece[:300],
        effet=effet,
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=fictif or auteur.fictif,
    )
