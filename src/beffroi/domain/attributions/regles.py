"""Règles des attributions de logements sociaux."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.attributions.cotation import fautes, version
from beffroi.domain.attributions.modele import ExclusionFlux, Grille, Territoire
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import ParameterValue, load_parameters
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.unit import ceiling

PARAMETRES = load_parameters("beffroi.domain.attributions")
EGALITE_CITOYENNETE = date(2017, 1, 29)
FLUX = date(2020, 2, 23)
L441_1 = LegalRef("CCH", "L. 441-1")
Attributions = Annotated[int, Entree("Attributions suivies d'un bail signé", "attribution", minimum=0)]


def _au_plus(partie: int, tout: int, nom_partie: str, nom_tout: str) -> None:
    if partie > tout:
        raise InvalidInput(
            Problem(f"« {nom_partie} » ({partie}) dépasse « {nom_tout} » ({tout}) : vérifier les deux champs.")
        )


def _part(etapes: Etapes, libelle: str, partie: int, tout: int) -> Decimal | None:
    if tout == 0:
        etapes.avertir(f"{libelle} : aucune attribution, la part n'existe pas.")
        return etapes.ajouter(libelle, None, "part")
    return etapes.ajouter(libelle, Decimal(partie) / tout, "part")


def _minimum(etapes: Etapes, part: Decimal | None, nombre: int, tout: int, seuil: ParameterValue) -> dict[str, Any]:
    """Atteint ou non, et attributions qui manquent pour l'être (arrondies à l'unité supérieure)."""
    atteint = None if part is None else part >= seuil.decimal
    etapes.ajouter("Minimum atteint", atteint, parametre=seuil)
    manque = etapes.ajouter("Attributions manquantes", max(0, ceiling(tout * seuil.decimal) - nombre), "attribution")
    return {"nombre": nombre, "part": part, "atteint": atteint, "manquantes": manque}


@rule(
    id="attributions.quartile_hors_qpv",
    label="Attributions hors QPV au premier quartile",
    legal=LegalRef("CCH", "L. 441-1, al. 24-26"),
    since=EGALITE_CITOYENNETE,
)
def quartile_hors_qpv(
    etapes: Etapes,
    *,
    le: date,
    hors_qpv: Attributions,
    premier_quartile: Annotated[int, Entree("Baux hors QPV, demandeurs du premier quartile", "attribution", minimum=0)],
    relogement_autre: Annotated[
        int,
        Entree("Baux hors QPV, relogés (renouvellement urbain, ORCOD) hors premier quartile", "attribution", minimum=0),
    ] = 0,
    taux_convention: Annotated[
        Decimal | None, Entree("Taux de la convention pour ce bailleur", "part", minimum=0, maximum=1)
    ] = None,
) -> dict[str, Any]:
    """Part des baux signés hors QPV par le premier quartile ou par des ménages relogés, et ce qui manque.

    Un quart au moins des baux de l'année (CCH, L. 441-1). Un ménage du premier quartile relogé n'est compté qu'une
    fois. La convention intercommunale répartit le taux entre bailleurs (``taux_convention``) ; sans elle, le taux
    légal vaut pour chacun.
    """
    nombre = premier_quartile + relogement_autre
    _au_plus(nombre, hors_qpv, "premier_quartile + relogement_autre", "hors_qpv")
    etapes.ajouter("Baux du premier quartile et des relogés", nombre, "attribution", legal=L441_1)
    part = _part(etapes, "Part hors QPV", nombre, hors_qpv)
    seuil = PARAMETRES("part_quartile_hors_qpv", le)
    resultat = _minimum(etapes, part, nombre, hors_qpv, seuil)
    if taux_convention is not None:
        atteint = None if part is None else part >= taux_convention
        etapes.ajouter("Taux de la convention atteint", atteint, legal=LegalRef("CCH", "L. 441-1-6"))
        resultat |= {"convention_atteinte": atteint}
    return resultat


@rule(
    id="attributions.autres_quartiles_qpv",
    label="Attributions en QPV aux autres quartiles",
    legal=LegalRef("CCH", "L. 441-1, al. 27"),
    since=EGALITE_CITOYENNETE,
)
def autres_quartiles_qpv(
    etapes: Etapes,
    *,
    le: date,
    en_qpv: Attributions,
    autres_quartiles: Annotated[int, Entree("Attributions en QPV hors premier quartile", "attribution", minimum=0)],
) -> dict[str, Any]:
    """Part des attributions en QPV à d'autres demandeurs que ceux du premier quartile : la moitié au moins."""
    _au_plus(autres_quartiles, en_qpv, "autres_quartiles", "en_qpv")
    part = _part(etapes, "Part des autres quartiles en QPV", autres_quartiles, en_qpv)
    return _minimum(etapes, part, autres_quartiles, en_qpv, PARAMETRES("part_autres_qpv", le))


@rule(
    id="attributions.regle_legale_et_locale",
    label="Mixité des attributions : règle légale et règle locale",
    legal=LegalRef("CCH", "L. 441-1 et L. 441-1-5"),
    since=date(2017, 10, 1),
)
def regle_legale_et_locale(
    etapes: Etapes,
    *,
    le: date,
    territoire: Annotated[Territoire, Entree("Territoire")],
    hors_qpv: Attributions,
    premier_quartile_hors_qpv: Annotated[
        int, Entree("Premier quartile et relogés, hors QPV", "attribution", minimum=0)
    ],
    en_qpv: Annotated[int, Entree("Attributions en QPV", "attribution", minimum=0)],
    premier_quartile_qpv: Annotated[int, Entree("Premier quartile, en QPV", "attribution", minimum=0)],
    demandes_quartile: Annotated[int | None, Entree("Demandes du premier quartile", "demande", minimum=0)] = None,
) -> dict[str, Any]:
    """Les deux jeux de règles côte à côte : celui de la loi, celui de la collectivité. L'un ne remplace pas l'autre.

    La conférence du logement peut fixer des taux plus hauts que la loi (L. 441-1-5). Valenciennes Métropole : un quart
    au moins des demandes du premier quartile satisfaites, un quart au plus des attributions en QPV au premier quartile.
    """
    _au_plus(premier_quartile_hors_qpv, hors_qpv, "premier_quartile_hors_qpv", "hors_qpv")
    _au_plus(premier_quartile_qpv, en_qpv, "premier_quartile_qpv", "en_qpv")
    part_hors = _part(etapes, "Part du premier quartile hors QPV", premier_quartile_hors_qpv, hors_qpv)
    part_qpv = _part(etapes, "Part du premier quartile en QPV", premier_quartile_qpv, en_qpv)
    hors, autres = PARAMETRES("part_quartile_hors_qpv", le), PARAMETRES("part_autres_qpv", le)
    legale = {
        "hors_qpv": etapes.ajouter(
            "Loi, hors QPV", None if part_hors is None else part_hors >= hors.decimal, parametre=hors
        ),
        "en_qpv": etapes.ajouter(
            "Loi, en QPV", None if part_qpv is None else 1 - part_qpv >= autres.decimal, parametre=autres
        ),
    }
    if territoire is not Territoire.CAVM:
        etapes.avertir("Aucune règle locale n'est écrite pour ce territoire.")
        return {"legale": legale, "locale": None, "part_hors_qpv": part_hors, "part_qpv": part_qpv}
    maximum, reponse = PARAMETRES("cavm_part_quartile_qpv", le), PARAMETRES("cavm_part_reponse_quartile", le)
    satisfaites = None
    if demandes_quartile:
        satisfaites = Decimal(premier_quartile_hors_qpv + premier_quartile_qpv) / demandes_quartile
    else:
        etapes.avertir("Demandes du premier quartile non renseignées : la règle locale de réponse n'est pas évaluée.")
    etapes.ajouter("Demandes du premier quartile satisfaites", satisfaites, "part")
    locale = {
        "reponse_quartile": etapes.ajouter(
            "Règle locale, réponse aux demandes",
            None if satisfaites is None else satisfaites >= reponse.decimal,
            parametre=reponse,
        ),
        "en_qpv": etapes.ajouter(
            "Règle locale, en QPV", None if part_qpv is None else part_qpv <= maximum.decimal, parametre=maximum
        ),
    }
    return {"legale": legale, "locale": locale, "part_hors_qpv": part_hors, "part_qpv": part_qpv}


@rule(
    id="attributions.public_prioritaire",
    label="Attributions aux publics prioritaires",
    legal=L441_1,
    since=EGALITE_CITOYENNETE,
)
def public_prioritaire(
    etapes: Etapes,
    *,
    le: date,
    attributions: Attributions,
    prioritaires: Annotated[int, Entree("Attributions à des ménages DALO ou prioritaires", "attribution", minimum=0)],
) -> dict[str, Any]:
    """Part des publics prioritaires sur un contingent (réservé, ou non réservé d'un bailleur) : un quart au moins.

    Ce qui manque est attribué par le préfet.
    """
    _au_plus(prioritaires, attributions, "prioritaires", "attributions")
    part = _part(etapes, "Part des publics prioritaires", prioritaires, attributions)
    return _minimum(etapes, part, prioritaires, attributions, PARAMETRES("part_prioritaire", le))


@rule(
    id="attributions.tension",
    label="Tension de la demande de logement social",
    legal=LegalRef("Système national d'enregistrement", "", "docs/methodes/attributions.md"),
    since=date(2014, 1, 1),
)
def tension(
    etapes: Etapes,
    *,
    le: date,
    demandes: Annotated[int, Entree("Demandes en attente au 31 décembre", "demande", minimum=0)],
    attributions: Annotated[int, Entree("Attributions de l'année", "attribution", minimum=0)],
    demandes_mutation: Annotated[int | None, Entree("Dont demandes de mutation", "demande", minimum=0)] = None,
    attributions_mutation: Annotated[int | None, Entree("Dont mutations", "attribution", minimum=0)] = None,
) -> dict[str, Any]:
    """Demandes en attente pour une attribution : au total, et hors mutation (des deux termes).

    La liste SRU emploie la variante hors mutations internes. Sans attribution, le rapport n'existe pas.
    """
    total = Decimal(demandes) / attributions if attributions else None
    etapes.ajouter("Demandes pour une attribution", total, "indice")
    hors = None
    if demandes_mutation is not None and attributions_mutation is not None:
        _au_plus(demandes_mutation, demandes, "demandes_mutation", "demandes")
        _au_plus(attributions_mutation, attributions, "attributions_mutation", "attributions")
        reste = attributions - attributions_mutation
        hors = Decimal(demandes - demandes_mutation) / reste if reste else None
    else:
        etapes.avertir("Mutations non renseignées : la tension hors mutation manque.")
    etapes.ajouter("Hors mutation", hors, "indice")
    return {"total": total, "hors_mutation": hors}


@rule(
    id="attributions.seuil_premier_quartile",
    label="Seuil de revenu du premier quartile des demandeurs",
    legal=LegalRef("CCH", "L. 441-1, al. 24"),
    since=EGALITE_CITOYENNETE,
    unite="",
)
def seuil_premier_quartile(
    etapes: Etapes,
    *,
    le: date,
    revenus: Annotated[
        tuple[tuple[Decimal, Decimal], ...], Entree("Couples (revenu mensuel en euros, unités de consommation)")
    ],
) -> dict[str, Any]:
    """Plus haut revenu annuel par unité de consommation du quart le plus pauvre des demandeurs, en euros.

    Revenu mensuel × 12 ÷ unités de consommation ; le quart compte floor(n ÷ 4) demandeurs, un au moins, sans
    interpolation. Le seuil officiel est celui de l'arrêté annuel : ce calcul ne le remplace pas.
    """
    if not revenus:
        raise InvalidInput(Problem("le champ « revenus » est vide : donner au moins un couple (revenu mensuel, UC)."))
    for i, (revenu, uc) in enumerate(revenus, 1):
        if uc <= 0 or revenu < 0:
            raise InvalidInput(
                Problem(f"« revenus[{i}] » : un revenu de 0 € ou plus et des unités de consommation positives.")
            )
    mois = PARAMETRES("mois_par_an", le)
    annuels = sorted(revenu * mois.entier / uc for revenu, uc in revenus)
    etapes.ajouter("Revenus annuels par unité de consommation", annuels, "euro", parametre=mois)
    quart = PARAMETRES("part_quart", le)
    nombre = etapes.ajouter(
        "Demandeurs du quart", max(1, int(len(annuels) * quart.decimal)), "demande", parametre=quart
    )
    seuil = etapes.ajouter("Seuil", annuels[nombre - 1], "euro")
    etapes.avertir("Seuil recalculé : le seuil de l'arrêté annuel prévaut.")
    return {"seuil": seuil, "revenus": annuels, "nombre": nombre}


@rule(
    id="attributions.cotation",
    label="Cotation d'une demande",
    legal=LegalRef("CCH", "L. 441-2-8, I"),
    since=date(2018, 11, 25),
    unite="point",
)
def cotation(
    etapes: Etapes,
    *,
    le: date,
    grilles: Annotated[tuple[Grille, ...], Entree("Grilles de cotation, par délibération")],
    criteres: Annotated[tuple[str, ...], Entree("Codes des critères remplis")],
) -> int:
    """Somme des points d'une demande dans la grille en vigueur ce jour-là. Le détail est dû au demandeur.

    La cotation aide la commission, elle ne la lie pas et n'écarte personne (RGPD, art. 22).
    """
    grille = version(grilles, le)
    trouvees = fautes(grille)
    if trouvees:
        raise InvalidInput([Problem(f"grille « {grille.label} » : {f}") for f in trouvees])
    connus = {c.code: c for c in grille.critere}
    inconnus = [c for c in criteres if c not in connus]
    if inconnus:
        raise InvalidInput(
            Problem(f"le critère « {inconnus[0]} » n'est pas dans « {grille.label} » ; critères : {', '.join(connus)}.")
        )
    if len(set(criteres)) != len(criteres):
        raise InvalidInput(Problem("un critère est donné deux fois : il ne compte qu'une."))
    etapes.ajouter("Grille", f"{grille.label}, délibération du {grille.deliberation:%d/%m/%Y}")
    total = sum(etapes.ajouter(connus[c].label, connus[c].points, "point") for c in criteres)
    limite = PARAMETRES("cotation_echeance", le)
    etapes.ajouter("Cotation obligatoire au plus tard le", date.fromisoformat(limite.valeur), "date", parametre=limite)
    etapes.avertir("La cotation aide à décider : elle ne rejette aucune demande.")
    if not grille.publique:
        etapes.avertir("La grille doit être rendue publique.")
    return etapes.ajouter("Cotation", total, "point", legal=LegalRef("CCH", "L. 441-2-8, I"))


@rule(
    id="attributions.flux",
    label="Flux annuel d'un bailleur et parts des réservataires",
    legal=LegalRef("CCH", "R. 441-5 à R. 441-5-3"),
    since=FLUX,
)
def flux(
    etapes: Etapes,
    *,
    le: date,
    logements_liberes: Annotated[int, Entree("Logements à attribuer dans l'année", "logement", minimum=0)],
    exclusions: Annotated[dict[ExclusionFlux, int], Entree("Logements hors assiette, par motif")],
    part_etat: Annotated[Decimal | None, Entree("Part de l'État", "part", minimum=0, maximum=1)] = None,
    part_agents_etat: Annotated[Decimal | None, Entree("Dont agents de l'État", "part", minimum=0, maximum=1)] = None,
    part_collectivite: Annotated[
        Decimal | None, Entree("Part de la collectivité", "part", minimum=0, maximum=1)
    ] = None,
) -> dict[str, Any]:
    """Assiette du flux, plafonds de l'État (30 %, dont 5 % d'agents) et des collectivités (20 %), dates de l'année.

    L'assiette retire les mutations, le renouvellement urbain, les ORCOD, l'habitat indigne et la vente HLM ; elle ne
    retire pas les travaux. Bilan du bailleur avant le 28 février, présenté à la conférence avant le 31 mars.
    """
    negatives = [m for m, n in exclusions.items() if n < 0]
    if negatives:
        raise InvalidInput(Problem(f"« exclusions.{negatives[0]} » est négatif : donner un nombre de logements."))
    retires = sum(exclusions.values())
    _au_plus(retires, logements_liberes, "exclusions", "logements_liberes")
    assiette = etapes.ajouter(
        "Assiette du flux", logements_liberes - retires, "logement", legal=LegalRef("CCH", "R. 441-5")
    )
    plafonds, conformes = {}, {}
    for nom, valeur, parametre in (
        ("etat", part_etat, "flux_etat"),
        ("agents_etat", part_agents_etat, "flux_agents_etat"),
        ("collectivite", part_collectivite, "flux_collectivite"),
    ):
        p = PARAMETRES(parametre, le)
        plafonds[nom] = etapes.ajouter(p.label, int(assiette * p.decimal), "logement", parametre=p)
        conformes[nom] = None if valeur is None else valeur <= p.decimal
        if conformes[nom] is False:
            etapes.avertir(f"{p.label} : la part donnée dépasse le plafond.")
    dates = {}
    for nom in ("bilan_flux_jour", "presentation_cil_jour"):
        p = PARAMETRES(nom, le)
        dates[nom.removesuffix("_jour")] = etapes.ajouter(
            p.label, date.fromisoformat(f"{le.year}-{p.valeur}"), "date", parametre=p
        )
    return {"assiette": assiette, "plafonds": plafonds, "conformes": conformes, **dates}


@rule(
    id="attributions.calendrier",
    label="Calendrier des attributions",
    legal=LegalRef("CCH", "L. 441-1 et L. 441-1-6"),
    since=EGALITE_CITOYENNETE,
)
def calendrier(
    etapes: Etapes,
    *,
    le: date,
    critere_rempli: Annotated[date | None, Entree("Date à laquelle l'EPCI est soumis")] = None,
    envoi_convention: Annotated[date | None, Entree("Envoi de la convention pour avis")] = None,
    derniere_liste: Annotated[date | None, Entree("Dernière liste des résidences à enjeu")] = None,
) -> dict[str, Any]:
    """Échéances : bilans semestriels des bailleurs (30 juin et 31 décembre, quinze jours), convention, avis, liste."""
    delai = PARAMETRES("bilan_bailleur_jour", le)
    semestres = (date(le.year, 7, 1), date(le.year + 1, 1, 1))
    veille = timedelta(days=1)
    dates: dict[str, Any] = {
        "bilans_bailleur": [
            etapes.ajouter("Bilan semestriel du bailleur", deadline(s - veille, delai), "date", parametre=delai)
            for s in semestres
        ]
    }
    for nom, depart, parametre in (
        ("convention_avant_le", critere_rempli, "cia_delai"),
        ("avis_reputes_le", envoi_convention, "cia_avis"),
        ("liste_avant_le", derniere_liste, "cia_liste"),
    ):
        if depart is None:
            dates[nom] = None
            continue
        p = PARAMETRES(parametre, depart)
        dates[nom] = etapes.ajouter(p.label, deadline(depart, p), "date", parametre=p)
    return dates
