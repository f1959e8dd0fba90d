"""Production de logements : objectif brut et net, indice de construction, part sociale, conformité d'une opération."""
