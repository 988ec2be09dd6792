"""Examination: tests with their results, sides and limbs."""
