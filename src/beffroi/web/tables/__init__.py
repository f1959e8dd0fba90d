"""Every table. Models by area, services are the only writers, selectors read."""
