"""Logements vacants : taux par source, durée de vacance, objectif de remobilisation, taxe sur la vacance."""
