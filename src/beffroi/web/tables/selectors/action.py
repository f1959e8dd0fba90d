"""State events of actions, as objects of the domain."""

from __future__ import annotations

from datetime import date, datetime

from beffroi.domain.nomenclatures.avancement import EtatAction
from beffroi.domain.suivi.action import EvenementEtat, etat_au
from beffroi.web.tables.models import Evenement

NATURE_ETAT = "etat_action"


def evenements_etat(programme: str, connu_le: datetime | None = None) -> list[EvenementEtat]:
    """State events of a programme; those cancelled (at the latest on ``connu_le``, if given) are left out."""
    rows = Evenement.objects.filter(programme=programme, nature=NATURE_ETAT)
    if connu_le is None:
        rows = rows.filter(annule_par__isnull=True)
    else:
        rows = rows.filter(enregistrement__lte=connu_le).exclude(annule_par__enregistrement__lte=connu_le)
    return [
        EvenementEtat(
            e.element, EtatAction(e.apres["etat"]), e.effet, e.enregistrement, e.auteur_nom, e.motif, e.fictif
        )
        for e in rows
    ]


def evenement_fictif(programme: str) -> bool:
    """True when a state event in force of a programme was made up for the demonstration."""
    return Evenement.objects.filter(
        programme=programme, nature=NATURE_ETAT, annule_par__isnull=True, fictif=True
    ).exists()


def etats_en_vigueur(programme: str, au: date, connu_le: datetime | None = None) -> dict[str, EvenementEtat]:
    """State in force of each action on a date."""
    return etat_au(evenements_etat(programme, connu_le), au, connu_le)


def historique(programme: str, element: str) -> list[Evenement]:
    """Every event about an element, cancelled ones and cancellations included, latest first."""
    return list(
        Evenement.objects.filter(programme=programme, element=element)
        .select_related("annule_par")
        .order_by("-enregistrement")
    )
