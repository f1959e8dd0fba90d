"""Polices de l'habitat : contradictoire, échéance d'un arrêté, astreinte, loyers suspendus, relogement."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.period import add_months
from beffroi.kernel.register import deadline
from beffroi.kernel.rule import Etapes, rule, valeur_texte

ORDONNANCE_2020 = date(2021, 1, 1)


@rule(
    id="habitat_indigne.contradictoire",
    label="Première date possible d'un arrêté, après le contradictoire",
    legal=LegalRef("CCH", "L. 511-10 et R. 511-3"),
    since=ORDONNANCE_2020,
    unite="date",
)
def contradictoire(
    etapes: Etapes,
    *,
    le: date,
    notification: Annotated[date, Entree("Ouverture du contradictoire")],
    suroccupation: Annotated[bool, Entree("Locaux mis à disposition en suroccupation (CSP, L. 1331-23)")] = False,
    danger_imminent: Annotated[bool, Entree("Danger imminent")] = False,
    saisine_abf: Annotated[date | None, Entree("Saisine de l'architecte des Bâtiments de France")] = None,
) -> date:
    """Jour à partir duquel l'arrêté peut être pris : un mois d'observations au moins, quinze jours en suroccupation.

    L'urgence se passe de contradictoire (CCH, L. 511-19) ; le silence de l'architecte des Bâtiments de France pendant
    quinze jours vaut avis (R. 511-4).
    """
    if danger_imminent:
        fin = etapes.ajouter("Danger imminent : sans contradictoire", le, "date", legal=LegalRef("CCH", "L. 511-19"))
    else:
        delai = PARAMETRES("delai_contradictoire_court" if suroccupation else "delai_contradictoire", notification)
        fin = etapes.ajouter("Fin des observations", deadline(notification, delai), "date", parametre=delai)
    if saisine_abf is not None:
        avis = PARAMETRES("delai_avis_abf", saisine_abf)
        fin = max(fin, etapes.ajouter("Avis réputé émis", deadline(saisine_abf, avis), "date", parametre=avis))
    return fin


@rule(
    id="habitat_indigne.echeance_arrete",
    label="Échéance d'exécution d'un arrêté",
    legal=LegalRef("CCH", "L. 511-11 et R. 511-6"),
    since=ORDONNANCE_2020,
)
def echeance_arrete(
    etapes: Etapes,
    *,
    le: date,
    notification: Annotated[date, Entree("Notification de l'arrêté")],
    echeance: Annotated[date | None, Entree("Échéance fixée par l'arrêté")] = None,
    urgence: Annotated[bool, Entree("Procédure d'urgence")] = False,
    logement_vacant_securise: Annotated[bool, Entree("Logement devenu vacant et sécurisé")] = False,
) -> dict[str, Any]:
    """Échéance minimale, validité de l'échéance fixée, retard au jour demandé et relogement définitif dû.

    Un mois au moins après la notification, sauf urgence (CCH, R. 511-6). L'obligation de délai est suspendue quand le
    logement est vacant et sécurisé (L. 511-11). Trois ans sans travaux : relogement définitif dû (loi 2024-322).
    """
    minimum = None
    if not urgence:
        delai = PARAMETRES("delai_minimal_arrete", notification)
        minimum = etapes.ajouter(
            "Échéance possible au plus tôt", deadline(notification, delai), "date", parametre=delai
        )
    valide = None if echeance is None else minimum is None or echeance >= minimum
    if valide is False:
        etapes.avertir(f"L'échéance fixée est trop proche : le {minimum:%d/%m/%Y} au plus tôt.")
    retard = None
    if echeance is not None:
        retard = not logement_vacant_securise and le > echeance
        etapes.ajouter("Échéance dépassée", retard, note="suspendue" if logement_vacant_securise else "")
    relogement = None
    with suppress(NotFound):
        delai = PARAMETRES("delai_relogement_definitif", le)
        relogement = etapes.ajouter(
            "Relogement définitif dû à partir du", deadline(notification, delai), "date", parametre=delai
        )
    return {"au_plus_tot": minimum, "valide": valide, "en_retard": retard, "relogement_definitif_le": relogement}


@rule(
    id="habitat_indigne.astreinte",
    label="Astreinte administrative",
    legal=LegalRef("CCH", "L. 511-15"),
    since=ORDONNANCE_2020,
    unite="euro",
)
def astreinte(
    etapes: Etapes,
    *,
    le: date,
    taux_jour: Annotated[Decimal, Entree("Astreinte par jour de retard", "euro_jour", minimum=0)],
    debut: Annotated[date, Entree("Notification de l'arrêté d'astreinte")],
    fin: Annotated[date, Entree("Dernier jour dû, inclus")],
    occupant_vulnerable: Annotated[bool, Entree("Occupant vulnérable")] = False,
) -> Decimal:
    """Montant de l'astreinte, en euros : jours de retard (premier et dernier inclus) × taux, dans la limite du plafond.

    Le taux ne dépasse pas 1 000 € par jour (CCH, L. 511-15) ; le total ne dépasse pas l'amende de L. 511-22 I.
    Recouvrement par trimestre échu.
    """
    if fin < debut:
        raise InvalidInput(
            Problem(
                f"le champ « Dernier jour dû, inclus » (fin, {fin:%d/%m/%Y}) précède « Notification de l'arrêté "
                f"d'astreinte » (debut, {debut:%d/%m/%Y}) : vérifier."
            )
        )
    limite = PARAMETRES("astreinte_jour", debut)
    if taux_jour > limite.decimal:
        raise InvalidInput(
            Problem(
                f"le champ « Astreinte par jour de retard » (taux_jour) ne dépasse pas {valeur_texte(limite.valeur, limite.unite)} "
                f"({limite.legal}) ; reçu : {valeur_texte(taux_jour, limite.unite)}."
            )
        )
    etapes.ajouter("Taux par jour", taux_jour, "euro_jour", parametre=limite)
    jours = etapes.ajouter("Jours de retard", (fin - debut).days + 1, "jour")
    brut = etapes.ajouter("Montant avant plafond", taux_jour * jours, "euro")
    plafond = PARAMETRES("plafond_astreinte_vulnerable" if occupant_vulnerable else "plafond_astreinte", debut)
    montant = min(brut, plafond.decimal)
    if brut > plafond.decimal:
        etapes.avertir("Le plafond de l'astreinte est atteint : elle ne court plus.")
    return etapes.ajouter("Montant dû", montant, "euro", parametre=plafond)


@rule(
    id="habitat_indigne.suspension_loyer",
    label="Loyers suspendus par un arrêté",
    legal=LegalRef("CCH", "L. 521-2, I"),
    since=ORDONNANCE_2020,
)
def suspension_loyer(
    etapes: Etapes,
    *,
    le: date,
    notification: Annotated[date, Entree("Envoi de la notification, ou affichage")],
    mainlevee: Annotated[date | None, Entree("Mainlevée")] = None,
) -> dict[str, Any]:
    """Premier jour où le loyer n'est plus dû et premier jour où il le redevient.

    Du premier jour du mois qui suit l'envoi de la notification (ou l'affichage) au premier jour du mois qui suit la
    mainlevée (CCH, L. 521-2, I).
    """

    def mois_suivant(jour: date) -> date:
        return add_months(jour.replace(day=1), 1)

    texte = LegalRef("CCH", "L. 521-2, I")
    debut = etapes.ajouter("Loyer suspendu à partir du", mois_suivant(notification), "date", legal=texte)
    etapes.avertir("L'article L. 521-2 a été modifié le 11/04/2024 et le 21/11/2024 : à vérifier.")
    if mainlevee is None:
        return {"suspendu_du": debut, "du_de_nouveau_le": None, "suspendu": le >= debut}
    if mainlevee < notification:
        raise InvalidInput(Problem("le champ « Mainlevée » (mainlevee) précède la notification : vérifier."))
    fin = etapes.ajouter("Loyer dû de nouveau à partir du", mois_suivant(mainlevee), "date", legal=texte)
    return {"suspendu_du": debut, "du_de_nouveau_le": fin, "suspendu": debut <= le < fin}


@rule(
    id="habitat_indigne.indemnite_relogement",
    label="Indemnités d'un relogement définitif",
    legal=LegalRef("CCH", "L. 521-3-1 et L. 521-3-2"),
    since=ORDONNANCE_2020,
    unite="euro",
)
def indemnite_relogement(
    etapes: Etapes,
    *,
    le: date,
    nouveau_loyer: Annotated[Decimal, Entree("Nouveau loyer mensuel", "euro_mois", minimum=0)],
    reloge_par_organisme: Annotated[bool, Entree("Relogé par un organisme public")] = False,
) -> Decimal:
    """Indemnité due par le propriétaire en cas d'interdiction définitive, en euros.

    Trois mois du nouveau loyer à l'occupant (L. 521-3-1, II) ; un an de loyer prévisionnel à l'organisme public qui
    reloge à sa place (L. 521-3-2, IV).
    """
    etapes.ajouter("Nouveau loyer mensuel", nouveau_loyer, "euro_mois")
    duree = PARAMETRES("indemnite_organisme" if reloge_par_organisme else "indemnite_relogement", le)
    return etapes.ajouter("Indemnité due par le propriétaire", nouveau_loyer * duree.entier, "euro", parametre=duree)
