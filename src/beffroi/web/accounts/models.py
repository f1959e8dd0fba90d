"""People and what they may do in which collectivité."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """Role of a person in a collectivité."""

    ADMINISTRATEUR = "administrateur", "administrateur"
    CHARGE_MISSION = "charge_mission", "chargé de mission"
    LECTEUR = "lecteur", "lecteur"


class Utilisateur(AbstractUser):
    """An account. ``fictif`` is true for the people of the demonstration, who do not exist."""

    fictif = models.BooleanField("compte de démonstration", default=False)

    class Meta:
        db_table = "compte_utilisateur"
        verbose_name = "utilisateur"

    @property
    def nom_affiche(self) -> str:
        """Full name, or the identifier when there is none."""
        return self.get_full_name() or self.username

    @property
    def initiales(self) -> str:
        """Two letters for the top bar."""
        letters = (self.first_name[:1] + self.last_name[:1]).upper()
        return letters or self.username[:2].upper()


class Affectation(models.Model):
    """Role of a person in a collectivité (SIREN)."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="affectations")
    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    role = models.CharField("rôle", max_length=20, choices=Role.choices)

    class Meta:
        db_table = "compte_affectation"
        constraints = [
            models.UniqueConstraint(fields=["utilisateur", "collectivite"], name="une_affectation_par_collectivite")
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} : {self.get_role_display()} ({self.collectivite})"
