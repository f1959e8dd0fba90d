"""Territorialisation des objectifs : répartition par communes, planchers, plafonds, audit d'un tableau publié."""
