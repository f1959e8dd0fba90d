"""Django application of the observatoire."""

from django.apps import AppConfig


class ObservatoireConfig(AppConfig):
    """Simulators of the rules of the domain."""

    name = "beffroi.web.observatoire"
    label = "observatoire"
    verbose_name = "observatoire"
