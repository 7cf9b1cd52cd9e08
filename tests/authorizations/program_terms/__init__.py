"""Changing program terms: what it would mean, and re-dating what awaits its order."""
