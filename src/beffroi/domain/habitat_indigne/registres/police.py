"""Dossiers, procédures de police et relogements."""

from __future__ import annotations

from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.domain.habitat_indigne.registres.roles import INSTRUIT, ROLES
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import Clock, Field, Register, Sens, State, Transition, declare

DOSSIER = declare(
    Register(
        id="habitat_indigne.dossier",
        label="Dossier d'habitat indigne",
        legal=LegalRef("CCH", "L. 511-1 et suivants"),
        roles=ROLES,
        champs=(
            Field("adresse", "Adresse ou local", personnel=True),
            Field("motif", "Motif"),
            Field("compte_rendu", "Compte rendu de visite", personnel=True),
        ),
        etats=(
            State("signalement", "signalé"),
            State("qualification", "qualifié"),
            State("visite", "visité"),
            State("conciliation", "en conciliation"),
            State("non_decence", "signalé à la CAF pour non-décence"),
            State("procedure", "en procédure"),
            State("sans_suite", "sans suite", final=True),
            State("clos", "clos", final=True),
        ),
        transitions=(
            Transition("signaler", "Enregistrer le signalement", (), "signalement", INSTRUIT, ("adresse",)),
            Transition("qualifier", "Qualifier", ("signalement",), "qualification", INSTRUIT),
            Transition(
                "visiter",
                "Visiter",
                ("qualification",),
                "visite",
                (*INSTRUIT, "operateur"),
                ("compte_rendu",),
                legal=LegalRef("CCH", "L. 511-7"),
            ),
            Transition(
                "classer",
                "Classer sans suite",
                ("signalement", "qualification", "visite"),
                "sans_suite",
                INSTRUIT,
                ("motif",),
            ),
            Transition("concilier", "Ouvrir une conciliation", ("visite",), "conciliation", INSTRUIT),
            Transition(
                "signaler_non_decence", "Signaler à la CAF", ("visite", "conciliation"), "non_decence", INSTRUIT
            ),
            Transition(
                "ouvrir_procedure",
                "Ouvrir une procédure",
                ("visite", "conciliation", "non_decence"),
                "procedure",
                INSTRUIT,
            ),
            Transition("cloturer", "Clore", ("conciliation", "non_decence", "procedure"), "clos", INSTRUIT, ("motif",)),
        ),
    )
)

PROCEDURE = declare(
    Register(
        id="habitat_indigne.procedure",
        label="Procédure de police de l'habitat",
        legal=LegalRef("CCH", "L. 511-1 à L. 511-22"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(
            Field("echeance", "Échéance fixée par l'arrêté", "date"),
            Field("arrete", "Numéro de l'arrêté"),
            Field("taux_jour", "Astreinte par jour", "nombre", "euro_jour"),
            Field("cout", "Coût des travaux d'office", "nombre", "euro"),
        ),
        horloges=(
            Clock(
                "contradictoire", "Observations", ("delai_contradictoire",), LegalRef("CCH", "R. 511-3"), Sens.MINIMUM
            ),
            Clock(
                "contradictoire_court",
                "Observations (suroccupation)",
                ("delai_contradictoire_court",),
                LegalRef("CCH", "R. 511-3"),
                Sens.MINIMUM,
            ),
            Clock("avis_abf", "Avis de l'ABF", ("delai_avis_abf",), LegalRef("CCH", "R. 511-4"), Sens.MINIMUM),
            Clock(
                "execution",
                "Exécution de l'arrêté",
                ("delai_minimal_arrete",),
                LegalRef("CCH", "R. 511-6"),
                champ="echeance",
            ),
            Clock(
                "execution_urgente",
                "Exécution de l'arrêté d'urgence",
                champ="echeance",
                legal=LegalRef("CCH", "L. 511-19"),
            ),
            Clock(
                "relogement_definitif",
                "Relogement définitif dû",
                ("delai_relogement_definitif",),
                LegalRef("CCH", "L. 521-3-1"),
            ),
        ),
        etats=(
            State("rapport", "rapport établi"),
            State("contradictoire", "contradictoire ouvert"),
            State("arrete", "arrêté pris"),
            State("arrete_urgent", "arrêté d'urgence pris"),
            State("astreinte", "astreinte en cours"),
            State("travaux_office", "travaux d'office"),
            State("recouvrement", "recouvrement"),
            State("travaux_realises", "travaux réalisés"),
            State("mainlevee", "mainlevée"),
            State("clos", "close", final=True),
        ),
        transitions=(
            Transition("etablir_rapport", "Établir le rapport", (), "rapport", (*INSTRUIT, "operateur")),
            Transition(
                "ouvrir_contradictoire",
                "Ouvrir le contradictoire",
                ("rapport",),
                "contradictoire",
                ("autorite",),
                demarre=("contradictoire",),
                legal=LegalRef("CCH", "L. 511-10"),
            ),
            Transition(
                "ouvrir_contradictoire_court",
                "Ouvrir le contradictoire (suroccupation)",
                ("rapport",),
                "contradictoire",
                ("autorite",),
                demarre=("contradictoire_court",),
                legal=LegalRef("CSP", "L. 1331-23"),
            ),
            Transition(
                "consulter_abf",
                "Consulter l'ABF",
                ("contradictoire",),
                "contradictoire",
                ("autorite",),
                demarre=("avis_abf",),
            ),
            Transition(
                "prendre_arrete",
                "Prendre l'arrêté",
                ("contradictoire",),
                "arrete",
                ("autorite",),
                ("arrete", "echeance"),
                demarre=("execution", "relogement_definitif"),
                arrete=("contradictoire", "contradictoire_court", "avis_abf"),
                legal=LegalRef("CCH", "L. 511-11"),
            ),
            Transition(
                "prendre_arrete_urgent",
                "Prendre l'arrêté d'urgence",
                ("rapport",),
                "arrete_urgent",
                ("autorite",),
                ("arrete", "echeance"),
                demarre=("execution_urgente",),
                legal=LegalRef("CCH", "L. 511-19"),
            ),
            Transition(
                "reprendre_ordinaire",
                "Poursuivre en procédure ordinaire",
                ("arrete_urgent",),
                "contradictoire",
                ("autorite",),
                demarre=("contradictoire",),
                arrete=("execution_urgente",),
            ),
            Transition(
                "prononcer_astreinte",
                "Prononcer l'astreinte",
                ("arrete",),
                "astreinte",
                ("autorite",),
                ("taux_jour",),
                legal=LegalRef("CCH", "L. 511-15"),
            ),
            Transition(
                "ordonner_travaux",
                "Ordonner les travaux d'office",
                ("arrete", "arrete_urgent", "astreinte"),
                "travaux_office",
                ("autorite",),
                arrete=("execution", "execution_urgente"),
                legal=LegalRef("CCH", "L. 511-16"),
            ),
            Transition("recouvrer", "Recouvrer", ("travaux_office",), "recouvrement", ("autorite",), ("cout",)),
            Transition(
                "constater_travaux",
                "Constater les travaux",
                ("arrete", "arrete_urgent", "astreinte"),
                "travaux_realises",
                INSTRUIT,
                arrete=("execution", "execution_urgente"),
            ),
            Transition(
                "lever",
                "Prononcer la mainlevée",
                ("travaux_realises", "recouvrement"),
                "mainlevee",
                ("autorite",),
                ("arrete",),
                arrete=("relogement_definitif",),
                legal=LegalRef("CCH", "L. 511-14"),
            ),
            Transition("cloturer", "Clore", ("mainlevee",), "clos", INSTRUIT),
        ),
    )
)

RELOGEMENT = declare(
    Register(
        id="habitat_indigne.relogement",
        label="Hébergement et relogement des occupants",
        legal=LegalRef("CCH", "L. 521-1 à L. 521-3-2"),
        roles=ROLES,
        champs=(Field("menage", "Ménage", personnel=True), Field("adresse", "Logement proposé", personnel=True)),
        etats=(
            State("besoin", "à reloger"),
            State("heberge", "hébergé"),
            State("offre_faite", "offre faite"),
            State("reloge", "relogé", final=True),
            State("retour", "revenu dans son logement", final=True),
        ),
        transitions=(
            Transition("constater_besoin", "Constater le besoin", (), "besoin", INSTRUIT, ("menage",)),
            Transition("heberger", "Héberger", ("besoin",), "heberge", INSTRUIT, ("adresse",)),
            Transition(
                "proposer", "Proposer un logement", ("besoin", "heberge"), "offre_faite", INSTRUIT, ("adresse",)
            ),
            Transition("decliner", "Offre déclinée", ("offre_faite",), "besoin", INSTRUIT),
            Transition("reloger", "Reloger", ("offre_faite",), "reloge", INSTRUIT),
            Transition("revenir", "Retour dans le logement", ("heberge", "besoin"), "retour", INSTRUIT),
        ),
    )
)
