"""App of the follow-up pages."""

from django.apps import AppConfig


class SuiviConfig(AppConfig):
    """Entry, objectives, budget, calendar, corrections, versions."""

    name = "beffroi.web.suivi"
    label = "suivi"
    verbose_name = "Suivi"
