"""From the publishers files to figures: fetch, clean, build, query."""
