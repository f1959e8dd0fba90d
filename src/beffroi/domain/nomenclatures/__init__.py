"""Listes fermées, avec leur source, que tous les domaines peuvent importer."""
