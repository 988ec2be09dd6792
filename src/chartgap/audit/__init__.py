"""Many notes: from an archive to tables of what each note leaves open, and to a summary of them."""
