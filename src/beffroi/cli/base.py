"""Open the database from a command: Django ready, tables made or brought up to date."""

from __future__ import annotations

import os


def ouvrir_base() -> None:
    """Set Django up and apply the migrations that are missing (none, usually)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.web.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
