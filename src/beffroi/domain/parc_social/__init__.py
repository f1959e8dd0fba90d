"""Parc social : vente HLM, gains de réhabilitation, calendrier des interdictions de louer."""
