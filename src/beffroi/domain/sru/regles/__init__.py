"""Règles de la loi SRU, une pièce par sujet."""

from beffroi.domain.sru.regles import carence, champ, contrat, objectif, parc, prelevement, situation, trajectoire

__all__ = ["carence", "champ", "contrat", "objectif", "parc", "prelevement", "situation", "trajectoire"]
