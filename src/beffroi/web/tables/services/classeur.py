"""Import values from a workbook whose preview was accepted; one event says which file, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.programme.modele import Programme
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.services.lot import sans_ramassage
from beffroi.web.tables.services.valeur import Bilan, Saisie, enregistrer

NATURE_IMPORT = "import_classeur"


@transaction.atomic
def importer(
    programme: Programme, saisies: Sequence[Saisie], *, fichier: str, empreinte: str, rejetees: int, auteur: Any
) -> Bilan:
    """Write the values of a workbook in one transaction; like any write, its author can undo it.

    Args:
        rejetees: rows that the preview refused and that are left out, knowingly.

    Raises:
        InvalidInput: a fault met since the preview (locked period); nothing is written then.
    """
    with sans_ramassage():
        done = enregistrer(programme, saisies, auteur=auteur)
    Evenement.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        element=f"import:{empreinte[:16]}",
        nature=NATURE_IMPORT,
        apres={
            "fichier": fichier[:200],
            "empreinte": empreinte,
            "nouvelles": done.nouvelles,
            "changees": done.changees,
            "rejetees": rejetees,
        },
        effet=timezone.localdate(),
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=auteur.fictif,
    )
    return done
