"""Which findings hold, seen from the whole note."""
