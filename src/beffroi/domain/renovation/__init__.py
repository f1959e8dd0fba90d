"""Rénovation du parc privé : opérations programmées."""
