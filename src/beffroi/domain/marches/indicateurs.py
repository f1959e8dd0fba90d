"""Indicateurs des marchés : ventes et prix d'après DVF, loyers d'annonce, accessibilité par décile de revenu."""

from beffroi.kernel.formula import Change, Count, Delta, Mean, Median, Published, Quantile, Ratio, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CCH", "R. 302-1-4")
DVF = (
    "Prix nets vendeur, hors frais. Une médiane n'est publiée qu'à partir de onze ventes. Neuf (VEFA) et terrains à part. "
    "DVF ne couvre ni la Moselle, ni le Bas-Rhin, ni le Haut-Rhin, ni Mayotte."
)
ANNONCE = (
    "Loyers d'annonce, charges comprises, logement non meublé. Une valeur « maille » est celle de la zone voisine. À "
    "l'échelle d'un EPCI, moyenne des communes pondérée par leurs résidences principales."
)
COMMUNE = "Revenu et prix de la même commune ; sans objet au-dessus, car un revenu médian ne se recalcule pas."
SURFACE_TYPE = 52  # m², appartement type de la carte des loyers
MOIS = 12


def _indicateur(
    nom: str, libelle: str, definition: str, unite: str, formule: Term, source: str, reserve: str
) -> Indicator:
    return Indicator(
        id=f"marches.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=Sense.NEUTRAL,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.SERIES, Representation.MAP, Representation.TABLE),
        cautions=reserve,
        legal=TEXTE,
        formula=formule,
        source=source,
        block="marches",
        decimals=1 if unite == "annee" else None,
    )


_SEGMENTS = (
    ("maison_ancienne", "d'une maison ancienne"),
    ("appartement_ancien", "d'un appartement ancien"),
    ("appartement_neuf", "d'un appartement neuf (VEFA)"),
    ("terrain", "d'un terrain à bâtir"),
)
_LOYERS = (
    ("appartement", "d'un appartement"),
    ("appartement_1_2_pieces", "d'un appartement d'une ou deux pièces"),
    ("appartement_3_pieces", "d'un appartement de trois pièces et plus"),
    ("maison", "d'une maison"),
)
_DECILES = (("revenu_median", "médian"), ("decile_1", "du premier décile"), ("decile_9", "du neuvième décile"))

declare(
    *(
        _indicateur(
            f"prix_m2_{s}", f"Prix médian au m² {mot}", f"Médiane des prix au m² {mot}, ventes de l'année.", "euro_m2",
            Median(f"vente_dvf.prix_m2_{s}"), "DVF", DVF,
        )
        for s, mot in _SEGMENTS
    ),
    *(
        _indicateur(
            f"prix_{s}", f"Prix médian {mot}", f"Médiane des prix {mot}, ventes de l'année.", "euro",
            Median(f"vente_dvf.prix_{s}"), "DVF", DVF,
        )
        for s, mot in _SEGMENTS
    ),
    *(
        _indicateur(
            f"{q}_prix_m2_appartement_ancien", f"{titre} quartile du prix au m² d'un appartement ancien",
            f"{titre} quartile des prix au m² des appartements anciens vendus dans l'année.", "euro_m2",
            Quantile("vente_dvf.prix_m2_appartement_ancien", q=valeur), "DVF", DVF,
        )
        for q, titre, valeur in (("premier", "Premier", 0.25), ("troisieme", "Troisième", 0.75))
    ),
    *(
        _indicateur(
            f"vente_{s}", f"Ventes {mot}", f"Mutations retenues {mot} dans l'année : un nombre de ventes, non de logements.",
            "vente", Count("vente_dvf", where=(("segment", s),)), "DVF", DVF,
        )
        for s, mot in _SEGMENTS
    ),
    *(
        _indicateur(
            f"evolution_prix_m2_{s}", f"Évolution annuelle du prix au m² {mot}, sur trois ans",
            f"Taux annuel moyen de la médiane des prix au m² {mot} entre deux années séparées de trois ans.", "part",
            Delta(Median(f"vente_dvf.prix_m2_{s}"), 3, Change.TAUX_ANNUEL), "DVF", DVF,
        )
        for s, mot in _SEGMENTS[:2]
    ),
    *(
        _indicateur(
            f"loyer_{s}", f"Loyer d'annonce au m² {mot}", f"Loyer d'annonce estimé {mot}, charges comprises.",
            "euro_m2_mois",
            Mean(Sum(f"carte_loyers.loyer_{s}"), Sum("recensement_logement.residence_principale", last=True)),
            "Carte des loyers (ANIL, DHUP)", ANNONCE,
        )
        for s, mot in _LOYERS
    ),
    *(
        _indicateur(
            f"annees_{d}_{s}", f"Années de revenu {mot} pour le prix médian {objet}",
            f"Prix médian {objet}, divisé par le niveau de vie {mot} de la commune.", "annee",
            Ratio(Median(f"vente_dvf.prix_{s}"), Published(f"filosofi.{d}", last=True)), "DVF, Filosofi", COMMUNE,
        )
        for s, objet in (("appartement_ancien", "d'un appartement"), ("maison_ancienne", "d'une maison"))
        for d, mot in _DECILES
    ),
    *(
        _indicateur(
            f"effort_locatif_{d}", f"Loyer d'un appartement de {SURFACE_TYPE} m² dans un revenu {mot}",
            f"Loyer d'annonce annuel d'un appartement de {SURFACE_TYPE} m², rapporté au niveau de vie {mot} d'une personne.",
            "part",
            Ratio(
                Published("carte_loyers.loyer_appartement"), Published(f"filosofi.{d}", last=True), scale=SURFACE_TYPE * MOIS
            ),
            "Carte des loyers, Filosofi", COMMUNE + " Charges comprises, avant aide au logement.",
        )
        for d, mot in _DECILES
    ),
)  # fmt: skip
