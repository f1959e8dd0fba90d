"""Copropriétés : impayés, procédure d'alerte, immatriculation, score de fragilité avec sa complétude."""
