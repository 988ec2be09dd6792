"""The commands behind `chartgap`; importing this package alone loads nothing heavy."""
