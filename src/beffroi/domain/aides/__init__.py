"""Aides à l'habitat : un règlement est une donnée, lue, vérifiée, appliquée et simulée."""
