"""Diffusion des données : secret statistique des tableaux publiés."""
