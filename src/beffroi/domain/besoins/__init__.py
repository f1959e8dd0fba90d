"""Besoins en logements : point mort et effet démographique, stock et flux de la méthode OTELO, scénarios."""
