"""Indicateurs du logement social au sens de la loi SRU."""

from beffroi.kernel.formula import Change, Count, Delta, Published, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CCH", "L. 302-5")
RESERVE = "Seules les communes du périmètre figurent au fichier : ailleurs, la mesure est sans objet."


def _indicateur(
    nom: str, libelle: str, definition: str, unite: str, sens: Sense, formule: Term, reserve: str = RESERVE
) -> Indicator:
    return Indicator(
        id=f"sru.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=sens,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.TABLE, Representation.MAP),
        cautions=reserve,
        legal=TEXTE,
        formula=formule,
        source="Inventaire SRU (DHUP)",
        block="parcs",
    )


declare(
    _indicateur(
        "taux_publie", "Taux SRU", "Taux de logements sociaux de l'inventaire.", "part", Sense.UP, Published("sru.taux")
    ),
    _indicateur(
        "logement_social_inventaire",
        "Logements sociaux de l'inventaire SRU",
        "Logements sociaux décomptés dans les communes du périmètre.",
        "logement",
        Sense.UP,
        Sum("sru.logement_social"),
    ),
    _indicateur(
        "evolution_logement_social",
        "Logements sociaux supplémentaires en un an",
        "Logements sociaux de l'inventaire, moins ceux de l'inventaire précédent, dans les communes connues aux deux dates.",
        "logement",
        Sense.UP,
        Delta(Sum("sru.logement_social"), 1, Change.ABSOLUE),
        f"Variation nette : les ventes, démolitions et fins de convention en sont ôtées, ce n'est pas la production. {RESERVE}",
    ),
    _indicateur(
        "commune_deficitaire",
        "Communes déficitaires",
        "Communes du périmètre dont le taux est sous le taux à atteindre.",
        "commune",
        Sense.DOWN,
        Count("sru", where=(("deficitaire", "true"),)),
    ),
    _indicateur(
        "commune_carencee",
        "Communes carencées",
        "Communes en état de carence constatée.",
        "commune",
        Sense.DOWN,
        Count("sru", where=(("carencee", "true"),)),
    ),
    _indicateur(
        "prelevement_net",
        "Prélèvement SRU net",
        "Prélèvement net, majoration comprise.",
        "euro",
        Sense.DOWN,
        Sum("sru.prelevement_net"),
    ),
)
