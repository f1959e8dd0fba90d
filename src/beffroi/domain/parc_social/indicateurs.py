"""Indicateurs du parc social, d'après les données ouvertes."""

from beffroi.kernel.formula import Count, Published, Share, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

REPERTOIRE = (
    "Logements du répertoire au 1er janvier, vacants et non loués compris. Seul le dernier millésime est servi : la série "
    "se construit d'année en année."
)
LOGEMENTS = Count("rpls")  # une ligne du répertoire est un logement
PETITS = Count("rpls", where=(("taille", "1_2_pieces"),))


def _indicateur(
    nom: str, libelle: str, definition: str, unite: str, sens: Sense, formule: Term, source: str, reserve: str
) -> Indicator:
    return Indicator(
        id=f"parc_social.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=sens,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.MAP, Representation.TABLE),
        cautions=reserve,
        legal=LegalRef("CCH", "R. 302-1-4"),
        formula=formule,
        source=source,
        block="parcs",
    )


declare(
    _indicateur(
        "taux_logement_social",
        "Taux de logements sociaux",
        "Logements sociaux du répertoire, rapportés aux résidences principales, publié par commune.",
        "part",
        Sense.UP,
        Published("taux_logement_social.taux"),
        "Caisse des Dépôts, d'après le RPLS",
        "Publié au point près ; ce n'est pas l'inventaire SRU, qui seul fonde une obligation.",
    ),
    _indicateur(
        "logement",
        "Logements des bailleurs sociaux",
        "Logements du répertoire des logements locatifs des bailleurs sociaux.",
        "logement",
        Sense.NEUTRAL,
        LOGEMENTS,
        "RPLS (SDES)",
        REPERTOIRE,
    ),
    _indicateur(
        "logement_1_2_pieces",
        "Logements d'une ou deux pièces des bailleurs sociaux",
        "Logements du répertoire qui ont une ou deux pièces (T1, T2).",
        "logement",
        Sense.NEUTRAL,
        PETITS,
        "RPLS (SDES)",
        REPERTOIRE,
    ),
    _indicateur(
        "part_1_2_pieces",
        "Part des logements d'une ou deux pièces dans le parc social",
        "Logements d'une ou deux pièces du répertoire, rapportés à tous ses logements.",
        "part",
        Sense.NEUTRAL,
        Share(PETITS, LOGEMENTS),
        "RPLS (SDES)",
        REPERTOIRE,
    ),
)
