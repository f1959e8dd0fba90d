"""Réglages des tests : ceux de Beffroi, avec un dossier de données à part, jamais celui de l'agent."""

import os
from pathlib import Path

os.environ["BEFFROI_DONNEES"] = os.environ.get("BEFFROI_DONNEES_TEST") or str(
    Path(__file__).resolve().parents[1] / ".beffroi" / "tests"
)

from beffroi.web.settings import *  # noqa: F403 — après le choix du dossier

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # rapide ; aucun mot de passe réel ici
