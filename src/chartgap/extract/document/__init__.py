"""The note as it stands: its text as a view, its sentences, its sections."""
