"""Routes of the follow-up pages, listed with the others in ``web/urls.py``."""

from django.urls import path

from beffroi.web.suivi.views import saisie

P = "programme/<slug:programme_id>/"

routes = [
    path(P + "saisie/", saisie.saisie, name="saisie"),
    path(P + "saisie/ecrire/", saisie.saisie_ecrire, name="saisie_ecrire"),
    path(P + "saisie/coller/", saisie.saisie_coller, name="saisie_coller"),
    path(P + "saisie/annuler/", saisie.saisie_annuler, name="saisie_annuler"),
    path(P + "saisie/proposer/", saisie.saisie_proposer, name="saisie_proposer"),
    path(P + "saisie/valider/", saisie.saisie_valider, name="saisie_valider"),
    path(P + "saisie/rendre/", saisie.saisie_rendre, name="saisie_rendre"),
    path(P + "saisie/cellule/", saisie.saisie_cellule, name="saisie_cellule"),
    path(P + "saisie/documenter/", saisie.saisie_documenter, name="saisie_documenter"),
    path(P + "exercice/verrouiller/", saisie.periode_verrouiller, name="periode_verrouiller"),
    path(P + "exercice/rouvrir/", saisie.periode_rouvrir, name="periode_rouvrir"),
]
