"""Routes of the follow-up pages, listed with the others in ``web/urls.py``."""

from django.urls import path

from beffroi.web.suivi.views import budget, classeur, correction, engagement, objectifs, saisie, versions

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
    path(P + "saisie/classeur.xlsx", classeur.saisie_classeur, name="saisie_classeur"),
    path(P + "saisie/import/", classeur.saisie_import, name="saisie_import"),
    path(P + "saisie/import/enregistrer/", classeur.saisie_importer, name="saisie_importer"),
    path(P + "saisie/import/<str:jeton>/rejets.csv", classeur.saisie_rejets, name="saisie_rejets"),
    path(P + "exercice/verrouiller/", saisie.periode_verrouiller, name="periode_verrouiller"),
    path(P + "exercice/rouvrir/", saisie.periode_rouvrir, name="periode_rouvrir"),
    path(P + "budget/", budget.budget, name="budget"),
    path(P + "calendrier/", budget.calendrier, name="calendrier"),
    path(P + "calendrier.ics", budget.calendrier_ics, name="calendrier_ics"),
    path(P + "echeance/tenir/", budget.jalon_tenir, name="jalon_tenir"),
    path(P + "echeance/annuler/<uuid:evenement_id>/", budget.jalon_annuler, name="jalon_annuler"),
    path(P + "engagements/", engagement.engagements, name="engagements"),
    path(P + "engagements.csv", engagement.engagements_csv, name="engagements_csv"),
    path(P + "engagement/constater/", engagement.engagement_constater, name="engagement_constater"),
    path(P + "engagement/annuler/<uuid:evenement_id>/", engagement.engagement_annuler, name="engagement_annuler"),
    path(P + "commune/<str:code>/corrections/", correction.corrections, name="corrections"),
    path(P + "commune/<str:code>/corriger/", correction.corriger, name="corriger"),
    path(
        P + "commune/<str:code>/corrections/<int:correction_id>/retirer/",
        correction.correction_retirer,
        name="correction_retirer",
    ),
    path(P + "versions/", versions.versions, name="versions"),
    path(P + "comparer/", versions.comparer_programmes, name="comparer_programmes"),
    path(P + "manques/", budget.manques, name="manques_suivi"),
    path(P + "objectifs/grille/", objectifs.objectifs_grille, name="objectifs_grille"),
    path(P + "scenario/creer/", objectifs.scenario_creer, name="scenario_creer"),
    path(P + "scenario/<int:scenario_id>/", objectifs.scenario_voir, name="scenario"),
    path(P + "scenario/<int:scenario_id>/ecrire/", objectifs.scenario_ecrire, name="scenario_ecrire"),
    path(P + "scenario/<int:scenario_id>/coller/", objectifs.scenario_coller, name="scenario_coller"),
    path(P + "scenario/<int:scenario_id>/annuler/", objectifs.scenario_annuler, name="scenario_annuler"),
    path(P + "scenario/<int:scenario_id>/repartir/", objectifs.scenario_repartir, name="scenario_repartir"),
    path(P + "scenario/<int:scenario_id>/comparer/", objectifs.scenario_comparer, name="scenario_comparer"),
    path(P + "scenario/<int:scenario_id>/abandonner/", objectifs.scenario_abandonner, name="scenario_abandonner"),
    path(P + "scenario/<int:scenario_id>/adopter/", objectifs.scenario_adopter, name="scenario_adopter"),
]
