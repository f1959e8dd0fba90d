"""Open data in, figures out: fetch, clean, build, compile, query."""
