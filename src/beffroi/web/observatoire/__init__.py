"""Observatoire: pages about the territory that hold no entry of the programme; today, the simulators."""
