"""The forms of the admin as a browser fills them in and sends them."""

from __future__ import annotations

from django.test import Client
from django.test.utils import ContextList

from reseller_console.lib.form_values import as_sent
from reseller_console.lib.lost_updates import GuardedForm


def forms_in(context: ContextList) -> list[GuardedForm]:
    """Return the forms of a page: the row's and those of the rows that are edited with it."""
    edited = [rows for rows in context["inline_admin_formsets"] if rows.has_change_permission]
    return [context["adminform"].form, *(form for rows in edited for form in rows.formset.forms)]


def note(client: Client, path: str) -> dict[str, str]:
    """Open a form; return the note of what it has seen."""
    return {"_seen": client.get(path).context["seen"]}


def opened(client: Client, path: str) -> dict[str, list[str]]:
    """Open a form; return what its browser sends when nothing is typed."""
    context = client.get(path).context
    data = {"_seen": [context["seen"]]}
    every = [form for rows in context["inline_admin_formsets"] for form in rows.formset.forms]
    for form in (context["adminform"].form, *every):
        for name, field in form.fields.items():
            html_name = form.add_prefix(name)
            data |= as_sent(field, html_name, form[name].initial)
    for rows in context["inline_admin_formsets"]:
        for name, field in rows.formset.management_form.fields.items():
            prefixed = rows.formset.management_form.add_prefix(name)
            data |= as_sent(field, prefixed, rows.formset.management_form[name].initial)
    return data


def errors_in(context: ContextList) -> dict[str, str]:
    """Return what is read at which field."""
    return {
        form.add_prefix(name): " ".join(sentences)
        for form in forms_in(context)
        for name, sentences in form.errors.items()
    }
