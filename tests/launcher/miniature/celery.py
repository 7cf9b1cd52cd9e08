"""Stands in for the project's Celery application."""

import os

from celery import Celery

app = Celery("miniature", broker=os.environ["BROKER_URL"])
