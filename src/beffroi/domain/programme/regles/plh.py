"""Programme local de l'habitat : échéances, objectif à date, fiches-actions complètes, délibérations annuelles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.programme.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months, add_years, elapsed_months
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import exact

ENL = date(2009, 3, 28)
ETAT = LegalRef("CCH", "L. 302-3")


@rule(id="programme.echeances_plh", label="Échéances d'un programme local de l'habitat", legal=ETAT, since=ENL)
def echeances_plh(
    etapes: Etapes,
    *,
    le: date,
    adoption: Annotated[date, Entree("Adoption du programme")],
    executoire: Annotated[date, Entree("Date à laquelle le programme est exécutoire")],
    prorogation_annees: Annotated[int, Entree("Prorogation accordée", "annee", minimum=0)] = 0,
) -> dict[str, Any]:
    """Dates dues : bilan triennal (trois ans après l'adoption), observatoire (trois ans après le caractère exécutoire),
    fin (six ans), fin la plus tardive avec prorogation (deux ans au plus, avec l'accord du préfet).

    Le point de départ des six ans est la date exécutoire (convention, le texte ne le dit pas). Le délai de l'observatoire
    est celui de la loi du 22 août 2021, appliqué à tout programme suivi depuis.
    """
    if executoire < adoption:
        raise InvalidInput(Problem("la date exécutoire précède l'adoption : vérifier les deux dates."))
    duree, triennal = PARAMETRES("duree_plh", adoption), PARAMETRES("delai_bilan_triennal", adoption)
    prorogation = PARAMETRES("prorogation_maximale", adoption)
    if prorogation_annees > prorogation.entier:
        raise InvalidInput(
            Problem(
                f"le champ « Prorogation accordée » ({prorogation_annees}) dépasse le maximum de {prorogation.entier} ans."
            )
        )
    observatoire = PARAMETRES("delai_observatoire", le)
    dates: dict[str, Any] = {
        "bilan_triennal": etapes.ajouter(
            "Bilan triennal au préfet et au comité régional",
            add_years(adoption, triennal.entier),
            "date",
            parametre=triennal,
        ),
        "observatoire": etapes.ajouter(
            "Observatoire en place", add_years(executoire, observatoire.entier), "date", parametre=observatoire
        ),
    }
    fin = etapes.ajouter("Fin du programme", add_years(executoire, duree.entier), "date", parametre=duree)
    dates |= {"fin": fin, "bilan_final": fin}
    if prorogation_annees:
        dates["fin_prorogee"] = etapes.ajouter("Fin prorogée", add_years(fin, prorogation_annees), "date")
    dates["fin_maximale"] = etapes.ajouter(
        "Fin la plus tardive, avec prorogation", add_years(fin, prorogation.entier), "date", parametre=prorogation
    )
    return dates


@rule(id="programme.objectif_a_date", label="Objectif à date", legal=ETAT, since=ENL)
def objectif_a_date(
    etapes: Etapes,
    *,
    le: date,
    objectif: Annotated[Decimal, Entree("Objectif sur toute la durée", minimum=0)],
    mois_ecoules: Annotated[int | None, Entree("Mois écoulés", "mois", minimum=0)] = None,
    executoire: Annotated[date | None, Entree("Date à laquelle le programme est exécutoire")] = None,
) -> dict[str, Any]:
    """Objectif proratisé au mois, dans l'unité de l'objectif ; les mois sont plafonnés à la durée du programme.

    Donner les mois écoulés, ou la date exécutoire (les mois entiers jusqu'à ``le``). Une prorogation ne dilue pas
    l'objectif des six ans : elle se montre à part.
    """
    if (mois_ecoules is None) == (executoire is None):
        raise InvalidInput(
            Problem(
                "donner « Mois écoulés » ou « Date à laquelle le programme est exécutoire », l'un des deux seulement."
            )
        )
    duree, mois_an = PARAMETRES("duree_plh", le), PARAMETRES("mois_par_an", le)
    total = duree.entier * mois_an.entier
    ecoules = elapsed_months(executoire, le) if executoire is not None else mois_ecoules or 0
    retenus = etapes.ajouter("Mois retenus", min(ecoules, total), "mois", parametre=(duree, mois_an))
    if ecoules > total:
        etapes.avertir(f"La durée de {total} mois est dépassée de {ecoules - total} : l'objectif entier est retenu.")
    prorata = etapes.ajouter("Objectif à date", objectif * retenus / total, note=f"{retenus} mois sur {total}")
    return {"objectif_a_date": prorata, "mois_retenus": retenus, "duree_mois": total}


@rule(
    id="programme.taux_annuel",
    label="Rythme annuel constaté face au rythme prévu",
    legal=ETAT,
    since=ENL,
    unite="part",
)
def taux_annuel(
    etapes: Etapes,
    *,
    le: date,
    objectif_annuel: Annotated[Decimal, Entree("Objectif par an", "logement_par_an", minimum=0)],
    realise_annuel: Annotated[Decimal, Entree("Réalisé par an", "logement_par_an", minimum=0)],
) -> Decimal | None:
    """Réalisé annuel rapporté à l'objectif annuel, en fraction ; sans valeur quand l'objectif est nul."""
    etapes.ajouter("Objectif par an", objectif_annuel, "logement_par_an")
    if objectif_annuel == 0:
        etapes.avertir("Objectif nul : il n'y a pas de taux, ni 0 % ni infini.")
        return None
    return etapes.ajouter("Taux", realise_annuel / objectif_annuel, "part", legal=ETAT)


@rule(id="programme.deliberation_annuelle", label="Délibérations annuelles sur le programme", legal=ETAT, since=ENL)
def deliberation_annuelle(
    etapes: Etapes,
    *,
    le: date,
    executoire: Annotated[date, Entree("Date à laquelle le programme est exécutoire")],
    deliberations: Annotated[tuple[date, ...], Entree("Délibérations sur l'état de réalisation")],
) -> dict[str, Any]:
    """Années de programme écoulées sans délibération du conseil. Une année va d'une date anniversaire à la suivante."""
    minimum, duree = PARAMETRES("deliberation_par_an", le), PARAMETRES("duree_plh", le)
    manquantes: list[str] = []
    dues = 0
    for rang in range(duree.entier):
        debut, fin = add_years(executoire, rang), add_years(executoire, rang + 1)
        tenues = sum(1 for d in deliberations if debut <= d < fin and d <= le)
        if fin > le:
            if debut <= le:
                etapes.ajouter(f"Année {rang + 1} en cours, jusqu'au {fin:%d/%m/%Y} : tenues", tenues, "nombre")
            break
        dues += minimum.entier
        etapes.ajouter(f"Année {rang + 1}, jusqu'au {fin:%d/%m/%Y} : tenues", tenues, "nombre", parametre=minimum)
        if tenues < minimum.entier:
            manquantes.append(f"année {rang + 1}")
    etapes.ajouter("Années sans délibération", manquantes or "aucune", legal=ETAT)
    return {"dues": dues, "annees_manquantes": manquantes, "conforme": not manquantes}


@rule(
    id="programme.completude_fiche_action",
    label="Complétude d'une fiche-action",
    legal=LegalRef("CCH", "R. 302-1-3"),
    since=ENL,
)
def completude_fiche_action(
    etapes: Etapes,
    *,
    le: date,
    indicateurs: Annotated[int, Entree("Indicateurs de la fiche", "indicateur", minimum=0)],
    pilotes: Annotated[int, Entree("Pilotes de la fiche", minimum=0)],
) -> dict[str, Any]:
    """Une fiche sans indicateur ou sans pilote est incomplète : elle ne pourra pas être suivie."""
    manques = [nom for nom, n in (("indicateur", indicateurs), ("pilote", pilotes)) if n == 0]
    etapes.ajouter("Manques", manques or "aucun", legal=LegalRef("CCH", "R. 302-1-3"))
    return {"complete": not manques, "manques": manques}


@rule(
    id="programme.rapport_artificialisation",
    label="Échéances du rapport sur l'artificialisation",
    legal=LegalRef("CGCT", "L. 2231-1"),
    since=date(2021, 8, 25),
)
def rapport_artificialisation(
    etapes: Etapes,
    *,
    le: date,
    dernier_vote: Annotated[date, Entree("Dernier vote sur le rapport")],
) -> dict[str, date]:
    """Date limite de transmission du dernier rapport (quinze jours) et du rapport suivant (trois ans)."""
    periode = PARAMETRES("periodicite_rapport_artificialisation", le)
    delai = PARAMETRES("delai_transmission_artificialisation", le)
    transmission = etapes.ajouter(
        "Transmission au plus tard", date.fromordinal(dernier_vote.toordinal() + delai.entier), "date", parametre=delai
    )
    suivant = etapes.ajouter(
        "Prochain rapport au plus tard", add_years(dernier_vote, periode.entier), "date", parametre=periode
    )
    return {"transmission": transmission, "prochain_rapport": suivant}


@rule(
    id="programme.modification_plh",
    label="Modification d'un programme local de l'habitat",
    legal=LegalRef("CCH", "L. 302-4"),
    since=ENL,
)
def modification_plh(
    etapes: Etapes,
    *,
    le: date,
    economie_generale: Annotated[bool, Entree("L'économie générale du programme est touchée")],
    transmission: Annotated[date, Entree("Transmission du projet pour avis")],
    population: Annotated[int | None, Entree("Population de l'intercommunalité", "habitant", minimum=1)] = None,
    population_ajoutee: Annotated[int, Entree("Population des communes ajoutées", "habitant", minimum=0)] = 0,
    nouvelle_obligation: Annotated[date | None, Entree("Nouvelle obligation de logement social, depuis le")] = None,
) -> dict[str, Any]:
    """Dit si une modification suffit, quand les avis sont réputés favorables, et la date limite de mise en compatibilité.

    Une extension se fait par modification si les communes ajoutées font moins d'un cinquième de la population.
    """
    part, delai = PARAMETRES("part_population_extension", le), PARAMETRES("delai_avis_modification", le)
    motifs = ["economie_generale"] if economie_generale else []
    if population_ajoutee:
        if population is None:
            raise InvalidInput(
                Problem("le champ « Population de l'intercommunalité » (population) manque : l'extension s'y rapporte.")
            )
        etapes.ajouter("Part de la population ajoutée", exact(population_ajoutee) / population, "part", parametre=part)
        if population_ajoutee >= population * part.decimal:
            motifs.append("extension_trop_grande")
    avis = etapes.ajouter("Avis réputés favorables le", add_months(transmission, delai.entier), "date", parametre=delai)
    limite = None
    if nouvelle_obligation is not None:
        compatibilite = PARAMETRES("delai_mise_en_compatibilite", le)
        limite = etapes.ajouter(
            "Prise en compte des obligations au plus tard",
            add_years(nouvelle_obligation, compatibilite.entier),
            "date",
            parametre=compatibilite,
        )
    return {"possible": not motifs, "motifs": motifs, "avis_reputes_favorables": avis, "mise_en_compatibilite": limite}
