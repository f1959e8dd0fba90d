"""Règles des aides : estimation, enveloppe, simulation, partage, plafonds de ressources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from beffroi.domain.aides.colonnes import Application, appliquer
from beffroi.domain.aides.enveloppes import servir
from beffroi.domain.aides.evaluation import CENTIMES, Resultat, cumuler, evaluer, lire_operation
from beffroi.domain.aides.lecture import reglement as charger
from beffroi.domain.aides.modele import Comparateur, Condition, EtatAide, Periode, Portee, Reglement
from beffroi.domain.aides.plafonds import plafond_ressources
from beffroi.domain.aides.simulation import Modification, colonnes, modifier, resume
from beffroi.domain.aides.table import COMPLET_LE
from beffroi.kernel.convert import Entree, convert
from beffroi.kernel.errors import NotFound
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.parameter import load_parameters
from beffroi.kernel.rule import Etapes, rule, valeur_texte
from beffroi.kernel.unit import half_up

PARAMETRES = load_parameters("beffroi.domain.aides")
DEBUT = date(2014, 1, 1)
METHODE = LegalRef("Règlement d'aides de la collectivité", "", "docs/methodes/aides.md")
SIGNES = {Comparateur.INFERIEUR_OU_EGAL: "≤", Comparateur.SUPERIEUR_OU_EGAL: "≥", Comparateur.PARMI: "="}
Operation = Annotated[dict[str, Any], Entree("Opération (champs du règlement)")]


def _source(r: Reglement, lignes: tuple[int, ...]) -> LegalRef:
    reperes = f"l. {lignes[0]}" + (f"-{lignes[-1]}" if len(lignes) > 1 else "") if lignes else ""
    return LegalRef(r.label, reperes, r.url or r.document)


def _prevenir(etapes: Etapes, r: Reglement) -> None:
    if r.a_verifier:
        etapes.avertir(f"« {r.label} » : à vérifier. {r.a_verifier}")


def _condition(r: Reglement, c: Condition) -> str:
    """« Prix de revient par m² > 2 500 €/m² »."""
    champ = r.champ[c.champ]
    if c.autre:
        droite = r.champ[c.autre].label.lower()
    elif isinstance(c.valeur, tuple):
        droite = " ou ".join(champ.mot(v) for v in c.valeur)
    else:
        droite = valeur_texte(c.valeur, champ.unite if isinstance(c.valeur, Decimal) else "")
    return f"{champ.label} {SIGNES.get(c.comparateur, c.comparateur.value)} {droite}"


def _expliquer(etapes: Etapes, r: Reglement, reponse: Resultat) -> None:
    aide = reponse.aide
    texte = _source(r, aide.lignes)
    niveau = f", niveau « {reponse.niveau.label} »" if reponse.niveau and len(aide.niveau) > 1 else ""
    if reponse.ouverte is not None:
        seuils = " et ".join(
            f"« {r.champ[n].label} » vaut exactement {valeur_texte(v, r.champ[n].unite)}"
            for n, v in reponse.ouverte.seuils
        )
        etapes.avertir(
            f"{seuils}, valeur que le texte ne range nulle part : {reponse.ouverte.retenu} retenu, la lecture la plus "
            f"basse (une autre donnerait {', '.join(reponse.ouverte.autres)})."
        )
    notes = [reponse.motif] if reponse.motif else []
    if reponse.manque:
        notes.append("il manque " + ", ".join(f"« {r.champ[m].label} » ({m})" for m in reponse.manque))
    if reponse.niveau is not None:
        conditions = [_condition(r, c) for c in (*aide.conditions, *reponse.niveau.conditions)]
        notes += [" ; ".join(conditions)] if conditions else []
        if reponse.niveau.montant_minimum is not None and reponse.niveau.montant_maximum is not None:
            bornes = (reponse.niveau.montant_minimum, reponse.niveau.montant_maximum)
            notes.append(" à ".join(valeur_texte(b, "euro") for b in bornes))
        if aide.plafond is not None and aide.plafond.portee is Portee.DOSSIER:
            notes.append(f"plafond par dossier : {valeur_texte(aide.plafond.montant, 'euro')}")
    etapes.ajouter(f"{aide.label}{niveau}", reponse.montant, "euro", legal=texte, note=" — ".join(notes))
    if aide.note:
        etapes.avertir(f"{aide.label} : {aide.note}")


@rule(id="aides.estimation", label="Aides d'une opération", legal=METHODE, since=DEBUT)
def estimation(
    etapes: Etapes,
    *,
    le: date,
    reglement: Annotated[str, Entree("Règlement d'aides")],
    operation: Operation,
    aide: Annotated[str | None, Entree("Une seule aide")] = None,
) -> dict[str, Any]:
    """Aides d'un règlement pour une opération : état, niveau et montant de chacune, somme en euros.

    Chaque comparaison est stricte ou large comme le texte l'écrit ; une valeur égale à une borne qu'il laisse ouverte
    donne le niveau le plus bas, et la réponse le dit. ``montant`` est la somme des montants connus ; ``complet`` est
    faux dès qu'une aide possible reste inconnue (information manquante ou montant que le texte ne donne pas).
    L'enveloppe n'est pas consommée ici (voir ``aides.enveloppe`` et ``aides.simulation``).
    """
    r = charger(reglement, le)
    _prevenir(etapes, r)
    lue = lire_operation(r, operation)
    choisies = r.aide
    if aide is not None:
        une = r.une(aide)
        if une is None:
            raise NotFound(
                f"L'aide « {aide} » n'existe pas dans « {r.label} » ; aides : {', '.join(a.id for a in r.aide)}."
            )
        choisies = (une,)
    reponses, avertissements = cumuler(r, [evaluer(a, lue, le) for a in choisies])
    for avertissement in avertissements:
        etapes.avertir(avertissement)
    muettes = (EtatAide.NON_ELIGIBLE, EtatAide.HORS_PERIODE, EtatAide.LIGNE_BUDGETAIRE)
    utiles = [x for x in reponses if x.etat not in muettes or x.ouverte or aide is not None]
    for reponse in utiles:
        _expliquer(etapes, r, reponse)
    inconnues = [x for x in utiles if x.montant is None and x.etat is not EtatAide.LIGNE_BUDGETAIRE]
    montant = sum((x.montant for x in utiles if x.montant is not None), start=Decimal(0))
    etapes.ajouter("Somme des aides connues", montant, "euro")
    return {
        "montant": None if inconnues and len(inconnues) == len(utiles) else montant,
        "complet": not inconnues,
        "aides": {
            x.aide.id: {
                "etat": x.etat,
                "montant": x.montant,
                "montant_maximum": x.montant_maximum,
                "niveau": x.niveau.numero or x.rang if x.niveau else None,
            }
            for x in utiles
        },
    }


@rule(id="aides.enveloppe", label="Dossier face à l'enveloppe de l'année", legal=METHODE, since=DEBUT)
def enveloppe(
    etapes: Etapes,
    *,
    le: date,
    reglement: Annotated[str, Entree("Règlement d'aides")],
    aide: Annotated[str, Entree("Aide")],
    deja_accorde: Annotated[Decimal, Entree("Déjà accordé dans la période", "euro", minimum=0)],
    demande: Annotated[Decimal, Entree("Somme demandée", "euro", minimum=0)],
) -> dict[str, Any]:
    """Ce qu'une enveloppe accorde à un dossier complet le jour ``le`` : tout ou rien.

    Les dossiers sont servis dans l'ordre où ils sont complets, sans aide partielle. Rend la somme accordée, l'état,
    le reste et le nombre de dossiers que paie une période entière quand le montant est fixe.
    """
    r = charger(reglement, le)
    _prevenir(etapes, r)
    une = r.une(aide)
    if une is None or not une.enveloppe:
        avec = ", ".join(a.id for a in r.aide if a.enveloppe) or "aucune"
        raise NotFound(
            f"L'aide « {aide} » ne puise dans aucune enveloppe de « {r.label} » ; aides concernées : {avec}."
        )
    caisse = r.enveloppe[une.enveloppe]
    etapes.ajouter("Enveloppe", caisse.montant, "euro", legal=_source(r, caisse.lignes), note=caisse.note)
    etapes.ajouter("Déjà accordé", deja_accorde, "euro")
    periode = le.year if caisse.periode is Periode.ANNEE else 0
    refuses, _ = servir(caisse, [le], [demande], {periode: deja_accorde})
    accorde = Decimal(0) if refuses else demande
    etapes.ajouter("Accordé", accorde, "euro", note="aide entière ou rien")
    unitaires = {n.montant for n in une.niveau}
    unitaire = unitaires.pop() if len(unitaires) == 1 else None
    dossiers = int(caisse.montant // unitaire) if unitaire else None
    return {
        "accorde": accorde,
        "etat": EtatAide.ENVELOPPE_EPUISEE if refuses else EtatAide.ACCORDABLE,
        "reste": max(Decimal(0), caisse.montant - deja_accorde - accorde),
        "dossiers_par_periode": dossiers,
    }


@rule(id="aides.simulation", label="Effet d'un changement de règlement", legal=METHODE, since=DEBUT)
def simulation(
    etapes: Etapes,
    *,
    le: date,
    reglement: Annotated[str, Entree("Règlement d'aides")],
    operations: Annotated[tuple[dict[str, Any], ...], Entree("Opérations")],
    modifications: Annotated[tuple[Modification, ...], Entree("Changements")] = (),
) -> dict[str, Any]:
    """Coût et opérations aidées d'un règlement, avant et après des changements.

    Les enveloppes sont servies par jour de dossier complet (``complet_le`` de chaque opération). Les opérations dont
    il manque une information, ou dont le montant n'est pas donné par le texte, sont comptées à part, jamais à zéro.
    """
    r = charger(reglement, le)
    _prevenir(etapes, r)
    table = colonnes(operations)
    if COMPLET_LE in table:
        table[COMPLET_LE] = [
            None if j is None else convert(date, j, f"operation[{i}].{COMPLET_LE}")
            for i, j in enumerate(table[COMPLET_LE], 1)
        ]
    avant = _mesurer(etapes, "avant", appliquer(r, table, le))
    if not modifications:
        return {"avant": avant, "apres": None, "ecart_cout": None, "ecart_operations": None}
    apres = _mesurer(etapes, "après", appliquer(modifier(r, modifications), table, le))
    ecart = etapes.ajouter("Écart de coût", apres["cout"] - avant["cout"], "euro")
    return {
        "avant": avant,
        "apres": apres,
        "ecart_cout": ecart,
        "ecart_operations": apres["operations_aidees"] - avant["operations_aidees"],
    }


def _mesurer(etapes: Etapes, moment: str, application: Application) -> dict[str, Any]:
    total = resume(application)
    for aide in application.reglement.aide:
        ligne = total["aides"].get(aide.id)
        if ligne:
            etapes.ajouter(
                f"{aide.label} ({moment})",
                ligne["cout"],
                "euro",
                legal=_source(application.reglement, aide.lignes),
                note=f"{ligne['operations_aidees']} aidées, {ligne['enveloppe_epuisee']} refusées faute d'enveloppe, "
                f"{ligne['indeterminees'] + ligne['montant_indefini']} en attente",
            )
    if application.ouvertes:
        lignes = sorted({i + 1 for v in application.ouvertes.values() for i in v})
        etapes.avertir(
            f"Opérations {', '.join(map(str, lignes))} : valeur exactement sur une borne que le texte laisse ouverte, "
            "niveau le plus bas retenu."
        )
    if application.hors_periode:
        etapes.avertir(f"{len(application.hors_periode)} opérations hors de la période du règlement ({moment}).")
    etapes.ajouter(f"Coût ({moment})", total["cout"], "euro", note=f"{total['operations_aidees']} opérations aidées")
    return total


@rule(id="aides.partage", label="Partage d'une aide entre ses payeurs", legal=METHODE, since=DEBUT)
def partage(
    etapes: Etapes,
    *,
    le: date,
    reglement: Annotated[str, Entree("Règlement d'aides")],
    aide: Annotated[str, Entree("Aide")],
    montant: Annotated[Decimal, Entree("Montant de l'aide", "euro", minimum=0)],
) -> dict[str, Decimal]:
    """Part de chaque payeur, en euros ; les parts sont arrondies au centime et leur somme reste le montant."""
    r = charger(reglement, le)
    _prevenir(etapes, r)
    une = r.une(aide)
    if une is None or not une.partage:
        avec = ", ".join(a.id for a in r.aide if a.partage) or "aucune"
        raise NotFound(f"L'aide « {aide} » n'a pas de partage dans « {r.label} » ; aides partagées : {avec}.")
    parts: dict[str, Decimal] = {}
    cumul = Fraction(0)
    verse = Decimal(0)
    for payeur, texte in une.partage.items():
        cumul += Fraction(texte)
        jusque = half_up(montant * cumul.numerator / cumul.denominator, CENTIMES)
        parts[payeur] = etapes.ajouter(
            f"Part de {payeur}", jusque - verse, "euro", legal=_source(r, une.lignes), note=texte
        )
        verse = jusque
    return parts


@rule(
    id="aides.categorie_revenu",
    label="Catégorie de revenus d'un ménage (Anah)",
    legal=LegalRef("Anah, plafonds de ressources", "", "https://www.anah.gouv.fr/"),
    since=date(2025, 1, 1),
)
def categorie_revenu(
    etapes: Etapes,
    *,
    le: date,
    personnes: Annotated[int, Entree("Personnes du ménage", "personne", minimum=1)],
    revenu_fiscal: Annotated[Decimal, Entree("Revenu fiscal de référence", "euro", minimum=0)],
    annee: Annotated[int | None, Entree("Année des plafonds")] = None,
    zone: Annotated[str, Entree("Zone")] = "hors_ile_de_france",
) -> dict[str, Any]:
    """Catégorie d'un ménage : très modeste, modeste, intermédiaire ou supérieur. Un revenu égal au plafond est dedans.

    Le revenu est celui de tous les foyers fiscaux du logement. Plafonds par année et zone : ``plafonds/anah.csv``.
    """
    an = annee or le.year
    plafonds: dict[str, Decimal] = {}
    categorie = "superieur"
    for serie in ("intermediaire", "modeste", "tres_modeste"):
        p = plafond_ressources("anah", an, zone, serie, personnes)
        plafonds[serie] = etapes.ajouter(
            f"Plafond {serie.replace('_', ' ')}", p.plafond, "euro", legal=LegalRef(p.source, str(an), p.adresse)
        )
        if p.a_verifier:
            etapes.avertir(f"Plafonds {an} de l'Anah à vérifier : {p.source.lower()}.")
        if revenu_fiscal <= p.plafond:
            categorie = serie
    etapes.ajouter("Revenu fiscal de référence", revenu_fiscal, "euro")
    return {"categorie": categorie, "plafonds": plafonds}


@rule(
    id="aides.plafond_hlm",
    label="Plafonds de ressources du logement social",
    legal=LegalRef(
        "Arrêté du 29 juillet 1987", "annexe I", "https://www.legifrance.gouv.fr/loda/article_lc/LEGIARTI000053307202"
    ),
    since=date(2026, 1, 1),
)
def plafond_hlm(
    etapes: Etapes,
    *,
    le: date,
    categorie: Annotated[int, Entree("Catégorie de ménage", minimum=1)],
    annee: Annotated[int | None, Entree("Année des plafonds")] = None,
    zone: Annotated[str, Entree("Zone")] = "autres_regions",
    revenu_fiscal: Annotated[Decimal | None, Entree("Revenu fiscal de référence N-2", "euro", minimum=0)] = None,
) -> dict[str, Any]:
    """Plafonds PLAI, PLUS et PLS d'une catégorie de ménage, en euros de revenu fiscal de l'année N-2.

    La catégorie n'est pas le nombre de personnes (jeune couple, carte d'invalidité). PLS = PLUS × 1,30, à l'euro le
    plus proche. Après la catégorie 6, chaque personne de plus en ajoute une. Une baisse de revenus d'au moins 10 %
    permet de retenir une année plus récente.
    """
    an = annee or le.year
    plus = plafond_ressources("hlm", an, zone, "plus", categorie)
    plai = plafond_ressources("hlm", an, zone, "plai", categorie)
    coefficient = PARAMETRES("coefficient_pls", le)
    plafonds = {"plai": plai.plafond, "plus": plus.plafond, "pls": half_up(plus.plafond * coefficient.decimal)}
    for nom, p in (("plai", plai), ("plus", plus)):
        etapes.ajouter(f"Plafond {nom.upper()}", plafonds[nom], "euro", legal=LegalRef(p.source, str(an), p.adresse))
        if p.a_verifier:
            etapes.avertir(f"Plafond {nom.upper()} {an} à vérifier : {p.source.lower()}.")
    etapes.ajouter("Plafond PLS", plafonds["pls"], "euro", parametre=coefficient)
    if revenu_fiscal is None:
        return {"plafonds": plafonds, "produits": None}
    ouverts = etapes.ajouter("Produits ouverts", [n for n, p in plafonds.items() if revenu_fiscal <= p])
    return {"plafonds": plafonds, "produits": ouverts}


def champs_attendus(identifiant: str, le: date) -> Mapping[str, Any]:
    """Champs d'opération d'un règlement (formulaires et aide de la commande)."""
    return charger(identifiant, le).champ
