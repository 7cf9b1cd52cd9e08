"""Log lines: how they look, what is never in them, and whose work they belong to."""
