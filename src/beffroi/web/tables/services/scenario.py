"""Write scenarios of objectives: create, type, paste, undo, re-allocate, adopt, give up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.revoyure import Repartition
from beffroi.domain.suivi.scenario import (
    CleObjectif,
    cases_possibles,
    grille_de,
    unite_objectif,
    version_adoptee,
)
from beffroi.domain.suivi.valeur import ecrire_valeur
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.web.tables.models import Evenement, ProgrammeVersion, Scenario, ScenarioValeur
from beffroi.web.tables.selectors.scenario import grille_scenario
from beffroi.web.tables.services.programme import charger
from beffroi.web.tables.services.valeur import LOT

NATURE_ECRITURE = "scenario_valeur"


@dataclass(frozen=True, slots=True)
class CaseSaisie:
    """An objective to write; ``revision`` is the one seen (None: not compared)."""

    cle: CleObjectif
    valeur: Decimal | None
    revision: int | None = None


def _faute(message: str, conseil: str = "", champ: str | None = None) -> InvalidInput:
    return InvalidInput(Problem(message, colonne=champ, conseil=conseil or None))


def _evenement(s: Scenario, nature: str, auteur: Any, **plus: Any) -> Evenement:
    return Evenement.objects.create(
        collectivite=s.collectivite,
        programme=s.programme,
        element=f"scenario:{s.pk}",
        nature=nature,
        effet=plus.pop("effet", timezone.localdate()),
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=s.fictif,
        **plus,
    )


def _ouvert(s: Scenario) -> None:
    if s.statut != Scenario.Statut.BROUILLON:
        raise _faute(
            f"le scénario « {s.nom} » est {s.get_statut_display()} : il ne change plus.",
            "Créez un autre scénario à partir de la version en vigueur.",
        )


@transaction.atomic
def creer(programme: Programme, nom: str, *, motif: str = "", auteur: Any, depart: Scenario | None = None) -> Scenario:
    """Create a scenario from the version in force, or from another scenario.

    Raises:
        InvalidInput: no name, a name too long or already used, a programme without territorial objective.
    """
    net = " ".join(nom.split())
    if not net or len(net) > 120:
        raise _faute("donnez un nom au scénario, en 120 caractères au plus.", champ="nom")
    if len(motif) > 500:
        raise _faute("le motif tient en 500 caractères.", champ="motif")
    if Scenario.objects.filter(programme=programme.id, nom=net).exists():
        raise _faute(f"un scénario s'appelle déjà « {net} ».", "Choisissez un autre nom.", "nom")
    cells = grille_scenario(depart) if depart else grille_de(programme)
    if not cells:
        raise _faute("ce programme n'a pas d'objectif territorial.")
    s = Scenario.objects.create(
        collectivite=programme.collectivites[0],
        programme=programme.id,
        nom=net,
        motif=motif.strip(),
        version_depart=programme.version,
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=auteur.fictif,
    )
    ScenarioValeur.objects.bulk_create(
        [
            ScenarioValeur(scenario=s, objectif=k.objectif, territoire=k.territoire, periode=k.periode, valeur=v,
                           auteur_nom=auteur.nom_affiche)
            for k, v in cells.items() if v is not None
        ],
        batch_size=LOT,
    )  # fmt: skip
    _evenement(s, "scenario_cree", auteur, apres={"nom": net, "version": programme.version}, motif=s.motif)
    return s


def _existantes(s: Scenario, cles: Sequence[CleObjectif]) -> dict[CleObjectif, ScenarioValeur]:
    wanted = set(cles)
    rows = ScenarioValeur.objects.filter(scenario=s, objectif__in={k.objectif for k in wanted})
    if len(wanted) <= 100:
        rows = rows.filter(territoire__in={k.territoire for k in wanted}, periode__in={k.periode for k in wanted})
    return {k: r for r in rows if (k := CleObjectif(r.objectif, r.territoire, r.periode)) in wanted}


@dataclass(frozen=True, slots=True)
class Ecriture:
    """What a write did: cells that moved, and its event, to undo it."""

    changees: int
    evenement: str = ""


@transaction.atomic
def ecrire(programme: Programme, s: Scenario, cases: Sequence[CaseSaisie], *, auteur: Any, motif: str = "") -> Ecriture:
    """Write objectives in a scenario, all or nothing; one event keeps every cell before and after.

    Raises:
        InvalidInput: unknown cell, negative value, decimals for a count, scenario closed, or a cell that somebody else
            changed meanwhile (both values are said).
    """
    _ouvert(s)
    known, existing = cases_possibles(programme), _existantes(s, [c.cle for c in cases])
    problems: list[Problem] = []
    for n, c in enumerate(cases, 1):
        row = existing.get(c.cle)
        places, times = known.get(c.cle.objectif, (set(), set()))
        if c.cle.territoire not in places or c.cle.periode not in times:
            problems.append(Problem("cette case n'est pas une case d'objectif du programme.", ligne=n))
        elif c.valeur is not None and c.valeur < 0:
            problems.append(Problem("un objectif ne peut pas être négatif.", ligne=n))
        if c.revision is not None and (row.revision if row else 0) != c.revision:
            held = row.valeur if row else None
            if held != c.valeur:
                problems.append(_conflit(programme, n, c, held, row.auteur_nom if row else ""))
    if problems:
        raise InvalidInput(problems)
    trace: list[list[str | None]] = []
    new: list[ScenarioValeur] = []
    moved: list[ScenarioValeur] = []
    for c in cases:
        row = existing.get(c.cle)
        before = row.valeur if row else None
        if before == c.valeur:
            continue
        trace.append([c.cle.objectif, c.cle.territoire, c.cle.periode, _json(before), _json(c.valeur)])
        if row is None:
            row = ScenarioValeur(
                scenario=s, objectif=c.cle.objectif, territoire=c.cle.territoire, periode=c.cle.periode, revision=0
            )
            new.append(row)
        else:
            moved.append(row)
        row.valeur, row.revision, row.auteur_nom = c.valeur, row.revision + 1, auteur.nom_affiche
    if not trace:
        return Ecriture(0)
    ScenarioValeur.objects.bulk_create(new, batch_size=LOT)
    if moved:
        ScenarioValeur.objects.bulk_create(
            moved, batch_size=LOT, update_conflicts=True, unique_fields=["id"],
            update_fields=["valeur", "revision", "auteur_nom"],
        )  # fmt: skip
    event = _evenement(s, NATURE_ECRITURE, auteur, apres={"cases": trace}, motif=motif)
    return Ecriture(len(trace), str(event.pk))


def _conflit(programme: Programme, n: int, c: CaseSaisie, held: Decimal | None, who: str) -> Problem:
    unit = unite_objectif(programme, c.cle.objectif)
    theirs, mine = (ecrire_valeur(v, unit) or "vide" for v in (held, c.valeur))
    return Problem(
        f"pendant votre saisie, {who or 'une autre personne'} a enregistré « {theirs} » ; vous aviez écrit « {mine} ».",
        ligne=n,
        conseil="Rechargez la page, puis gardez l'une des deux valeurs.",
    )


def _json(valeur: Decimal | None) -> str | None:
    return None if valeur is None else format(valeur.normalize(), "f")


@transaction.atomic
def annuler_ecriture(programme: Programme, s: Scenario, evenement: str, *, auteur: Any) -> list[CleObjectif]:
    """Give back to the cells of a write what they held; only one's own, and only while nobody changed them.

    Raises:
        NotFound: no such write by this person, or it is undone already.
        InvalidInput: a cell changed since, or the scenario is closed.
    """
    _ouvert(s)
    event = Evenement.objects.filter(
        pk=evenement, programme=programme.id, element=f"scenario:{s.pk}", nature=NATURE_ECRITURE, auteur=auteur,
        annule=None, annule_par=None,
    ).first()  # fmt: skip
    if event is None:
        raise NotFound("Cette saisie n’existe pas, ou elle est déjà annulée.")
    cells = {CleObjectif(o, t, p): (before, after) for o, t, p, before, after in event.apres["cases"]}
    rows = _existantes(s, list(cells))
    stale = [k for k, (_, after) in cells.items() if _json(rows[k].valeur if k in rows else None) != after]
    if stale:
        raise _faute(f"{len(stale)} case(s) ont changé depuis cette saisie.", "Corrigez-les à la main si besoin.")
    for k, (before, _) in cells.items():
        row = rows[k]
        row.valeur = None if before is None else Decimal(before)
        row.revision, row.auteur_nom = row.revision + 1, auteur.nom_affiche
    ScenarioValeur.objects.bulk_create(
        list(rows.values()), batch_size=LOT, update_conflicts=True, unique_fields=["id"],
        update_fields=["valeur", "revision", "auteur_nom"],
    )  # fmt: skip
    back = [[o, t, p, after, before] for o, t, p, before, after in event.apres["cases"]]
    _evenement(s, NATURE_ECRITURE, auteur, apres={"cases": back}, motif="annulation", annule=event)
    return list(cells)


@transaction.atomic
def repartir(programme: Programme, s: Scenario, r: Repartition, *, auteur: Any, cle: str, motif: str) -> Ecriture:
    """Write the result of a re-allocation, and keep its trace: rule, date, volume, before and after by territory.

    Raises:
        InvalidInput: the scenario is closed.
    """
    done = ecrire(programme, s, [CaseSaisie(k, v) for k, v in r.cases.items()], auteur=auteur, motif=motif)
    s.trace = [
        *s.trace,
        {
            "regle": r.constat.regle.id,
            "libelle": r.constat.regle.label,
            "objectif": next(iter(r.cases)).objectif,
            "le": r.constat.le.isoformat(),
            "total": str(r.constat.entrees["total"]),
            "cle": cle,
            "motif": motif,
            "par": auteur.nom_affiche,
            "lignes": list(r.lignes),
            "avertissements": list(r.constat.avertissements),
        },
    ]
    s.save(update_fields=["trace"])
    return done


@transaction.atomic
def abandonner(s: Scenario, *, motif: str, auteur: Any) -> None:
    """Give a scenario up; it stays readable.

    Raises:
        InvalidInput: it is closed already.
    """
    _ouvert(s)
    s.statut = Scenario.Statut.ABANDONNE
    s.save(update_fields=["statut"])
    _evenement(s, "scenario_abandonne", auteur, motif=motif[:500])


@transaction.atomic
def adopter(
    programme: Programme, s: Scenario, *, version: str, le: date, motif: str, piece: str = "", auteur: Any
) -> ProgrammeVersion:
    """Adopt a scenario by a dated act: a new version of the programme is born, ids kept; the scenario closes.

    Args:
        version: name of the new version (« modification n° 1 »).
        le: date of the act (délibération), not in the future.
        motif: the act in words (« délibération n° 2022-041 »).

    Raises:
        InvalidInput: missing name or reason, date in the future, name already taken, the version in force is no longer
            the one the scenario started from, nothing changes, or a territory has objectives only some years.
    """
    _ouvert(s)
    problems = []
    if not version.strip() or len(version) > 40:
        problems.append(Problem("donnez un nom à la nouvelle version, en 40 caractères au plus.", colonne="version"))
    if not motif.strip() or len(motif) > 500:
        problems.append(Problem("dites l'acte qui adopte (délibération, arrêté), en une ligne.", colonne="motif"))
    if le > timezone.localdate():
        problems.append(Problem("un acte ne s'enregistre pas avant sa date.", colonne="date"))
    if programme.version != s.version_depart:
        problems.append(
            Problem(
                f"ce scénario part de la version « {s.version_depart} », et la version en vigueur est "
                f"« {programme.version} ».",
                conseil="Créez un scénario depuis la version en vigueur et reportez-y vos changements.",
            )
        )
    if ProgrammeVersion.objects.filter(programme=programme.id, version=version.strip()).exists():
        problems.append(Problem(f"une version s'appelle déjà « {version.strip()} ».", colonne="version"))
    if problems:
        raise InvalidInput(problems)
    adopted = version_adoptee(
        programme, grille_scenario(s), version=version.strip(), le=le, nom=s.nom, motif=motif.strip()
    )
    row, _ = charger(adopted, auteur)
    s.statut, s.adopte_le, s.version_adoptee = Scenario.Statut.ADOPTE, le, row.version
    s.save(update_fields=["statut", "adopte_le", "version_adoptee"])
    _evenement(
        s, "adoption_scenario", auteur, avant={"version": programme.version}, apres={"version": row.version},
        motif=motif.strip(), piece=piece[:300], effet=le,
    )  # fmt: skip
    return row
