"""Doors to the pages about purchases."""
