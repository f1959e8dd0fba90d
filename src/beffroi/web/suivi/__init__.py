"""Follow-up pages: entry of values, objectives and scenarios, budget, calendar, corrections, versions."""
