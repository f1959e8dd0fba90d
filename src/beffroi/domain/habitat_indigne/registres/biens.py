"""Biens sans maître et abandon manifeste."""

from __future__ import annotations

from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.domain.habitat_indigne.registres.roles import INSTRUIT, ROLES
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.register import Clock, Field, Register, Sens, State, Transition, declare

BIEN_SANS_MAITRE = declare(
    Register(
        id="habitat_indigne.bien_sans_maitre",
        label="Bien sans maître (propriétaire inconnu)",
        legal=LegalRef("CGPPP", "L. 1123-1 à L. 1123-3"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(Field("parcelle", "Parcelle"), Field("deliberation", "Délibération")),
        horloges=(
            Clock(
                "publicite",
                "Six mois de publicité",
                ("delai_publicite_bien",),
                LegalRef("CGPPP", "L. 1123-3"),
                tacite="presumer",
            ),
            Clock(
                "incorporation",
                "Délibération d'incorporation",
                ("delai_incorporation",),
                LegalRef("CGPPP", "L. 1123-3"),
                tacite="attribuer_etat",
            ),
        ),
        etats=(
            State("arrete", "arrêté constatant l'absence de propriétaire"),
            State("publicite", "publicité faite"),
            State("presume", "présumé sans maître"),
            State("incorpore", "incorporé au domaine", final=True),
            State("etat", "attribué à l'État", final=True),
            State("proprietaire_connu", "propriétaire retrouvé", final=True),
        ),
        transitions=(
            Transition("constater", "Prendre l'arrêté", (), "arrete", ("autorite",), ("parcelle",)),
            Transition(
                "publier", "Dernière mesure de publicité", ("arrete",), "publicite", INSTRUIT, demarre=("publicite",)
            ),
            Transition(
                "presumer", "Présomption", ("publicite",), "presume", demarre=("incorporation",), arrete=("publicite",)
            ),
            Transition(
                "incorporer",
                "Incorporer",
                ("presume",),
                "incorpore",
                ("autorite",),
                ("deliberation",),
                arrete=("incorporation",),
            ),
            Transition("attribuer_etat", "Attribution à l'État", ("presume",), "etat", arrete=("incorporation",)),
            Transition(
                "reconnaitre_proprietaire",
                "Un propriétaire se fait connaître",
                ("arrete", "publicite"),
                "proprietaire_connu",
                INSTRUIT,
                arrete=("publicite",),
            ),
        ),
    )
)

ABANDON_MANIFESTE = declare(
    Register(
        id="habitat_indigne.abandon_manifeste",
        label="Abandon manifeste",
        legal=LegalRef("CGCT", "L. 2243-1 à L. 2243-4"),
        roles=ROLES,
        parametres=PARAMETRES,
        champs=(Field("parcelle", "Parcelle"), Field("deliberation", "Délibération")),
        horloges=(
            Clock(
                "attente",
                "Trois mois après la dernière formalité",
                ("delai_pv_definitif",),
                LegalRef("CGCT", "L. 2243-3"),
                Sens.MINIMUM,
            ),
            Clock(
                "mise_disposition",
                "Dossier ouvert au public",
                ("duree_mise_disposition",),
                LegalRef("CGCT", "L. 2243-4"),
                Sens.MINIMUM,
            ),
            Clock(
                "reprise_epci",
                "Relais possible de l'EPCI",
                ("delai_reprise_epci",),
                LegalRef("CGCT", "L. 2243-4"),
                Sens.MINIMUM,
            ),
        ),
        etats=(
            State("pv_provisoire", "procès-verbal provisoire"),
            State("formalites_faites", "publicités et notifications faites"),
            State("pv_definitif", "procès-verbal définitif"),
            State("declare", "abandon déclaré par le conseil"),
            State("dossier_ouvert", "dossier à la disposition du public"),
            State("exproprie", "exproprié", final=True),
            State("remis_en_etat", "remis en état", final=True),
        ),
        transitions=(
            Transition(
                "dresser_provisoire",
                "Dresser le procès-verbal provisoire",
                (),
                "pv_provisoire",
                ("autorite",),
                ("parcelle",),
            ),
            Transition(
                "achever_formalites",
                "Dernière publicité ou notification",
                ("pv_provisoire",),
                "formalites_faites",
                INSTRUIT,
                demarre=("attente",),
                legal=LegalRef("CGCT", "L. 2243-2"),
            ),
            Transition(
                "dresser_definitif",
                "Dresser le procès-verbal définitif",
                ("formalites_faites",),
                "pv_definitif",
                ("autorite",),
                demarre=("reprise_epci",),
                arrete=("attente",),
                legal=LegalRef("CGCT", "L. 2243-3"),
            ),
            Transition(
                "declarer", "Déclarer l'abandon", ("pv_definitif",), "declare", ("autorite",), ("deliberation",)
            ),
            Transition(
                "ouvrir_dossier",
                "Ouvrir le dossier au public",
                ("declare",),
                "dossier_ouvert",
                INSTRUIT,
                demarre=("mise_disposition",),
            ),
            Transition(
                "exproprier",
                "Exproprier",
                ("dossier_ouvert",),
                "exproprie",
                ("prefet",),
                arrete=("mise_disposition",),
            ),
            Transition(
                "remettre_en_etat",
                "Travaux faits par le propriétaire",
                ("pv_provisoire", "formalites_faites", "pv_definitif", "declare", "dossier_ouvert"),
                "remis_en_etat",
                INSTRUIT,
            ),
        ),
    )
)
