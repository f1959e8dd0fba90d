"""Indicateurs de la vacance : LOVAC pour le parc privé, recensement pour tout le parc."""

from beffroi.kernel.formula import Change, Delta, Share, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CCH", "R. 302-1-4")
RESERVE = (
    "Ruptures de série en 2023 et en 2025. Les valeurs de moins de onze logements sont secrètes, et d'autres masquées pour "
    "ne pas les trahir. Le millésime AA décrit le 1er janvier de l'année précédente."
)
RESERVE_RECENSEMENT = "Vacance de toute nature et de tout parc, moyenne de cinq ans : ne se compare pas à LOVAC."
VACANTS = Sum("lovac.logement_vacant")
LONGS = Sum("lovac.logement_vacant_plus_2_ans")
PARC = Sum("lovac.parc_prive")


def _indicateur(
    nom: str, libelle: str, definition: str, unite: str, formule: Term, reserve: str = RESERVE, source: str = "LOVAC"
) -> Indicator:
    return Indicator(
        id=f"vacance.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=Sense.NEUTRAL if nom == "parc_prive" else Sense.DOWN,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.MAP, Representation.SERIES, Representation.TABLE),
        cautions=reserve,
        legal=TEXTE,
        formula=formule,
        source=source,
        block="parcs",
    )


declare(
    _indicateur(
        "taux_longue_duree",
        "Taux de vacance de plus de deux ans du parc privé",
        "Logements privés vacants depuis plus de deux ans, rapportés au parc privé.",
        "part",
        Share(LONGS, PARC),
    ),
    _indicateur(
        "taux",
        "Taux de vacance du parc privé",
        "Logements privés vacants, rapportés au parc privé.",
        "part",
        Share(VACANTS, PARC),
    ),
    _indicateur(
        "logement_vacant", "Logements privés vacants", "Logements privés vacants, toutes durées.", "logement", VACANTS
    ),
    _indicateur(
        "logement_vacant_plus_2_ans",
        "Logements privés vacants depuis plus de deux ans",
        "Logements privés vacants depuis plus de deux ans.",
        "logement",
        LONGS,
    ),
    _indicateur("parc_prive", "Parc privé", "Logements du parc privé des fichiers fiscaux.", "logement", PARC),
    _indicateur(
        "evolution",
        "Logements privés vacants supplémentaires en un an",
        "Logements privés vacants, moins ceux du millésime précédent, dans les communes connues aux deux dates.",
        "logement",
        Delta(VACANTS, 1, Change.ABSOLUE),
    ),
    _indicateur(
        "evolution_plus_2_ans",
        "Logements vacants de plus de deux ans supplémentaires en un an",
        "Vacants de plus de deux ans, moins ceux du millésime précédent, dans les communes connues aux deux dates.",
        "logement",
        Delta(LONGS, 1, Change.ABSOLUE),
    ),
    _indicateur(
        "taux_recensement",
        "Part des logements vacants au recensement",
        "Logements vacants, rapportés à tous les logements, au recensement.",
        "part",
        Share(Sum("recensement_logement.logement_vacant"), Sum("recensement_logement.logement")),
        RESERVE_RECENSEMENT,
        "Recensement (INSEE)",
    ),
    _indicateur(
        "logement_vacant_recensement",
        "Logements vacants au recensement",
        "Logements vacants de tout parc, au recensement.",
        "logement",
        Sum("recensement_logement.logement_vacant"),
        RESERVE_RECENSEMENT,
        "Recensement (INSEE)",
    ),
)
