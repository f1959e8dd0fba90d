"""State of actions: dated events, cancelled by other events, never erased."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.nomenclatures.avancement import LIBELLE_ETAT_ACTION, EtatAction
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.selectors.action import NATURE_ETAT, etats_en_vigueur


def _problem(champ: str, message: str, conseil: str = "") -> InvalidInput:
    return InvalidInput(Problem(message, colonne=champ, conseil=conseil or None))


@transaction.atomic
def changer_etat(
    programme: Programme,
    action: str,
    etat: EtatAction,
    effet: date,
    *,
    auteur: Any = None,
    auteur_nom: str = "",
    motif: str = "",
    piece: str = "",
    fictif: bool = False,
    enregistrement: Any = None,
) -> Evenement:
    """Record a change of state of an action.

    Args:
        effet: date on which the state takes effect; never in the future.
        motif: why; mandatory for *bloquée*, *en pause* and *abandonnée*.

    Raises:
        NotFound: the action is not in the programme.
        InvalidInput: date in the future or before the programme, missing reason, state already in force.
    """
    if programme.action(action) is None:
        raise NotFound(f"L'action « {action} » n'est pas dans le programme « {programme.titre_court} ».")
    if effet > timezone.localdate():
        raise _problem(
            "date d'effet", "un état se constate, il ne se prévoit pas.", "Donnez une date passée ou celle du jour."
        )
    if motif == "" and etat in (EtatAction.BLOQUEE, EtatAction.EN_PAUSE, EtatAction.ABANDONNEE):
        raise _problem(
            "motif", f"l'état « {LIBELLE_ETAT_ACTION[etat]} » demande un motif.", "Écrivez ce qui bloque, en une ligne."
        )
    courant = etats_en_vigueur(programme.id, effet).get(action)
    if courant is not None and courant.etat is etat:
        raise _problem("état", f"l'action est déjà « {LIBELLE_ETAT_ACTION[etat]} » depuis le {courant.effet:%d/%m/%Y}.")
    return Evenement.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        element=action,
        nature=NATURE_ETAT,
        avant={"etat": courant.etat.value} if courant else None,
        apres={"etat": etat.value},
        motif=motif,
        piece=piece,
        effet=effet,
        enregistrement=enregistrement or timezone.now(),
        auteur=auteur,
        auteur_nom=auteur_nom or (auteur.nom_affiche if auteur else "import"),
        fictif=fictif or bool(auteur and auteur.fictif),
    )


@transaction.atomic
def annuler(programme: Programme, evenement: str, *, auteur: Any, nature: str | None = None) -> Evenement:
    """Cancel an event (of this nature only, if given) by another one; both stay in the history.

    Raises:
        NotFound: no such event in this programme.
        InvalidInput: it is cancelled already.
    """
    known = Evenement.objects.filter(programme=programme.id, pk=evenement)
    origine = (known if nature is None else known.filter(nature=nature)).first()
    if origine is None:
        raise NotFound("Cet événement n'existe pas dans ce programme.")
    if Evenement.objects.filter(annule=origine).exists() or origine.annule_id:
        raise _problem("événement", "cet événement est déjà annulé.")
    return Evenement.objects.create(
        collectivite=origine.collectivite,
        programme=origine.programme,
        element=origine.element,
        nature=f"annulation_{origine.nature}",
        avant=origine.apres,
        apres=origine.avant,
        motif="annulation",
        effet=origine.effet,
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        annule=origine,
        fictif=origine.fictif or auteur.fictif,
    )
