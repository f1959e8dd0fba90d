"""Indicateurs du foncier : espaces consommés, friches, quartiers prioritaires."""

from beffroi.kernel.formula import Count, Divided, Ratio, Share, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CGCT", "L. 2231-1")
ENAF = (
    "Année de construction connue avec retard ; la dernière année est provisoire. Une part est de destination inconnue."
)
FRICHES = "Recensement non exhaustif : une commune sans site n'est pas une commune sans friche."
HECTARE = 10_000  # m²
HABITAT = Sum("conso_enaf.habitat")
TOTAL = Sum("conso_enaf.total")


def _indicateur(
    nom: str,
    libelle: str,
    definition: str,
    unite: str,
    formule: Term,
    source: str,
    reserve: str,
    bloc: str = "mobilisation",
    decimales: int | None = None,
) -> Indicator:
    return Indicator(
        id=f"foncier.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=Sense.DOWN if "enaf" in nom else Sense.NEUTRAL,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.SERIES, Representation.MAP, Representation.TABLE),
        cautions=reserve,
        legal=TEXTE,
        formula=formule,
        source=source,
        block=bloc,
        decimals=decimales,
    )


declare(
    _indicateur(
        "enaf_total", "Espaces naturels, agricoles et forestiers consommés", "Surface consommée dans l'année.", "m2",
        TOTAL, "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_habitat", "Espaces consommés pour l'habitat", "Surface consommée dans l'année à destination de l'habitat.",
        "m2", HABITAT, "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_habitat_5_ans", "Espaces consommés pour l'habitat en cinq ans", "Somme de cinq ans.", "m2",
        Sum("conso_enaf.habitat", span=5), "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_habitat_hectare", "Hectares consommés pour l'habitat", "Surface consommée dans l'année pour l'habitat.",
        "hectare", Divided(HABITAT, HECTARE), "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_habitat_hectare_par_an", "Hectares consommés pour l'habitat, moyenne annuelle de cinq ans",
        "Surface consommée pour l'habitat en cinq ans, divisée par cinq.", "hectare",
        Divided(Sum("conso_enaf.habitat", span=5), 5 * HECTARE), "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_hectare", "Hectares d'espaces naturels, agricoles et forestiers consommés", "Surface consommée dans l'année.",
        "hectare", Divided(TOTAL, HECTARE), "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_part_habitat", "Part de l'habitat dans les espaces consommés", "Habitat, rapporté au total de l'année.",
        "part", Share(HABITAT, TOTAL), "Cerema", ENAF,
    ),
    _indicateur(
        "enaf_part_territoire", "Part du territoire consommée dans l'année", "Surface consommée, rapportée à la commune.",
        "part", Share(TOTAL, Sum("conso_enaf.surface_commune")), "Cerema", ENAF, decimales=2,
    ),
    _indicateur(
        "enaf_par_logement", "Espaces consommés pour l'habitat par logement commencé, sur cinq ans",
        "Espaces consommés pour l'habitat en cinq ans, rapportés aux logements commencés des mêmes années.", "m2",
        Ratio(Sum("conso_enaf.habitat", span=5), Sum("sitadel_annuel.logement_commence", span=5)),
        "Cerema, Sitadel", ENAF,
    ),
    _indicateur(
        "friche", "Sites de friches recensés", "Sites de Cartofriches, tous statuts.", "site", Count("cartofriches"),
        "Cartofriches (Cerema)", FRICHES,
    ),
    _indicateur(
        "friche_avec_projet", "Friches avec projet", "Sites de Cartofriches dont le statut est « avec projet ».", "site",
        Count("cartofriches", where=(("statut", "avec_projet"),)), "Cartofriches (Cerema)", FRICHES,
    ),
    _indicateur(
        "friche_reconvertie", "Friches reconverties", "Sites de Cartofriches dont le statut est « reconvertie ».", "site",
        Count("cartofriches", where=(("statut", "reconvertie"),)), "Cartofriches (Cerema)", FRICHES,
    ),
    _indicateur(
        "friche_surface", "Surface des friches recensées", "Surface des sites de Cartofriches.", "m2",
        Sum("cartofriches.surface"), "Cartofriches (Cerema)", FRICHES,
    ),
    _indicateur(
        "quartier_prioritaire", "Quartiers prioritaires de la politique de la ville",
        "Quartiers de la génération 2024, chacun compté dans la première commune de sa liste.", "nombre",
        Count("quartier_commune", where=(("principale", "true"),)), "ANCT", "Un quartier peut toucher deux EPCI.", "parcs",
    ),
)  # fmt: skip
