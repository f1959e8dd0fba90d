"""Indicateurs des copropriétés, d'après le registre national d'immatriculation."""

from beffroi.kernel.formula import Count, Share, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency


def _indicateur(nom: str, libelle: str, definition: str, unite: str, formule: Term) -> Indicator:
    return Indicator(
        id=f"copropriete.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=Sense.NEUTRAL,
        scope=Scope.COMMUNE,
        frequency=Frequency.TRIMESTRIELLE,
        representation=(Representation.MAP, Representation.TABLE),
        cautions="Registre déclaratif ; une copropriété n'est pas un nombre de logements.",
        legal=LegalRef("CCH", "R. 302-1-4"),
        formula=formule,
        source="RNIC (Anah)",
        block="parcs",
    )


declare(
    _indicateur(
        "immatriculee",
        "Copropriétés immatriculées",
        "Copropriétés inscrites au registre.",
        "copropriete",
        Count("rnic"),
    ),
    _indicateur(
        "syndic_en_fonction",
        "Copropriétés dont un syndic a un mandat en cours",
        "Copropriétés inscrites au registre qui déclarent un mandat de syndic en cours.",
        "copropriete",
        Count("rnic", where=(("mandat", "en_cours"),)),
    ),
    _indicateur(
        "lot_habitation",
        "Lots d'habitation en copropriété",
        "Lots d'habitation des copropriétés inscrites.",
        "lot",
        Sum("rnic.lots_habitation"),
    ),
    _indicateur(
        "part_syndic_benevole",
        "Part des copropriétés à syndic bénévole",
        "Copropriétés à syndic bénévole, rapportées aux copropriétés inscrites.",
        "part",
        Share(Count("rnic", where=(("type_syndic", "benevole"),)), Count("rnic")),
    ),
)
