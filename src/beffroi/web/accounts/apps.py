"""App of the accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and roles."""

    name = "beffroi.web.accounts"
    label = "accounts"
    verbose_name = "Comptes"
