"""Qui agit dans les registres de la lutte contre l'habitat indigne."""

ROLES = {
    "agent_communal": "Agent de la commune",
    "agent_habitat": "Agent du service habitat",
    "autorite": "Maire, président de l'EPCI ou préfet",
    "prefet": "Préfet",
    "operateur": "Opérateur (ARS, service communal d'hygiène, expert)",
}
INSTRUIT = ("agent_communal", "agent_habitat")
