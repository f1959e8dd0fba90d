"""Gouvernance des programmes : instances dues et tenues."""
