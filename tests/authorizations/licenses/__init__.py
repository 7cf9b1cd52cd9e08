"""Licenses in people's hands, verb by verb."""
