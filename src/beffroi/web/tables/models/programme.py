"""Versions of a programme, as frozen content."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ProgrammeVersion(models.Model):
    """One version of a programme: what was exchanged, kept whole and never modified once adopted.

    ``contenu`` is the plain data of ``domain.programme.modele.Programme``; ``empreinte`` its sha256.
    """

    programme = models.CharField("identifiant permanent du programme", max_length=80, db_index=True)
    version = models.CharField("version", max_length=40)
    rang = models.PositiveIntegerField("rang de la version")
    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    collectivites = models.JSONField("SIREN des signataires")
    nature = models.CharField("nature", max_length=20)
    titre = models.CharField("titre", max_length=300)
    titre_court = models.CharField("titre court", max_length=80)
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("empreinte sha256", max_length=64)
    fictif = models.BooleanField("données fictives", default=False)
    charge_le = models.DateTimeField("chargé le", auto_now_add=True)
    charge_par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "programme_version"
        ordering = ["programme", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="une_version_par_nom"),
            models.UniqueConstraint(fields=["programme", "rang"], name="une_version_par_rang"),
        ]

    @property
    def cle(self) -> str:
        """Key of the version in an address."""
        return str(self.rang)

    def __str__(self) -> str:
        return f"{self.programme} ({self.version})"
