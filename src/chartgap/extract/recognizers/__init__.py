"""Sentence in, findings out: one module for each way in which a fact is told."""
