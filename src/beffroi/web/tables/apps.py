"""App of the tables."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """Tables of every area."""

    name = "beffroi.web.tables"
    label = "tables"
    verbose_name = "Tables"
