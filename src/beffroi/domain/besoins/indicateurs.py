"""Indicateurs de démographie, de parc et de revenus : le diagnostic usuel d'un PLH."""

from beffroi.kernel.formula import Change, Delta, Plus, Published, Ratio, Share, Sum, Term
from beffroi.kernel.indicator import Indicator, Representation, Scope, Sense, declare
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.source import Frequency

TEXTE = LegalRef("CCH", "L. 302-1")
CYCLE = "Moyenne de cinq enquêtes annuelles : ne comparer que des recensements séparés de cinq ans au moins."
ARRONDI = "Effectifs arrondis à l'unité par IRIS : une somme peut différer de quelques unités."
PUBLIE = "Publié par commune : une médiane ou un taux de pauvreté ne se recalcule pas à une échelle plus large."
LOGEMENT = Sum("recensement_logement.logement")
PRINCIPALE = Sum("recensement_logement.residence_principale")
POPULATION = Sum("populations_legales.population_municipale")
IRIS = Sum("recensement_iris.population")
AGES = ("population_75_89_ans", "population_90_ans_et_plus")
PLUS_DE_75_ANS = Plus(tuple(Sum(f"recensement_population.{a}") for a in AGES))
CONTOUR = "Surface de contours simplifiés, approchée à un ou deux pour cent."
SURFACE = Sum("contours_communes.surface", last=True)


def _indicateur(
    nom: str, libelle: str, definition: str, unite: str, formule: Term, source: str, reserve: str
) -> Indicator:
    return Indicator(
        id=f"besoins.{nom}",
        label=libelle,
        definition=definition,
        unit=unite,
        sense=Sense.DOWN if "pauvrete" in nom else Sense.NEUTRAL,
        scope=Scope.COMMUNE,
        frequency=Frequency.ANNUELLE,
        representation=(Representation.MAP, Representation.TABLE, Representation.NUMBER),
        cautions=reserve,
        legal=TEXTE,
        formula=formule,
        source=source,
        block="parcs",
        decimals=2 if nom == "taille_menage" else None,
    )


def _part(nom: str, libelle: str, colonnes: tuple[str, ...], tout: Term, de: str) -> Indicator:
    termes = tuple(Sum(f"recensement_logement.{c}") for c in colonnes)
    haut = termes[0] if len(termes) == 1 else Plus(termes)
    return _indicateur(
        nom, libelle, f"{libelle}, {de}, au recensement.", "part", Share(haut, tout), "Recensement (INSEE)", CYCLE
    )


declare(
    _indicateur(
        "population",
        "Population municipale",
        "Population municipale légale.",
        "habitant",
        POPULATION,
        "Populations légales (INSEE)",
        CYCLE,
    ),
    _indicateur(
        "evolution_population",
        "Évolution annuelle de la population, sur trois ans",
        "Taux annuel moyen entre deux populations légales séparées de trois ans.",
        "part",
        Delta(POPULATION, 3, Change.TAUX_ANNUEL),
        "Populations légales (INSEE)",
        "Intervalle de trois ans : à lire avec prudence, l'INSEE recommande cinq ans au moins.",
    ),
    _indicateur(
        "part_65_ans_et_plus",
        "Part des habitants de 65 ans et plus",
        "Habitants de 65 ans et plus, rapportés à tous les habitants.",
        "part",
        Share(Sum("recensement_iris.population_65_ans_et_plus"), IRIS),
        "Recensement par IRIS (INSEE)",
        ARRONDI,
    ),
    _indicateur(
        "habitant_75_ans_et_plus",
        "Habitants de 75 ans et plus",
        "Habitants de 75 ans et plus, au recensement.",
        "habitant",
        PLUS_DE_75_ANS,
        "Recensement, structure par âge (INSEE)",
        CYCLE,
    ),
    _indicateur(
        "part_75_ans_et_plus",
        "Part des habitants de 75 ans et plus",
        "Habitants de 75 ans et plus, rapportés à tous les habitants du même recensement.",
        "part",
        Share(PLUS_DE_75_ANS, Sum("recensement_population.population")),
        "Recensement, structure par âge (INSEE)",
        CYCLE,
    ),
    _indicateur(
        "part_moins_20_ans",
        "Part des habitants de moins de 20 ans",
        "Habitants de moins de 20 ans, rapportés à tous les habitants.",
        "part",
        Share(Sum("recensement_iris.population_0_19_ans"), IRIS),
        "Recensement par IRIS (INSEE)",
        ARRONDI,
    ),
    _indicateur(
        "indice_vieillissement",
        "Habitants de 65 ans et plus pour 100 de moins de 20 ans",
        "Habitants de 65 ans et plus, rapportés à ceux de moins de 20 ans, pour cent.",
        "indice",
        Ratio(Sum("recensement_iris.population_65_ans_et_plus"), Sum("recensement_iris.population_0_19_ans"), scale=100),
        "Recensement par IRIS (INSEE)",
        ARRONDI,
    ),
    _indicateur(
        "taille_menage",
        "Habitants par résidence principale",
        "Habitants des IRIS, rapportés aux résidences principales : approche de la taille moyenne des ménages.",
        "nombre",
        Ratio(IRIS, Sum("recensement_iris.residence_principale")),
        "Recensement par IRIS (INSEE)",
        "La population compte aussi les habitants hors ménages (foyers, maisons de retraite).",
    ),
    _indicateur(
        "densite_population",
        "Habitants par km²",
        "Population municipale, rapportée à la surface des communes.",
        "nombre",
        Ratio(POPULATION, SURFACE, scale=1_000_000),
        "Populations légales (INSEE), contours (IGN)",
        CONTOUR,
    ),
    _indicateur(
        "densite_logement",
        "Logements par hectare de territoire",
        "Logements du recensement, rapportés à toute la surface des communes, bâtie ou non.",
        "logement_hectare",
        Ratio(LOGEMENT, SURFACE, scale=10_000),
        "Recensement (INSEE), contours (IGN)",
        f"Densité brute du territoire, non celle d'une opération. {CONTOUR}",
    ),
    _indicateur(
        "logement", "Logements", "Tous les logements, au recensement.", "logement", LOGEMENT, "Recensement (INSEE)", CYCLE
    ),
    _indicateur(
        "residence_principale",
        "Résidences principales",
        "Logements occupés à titre de résidence principale.",
        "logement",
        PRINCIPALE,
        "Recensement (INSEE)",
        CYCLE,
    ),
    _part("part_residence_principale", "Part des résidences principales", ("residence_principale",), LOGEMENT, "dans les logements"),
    _part("part_residence_secondaire", "Part des résidences secondaires", ("residence_secondaire",), LOGEMENT, "dans les logements"),
    _indicateur(
        "part_maison",
        "Part des maisons",
        "Maisons, rapportées à tous les logements.",
        "part",
        Share(Sum("recensement_iris.maison"), Sum("recensement_iris.logement")),
        "Recensement par IRIS (INSEE)",
        ARRONDI,
    ),
    _indicateur(
        "part_appartement",
        "Part des appartements",
        "Appartements, rapportés à tous les logements.",
        "part",
        Share(Sum("recensement_iris.appartement"), Sum("recensement_iris.logement")),
        "Recensement par IRIS (INSEE)",
        ARRONDI,
    ),
    _part("part_proprietaire", "Part des propriétaires occupants", ("rp_proprietaire",), PRINCIPALE, "dans les résidences principales"),
    _part("part_locataire", "Part des locataires", ("rp_locataire",), PRINCIPALE, "dans les résidences principales"),
    _part("part_locataire_hlm", "Part des locataires d'un logement social", ("rp_locataire_hlm",), PRINCIPALE, "dans les résidences principales"),
    _part("part_1_2_pieces", "Part des logements d'une ou deux pièces", ("rp_1_piece", "rp_2_pieces"), PRINCIPALE, "dans les résidences principales"),
    _part("part_3_4_pieces", "Part des logements de trois ou quatre pièces", ("rp_3_pieces", "rp_4_pieces"), PRINCIPALE, "dans les résidences principales"),
    _part("part_5_pieces_et_plus", "Part des logements de cinq pièces et plus", ("rp_5_pieces_et_plus",), PRINCIPALE, "dans les résidences principales"),
    _part("part_avant_1946", "Part des résidences principales d'avant 1946", ("rp_achevee_avant_1919", "rp_achevee_1919_1945"), PRINCIPALE, "dans les résidences principales"),
    _part("part_1946_1970", "Part des résidences principales de 1946 à 1970", ("rp_achevee_1946_1970",), PRINCIPALE, "dans les résidences principales"),
    _part("part_1971_1990", "Part des résidences principales de 1971 à 1990", ("rp_achevee_1971_1990",), PRINCIPALE, "dans les résidences principales"),
    *(
        _indicateur(nom, libelle, f"{libelle}, publié par l'INSEE.", unite, Published(f"filosofi.{nom}"), "Filosofi (INSEE)", PUBLIE)
        for nom, libelle, unite in (
            ("revenu_median", "Médiane du niveau de vie", "euro_an"),
            ("decile_1", "Premier décile du niveau de vie", "euro_an"),
            ("decile_9", "Neuvième décile du niveau de vie", "euro_an"),
            ("rapport_interdecile", "Rapport interdécile D9/D1", "indice"),
            ("taux_pauvrete", "Taux de pauvreté", "part"),
            ("taux_pauvrete_locataire", "Taux de pauvreté des locataires", "part"),
            ("taux_pauvrete_proprietaire", "Taux de pauvreté des propriétaires", "part"),
        )
    ),
    _indicateur(
        "menage_fiscal", "Ménages fiscaux", "Ménages fiscaux de Filosofi.", "menage", Sum("filosofi.menage_fiscal"),
        "Filosofi (INSEE)", "Les communes sous secret manquent au total.",
    ),
)  # fmt: skip
