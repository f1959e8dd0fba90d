"""Indicateurs de la production de logements, d'après Sitadel en date réelle."""

from beffroi.kernel.formula import Change, Delta, Ratio, Share, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CCH", "L. 302-3")
RESERVE = (
    "Autorisé, commencé et livré sont trois choses. Les 18 à 24 derniers mois sont révisés ; les ouvertures de chantier sont "
    "sous-déclarées. La dernière année est provisoire."
)
AUTORISES = Sum("sitadel_annuel.logement_autorise")
COMMENCES = Sum("sitadel_annuel.logement_commence")
POPULATION = Sum("populations_legales.population_municipale", last=True)
COURBE = (Representation.SERIES, Representation.MAP, Representation.TABLE)


def _indicateur(nom: str, libelle: str, definition: str, unite: str, sens: Sense, formule: Term) -> Indicator:
    return Indicator(
        id=f"production.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=sens,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=COURBE,
        cautions=RESERVE,
        legal=TEXTE,
        formula=formule,
        source="Sitadel (SDES)",
        block="marches",
    )


declare(
    _indicateur(
        "logement_autorise",
        "Logements autorisés",
        "Logements des permis et déclarations préalables autorisés dans l'année, en date réelle.",
        "logement",
        Sense.UP,
        AUTORISES,
    ),
    _indicateur(
        "logement_commence",
        "Logements commencés",
        "Logements dont le chantier a été déclaré ouvert dans l'année, en date réelle.",
        "logement",
        Sense.UP,
        COMMENCES,
    ),
    *(
        _indicateur(
            f"part_{nom}",
            f"Part {part} dans les logements autorisés",
            f"Logements autorisés en {mot}, rapportés à tous les logements autorisés de l'année.",
            "part",
            Sense.NEUTRAL,
            Share(Sum(f"sitadel_annuel.logement_autorise_{nom}"), AUTORISES),
        )
        for nom, mot, part in (
            ("collectif", "collectif", "du collectif"),
            ("individuel_pur", "individuel pur", "de l'individuel pur"),
            ("individuel_groupe", "individuel groupé", "de l'individuel groupé"),
            ("residence", "résidence", "des résidences"),
        )
    ),
    _indicateur(
        "indice_construction",
        "Logements autorisés pour 1 000 habitants, moyenne de trois ans",
        "Logements autorisés en trois ans, divisés par trois, rapportés à la population municipale.",
        "pour_mille_habitants",
        Sense.NEUTRAL,
        Ratio(Sum("sitadel_annuel.logement_autorise", span=3), POPULATION, scale=1000 / 3),
    ),
    _indicateur(
        "indice_construction_commence",
        "Logements commencés pour 1 000 habitants, moyenne de trois ans",
        "Logements commencés en trois ans, divisés par trois, rapportés à la population municipale.",
        "pour_mille_habitants",
        Sense.NEUTRAL,
        Ratio(Sum("sitadel_annuel.logement_commence", span=3), POPULATION, scale=1000 / 3),
    ),
    _indicateur(
        "part_commencee",
        "Logements commencés pour un logement autorisé, sur trois ans",
        "Logements commencés en trois ans, rapportés aux logements autorisés des mêmes années.",
        "part",
        Sense.UP,
        Share(Sum("sitadel_annuel.logement_commence", span=3), Sum("sitadel_annuel.logement_autorise", span=3)),
    ),
    _indicateur(
        "evolution_autorise",
        "Évolution des logements autorisés, trois ans contre les trois précédents",
        "Somme de trois ans, comparée à celle des trois années d'avant.",
        "part",
        Sense.NEUTRAL,
        Delta(Sum("sitadel_annuel.logement_autorise", span=3), 3, Change.RELATIVE),
    ),
    _indicateur(
        "surface_par_logement",
        "Surface de plancher autorisée par logement",
        "Surface de plancher autorisée, rapportée aux logements autorisés de la même année.",
        "m2",
        Sense.NEUTRAL,
        Ratio(Sum("sitadel_annuel.surface_autorisee"), AUTORISES),
    ),
)
