"""What ops do in the Django admin, as a client does it."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

MODELS = list(admin.site._registry)
D = dt.timedelta


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def act(client, model, name, *rows):
    data = {"action": name, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    return client.post(url(model), data, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]
