"""Words used to declare the trade: figures, parameters, rules, indicators, sources. Standard library only."""
