"""Accueil des gens du voyage : schéma départemental, aires, terrains familiaux, délais de mise en œuvre."""
