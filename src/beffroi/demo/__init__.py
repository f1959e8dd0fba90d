"""Demonstration: small sourced tables of public figures, and fictitious entries marked as such."""
