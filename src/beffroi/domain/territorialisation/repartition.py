"""Répartition par le plus fort reste, avec planchers et plafonds ; étalement par années. Fonctions pures.

Source : méthode du plus fort reste (Hamilton), ordre des opérations fixé par les conventions du projet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import nombre
from beffroi.kernel.unit import ceiling, exact, floor, half_up_int


@dataclass(frozen=True, slots=True)
class Demande:
    """Ce qui se répartit : nom, poids, code qui départage, bornes en unités entières."""

    nom: str
    poids: Decimal
    code: str = ""
    plancher: Decimal = Decimal(0)
    plafond: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Resultat:
    """Volumes dans l'ordre reçu ; rangs fixés à leur plancher ou à leur plafond ; planchers rouverts faute de place."""

    volumes: tuple[int, ...]
    au_plancher: tuple[int, ...] = ()
    au_plafond: tuple[int, ...] = ()
    rouverts: bool = False


def plus_fort_reste(total: int, poids: Sequence[Decimal], codes: Sequence[str] = ()) -> list[int]:
    """Répartit ``total`` unités entières au prorata des poids ; la somme est exacte.

    Chacun reçoit la partie entière de sa part, puis les unités restantes vont aux plus forts restes. À égalité : le plus
    grand poids, puis le code croissant s'il est donné, puis l'ordre reçu.

    Raises:
        InvalidInput: total négatif, poids négatif, ou aucun poids pour un total non nul.
    """
    if total < 0:
        raise InvalidInput(
            Problem(f"le volume à répartir est négatif ({total}) : répartir le brut, puis déduire les démolitions.")
        )
    somme = sum(poids, Decimal(0))
    if any(p < 0 for p in poids):
        raise InvalidInput(Problem("un poids est négatif : un poids est 0 ou plus."))
    if somme == 0:
        if total == 0:
            return [0] * len(poids)
        raise InvalidInput(Problem(f"aucun territoire n'a de poids : {nombre(total)} ne peuvent pas être répartis."))
    parts = [Fraction(total) * Fraction(p) / Fraction(somme) for p in poids]
    volumes = [part.numerator // part.denominator for part in parts]
    ordre = sorted(
        range(len(poids)),
        key=lambda i: (volumes[i] - parts[i], -poids[i], codes[i] if codes and codes[i] else "", i),
    )
    for i in ordre[: total - sum(volumes)]:
        volumes[i] += 1
    return volumes


def repartir(total: int, demandes: Sequence[Demande], ou: str) -> Resultat:
    """Répartit entre des territoires bornés. ``ou`` nomme l'ensemble dans les messages.

    Ordre : répartir ; fixer à leur plancher (arrondi au-dessus) ceux qui sont dessous, répartir le reste entre les
    autres ; puis fixer à leur plafond (arrondi au-dessous) ceux qui le dépassent ; recommencer. Un plancher fixé n'est
    pas relevé quand un plafond libère du volume, sauf s'il ne reste plus aucun territoire libre.

    Raises:
        InvalidInput: planchers au-dessus du total, plafonds au-dessous, plancher au-dessus d'un plafond ; les
            territoires sont nommés.
    """
    bas = [ceiling(d.plancher) for d in demandes]
    haut = [None if d.plafond is None else floor(d.plafond) for d in demandes]
    _verifier_bornes(total, demandes, bas, haut, ou)
    fixes: dict[int, int] = {}
    planchers: list[int] = []
    plafonds: list[int] = []
    rouverts = False
    while True:
        libres = [i for i in range(len(demandes)) if i not in fixes]
        reste = total - sum(fixes.values())
        if not libres:
            if reste == 0:
                break
            for i in planchers:  # plus personne pour recevoir le reste : les planchers redeviennent des minima
                del fixes[i]
            planchers, rouverts = [], True
            continue
        poids = [demandes[i].poids for i in libres]
        if not any(poids) and reste and not rouverts and any(demandes[i].poids for i in fixes):
            noms = ", ".join(demandes[i].nom for i in libres)
            raise InvalidInput(
                Problem(
                    f"{ou} : il reste {nombre(reste)} logements et seuls des territoires de poids nul sont libres "
                    f"({noms}). Leur donner un poids, ou relever un plafond."
                )
            )
        if rouverts:
            essai = _au_dessus(reste, [demandes[i] for i in libres], [bas[i] for i in libres])
        else:
            essai = plus_fort_reste(reste, poids, [demandes[i].code for i in libres])
            sous = [i for i, v in zip(libres, essai, strict=True) if v < bas[i]]
            if sous:
                fixes |= {i: bas[i] for i in sous}
                planchers += sous
                continue
        sur = {i: h for i, v in zip(libres, essai, strict=True) if (h := haut[i]) is not None and v > h}
        if sur:
            fixes |= sur
            plafonds += list(sur)
            continue
        fixes |= dict(zip(libres, essai, strict=True))
        break
    return Resultat(
        tuple(fixes[i] for i in range(len(demandes))), tuple(sorted(planchers)), tuple(sorted(plafonds)), rouverts
    )


def _au_dessus(reste: int, demandes: Sequence[Demande], bas: Sequence[int]) -> list[int]:
    """Chacun son minimum, et ce qui reste au prorata des poids (à parts égales si aucun poids)."""
    surplus = reste - sum(bas)
    poids = [d.poids for d in demandes]
    if not any(poids):
        poids = [Decimal(1)] * len(demandes)
    return [b + v for b, v in zip(bas, plus_fort_reste(surplus, poids, [d.code for d in demandes]), strict=True)]


def _verifier_bornes(
    total: int, demandes: Sequence[Demande], bas: Sequence[int], haut: Sequence[int | None], ou: str
) -> None:
    if not demandes:
        if total:
            raise InvalidInput(Problem(f"{ou} : aucun territoire pour recevoir {nombre(total)} logements."))
        return
    problemes = [
        Problem(f"{ou} : le plancher de « {d.nom} » ({nombre(b)}) dépasse son plafond ({nombre(h)}).")
        for d, b, h in zip(demandes, bas, haut, strict=True)
        if h is not None and b > h
    ]
    if sum(bas) > total:
        noms = ", ".join(f"{d.nom} ({nombre(b)})" for d, b in zip(demandes, bas, strict=True) if b)
        problemes.append(
            Problem(
                f"{ou} : les planchers font {nombre(sum(bas))} pour {nombre(total)} à répartir. "
                f"Baisser un plancher ou augmenter le total : {noms}."
            )
        )
    if all(h is not None for h in haut) and sum(h or 0 for h in haut) < total:
        noms = ", ".join(f"{d.nom} ({nombre(h or 0)})" for d, h in zip(demandes, haut, strict=True))
        problemes.append(
            Problem(
                f"{ou} : les plafonds font {nombre(sum(h or 0 for h in haut))} pour {nombre(total)} à répartir. "
                f"Relever un plafond ou baisser le total : {noms}."
            )
        )
    if problemes:
        raise InvalidInput(problemes)


def etaler(total: int, annees: int) -> tuple[int, ...]:
    """Étale un volume sur des années par arrondi du cumul : la somme est exacte, l'écart entre années est d'une unité.

    Année k : arrondi(total × k ÷ années) − arrondi(total × (k − 1) ÷ années), arrondis au plus proche.
    """
    cumuls = [half_up_int(exact(total * k) / annees) for k in range(annees + 1)]
    return tuple(b - a for a, b in pairwise(cumuls))
