"""One built document of plain data; renderers apart."""
