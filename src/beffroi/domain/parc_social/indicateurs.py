"""Indicateurs du parc social, d'après les données ouvertes."""

from beffroi.kernel.formula import Published, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency


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
)
