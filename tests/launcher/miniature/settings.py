"""Stands in for the settings, as far as Celery asks for them."""

SECRET_KEY = "of no use to anybody"
