"""Obligations de logement social des communes (loi SRU) : CCH, art. L. 302-5 à L. 302-9-2."""
