"""Editions: documents asked for, their progress, their file."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Edition(models.Model):
    """A document asked for by someone: bilan annuel of a programme for an exercice."""

    class Statut(models.TextChoices):
        """Where the work is."""

        DEMANDEE = "demandee", "demandée"
        EN_COURS = "en_cours", "en cours"
        PRETE = "prete", "prête"
        ECHEC = "echec", "échec"

    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    programme = models.CharField("programme", max_length=80)
    nature = models.CharField("document", max_length=40, default="bilan_annuel")
    annee = models.PositiveIntegerField("exercice")
    format = models.CharField("format", max_length=10, default="docx")
    statut = models.CharField("statut", max_length=20, choices=Statut.choices, default=Statut.DEMANDEE)
    etape = models.CharField("étape", max_length=120, blank=True)
    avancement = models.PositiveSmallIntegerField("avancement en %", default=0)
    fichier = models.CharField("fichier", max_length=200, blank=True)
    erreur = models.TextField("ce qui n'a pas marché", blank=True)
    demande_le = models.DateTimeField("demandée le", auto_now_add=True)
    termine_le = models.DateTimeField("terminée le", null=True)
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "rapport_edition"
        ordering = ["-demande_le"]

    def __str__(self) -> str:
        return f"{self.nature} {self.programme} {self.annee}"
