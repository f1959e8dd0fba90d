"""Scenarios of objectives: a named set of values beside the version in force, adopted one day or not."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Scenario(models.Model):
    """A scenario. ``version_depart`` names the version it was copied from; ``trace`` how its values were found.

    ``trace``: one entry per re-allocation (rule, date, volume, what each territory had and gets): clause de revoyure.
    """

    class Statut(models.TextChoices):
        """Where it stands."""

        BROUILLON = "brouillon", "en préparation"
        ADOPTE = "adopte", "adopté"
        ABANDONNE = "abandonne", "abandonné"

    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    programme = models.CharField("programme", max_length=80, db_index=True)
    nom = models.CharField("nom", max_length=120)
    motif = models.CharField("à quoi il répond", max_length=500, blank=True)
    version_depart = models.CharField("version de départ", max_length=40)
    statut = models.CharField("statut", max_length=12, choices=Statut.choices, default=Statut.BROUILLON)
    trace = models.JSONField("trace des répartitions", default=list)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    auteur_nom = models.CharField("auteur", max_length=150)
    adopte_le = models.DateField("date de l'acte d'adoption", null=True)
    version_adoptee = models.CharField("version née de l'adoption", max_length=40, blank=True)
    fictif = models.BooleanField("données fictives", default=False)

    class Meta:
        db_table = "objectif_scenario"
        ordering = ["-cree_le"]
        constraints = [models.UniqueConstraint(fields=["programme", "nom"], name="un_scenario_par_nom")]

    def __str__(self) -> str:
        return f"{self.programme} : {self.nom}"


class ScenarioValeur(models.Model):
    """Objective of a territory for an exercice in a scenario; null = no objective written, never zero."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="valeurs")
    objectif = models.CharField("objectif", max_length=80)
    territoire = models.CharField("territoire", max_length=40)
    periode = models.CharField("exercice", max_length=12)
    valeur = models.DecimalField("valeur", max_digits=20, decimal_places=6, null=True)
    revision = models.PositiveIntegerField("révision", default=1)
    auteur_nom = models.CharField("auteur", max_length=150)

    class Meta:
        db_table = "objectif_scenario_valeur"
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "objectif", "territoire", "periode"], name="un_objectif_par_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objectif} {self.territoire} {self.periode} = {self.valeur}"
