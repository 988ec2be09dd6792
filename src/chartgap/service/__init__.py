"""The HTTP service, CDS Hooks, a page and a tool for agents. All work on a note is done in worker processes."""
