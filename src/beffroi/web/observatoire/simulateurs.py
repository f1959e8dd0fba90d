"""The list of simulators: address, title, question it answers, rules it calls."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Simulateur:
    """A simulator of the list; ``parent`` groups the second calculation of a subject with the first."""

    route: str
    titre: str
    question: str
    regles: str
    onglet: str = ""
    parent: str = ""


SRU = Simulateur(
    "simuler_sru",
    "Trajectoire SRU d’une commune",
    "Combien de logements sociaux manquent, quel objectif triennal, et que changent les opérations prévues ?",
    "CCH, L. 302-5 à L. 302-8",
)
BESOINS = Simulateur(
    "simuler_besoins",
    "Besoins en logements d’une intercommunalité",
    "Combien de logements par an selon le scénario, et de quoi ce nombre dépend-il le plus ?",
    "Méthode OTELO ; méthode du point mort",
    "Scénarios",
)
POINT_MORT = Simulateur(
    "simuler_point_mort",
    "Point mort d’une période",
    "Combien de logements fallait-il par an pour garder la population, et qu’a donné la construction ?",
    "Méthode du point mort",
    "Point mort",
    "simuler_besoins",
)
SOLVABILITE = Simulateur(
    "simuler_solvabilite",
    "Solvabilité d’un ménage",
    "Quel prix un ménage peut-il payer, quelle part des ventes lui est ouverte, que pèse un loyer ?",
    "Haut Conseil de stabilité financière ; définitions de l’Insee",
)
AIDES = Simulateur(
    "simuler_aides",
    "Aides d’un projet",
    "Quelles aides un règlement donne-t-il à une opération, et à quelles conditions ?",
    "Règlements d’aides des programmes et de l’Anah",
)
ECHEANCES = Simulateur(
    "simuler_echeances",
    "Calculateur d’échéances",
    "D’une date connue, quelles dates suivent : décision tacite, caducité, bilan, fin du programme ?",
    "Délais du CCH, du CGCT et du CGPPP",
)
SIMULATEURS = (SRU, BESOINS, POINT_MORT, SOLVABILITE, AIDES, ECHEANCES)


@dataclass(frozen=True, slots=True)
class Lien:
    """A simulator and its address in a programme."""

    titre: str
    question: str
    regles: str
    adresse: str
    ici: bool = False


def liens(programme_id: str) -> list[Lien]:
    """The simulators of the index page."""
    return [
        Lien(s.titre, s.question, s.regles, reverse(s.route, args=[programme_id])) for s in SIMULATEURS if not s.parent
    ]


def onglets(simulateur: Simulateur, programme_id: str) -> list[Lien]:
    """The calculations of a same subject, as tabs; none when there is only one."""
    head = simulateur.parent or simulateur.route
    family = [s for s in SIMULATEURS if head in (s.route, s.parent)]
    if len(family) < 2:
        return []
    return [Lien(s.onglet, "", "", reverse(s.route, args=[programme_id]), s is simulateur) for s in family]
