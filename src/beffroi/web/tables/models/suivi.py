"""Values of indicators, objectives and budget lines; locks of periods; corrections of open data."""

from __future__ import annotations

from django.db import models


class Valeur(models.Model):
    """Current value of an element of a programme, by territory, period and breakdown.

    Every change also appends an ``Evenement`` (nature ``valeur``). ``valeur`` null = not given, never zero.
    ``revision`` grows by one at each change: a person who writes over a revision not seen is told so.
    """

    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    programme = models.CharField("programme", max_length=80)
    element = models.CharField("élément", max_length=80)
    territoire = models.CharField("territoire", max_length=40)
    periode = models.CharField("période", max_length=12)
    ventilation = models.CharField("ventilation", max_length=200, blank=True)
    valeur = models.DecimalField("valeur", max_digits=20, decimal_places=6, null=True)
    unite = models.CharField("unité", max_length=40)
    statut = models.CharField("statut", max_length=12, default="brouillon")
    source = models.CharField("source", max_length=300, blank=True)
    piece = models.CharField("pièce justificative", max_length=300, blank=True)
    commentaire = models.CharField("commentaire", max_length=500, blank=True)
    auteur_nom = models.CharField("auteur", max_length=150)
    enregistrement = models.DateTimeField("enregistrée le")
    revision = models.PositiveIntegerField("révision", default=1)
    fictif = models.BooleanField("donnée fictive", default=False)

    class Meta:
        db_table = "suivi_valeur"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "element", "territoire", "periode", "ventilation"], name="une_valeur_par_cle"
            )
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.territoire} {self.periode} = {self.valeur}"


class PeriodeVerrouillee(models.Model):
    """A period whose values no longer change; unlocking is an event."""

    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    programme = models.CharField("programme", max_length=80)
    periode = models.CharField("période", max_length=12)
    verrouillee_le = models.DateTimeField("verrouillée le", auto_now_add=True)
    par = models.CharField("par", max_length=150)

    class Meta:
        db_table = "suivi_periode_verrouillee"
        constraints = [models.UniqueConstraint(fields=["programme", "periode"], name="un_verrou_par_periode")]

    def __str__(self) -> str:
        return f"{self.programme} {self.periode}"


class Correction(models.Model):
    """A local value given over an open-data value, kept across vintages; both are shown.

    ``valeur_publiee`` is what the vintage said when the correction was written.
    """

    collectivite = models.CharField("SIREN de la collectivité", max_length=9, db_index=True)
    source = models.CharField("jeu de données", max_length=60)
    mesure = models.CharField("mesure", max_length=60)
    territoire = models.CharField("territoire", max_length=40)
    annee = models.PositiveIntegerField("année")
    valeur = models.DecimalField("valeur locale", max_digits=20, decimal_places=6)
    valeur_publiee = models.DecimalField("valeur publiée", max_digits=20, decimal_places=6, null=True)
    millesime = models.CharField("millésime corrigé", max_length=20)
    motif = models.CharField("motif", max_length=500)
    piece = models.CharField("pièce justificative", max_length=300, blank=True)
    auteur_nom = models.CharField("auteur", max_length=150)
    enregistrement = models.DateTimeField("enregistrée le")
    retiree_le = models.DateTimeField("retirée le", null=True)
    fictif = models.BooleanField("donnée fictive", default=False)

    class Meta:
        db_table = "observatoire_correction"
        constraints = [
            models.UniqueConstraint(
                fields=["collectivite", "source", "mesure", "territoire", "annee"],
                condition=models.Q(retiree_le__isnull=True),
                name="une_correction_en_vigueur",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}.{self.mesure} {self.territoire} {self.annee} = {self.valeur}"
