"""App of the editions."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    """Editions of documents."""

    name = "beffroi.web.editions"
    label = "editions"
    verbose_name = "Bilans"
