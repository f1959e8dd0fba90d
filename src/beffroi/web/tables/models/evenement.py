"""The one table of events: append-only, two dates, who, before and after, evidence."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models


class Evenement(models.Model):
    """An immutable event about an element of a programme or of a register.

    ``effet``: date on which it takes effect (« situation au »). ``enregistrement``: when it was recorded
    (« tel que connu le »). A mistake is corrected by another event that names the one it cancels.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    programme = models.CharField("programme", max_length=80, blank=True)
    element = models.CharField("élément (identifiant permanent)", max_length=80)
    nature = models.CharField("nature", max_length=40)
    avant = models.JSONField("avant", null=True)
    apres = models.JSONField("après", null=True)
    motif = models.CharField("motif", max_length=500, blank=True)
    piece = models.CharField("pièce justificative", max_length=300, blank=True)
    effet = models.DateField("date d'effet")
    enregistrement = models.DateTimeField("enregistré le")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    auteur_nom = models.CharField("auteur", max_length=150)
    annule = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="annule_par")
    fictif = models.BooleanField("donnée fictive", default=False)

    class Meta:
        db_table = "evenement"
        ordering = ["effet", "enregistrement"]
        indexes = [models.Index(fields=["programme", "nature", "element", "effet"], name="evenement_par_element")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append only.

        Raises:
            TypeError: the event exists already.
        """
        if not self._state.adding:
            raise TypeError("un événement ne se modifie pas : enregistrez-en un autre")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused.

        Raises:
            TypeError: always.
        """
        raise TypeError("un événement ne s'efface pas : annulez-le par un autre")

    def __str__(self) -> str:
        return f"{self.nature} {self.element} {self.effet}"
