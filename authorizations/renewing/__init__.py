"""Renewing what a term ends with: which term it is, its dates, who was notified of it."""
