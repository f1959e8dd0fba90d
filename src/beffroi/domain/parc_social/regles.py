"""Règles du parc social."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.parc_social.modele import Acquereur, Etiquette, Rehabilitation, ResultatVente, Territoire
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule

PARAMETRES = load_parameters("beffroi.domain.parc_social")
L443_7 = LegalRef("CCH", "L. 443-7")
TEXTE_DPE = date(2021, 7, 1)


def _energie(
    etapes: Etapes, le: date, etiquette: Etiquette | None, consommation: Decimal | None
) -> ResultatVente | None:
    """Contrôle national : consommation si elle est connue, étiquette sinon. None : rien ne s'y oppose."""
    limite = PARAMETRES("consommation_maximale", le)
    interdites = PARAMETRES("etiquette_interdite_vente", le)
    if consommation is not None:
        trop = etapes.ajouter("Consommation au-dessus du seuil", consommation > limite.decimal, parametre=limite)
        if not trop and etiquette is not None and etiquette.value in interdites.valeur:
            etapes.avertir(
                f"Étiquette {etiquette.value.upper()} pour {consommation} kWh/m²/an : le contrôle légal porte sur la "
                "consommation ; l'étiquette vient alors des émissions, vérifier le diagnostic."
            )
        return ResultatVente.INTERDIT_NATIONAL if trop else None
    if etiquette is None:
        etapes.avertir("Ni consommation ni étiquette : le contrôle énergétique n'est pas fait.")
        return ResultatVente.INDETERMINE
    etapes.avertir("Consommation non renseignée : le contrôle légal est fait sur l'étiquette.")
    trop = etapes.ajouter(
        "Étiquette au-dessus du seuil", etiquette.value in interdites.valeur, parametre=(limite, interdites)
    )
    return ResultatVente.INTERDIT_NATIONAL if trop else None


def _local(etapes: Etapes, le: date, territoire: Territoire, etiquette: Etiquette | None) -> ResultatVente | None:
    if territoire is not Territoire.CAVM:
        return None
    p = PARAMETRES("cavm_etiquette_interdite", le)
    if etiquette is None:
        etapes.avertir("Étiquette non renseignée : la règle locale n'est pas contrôlée.")
        return ResultatVente.INDETERMINE
    interdite = etapes.ajouter(
        "Étiquette retirée de la vente par la règle locale", etiquette.value in p.valeur, parametre=p
    )
    return ResultatVente.INTERDIT_LOCAL if interdite else None


def _premier(*controles: ResultatVente | None) -> ResultatVente:
    """Premier obstacle certain ; à défaut, un contrôle qui n'a pu être fait ; à défaut, la vente reste possible."""
    trouves = [c for c in controles if c is not None]
    certains = [c for c in trouves if c is not ResultatVente.INDETERMINE]
    return next(iter((*certains, *trouves)), ResultatVente.AUTORISE_SOUS_CONTROLE)


@rule(
    id="parc_social.vente_hlm",
    label="Contrôle d'une vente HLM",
    legal=LegalRef("CCH", "L. 443-7 et R. 443-11-1"),
    since=TEXTE_DPE,
)
def vente_hlm(
    etapes: Etapes,
    *,
    le: date,
    etiquette: Annotated[Etiquette | None, Entree("Étiquette énergie")] = None,
    consommation: Annotated[Decimal | None, Entree("Consommation", "kwh_m2_an", minimum=0)] = None,
    territoire: Annotated[Territoire, Entree("Territoire")] = Territoire.AUTRE,
    commune_deficitaire: Annotated[bool | None, Entree("Commune sous le taux SRU, ou qui y passerait")] = None,
    opposition_commune: Annotated[bool | None, Entree("Opposition de la commune")] = None,
    commune_carencee: Annotated[bool, Entree("Commune carencée")] = False,
    contrat_mixite: Annotated[bool, Entree("Contrat de mixité sociale signé")] = False,
    construction: Annotated[date | None, Entree("Construction ou acquisition par l'organisme")] = None,
    acquereur: Annotated[Acquereur, Entree("Acquéreur")] = Acquereur.PERSONNE,
    plan_de_vente: Annotated[bool | None, Entree("Inscrit au plan de vente de la CUS")] = None,
    collectif: Annotated[bool, Entree("Logement dans un immeuble collectif")] = False,
) -> dict[str, Any]:
    """Une vente est-elle possible ? Résultat de la loi et de la règle locale, puis le premier obstacle.

    Ancienneté de dix ans, carence sans contrat de mixité, 330 kWh/m²/an (c'est le contrôle légal ; à défaut
    l'étiquette F ou G), étiquette E retirée à Valenciennes Métropole (règle locale), opposition de la commune sous son
    taux SRU. Entre organismes, la règle énergétique et l'ancienneté ne s'appliquent pas (L. 443-11, I).
    """
    if acquereur is Acquereur.ORGANISME:
        etapes.ajouter("Vente entre organismes", True, legal=LegalRef("CCH", "L. 443-11, I"))
        return {
            "resultat": ResultatVente.SANS_OBJET,
            "legal": ResultatVente.SANS_OBJET,
            "local": ResultatVente.SANS_OBJET,
        }
    obstacles: list[ResultatVente] = []
    age = PARAMETRES("anciennete_vente", le)
    if construction is None:
        etapes.avertir("Date de construction non renseignée : l'ancienneté de dix ans n'est pas contrôlée.")
    else:
        vendable = etapes.ajouter("Vendable à partir du", deadline(construction, age), "date", parametre=age)
        if le < vendable:
            obstacles.append(ResultatVente.INTERDIT_AGE)
    if commune_carencee:
        etapes.ajouter("Commune carencée sans contrat de mixité", not contrat_mixite, legal=L443_7)
        if not contrat_mixite:
            obstacles.append(ResultatVente.INTERDIT_CARENCE)
    energie = _energie(etapes, le, etiquette, consommation)
    local = _local(etapes, le, territoire, etiquette)
    veto = None
    if commune_deficitaire and opposition_commune:
        veto = ResultatVente.INTERDIT_OPPOSITION_SRU
        etapes.ajouter("Opposition d'une commune sous son taux SRU", True, legal=L443_7)
    elif commune_deficitaire is None or (commune_deficitaire and opposition_commune is None):
        etapes.avertir("Situation SRU ou avis de la commune non renseignés : l'opposition n'est pas contrôlée.")
    legal = _premier(*obstacles, energie, veto)
    resultat = _premier(*obstacles, energie, local, veto)
    if collectif:
        etapes.avertir("Vente en collectif : elle crée ou agrandit une copropriété, dont le score est à établir.")
    dates = {}
    if plan_de_vente is False:
        for nom in ("silence_commune", "silence_prefet"):
            p = PARAMETRES(nom, le)
            dates[nom] = etapes.ajouter(p.label, deadline(le, p), "date", parametre=p, note="si demandé ce jour")
    elif plan_de_vente:
        etapes.ajouter("Autorisée par le plan de vente", True, parametre=PARAMETRES("duree_cus", le))
    compte = PARAMETRES("compte_sru", le)
    etapes.ajouter("Reste compté au titre SRU jusqu'au", deadline(le, compte), "date", parametre=compte)
    etapes.ajouter("Résultat", resultat, legal=L443_7)
    return {
        "resultat": resultat,
        "legal": legal,
        "local": _premier(local),
        **dates,
    }


@rule(
    id="parc_social.opposition_vente",
    label="Stock SRU après les ventes demandées",
    legal=L443_7,
    since=date(2018, 11, 25),
)
def opposition_vente(
    etapes: Etapes,
    *,
    le: date,
    logements_sociaux: Annotated[int, Entree("Logements sociaux à l'inventaire", "logement", minimum=0)],
    residences_principales: Annotated[int, Entree("Résidences principales", "logement", minimum=1)],
    taux_legal: Annotated[Decimal, Entree("Taux légal", "part", minimum=0, maximum=1)],
    logements_demandes: Annotated[int, Entree("Logements dont la vente est demandée", "logement", minimum=0)],
) -> dict[str, Any]:
    """La commune est-elle sous son taux, ou y passerait-elle en vendant ? Alors son opposition empêche la vente.

    Le contrôle retire de l'inventaire les logements demandés, même si une vente reste comptée dix ans au titre SRU.
    """
    if logements_demandes > logements_sociaux:
        raise InvalidInput(Problem("« logements_demandes » dépasse « logements_sociaux » : vérifier les deux champs."))
    avant = etapes.ajouter("Taux avant", Decimal(logements_sociaux) / residences_principales, "part")
    reste = logements_sociaux - logements_demandes
    apres = etapes.ajouter("Taux après les ventes", Decimal(reste) / residences_principales, "part")
    deficitaire = etapes.ajouter("Sous le taux légal", apres < taux_legal, legal=LegalRef("CCH", "L. 302-5"))
    return {"taux_avant": avant, "taux_apres": apres, "commune_deficitaire": deficitaire}


@rule(
    id="parc_social.gain_rehabilitation",
    label="Gains d'un programme de réhabilitation",
    legal=LegalRef("Méthode du projet", "réhabilitation", "docs/methodes/parc-social.md"),
    since=date(2014, 1, 1),
)
def gain_rehabilitation(
    etapes: Etapes, *, le: date, operations: Annotated[tuple[Rehabilitation, ...], Entree("Réhabilitations")]
) -> dict[str, Any]:
    """Sorties d'E, F et G, arrivées en A, B et C, logements BBC, énergie et CO2 évités par an.

    Gain = (avant − après) × surface × logements, en kWh et en kg de CO2 par an. Une opération dont une mesure manque
    reste hors de la somme, et le nombre de logements couverts est donné.
    """
    mauvaises, bonnes = PARAMETRES("etiquette_sortie", le), PARAMETRES("etiquette_arrivee", le)
    total = sum(o.logements for o in operations)
    classees = [o for o in operations if o.etiquette_avant is not None and o.etiquette_apres is not None]
    sorties = sum(
        o.logements
        for o in classees
        if o.etiquette_avant in mauvaises.valeur and o.etiquette_apres not in mauvaises.valeur
    )
    arrivees = sum(
        o.logements for o in classees if o.etiquette_avant not in bonnes.valeur and o.etiquette_apres in bonnes.valeur
    )
    connues_bbc = [o for o in operations if o.bbc is not None]
    etapes.ajouter("Logements réhabilités", total, "logement")
    etapes.ajouter("Sorties d'E, F et G", sorties, "logement", parametre=mauvaises)
    etapes.ajouter("Arrivées en A, B et C", arrivees, "logement", parametre=bonnes)
    resultat: dict[str, Any] = {
        "logements": total,
        "sorties_efg": sorties if classees else None,
        "arrivees_abc": arrivees if classees else None,
        "logements_classes": sum(o.logements for o in classees),
        "bbc": sum(o.logements for o in connues_bbc if o.bbc) if connues_bbc else None,
    }
    for nom, libelle in (("kwh", "Énergie évitée, en kWh par an"), ("co2", "CO2 évité, en kg par an")):
        gain, couverts = Decimal(0), 0
        for o in operations:
            avant, apres = getattr(o, f"{nom}_avant"), getattr(o, f"{nom}_apres")
            if avant is not None and apres is not None and o.surface is not None:
                gain += (avant - apres) * o.surface * o.logements
                couverts += o.logements
        resultat[f"gain_{nom}"] = etapes.ajouter(
            libelle, gain if couverts else None, note=f"{couverts} logements sur {total}"
        )
        resultat[f"logements_{nom}"] = couverts
        if couverts < total:
            etapes.avertir(f"{libelle} : mesuré sur {couverts} logements sur {total}.")
    return resultat


@rule(
    id="parc_social.bbc_renovation",
    label="Niveau BBC rénovation",
    legal=LegalRef("Label BBC rénovation", "arrêté du 29 septembre 2009", "https://www.legifrance.gouv.fr/"),
    since=date(2014, 1, 1),
)
def bbc_renovation(
    etapes: Etapes,
    *,
    le: date,
    consommation: Annotated[Decimal, Entree("Consommation après travaux", "kwh_m2_an", minimum=0)],
    coefficient: Annotated[Decimal, Entree("Coefficient de climat et d'altitude", minimum=0)],
) -> dict[str, Any]:
    """La consommation après travaux tient-elle sous la référence BBC rénovation × coefficient ?"""
    reference = PARAMETRES("bbc_renovation", le)
    seuil = etapes.ajouter("Seuil", reference.decimal * coefficient, "kwh_m2_an", parametre=reference)
    return {"seuil": seuil, "atteint": etapes.ajouter("Niveau atteint", consommation <= seuil)}


@rule(
    id="parc_social.interdiction_location",
    label="Calendrier des interdictions de louer",
    legal=LegalRef("Loi 89-462 du 6 juillet 1989", "6", "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000509310/"),
    since=date(2023, 1, 1),
)
def interdiction_location(
    etapes: Etapes,
    *,
    le: date,
    etiquette: Annotated[Etiquette, Entree("Étiquette énergie")],
    travaux_empeches: Annotated[
        bool, Entree("Travaux refusés par la copropriété, ou empêchés par une contrainte patrimoniale")
    ] = False,
) -> dict[str, Any]:
    """Un logement de cette étiquette est-il décent, et quand cessera-t-il de l'être ?

    De A à F depuis le 1er janvier 2025, de A à E en 2028, de A à D en 2034. Le juge ne peut ordonner les travaux que la
    copropriété a refusés ou qu'une contrainte patrimoniale empêche (art. 20-1).
    """
    depuis = None
    for p in PARAMETRES.values["etiquette_louable"]:
        louable = etiquette.value in p.valeur
        etapes.ajouter(f"Louable à partir du {p.du:%d/%m/%Y}", louable, parametre=p)
        if not louable and depuis is None:
            depuis = p.du
    if travaux_empeches:
        etapes.avertir(
            "Le juge ne peut pas ordonner ces travaux (loi 89-462, art. 20-1) ; le logement reste non décent."
        )
    return {"louable": depuis is None or le < depuis, "interdit_a_partir_du": depuis}
