"""Handing emails over to a provider: claims, attempts and their outcomes."""
