"""The trade: one folder per area, each declaring its rules, parameters, indicators and registers."""
