"""Selectors: read the tables, return plain objects of the domain."""
