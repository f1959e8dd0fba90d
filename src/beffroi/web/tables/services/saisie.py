"""Undo a write of values, and say where values come from; both leave events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur, elements
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.web.tables.models import Evenement, Valeur
from beffroi.web.tables.selectors.valeur import changements
from beffroi.web.tables.services.valeur import (
    LOT,
    NATURE_VALEUR,
    Saisie,
    existantes,
    periodes_fermees,
    reecrire,
    texte_court,
)


def _valeur(etat: Mapping[str, Any] | None) -> Decimal | None:
    text = etat["valeur"] if etat else None
    return None if text is None else Decimal(text)


@transaction.atomic
def annuler_ecriture(programme: Programme, instant: datetime, *, auteur: Any) -> list[CleValeur]:
    """Give back to every cell of a write what it held before, by compensating values; nothing is erased.

    Args:
        instant: recording time of the write, the same for all its values; only one's own writes can be undone.

    Returns:
        The cells that came back.

    Raises:
        NotFound: this person wrote no value at that time, or the write is undone already.
        InvalidInput: somebody changed a cell since (both values are said), or the period is locked.
    """
    events = list(
        Evenement.objects.filter(
            programme=programme.id, nature=NATURE_VALEUR, auteur=auteur, enregistrement=instant, annule=None,
            annule_par=None,
        )
    )  # fmt: skip
    if not events:
        raise NotFound("Cette saisie n’existe pas, ou elle est déjà annulée.")
    keys = {c.cle: c for e in events for c in changements(e)}
    rows = existantes(programme.id, list(keys))
    problems = periodes_fermees(programme.id, [Saisie(k, None) for k in keys])
    known = elements(programme)
    for key, change in keys.items():
        row, written = rows.get(key), _valeur(change.apres)
        if row is None or row.valeur != written or row.enregistrement != instant:
            unit = known[key.element].unite_de(key.ventilation) if key.element in known else "nombre"
            now = f"« {texte_court(row.valeur, unit)} », par {row.auteur_nom}" if row else "« vide »"
            problems.append(
                Problem(
                    f"« {known[key.element].libelle if key.element in known else key.element} », {key.periode} : la cellule a changé depuis, elle vaut "
                    f"{now} ; vous aviez écrit « {texte_court(written, unit)} ».",
                    conseil="Corrigez-la à la main si besoin.",
                )
            )
    if problems:
        raise InvalidInput(problems)
    now = timezone.now()
    for key, change in keys.items():
        row, before = rows[key], change.avant or {}
        row.valeur = _valeur(change.avant)
        row.statut = before.get("statut", StatutValeur.BROUILLON.value)
        row.source, row.piece = before.get("source", ""), before.get("piece", "")
        row.commentaire = before.get("commentaire", "")
        row.auteur_nom, row.enregistrement, row.revision = auteur.nom_affiche, now, row.revision + 1
    reecrire(list(rows.values()))
    Evenement.objects.bulk_create([_compenser(e, now, auteur) for e in events], batch_size=LOT)
    return list(keys)


def _compenser(event: Evenement, now: datetime, auteur: Any) -> Evenement:
    """Event that gives back what another changed, in the same shape."""
    if "cases" in event.apres:
        back = [
            [t, p, v, (before or {}).get("valeur"), {"valeur": value}]
            for t, p, v, value, before in event.apres["cases"]
        ]
        before, after = None, {"cases": back}
    else:
        before = {"valeur": event.apres["valeur"]}
        after = {**event.apres, "valeur": (event.avant or {}).get("valeur")}
    return Evenement(
        collectivite=event.collectivite, programme=event.programme, element=event.element, nature=NATURE_VALEUR,
        avant=before, apres=after, motif="annulation", effet=timezone.localdate(), enregistrement=now, auteur=auteur,
        auteur_nom=auteur.nom_affiche, annule=event, fictif=event.fictif,
    )  # fmt: skip


@transaction.atomic
def documenter(programme: Programme, cles: Sequence[CleValeur], *, source: str, piece: str, auteur: Any) -> int:
    """Say where values come from (source) and where the evidence stands; the values and their status do not move.

    Returns:
        How many values changed.

    Raises:
        InvalidInput: a cell without a value, a text too long, or a locked period.
    """
    if len(source) > 300 or len(piece) > 300:
        raise InvalidInput(Problem("la source et la pièce tiennent en 300 caractères chacune.", colonne="source"))
    rows = existantes(programme.id, cles)
    problems = periodes_fermees(programme.id, [Saisie(k, None) for k in cles])
    if any(k not in rows for k in cles):
        problems.append(Problem("cette cellule n’a pas encore de valeur.", conseil="Écrivez la valeur d’abord."))
    if problems:
        raise InvalidInput(problems)
    now, today = timezone.now(), timezone.localdate()
    moved: list[Valeur] = []
    events: list[Evenement] = []
    for row in rows.values():
        if (row.source, row.piece) == (source, piece):
            continue
        events.append(
            Evenement(
                collectivite=row.collectivite, programme=programme.id, element=row.element, nature="source_valeur",
                avant={"source": row.source, "piece": row.piece},
                apres={
                    "source": source, "piece": piece, "territoire": row.territoire, "periode": row.periode,
                    "ventilation": row.ventilation,
                },
                motif=source, piece=piece, effet=today, enregistrement=now, auteur=auteur,
                auteur_nom=auteur.nom_affiche, fictif=row.fictif,
            )
        )  # fmt: skip
        row.source, row.piece, row.revision = source, piece, row.revision + 1
        moved.append(row)
    reecrire(moved)
    Evenement.objects.bulk_create(events, batch_size=LOT)
    return len(moved)
