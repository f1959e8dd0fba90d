"""Le suivi : seul domaine qui joint les autres (objectif × réalisé × opération)."""
