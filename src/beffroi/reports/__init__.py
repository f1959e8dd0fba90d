"""One built document of plain data; renderers apart; the drawings they share; the pages of reference."""
