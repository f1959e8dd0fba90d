"""Write values: one by one, pasted or imported; all or nothing, and an event for each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.nomenclatures.saisie import LIBELLE_STATUT, PASSAGES, StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur, controler, ecrire_valeur, elements
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.web.tables.models import Evenement, PeriodeVerrouillee, Valeur

NATURE_VALEUR = "valeur"
LOT = 2000


@dataclass(frozen=True, slots=True)
class Saisie:
    """A value to write. ``revision``: the one the person saw (``None`` for an import, which does not compare)."""

    cle: CleValeur
    valeur: Decimal | None
    revision: int | None = None
    source: str = ""
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a write did: how many values are new, changed, unchanged; ``instant`` names the write, to undo it."""

    nouvelles: int
    changees: int
    inchangees: int
    instant: datetime | None = None

    @property
    def ecrites(self) -> int:
        """Values that moved."""
        return self.nouvelles + self.changees


def cle_de(v: Valeur) -> CleValeur:
    """Key of a row."""
    return CleValeur(v.element, v.territoire, v.periode, v.ventilation)


def existantes(programme: str, cles: Sequence[CleValeur]) -> dict[CleValeur, Valeur]:
    """Rows that hold these keys, in one query."""
    wanted = set(cles)
    elements_ = {c.element for c in wanted}
    rows = Valeur.objects.filter(programme=programme)
    if len(elements_) <= 100:
        rows = rows.filter(element__in=elements_)
    return {k: v for v in rows if (k := cle_de(v)) in wanted}


def comparer(programme: Programme, saisies: Sequence[Saisie]) -> tuple[Bilan, list[Problem]]:
    """What writing would do, and every fault; nothing is written."""
    problems = controler(programme, (s.cle for s in saisies))
    problems += periodes_fermees(programme.id, saisies)
    existing = existantes(programme.id, [s.cle for s in saisies])
    new = sum(1 for s in saisies if s.cle not in existing and s.valeur is not None)
    same = sum(1 for s in saisies if _inchangee(existing.get(s.cle), s))
    return Bilan(new, len(saisies) - new - same, same), problems


def _inchangee(row: Valeur | None, saisie: Saisie) -> bool:
    return saisie.valeur is None if row is None else row.valeur == saisie.valeur


def periodes_fermees(programme: str, saisies: Iterable[Saisie]) -> list[Problem]:
    """One fault for each value of a locked period."""
    locked = set(PeriodeVerrouillee.objects.filter(programme=programme).values_list("periode", flat=True))
    if not locked:
        return []
    return [
        Problem(
            f"l'exercice {s.cle.periode} est verrouillé : la valeur de « {s.cle.element} » n'a pas changé.",
            ligne=n,
            conseil="Demandez à un administrateur de le rouvrir.",
        )
        for n, s in enumerate(saisies, 1)
        if s.cle.periode in locked
    ]


@transaction.atomic
def enregistrer(
    programme: Programme, saisies: Sequence[Saisie], *, auteur: Any = None, auteur_nom: str = "", fictif: bool = False
) -> Bilan:
    """Write values in one transaction; a changed value goes back to draft.

    Raises:
        InvalidInput: unknown element, territory or period, locked period, same key twice, or a cell that somebody
            else changed meanwhile (both values are in the sentence). Nothing is written then.
    """
    _, problems = comparer(programme, saisies)
    keys = [s.cle for s in saisies]
    seen: set[CleValeur] = set()
    for n, key in enumerate(keys, 1):
        if key in seen:
            problems.append(
                Problem(
                    f"la valeur de « {key.element} », {key.territoire}, {key.periode} est donnée deux fois.", ligne=n
                )
            )
        seen.add(key)
    existing, units = existantes(programme.id, keys), elements(programme)
    for n, s in enumerate(saisies, 1):
        row = existing.get(s.cle)
        if (
            s.revision is not None
            and (row.revision if row else 0) != s.revision
            and (not row or row.valeur != s.valeur)
        ):
            unit = units[s.cle.element].unite_de(s.cle.ventilation) if s.cle.element in units else "nombre"
            who = (
                f"{row.auteur_nom} a enregistré « {texte_court(row.valeur, unit)} »"
                if row
                else "la valeur a été effacée"
            )
            problems.append(
                Problem(
                    f"pendant votre saisie, {who} ; vous aviez écrit « {texte_court(s.valeur, unit)} ».",
                    ligne=n,
                    conseil="Rechargez la page, puis gardez l'une des deux valeurs.",
                )
            )
    if problems:
        raise InvalidInput(problems)
    return _ecrire(programme, saisies, existing, auteur, auteur_nom, fictif)


def texte_court(valeur: Decimal | None, unite: str) -> str:
    """« 12,5 », « vide » when nothing was given; a share as its percentage."""
    return "vide" if valeur is None else ecrire_valeur(valeur, unite) + (" %" if unite == "part" else "")


def _ecrire(
    programme: Programme,
    saisies: Sequence[Saisie],
    existing: Mapping[CleValeur, Valeur],
    auteur: Any,
    auteur_nom: str,
    fictif: bool,
) -> Bilan:
    known = elements(programme)
    now, today = timezone.now(), timezone.localdate()
    name = auteur_nom or (auteur.nom_affiche if auteur else "import")
    invented = fictif or bool(auteur and auteur.fictif)
    siren = programme.collectivites[0]
    new: list[Valeur] = []
    changed: list[Valeur] = []
    events: list[Evenement] = []
    for s in saisies:
        row = existing.get(s.cle)
        if row is not None and row.valeur == s.valeur:
            continue
        if row is None and s.valeur is None:
            continue
        before = None
        if row is None:
            row = Valeur(
                collectivite=siren, programme=programme.id, element=s.cle.element, territoire=s.cle.territoire,
                periode=s.cle.periode, ventilation=s.cle.ventilation, revision=0,
                unite=known[s.cle.element].unite_de(s.cle.ventilation),
            )  # fmt: skip
            new.append(row)
        else:
            before = {"valeur": _json(row.valeur), "statut": row.statut, "source": row.source, "piece": row.piece}
            changed.append(row)
        row.valeur, row.statut, row.source, row.piece = s.valeur, StatutValeur.BROUILLON.value, s.source, s.piece
        row.auteur_nom, row.enregistrement, row.fictif = name, now, invented
        row.revision += 1
        events.append(
            Evenement(
                collectivite=siren, programme=programme.id, element=s.cle.element, nature=NATURE_VALEUR, avant=before,
                apres={
                    "territoire": s.cle.territoire, "periode": s.cle.periode, "ventilation": s.cle.ventilation,
                    "valeur": _json(s.valeur),
                },
                motif=s.source, piece=s.piece, effet=today, enregistrement=now, auteur=auteur, auteur_nom=name,
                fictif=invented,
            )
        )  # fmt: skip
    Valeur.objects.bulk_create(new, batch_size=LOT)
    reecrire(changed)
    Evenement.objects.bulk_create(events, batch_size=LOT)
    return Bilan(len(new), len(changed), len(saisies) - len(new) - len(changed), now)


def reecrire(rows: Sequence[Valeur]) -> None:
    """Write rows that exist in one statement a batch: an upsert costs far less than an update of a thousand cases."""
    if rows:
        Valeur.objects.bulk_create(
            rows, batch_size=LOT, update_conflicts=True, unique_fields=["id"],
            update_fields=["valeur", "statut", "source", "piece", "auteur_nom", "enregistrement", "fictif", "revision"],
        )  # fmt: skip


def _json(valeur: Decimal | None) -> str | None:
    return None if valeur is None else format(valeur.normalize(), "f")


@transaction.atomic
def changer_statut(programme: Programme, cles: Sequence[CleValeur], statut: StatutValeur, *, auteur: Any) -> int:
    """Propose, validate or return values, all at once.

    Returns:
        How many values changed.

    Raises:
        InvalidInput: a passage that is not allowed, or a locked period.
    """
    rows = existantes(programme.id, cles)
    problems = periodes_fermees(programme.id, [Saisie(k, None) for k in rows])
    for key, row in rows.items():
        current = StatutValeur(row.statut)
        if current is not statut and statut not in PASSAGES[current]:
            problems.append(
                Problem(
                    f"« {key.element} », {key.periode} : une valeur « {LIBELLE_STATUT[current]} » ne passe pas "
                    f"directement à « {LIBELLE_STATUT[statut]} »."
                )
            )
    if problems:
        raise InvalidInput(problems)
    moved = [r for r in rows.values() if r.statut != statut.value]
    now, today = timezone.now(), timezone.localdate()
    events = [
        Evenement(
            collectivite=r.collectivite, programme=programme.id, element=r.element, nature="statut_valeur",
            avant={"statut": r.statut},
            apres={
                "statut": statut.value, "territoire": r.territoire, "periode": r.periode,
                "ventilation": r.ventilation,
            },
            effet=today, enregistrement=now, auteur=auteur, auteur_nom=auteur.nom_affiche, fictif=r.fictif,
        )
        for r in moved
    ]  # fmt: skip
    for r in moved:
        r.statut, r.revision = statut.value, r.revision + 1
    reecrire(moved)
    Evenement.objects.bulk_create(events, batch_size=LOT)
    return len(moved)


@transaction.atomic
def verrouiller(programme: Programme, periode: str, *, auteur: Any) -> None:
    """Close a period.

    Raises:
        InvalidInput: values of the period are not validated yet (their number is said).
    """
    given = Valeur.objects.filter(programme=programme.id, periode=periode, valeur__isnull=False)
    count = given.exclude(statut=StatutValeur.VALIDE.value).count()
    if count:
        raise InvalidInput(
            Problem(
                f"{count} valeur(s) de {periode} ne sont pas validées.",
                conseil="Validez-les ou effacez-les, puis verrouillez l'exercice.",
            )
        )
    PeriodeVerrouillee.objects.get_or_create(
        programme=programme.id,
        periode=periode,
        defaults={"collectivite": programme.collectivites[0], "par": auteur.nom_affiche},
    )
    _evenement_periode(programme, periode, "verrou_periode", auteur)


@transaction.atomic
def rouvrir(programme: Programme, periode: str, *, auteur: Any, motif: str) -> None:
    """Reopen a period; a reason is asked.

    Raises:
        InvalidInput: no reason.
    """
    if not motif.strip():
        raise InvalidInput(Problem("rouvrir un exercice demande un motif.", colonne="motif"))
    PeriodeVerrouillee.objects.filter(programme=programme.id, periode=periode).delete()
    _evenement_periode(programme, periode, "reouverture_periode", auteur, motif)


def _evenement_periode(programme: Programme, periode: str, nature: str, auteur: Any, motif: str = "") -> None:
    Evenement.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        element=f"periode:{periode}",
        nature=nature,
        motif=motif,
        effet=timezone.localdate(),
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=auteur.fictif,
    )
