"""Views of the steering pages."""

from beffroi.web.pilotage.views.accueil import (
    acces_refuse,
    accueil,
    erreur_serveur,
    page_introuvable,
    rechercher,
    requete_refusee,
)
from beffroi.web.pilotage.views.actions import (
    annuler_etat,
    changer_etat,
    fiche_action,
    programme,
    programme_csv,
    programme_fichier,
)
from beffroi.web.pilotage.views.objectifs import objectifs, objectifs_export
from beffroi.web.pilotage.views.tableau import tableau_de_bord
from beffroi.web.pilotage.views.territoire import commune, territoire

__all__ = [
    "acces_refuse",
    "accueil",
    "annuler_etat",
    "changer_etat",
    "commune",
    "erreur_serveur",
    "fiche_action",
    "objectifs",
    "objectifs_export",
    "page_introuvable",
    "programme",
    "programme_csv",
    "programme_fichier",
    "rechercher",
    "requete_refusee",
    "tableau_de_bord",
    "territoire",
]
