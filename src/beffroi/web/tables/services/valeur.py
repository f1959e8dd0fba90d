"""Write values: one by one, pasted or imported; all or nothing, and an event for each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from beffroi.domain.nomenclatures.saisie import LIBELLE_STATUT, PASSAGES, StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur, Element, controler, ecrire_valeur, elements
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.web.tables.models import Evenement, PeriodeVerrouillee, Valeur
from beffroi.web.tables.services.lot import inserer, remplacer

NATURE_VALEUR = "valeur"
LOT = 2000
# Beyond, an event tells every change of an element (``cases``) instead of one event for each change.
CHANGEMENTS_PAR_EVENEMENT = 1000


class Saisie(NamedTuple):
    """A value to write. ``revision``: the one the person saw (``None`` for an import, which does not compare)."""

    cle: CleValeur
    valeur: Decimal | None
    revision: int | None = None
    source: str = ""
    piece: str = ""
    commentaire: str = ""
    textes: bool = False
    """True when source, evidence and comment are written even where the value is already there (a workbook)."""


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
    problems = controler(programme, (s.cle for s in saisies))
    problems += periodes_fermees(programme.id, saisies)
    existing, known = existantes(programme.id, [s.cle for s in saisies]), elements(programme)
    seen: set[CleValeur] = set()
    for n, s in enumerate(saisies, 1):
        key = s.cle
        if key in seen:
            told = f"la valeur de « {key.element} », {key.territoire}, {key.periode} est donnée deux fois."
            problems.append(Problem(told, ligne=n))
        seen.add(key)
        row = existing.get(key)
        if (
            s.revision is not None
            and (row.revision if row else 0) != s.revision
            and (not row or row.valeur != s.valeur)
        ):
            unit = known[key.element].unite_de(key.ventilation) if key.element in known else "nombre"
            problems.append(_conflit(n, s, row, unit))
    if problems:
        raise InvalidInput(problems)
    return _ecrire(programme, saisies, existing, known, auteur, auteur_nom, fictif)


def _conflit(n: int, s: Saisie, row: Valeur | None, unite: str) -> Problem:
    who = "la valeur a été effacée"
    if row is not None:
        who = f"{row.auteur_nom} a enregistré « {texte_court(row.valeur, unite)} »"
    return Problem(
        f"pendant votre saisie, {who} ; vous aviez écrit « {texte_court(s.valeur, unite)} ».",
        ligne=n,
        conseil="Rechargez la page, puis gardez l'une des deux valeurs.",
    )


def texte_court(valeur: Decimal | None, unite: str) -> str:
    """« 12,5 », « vide » when nothing was given; a share as its percentage."""
    return "vide" if valeur is None else ecrire_valeur(valeur, unite) + (" %" if unite == "part" else "")


_VALEUR = (
    "collectivite", "programme", "element", "territoire", "periode", "ventilation", "unite", "valeur", "statut",
    "source", "piece", "commentaire", "auteur_nom", "enregistrement", "revision", "fictif",
)  # fmt: skip
_CHANGEE = (
    "valeur", "statut", "source", "piece", "commentaire", "auteur_nom", "enregistrement", "fictif", "revision", "id",
)  # fmt: skip
_EVENEMENT = (
    "id", "collectivite", "programme", "element", "nature", "avant", "apres", "motif", "piece", "effet",
    "enregistrement", "auteur", "auteur_nom", "fictif",
)  # fmt: skip


def _ecrire(
    programme: Programme,
    saisies: Sequence[Saisie],
    existing: Mapping[CleValeur, Valeur],
    known: Mapping[str, Element],
    auteur: Any,
    auteur_nom: str,
    fictif: bool,
) -> Bilan:
    now, today = timezone.now(), timezone.localdate()
    name = auteur_nom or (auteur.nom_affiche if auteur else "import")
    who = auteur.pk if auteur else None
    invented = fictif or bool(auteur and auteur.fictif)
    siren, ident, draft = programme.collectivites[0], programme.id, StatutValeur.BROUILLON.value
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    whole, grouped = len(saisies) > CHANGEMENTS_PAR_EVENEMENT, dict[str, list[list[Any]]]()
    for s in saisies:
        element, place, period, breakdown = s.cle
        row = existing.get(s.cle)
        nature, before, status = NATURE_VALEUR, None, draft
        if row is None:
            if s.valeur is None:
                continue
            unit = known[element].unite_de(breakdown)
            new.append(
                (siren, ident, element, place, period, breakdown, unit, s.valeur, draft, s.source, s.piece,
                 s.commentaire, name, now, 1, invented)
            )  # fmt: skip
        else:
            same = row.valeur == s.valeur
            if same and (
                not s.textes or (row.source, row.piece, row.commentaire) == (s.source, s.piece, s.commentaire)
            ):
                continue
            if same:
                nature, status = "source_valeur", row.statut
            before = {"valeur": _json(row.valeur), "statut": row.statut, "source": row.source, "piece": row.piece,
                      "commentaire": row.commentaire}  # fmt: skip
            changed.append(
                (s.valeur, status, s.source, s.piece, s.commentaire, name, now, invented, row.revision + 1, row.pk)
            )
        if whole and nature == NATURE_VALEUR:
            grouped.setdefault(element, []).append([place, period, breakdown, _json(s.valeur), before])
        else:
            after = {"territoire": place, "periode": period, "ventilation": breakdown, "valeur": _json(s.valeur)}
            if nature == "source_valeur":
                after |= {"source": s.source, "piece": s.piece, "commentaire": s.commentaire}
            events.append(
                (
                    uuid4(),
                    siren,
                    ident,
                    element,
                    nature,
                    before,
                    after,
                    s.source,
                    s.piece,
                    today,
                    now,
                    who,
                    name,
                    invented,
                )
            )
    for element, cells in grouped.items():
        cases = {"cases": cells}
        events.append(
            (uuid4(), siren, ident, element, NATURE_VALEUR, None, cases, "", "", today, now, who, name, invented)
        )
    inserer(Valeur, _VALEUR, new)
    remplacer(Valeur, _CHANGEE, changed)
    inserer(Evenement, _EVENEMENT, events)
    return Bilan(len(new), len(changed), len(saisies) - len(new) - len(changed), now)


def reecrire(rows: Sequence[Valeur]) -> None:
    """Write again rows that exist."""
    remplacer(Valeur, _CHANGEE, [tuple(getattr(r, n) for n in _CHANGEE) for r in rows])


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
