"""Editions: one built document of plain data, renderers apart (HTML, DOCX, JSON), and the drawings they share."""
