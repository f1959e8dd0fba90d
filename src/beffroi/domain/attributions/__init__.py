"""Attributions de logements sociaux : premier quartile, publics prioritaires, tension, cotation, gestion en flux."""
