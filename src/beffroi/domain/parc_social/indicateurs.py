"""Indicateurs du parc social, d'après les données ouvertes."""

from beffroi.kernel.formula import Published
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

declare(
    Indicator(
        id="parc_social.taux_logement_social",
        label="Taux de logements sociaux",
        definition="Logements sociaux du répertoire, rapportés aux résidences principales, publié par commune.",
        unit="part",
        sense=Sense.UP,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.MAP, Representation.TABLE),
        cautions="Publié au point près ; ce n'est pas l'inventaire SRU, qui seul fonde une obligation.",
        legal=LegalRef("CCH", "R. 302-1-4"),
        formula=Published("taux_logement_social.taux"),
        source="Caisse des Dépôts, d'après le RPLS",
        block="parcs",
    ),
)
