"""Signing in: accounts found by address, tries counted, sessions kept, passwords reset."""
