"""Indicateurs que les programmes livrés demandent de suivre : une ligne par indicateur dans ``indicateurs.csv``.

Colonnes : id, programme, action, libelle, definition, unite, unite_publiee (celle du document), sens, echelle, frequence,
source, representation, precaution, article (CCH), registre (s'il l'alimente), calcul (l'indicateur calculé qui en donne
les valeurs), jeu_ouvert (le jeu ouvert qui pourrait le renseigner), sans_calcul (pourquoi il ne le fait pas, et d'où
viennent les valeurs en attendant). Être au catalogue n'est pas être calculé : sans ``calcul``, la valeur vient d'un registre ou d'une saisie.
Source : documents des PLH et du CRTE livrés, un indicateur composé étant scindé.
"""

import csv
from pathlib import Path

from beffroi.kernel.indicator import Feeding, Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

CIRCULAIRE_CRTE = LegalRef("Circulaire n° 6231/SG du 20 novembre 2020")


def _indicateur(ligne: dict[str, str]) -> Indicator:
    calcule, registre = ligne["calcul"], ligne["registre"]
    return Indicator(
        id=ligne["id"],
        label=ligne["libelle"],
        definition=ligne["definition"],
        unit=ligne["unite"],
        sense=Sense(ligne["sens"]),
        scope=Scope(ligne["echelle"]),
        frequency=Frequency(ligne["frequence"]),
        representation=tuple(Representation(r) for r in ligne["representation"].split()),
        cautions=ligne["precaution"],
        legal=LegalRef("CCH", ligne["article"]) if ligne["article"] else CIRCULAIRE_CRTE,
        feeding=Feeding.CALCULE if calcule else Feeding.REGISTRE if registre else Feeding.SAISI,
        register=registre,
        computed_by=calcule,
        source=ligne["source"],
        programme=ligne["programme"],
        action=ligne["action"],
        open_data=ligne["jeu_ouvert"],
        not_computed=ligne["sans_calcul"],
    )


with Path(__file__).with_name("indicateurs.csv").open(encoding="utf-8", newline="") as _fichier:
    declare(*(_indicateur(ligne) for ligne in csv.DictReader(_fichier)))
