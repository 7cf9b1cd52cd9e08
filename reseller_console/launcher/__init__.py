"""The launcher: from a bare machine with Python to a running console.

It runs before anything is installed, so every module here uses the standard library
only and imports nothing of the project. It is also the only place that knows where the
embedded PostgreSQL and Valkey come from.
"""
