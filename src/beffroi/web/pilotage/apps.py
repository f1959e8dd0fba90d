"""App of the steering pages."""

from django.apps import AppConfig


class PilotageConfig(AppConfig):
    """Pages of the programme."""

    name = "beffroi.web.pilotage"
    label = "pilotage"
    verbose_name = "Pilotage"
