"""Views of the follow-up pages."""
