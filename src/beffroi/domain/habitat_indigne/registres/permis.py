"""Permis de louer et de diviser."""

from __future__ import annotations

from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.domain.habitat_indigne.registres.roles import INSTRUIT, ROLES
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import Clock, Field, Register, State, Transition, declare

AUTORISATION_PREALABLE = declare(
    Register(
        id="habitat_indigne.autorisation_prealable",
        label="Autorisation préalable de mise en location",
        legal=LegalRef("CCH", "L. 635-1 à L. 635-11"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(
            Field("adresse", "Logement", personnel=True),
            Field("proprietaire", "Propriétaire", personnel=True),
            Field("motif", "Motif et travaux demandés"),
            Field("pieces", "Pièces manquantes"),
        ),
        horloges=(
            Clock(
                "decision",
                "Décision",
                ("delai_decision_apml",),
                LegalRef("CCH", "L. 635-4"),
                tacite="accorder_tacitement",
            ),
            Clock("validite", "Validité", ("validite_apml",), LegalRef("CCH", "R. 635-3"), tacite="perimer"),
        ),
        etats=(
            State("demande_deposee", "demande déposée"),
            State("incomplet", "dossier incomplet"),
            State("accorde", "accordée"),
            State("accorde_tacite", "accordée tacitement"),
            State("accorde_sous_conditions", "accordée sous conditions"),
            State("loue", "logement loué", final=True),
            State("refuse", "refusée", final=True),
            State("annule", "annulée", final=True),
            State("caduc", "caduque", final=True),
        ),
        transitions=(
            Transition(
                "deposer",
                "Déposer la demande",
                (),
                "demande_deposee",
                INSTRUIT,
                ("adresse", "proprietaire"),
                ("decision",),
            ),
            Transition(
                "demander_pieces", "Demander les pièces", ("demande_deposee",), "incomplet", INSTRUIT, ("pieces",)
            ),
            Transition("completer", "Compléter", ("incomplet",), "demande_deposee", INSTRUIT),
            Transition(
                "accorder",
                "Accorder",
                ("demande_deposee", "incomplet"),
                "accorde",
                ("autorite",),
                demarre=("validite",),
                arrete=("decision",),
            ),
            Transition(
                "accorder_sous_conditions",
                "Accorder sous conditions",
                ("demande_deposee", "incomplet"),
                "accorde_sous_conditions",
                ("autorite",),
                ("motif",),
                ("validite",),
                ("decision",),
            ),
            Transition(
                "accorder_tacitement",
                "Autorisation tacite",
                ("demande_deposee", "incomplet"),
                "accorde_tacite",
                demarre=("validite",),
                arrete=("decision",),
                legal=LegalRef("CCH", "L. 635-4"),
            ),
            Transition(
                "refuser",
                "Refuser",
                ("demande_deposee", "incomplet"),
                "refuse",
                ("autorite",),
                ("motif",),
                arrete=("decision",),
            ),
            Transition(
                "transferer",
                "Transférer à un nouveau propriétaire",
                ("accorde",),
                "accorde",
                INSTRUIT,
                ("proprietaire",),
                legal=LegalRef("CCH", "R. 635-3"),
            ),
            Transition(
                "louer",
                "Enregistrer la location",
                ("accorde", "accorde_tacite", "accorde_sous_conditions"),
                "loue",
                INSTRUIT,
                arrete=("validite",),
            ),
            Transition(
                "perimer",
                "Caducité",
                ("accorde", "accorde_tacite", "accorde_sous_conditions"),
                "caduc",
                arrete=("validite",),
            ),
            Transition(
                "annuler",
                "Annuler ou retirer",
                ("demande_deposee", "incomplet", "accorde", "accorde_tacite", "accorde_sous_conditions"),
                "annule",
                ("autorite",),
                ("motif",),
                arrete=("decision", "validite"),
            ),
        ),
    )
)

DECLARATION = declare(
    Register(
        id="habitat_indigne.declaration_mise_en_location",
        label="Déclaration de mise en location",
        legal=LegalRef("CCH", "L. 634-1 à L. 634-5"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(Field("adresse", "Logement", personnel=True), Field("pieces", "Pièces manquantes")),
        horloges=(
            Clock("declaration", "Déclaration", ("delai_declaration_dml",), LegalRef("CCH", "L. 634-3")),
            Clock("recepisse", "Récépissé", ("delai_recepisse_dml",), LegalRef("CCH", "R. 634-3")),
            Clock("pieces", "Demande de pièces", ("delai_pieces_dml",), LegalRef("CCH", "R. 634-3")),
        ),
        etats=(
            State("bail_signe", "bail signé"),
            State("declaree", "déclarée"),
            State("incomplet", "incomplète"),
            State("recepisse", "récépissé remis", final=True),
        ),
        transitions=(
            Transition(
                "signer_bail", "Enregistrer le bail", (), "bail_signe", INSTRUIT, ("adresse",), ("declaration",)
            ),
            Transition(
                "declarer",
                "Déclarer",
                ("bail_signe",),
                "declaree",
                INSTRUIT,
                demarre=("recepisse", "pieces"),
                arrete=("declaration",),
            ),
            Transition(
                "demander_pieces",
                "Demander les pièces",
                ("declaree",),
                "incomplet",
                INSTRUIT,
                ("pieces",),
                arrete=("pieces",),
            ),
            Transition("completer", "Compléter", ("incomplet",), "declaree", INSTRUIT),
            Transition(
                "remettre_recepisse",
                "Remettre le récépissé",
                ("declaree",),
                "recepisse",
                INSTRUIT,
                arrete=("recepisse", "pieces"),
            ),
        ),
    )
)

PERMIS_DIVISER = declare(
    Register(
        id="habitat_indigne.permis_diviser",
        label="Permis de diviser",
        legal=LegalRef("CCH", "L. 126-17 à L. 126-22"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(
            Field("adresse", "Immeuble", personnel=True),
            Field("logement", "Logements créés", "entier", "logement"),
            Field("motif", "Motif"),
        ),
        horloges=(
            Clock(
                "decision",
                "Décision",
                ("delai_permis_diviser_mois", "delai_permis_diviser_jour"),
                LegalRef("CCH", "L. 126-20"),
                tacite="accorder_tacitement",
            ),
        ),
        etats=(
            State("demande_recue", "demande reçue"),
            State("accorde", "accordée", final=True),
            State("accorde_tacite", "accordée tacitement", final=True),
            State("refuse", "refusée", final=True),
        ),
        transitions=(
            Transition(
                "recevoir", "Recevoir la demande", (), "demande_recue", INSTRUIT, ("adresse", "logement"), ("decision",)
            ),
            Transition("accorder", "Accorder", ("demande_recue",), "accorde", ("autorite",), arrete=("decision",)),
            Transition(
                "refuser", "Refuser", ("demande_recue",), "refuse", ("autorite",), ("motif",), arrete=("decision",)
            ),
            Transition(
                "accorder_tacitement", "Autorisation tacite", ("demande_recue",), "accorde_tacite", arrete=("decision",)
            ),
        ),
    )
)
