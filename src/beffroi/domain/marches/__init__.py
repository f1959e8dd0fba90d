"""Marchés du logement : prix des ventes (DVF), solvabilité des ménages, taux d'effort, vulnérabilité énergétique."""
