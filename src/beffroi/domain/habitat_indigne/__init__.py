"""Lutte contre l'habitat indigne : polices, permis de louer et de diviser, biens sans maître, abandon manifeste."""
