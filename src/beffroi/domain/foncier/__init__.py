"""Foncier : consommation d'espaces, garantie communale, échéances du ZAN, densité et renouvellement urbain."""
