"""Licenses: how many are owned, who has them, and who goes without when there are too few."""
