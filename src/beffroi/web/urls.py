"""Routes. Every view declares its right (``accounts/droits.py``)."""

from django.urls import path

from beffroi.web.accounts import views as comptes
from beffroi.web.editions import views as editions
from beffroi.web.observatoire import views as observatoire
from beffroi.web.pilotage import views as pilotage
from beffroi.web.suivi.urls import routes as suivi

P = "programme/<slug:programme_id>/"

urlpatterns = [
    path("", pilotage.accueil, name="accueil"),
    path("connexion/", comptes.connexion, name="connexion"),
    path("deconnexion/", comptes.deconnexion, name="deconnexion"),
    path("compte/", comptes.compte, name="compte"),
    path("compte/mot-de-passe/", comptes.mot_de_passe, name="mot_de_passe"),
    path("observatoire/", observatoire.votre_epci, name="votre_epci"),
    path("observatoire/<str:siren>/", observatoire.portrait, name="portrait"),
    path("observatoire/<str:siren>/portrait.csv", observatoire.portrait_csv, name="portrait_csv"),
    path("observatoire/<str:siren>/creer-plh/", observatoire.creer_plh, name="creer_plh"),
    path(P + "tableau-de-bord/", pilotage.tableau_de_bord, name="tableau_de_bord"),
    path(P, pilotage.programme, name="programme"),
    path(P + "programme.yaml", pilotage.programme_fichier, name="programme_fichier"),
    path(P + "actions.csv", pilotage.programme_csv, name="programme_csv"),
    path(P + "action/<slug:action_id>/", pilotage.fiche_action, name="fiche_action"),
    path(P + "action/<slug:action_id>/etat/", pilotage.changer_etat, name="changer_etat"),
    path(P + "action/<slug:action_id>/annuler/<uuid:evenement_id>/", pilotage.annuler_etat, name="annuler_etat"),
    path(P + "objectifs/", pilotage.objectifs, name="objectifs"),
    path(P + "objectifs.<str:extension>", pilotage.objectifs_export, name="objectifs_export"),
    path(P + "territoire/", pilotage.territoire, name="territoire"),
    path(P + "commune/<str:code>/", pilotage.commune, name="commune"),
    *suivi,
    path(P + "recherche/", pilotage.rechercher, name="recherche"),
    path(P + "simuler/", observatoire.simuler, name="simuler"),
    path(P + "simuler/sru/", observatoire.simuler_sru, name="simuler_sru"),
    path(P + "simuler/besoins/", observatoire.simuler_besoins, name="simuler_besoins"),
    path(P + "simuler/point-mort/", observatoire.simuler_point_mort, name="simuler_point_mort"),
    path(P + "simuler/solvabilite/", observatoire.simuler_solvabilite, name="simuler_solvabilite"),
    path(P + "simuler/aides/", observatoire.simuler_aides, name="simuler_aides"),
    path(P + "simuler/echeances/", observatoire.simuler_echeances, name="simuler_echeances"),
    path(P + "bilans/", editions.bilans, name="bilans"),
    path(P + "bilans/demander/", editions.demander_bilan, name="demander_bilan"),
    path(P + "bilans/<int:annee>/manques/", editions.manques, name="manques"),
    path(P + "bilans/<int:annee>/apercu/", editions.apercu, name="apercu"),
    path(P + "bilans/edition/<int:edition_id>/", editions.suivre, name="edition"),
    path(P + "bilans/edition/<int:edition_id>/fichier/", editions.telecharger, name="telecharger"),
]

handler404 = "beffroi.web.pilotage.views.page_introuvable"
handler403 = "beffroi.web.pilotage.views.acces_refuse"
handler500 = "beffroi.web.pilotage.views.erreur_serveur"
