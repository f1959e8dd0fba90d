"""Mots de la lutte contre l'habitat indigne : états des autorisations, motifs de refus, secteurs."""

from __future__ import annotations

from enum import StrEnum


class EtatAutorisation(StrEnum):
    """État d'une demande d'autorisation, calculé à partir des dates."""

    EN_INSTRUCTION = "en_instruction"
    ACCORDE = "accorde"
    ACCORDE_TACITE = "accorde_tacite"
    ACCORDE_SOUS_CONDITIONS = "accorde_sous_conditions"
    REFUSE = "refuse"
    CADUC = "caduc"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_ETAT_AUTORISATION[self]


LIBELLE_ETAT_AUTORISATION: dict[EtatAutorisation, str] = {
    EtatAutorisation.EN_INSTRUCTION: "en cours d'instruction",
    EtatAutorisation.ACCORDE: "accordée",
    EtatAutorisation.ACCORDE_TACITE: "accordée tacitement",
    EtatAutorisation.ACCORDE_SOUS_CONDITIONS: "accordée sous conditions",
    EtatAutorisation.REFUSE: "refusée",
    EtatAutorisation.CADUC: "caduque",
}


class DecisionAutorisation(StrEnum):
    """Décision prise par l'autorité."""

    ACCORDE = "accorde"
    ACCORDE_SOUS_CONDITIONS = "accorde_sous_conditions"
    REFUSE = "refuse"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_DECISION[self]


LIBELLE_DECISION: dict[DecisionAutorisation, str] = {
    DecisionAutorisation.ACCORDE: "accord",
    DecisionAutorisation.ACCORDE_SOUS_CONDITIONS: "accord sous conditions",
    DecisionAutorisation.REFUSE: "refus",
}


class MotifRefusDivision(StrEnum):
    """Motifs qui obligent à refuser une division (CCH, L. 126-17)."""

    SURFACE_INSUFFISANTE = "surface_insuffisante"
    VOLUME_INSUFFISANT = "volume_insuffisant"
    EAU_ABSENTE = "eau_absente"
    ASSAINISSEMENT_ABSENT = "assainissement_absent"
    ELECTRICITE_ABSENTE = "electricite_absente"
    DIAGNOSTIC_ABSENT = "diagnostic_absent"
    IMMEUBLE_FRAPPE = "immeuble_frappe"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_MOTIF_REFUS[self]


LIBELLE_MOTIF_REFUS: dict[MotifRefusDivision, str] = {
    MotifRefusDivision.SURFACE_INSUFFISANTE: "surface insuffisante",
    MotifRefusDivision.VOLUME_INSUFFISANT: "volume insuffisant",
    MotifRefusDivision.EAU_ABSENTE: "pas d'eau potable",
    MotifRefusDivision.ASSAINISSEMENT_ABSENT: "pas d'évacuation des eaux usées",
    MotifRefusDivision.ELECTRICITE_ABSENTE: "pas d'électricité",
    MotifRefusDivision.DIAGNOSTIC_ABSENT: "diagnostics absents",
    MotifRefusDivision.IMMEUBLE_FRAPPE: "immeuble frappé d'un arrêté",
}


class ManquementLocation(StrEnum):
    """Manquements au permis de louer punis d'une amende."""

    DECLARATION_ABSENTE = "declaration_absente"
    DEMANDE_ABSENTE = "demande_absente"
    LOCATION_MALGRE_REFUS = "location_malgre_refus"


class SecteurSuccession(StrEnum):
    """Secteur dans lequel se trouve un bien dont la succession est ouverte."""

    AUTRE = "autre"
    GRANDE_OPERATION_URBANISME = "grande_operation_urbanisme"
    OPERATION_REVITALISATION_TERRITOIRE = "operation_revitalisation_territoire"
    FRANCE_RURALITES_REVITALISATION = "france_ruralites_revitalisation"
    QUARTIER_PRIORITAIRE = "quartier_prioritaire"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_SECTEUR[self]


LIBELLE_SECTEUR: dict[SecteurSuccession, str] = {
    SecteurSuccession.AUTRE: "autre",
    SecteurSuccession.GRANDE_OPERATION_URBANISME: "grande opération d'urbanisme",
    SecteurSuccession.OPERATION_REVITALISATION_TERRITOIRE: "opération de revitalisation de territoire",
    SecteurSuccession.FRANCE_RURALITES_REVITALISATION: "France ruralités revitalisation",
    SecteurSuccession.QUARTIER_PRIORITAIRE: "quartier prioritaire de la politique de la ville",
}


class OrigineBien(StrEnum):
    """Voie par laquelle un bien est sans maître (CGPPP, L. 1123-1)."""

    SUCCESSION = "succession"
    PROPRIETAIRE_INCONNU = "proprietaire_inconnu"

    @property
    def libelle(self) -> str:
        """Nom à l'écran."""
        return LIBELLE_ORIGINE[self]


LIBELLE_ORIGINE: dict[OrigineBien, str] = {
    OrigineBien.SUCCESSION: "succession ouverte",
    OrigineBien.PROPRIETAIRE_INCONNU: "propriétaire inconnu",
}
