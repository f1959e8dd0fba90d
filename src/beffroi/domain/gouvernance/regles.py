"""Instances dues et tenues, au prorata du temps écoulé."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from beffroi.domain.gouvernance.modele import Instance, SuiviInstance
from beffroi.domain.gouvernance.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months, elapsed_months
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling, exact

PROGRAMME = LegalRef("Programme suivi", "gouvernance", "docs/methodes/gouvernance.md")


def _reunions(
    etapes: Etapes, instance: Instance, debut: date, le: date, fin: date | None, mois_an: int
) -> SuiviInstance:
    arret = min(le, fin) if fin is not None else le
    ecoules = elapsed_months(debut, arret)
    dues = instance.minimum_par_an * instance.ensembles * ecoules // mois_an
    dedans = [d for d in instance.tenues if debut <= d <= arret]
    hors = len(instance.tenues) - len(dedans)
    etapes.ajouter(f"{instance.nom} : dues", dues, "reunion", note=f"{ecoules} mois écoulés", legal=PROGRAMME)
    etapes.ajouter(
        f"{instance.nom} : tenues", len(dedans), "reunion", note=f"{hors} hors de la période" if hors else ""
    )
    prochaine = None
    par_an = instance.minimum_par_an * instance.ensembles
    if par_an:
        prochaine = add_months(debut, ceiling(exact((dues + 1) * mois_an) / par_an))
        if fin is not None and prochaine > fin:
            prochaine = None
    manquantes = max(0, dues - len(dedans))
    return SuiviInstance(instance.nom, dues, len(dedans), manquantes, manquantes == 0, prochaine)


@rule(
    id="gouvernance.reunions_dues",
    label="Réunions dues et tenues des instances",
    legal=PROGRAMME,
    since=date(1900, 1, 1),
)
def reunions_dues(
    etapes: Etapes,
    *,
    le: date,
    debut: Annotated[date, Entree("Début de la période suivie")],
    instances: Annotated[tuple[Instance, ...], Entree("Instances")],
    fin: Annotated[date | None, Entree("Fin de la période suivie")] = None,
) -> tuple[SuiviInstance, ...]:
    """Pour chaque instance : réunions dues au prorata des mois entiers écoulés, tenues, manquantes, conformité.

    Une réunion n'est due qu'une fois son intervalle entièrement écoulé (partie entière) : un comité annuel n'est pas en
    retard au sixième mois. Une réunion datée du futur est refusée : elle est prévue, pas tenue.
    """
    if fin is not None and fin < debut:
        raise InvalidInput(Problem("la fin de la période suivie précède son début."))
    for instance in instances:
        for jour in instance.tenues:
            if jour > le:
                raise InvalidInput(
                    Problem(
                        f"« {instance.nom} » : la réunion du {jour:%d/%m/%Y} est à venir, elle n'est pas tenue au {le:%d/%m/%Y}."
                    )
                )
    mois_an = PARAMETRES("mois_par_an", le).entier
    return tuple(_reunions(etapes, i, debut, le, fin, mois_an) for i in instances)
