"""Does a statement hold: negated, doubted, past, of the family, and for how long."""
