"""Règles foncières : plafond, garantie et avancement de la consommation d'ENAF, échéances, densité."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from beffroi.domain.foncier.modele import (
    AvancementConsommation,
    DensiteOperation,
    DestinationConsommation,
    DocumentUrbanisme,
    EcheanceZan,
    GarantieCommunale,
    PlafondConsommation,
)
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.period import elapsed_months
from beffroi.kernel.rule import Etapes, rule

PARAMETRES = load_parameters("beffroi.domain.foncier")

_ADRESSE = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000043956924/"
REDUCTION = LegalRef("Loi n° 2021-1104 du 22 août 2021", "art. 191 et 194", _ADRESSE)
GARANTIE = LegalRef("Loi n° 2021-1104 du 22 août 2021", "art. 194, III, 3° bis", _ADRESSE)
ECHEANCE = LegalRef("Loi n° 2021-1104 du 22 août 2021", "art. 194, IV", _ADRESSE)
BILAN_FONCIER = LegalRef("CGCT", "L. 2231-1")
OBSERVATOIRE = LegalRef("CCH", "R. 302-1-4")
LOI_DEPUIS = date(2021, 8, 25)
GARANTIE_DEPUIS = date(2023, 7, 22)
DEPUIS = date(2012, 1, 1)

Hectare: TypeAlias = Annotated[Decimal, Entree("Surface", "hectare", minimum=0)]


@rule(
    id="foncier.plafond_consommation",
    label="Plafond de consommation d'espaces 2021-2031",
    legal=REDUCTION,
    since=LOI_DEPUIS,
)
def plafond_consommation(
    etapes: Etapes,
    *,
    le: date,
    enaf_2011_2021: Annotated[Decimal, Entree("ENAF consommés de 2011 à 2021", "hectare", minimum=0)],
) -> PlafondConsommation:
    """Hectares d'espaces naturels, agricoles et forestiers qu'on peut consommer de 2021 à 2031.

    La loi : la moitié de la décennie d'avant (somme de dix ans du portail de l'artificialisation). Le SRADDET des
    Hauts-de-France de 2020 divisait par trois ; modifié le 21 novembre 2024, il répartit une enveloppe régionale : il
    n'y a plus de diviseur, le plafond local vient du SCoT.
    """
    part = PARAMETRES("part_reduction", le)
    etapes.ajouter("Consommation 2011-2021", enaf_2011_2021, "hectare", note="portail de l'artificialisation")
    legal = etapes.ajouter(
        "Plafond de la loi", enaf_2011_2021 * part.decimal, "hectare", legal=REDUCTION, parametre=part
    )
    try:
        diviseur = PARAMETRES("diviseur_sraddet", le)
    except NotFound:
        regional = PARAMETRES("enveloppe_regionale", le)
        etapes.ajouter("Enveloppe régionale", regional.decimal, "hectare", parametre=regional)
        etapes.avertir("Le SRADDET modifié n'a plus de diviseur : le plafond du territoire est celui de son SCoT.")
        return PlafondConsommation(legal, None)
    sraddet = etapes.ajouter("Plafond du SRADDET", enaf_2011_2021 / diviseur.decimal, "hectare", parametre=diviseur)
    return PlafondConsommation(legal, sraddet)


@rule(
    id="foncier.garantie_communale",
    label="Garantie communale de consommation",
    legal=GARANTIE,
    since=GARANTIE_DEPUIS,
)
def garantie_communale(
    etapes: Etapes,
    *,
    le: date,
    enaf_2011_2021: Annotated[Decimal, Entree("ENAF consommés de 2011 à 2021", "hectare", minimum=0)],
    part: Annotated[Decimal, Entree("Part de la consommation passée permise", "part", minimum=0, maximum=1)],
    date_document: Annotated[date | None, Entree("Date du document d'urbanisme", "date")],
    commune_deleguee: Annotated[int, Entree("Communes déléguées", "commune", minimum=0)] = 0,
    date_commune_nouvelle: Annotated[date | None, Entree("Date de création de la commune nouvelle", "date")] = None,
) -> GarantieCommunale:
    """Surface qu'une commune peut consommer de 2021 à 2031, en hectares : au moins un hectare si elle y a droit.

    ``date_document`` : prescription, arrêt ou approbation d'un document d'urbanisme ; rien s'il n'y en a pas. Une
    commune nouvelle créée après le 1er janvier 2011 ajoute 0,5 hectare par commune déléguée, deux au plus. La garantie
    peut être mutualisée à la demande du maire. Texte : loi n° 2021-1104, art. 194, III, 3° bis.
    """
    theorique = etapes.ajouter("Plafond théorique", enaf_2011_2021 * part, "hectare", note="consommation passée × part")
    limite = PARAMETRES("date_document_garantie", le)
    base = PARAMETRES("garantie_communale", le)
    a_temps = date_document is not None and date_document < limite.valeur
    etapes.ajouter("Document d'urbanisme à temps", a_temps, legal=GARANTIE, parametre=limite)
    garantie = Decimal(0)
    if a_temps:
        garantie = etapes.ajouter("Garantie", base.decimal, "hectare", legal=GARANTIE, parametre=base)
        garantie += _supplement(etapes, le, commune_deleguee, date_commune_nouvelle)
    else:
        etapes.avertir(f"Sans document d'urbanisme avant le {limite.valeur:%d/%m/%Y}, la commune n'a pas la garantie.")
    retenu = etapes.ajouter("Surface permise", max(theorique, garantie), "hectare", note="la plus grande des deux")
    return GarantieCommunale(theorique, garantie, retenu)


def _supplement(etapes: Etapes, le: date, deleguees: int, creation: date | None) -> Decimal:
    if not deleguees:
        return Decimal(0)
    unitaire, maximum = PARAMETRES("garantie_commune_deleguee", le), PARAMETRES("garantie_commune_deleguee_maximum", le)
    apres = PARAMETRES("date_commune_nouvelle", le)
    if creation is None:
        raise InvalidInput(
            Problem(
                "il manque le champ « Date de création de la commune nouvelle » (date_commune_nouvelle), une date "
                "AAAA-MM-JJ : elle décide du supplément."
            )
        )
    if creation <= apres.valeur:
        etapes.avertir(f"Commune nouvelle créée avant le {apres.valeur:%d/%m/%Y} : pas de supplément.")
        return Decimal(0)
    valeur = min(deleguees * unitaire.decimal, maximum.decimal)
    return etapes.ajouter(
        "Supplément de commune nouvelle", valeur, "hectare", legal=GARANTIE, parametre=(unitaire, maximum, apres)
    )


@rule(
    id="foncier.avancement_consommation",
    label="Avancement de la consommation d'espaces depuis 2021",
    legal=BILAN_FONCIER,
    since=LOI_DEPUIS,
)
def avancement_consommation(
    etapes: Etapes,
    *,
    le: date,
    plafond: Annotated[Decimal, Entree("Plafond de la décennie", "hectare", minimum=0)],
    consomme: Annotated[dict[DestinationConsommation, Hectare], Entree("ENAF consommés depuis 2021", "hectare")],
    projet: Annotated[Decimal, Entree("Zones à urbaniser prévues", "hectare", minimum=0)],
    situation: Annotated[date, Entree("Date de la mesure", "date")],
) -> AvancementConsommation:
    """Consommation depuis le 1er janvier 2021 face au plafond de la décennie, et ce que laissent les projets.

    ``consomme`` : hectares par destination (habitat, activité, mixte, infrastructure, inconnu). Les projets d'envergure nationale n'en font pas partie. Texte : CGCT, L. 2231-1
    (rapport au moins tous les trois ans), loi n° 2021-1104, art. 194.
    """
    debut, duree = PARAMETRES("debut_decennie", le), PARAMETRES("duree_decennie", le)
    etapes.ajouter("Plafond", plafond, "hectare", legal=REDUCTION)
    if not consomme:
        raise InvalidInput(
            Problem(
                "le champ « ENAF consommés depuis 2021 » (consomme) est vide : donner les hectares par destination."
            )
        )
    etapes.ajouter("Consommé par destination", {d.value: v for d, v in consomme.items()}, "hectare")
    total = sum(consomme.values(), Decimal(0))
    etapes.ajouter("Consommé", total, "hectare", note=f"mesuré au {situation:%d/%m/%Y}")
    if plafond:
        part = etapes.ajouter("Part du plafond consommée", total / plafond, "part")
    else:
        part = None
        etapes.avertir("Le plafond est nul : il n'y a pas de part consommée.")
    mois = min(elapsed_months(debut.valeur, situation), duree.entier)
    temps = etapes.ajouter("Part du temps écoulée", Decimal(mois) / duree.entier, "part", parametre=(debut, duree))
    reste = etapes.ajouter("Reste", plafond - total, "hectare")
    apres = etapes.ajouter("Reste après les projets", reste - projet, "hectare", note="zones à urbaniser déduites")
    if part is not None and part > temps:
        etapes.avertir("La consommation va plus vite que le temps.")
    if apres < 0:
        etapes.avertir("Les projets dépassent ce qui reste du plafond.")
    return AvancementConsommation(total, part, temps, reste, projet, apres)


@rule(id="foncier.echeance_zan", label="Échéance d'un document d'urbanisme", legal=ECHEANCE, since=GARANTIE_DEPUIS)
def echeance_zan(
    etapes: Etapes, *, le: date, document: Annotated[DocumentUrbanisme, Entree("Document d'urbanisme")]
) -> EcheanceZan:
    """Dernier jour pour intégrer les objectifs de sobriété foncière (loi n° 2021-1104, art. 194, IV), et jours restants.

    Passé l'échéance du SCoT, les ouvertures à l'urbanisation sont suspendues.
    """
    nom = "plu" if document is DocumentUrbanisme.CARTE_COMMUNALE else document.value
    p = PARAMETRES(f"echeance_{nom}", le)
    jours = (p.valeur - le).days
    etapes.ajouter("Échéance", p.valeur, legal=ECHEANCE, parametre=p)
    etapes.ajouter("Jours restants", jours, "jour")
    if jours < 0:
        etapes.avertir("L'échéance est passée.")
        if document is DocumentUrbanisme.SCOT:
            etapes.avertir("Tant que le SCoT n'est pas en accord, les ouvertures à l'urbanisation sont suspendues.")
    return EcheanceZan(p.valeur, jours, jours < 0)


@rule(id="foncier.densite", label="Densité et renouvellement urbain", legal=OBSERVATOIRE, since=DEPUIS)
def densite(
    etapes: Etapes,
    *,
    le: date,
    logement: Annotated[int, Entree("Logements", "logement", minimum=1)],
    surface_nette: Annotated[Decimal, Entree("Surface nette", "hectare", minimum=0)],
    logement_enveloppe_urbaine: Annotated[int, Entree("Logements dans l'enveloppe urbaine", "logement", minimum=0)],
    surface_brute: Annotated[Decimal | None, Entree("Surface brute", "hectare", minimum=0)] = None,
) -> DensiteOperation:
    """Densité nette (parcelles privées, hors voirie interne), brute si la surface est donnée, part en renouvellement.

    Logements par hectare ; hectares par logement ; part des logements dans l'enveloppe urbaine, en fraction.
    """
    if surface_nette == 0:
        raise InvalidInput(Problem("le champ « Surface nette » (surface_nette), en hectares, ne peut pas être nul."))
    if logement_enveloppe_urbaine > logement:
        raise InvalidInput(
            Problem(
                "le champ « Logements dans l'enveloppe urbaine » (logement_enveloppe_urbaine) dépasse le nombre de "
                f"logements ({logement_enveloppe_urbaine} pour {logement})."
            )
        )
    if surface_brute is not None and surface_brute < surface_nette:
        raise InvalidInput(
            Problem("le champ « Surface brute » (surface_brute), en hectares, est plus petit que la surface nette.")
        )
    nette = etapes.ajouter("Densité nette", logement / surface_nette, "logement_hectare", note="hors voirie interne")
    brute = None
    if surface_brute is not None:
        brute = etapes.ajouter("Densité brute", logement / surface_brute, "logement_hectare")
    part = etapes.ajouter("Part en renouvellement urbain", Decimal(logement_enveloppe_urbaine) / logement, "part")
    return DensiteOperation(nette, brute, surface_nette / logement, part)
