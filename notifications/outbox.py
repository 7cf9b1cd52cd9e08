"""Putting an email into the outbox: part of the caller's transaction, nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict, Unpack

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Now

from notifications import doorbell, rendering
from notifications.models import Email
from reseller_console.tenancy.models import Reseller


class Draft(TypedDict):
    """What an email is made of.

    `template` names the template below `templates/email/`. `key` is what makes it one email:
    a second one with the same key is the same email. `context` holds the facts as they are
    now (text, numbers, dates, lists of them, and secret links as in
    `notifications.secret_links`). `about` is what the email belongs to, such as a VIP ID.
    `not_before` is the instant it becomes due, at once unless given.
    """

    template: str
    key: str
    to_address: str
    context: Mapping[str, object]
    to_name: NotRequired[str]
    language: NotRequired[str]
    about: NotRequired[str]
    reseller: NotRequired[Reseller | None]
    not_before: NotRequired[dt.datetime | None]


def post(**draft: Unpack[Draft]) -> Email:
    """Put an email into the outbox, once for each key; return it.

    It is sent after the caller's transaction commits, and never if it rolls back. Raises
    LookupError when there is no such email.
    """
    return posted([draft])[0]


def post_many(drafts: Iterable[Draft]) -> None:
    """Put many emails into the outbox with one statement.

    Without any, nothing is sent to the database and nobody is woken.
    """
    if rows := [_row(draft) for draft in drafts]:
        with transaction.atomic(savepoint=False):
            # A key that another transaction is just writing makes this wait for its end.
            Email.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
            transaction.on_commit(doorbell.ring, robust=True)


def posted(drafts: Iterable[Draft]) -> list[Email]:
    """Put many emails into the outbox; return them in the same order, read once more.

    An email whose key was there already comes as it was put in then.
    """
    wanted = list(drafts)
    if not wanted:
        return []
    keys = [draft["key"] for draft in wanted]
    with transaction.atomic(savepoint=False):
        post_many(wanted)
        found = {email.key: email for email in Email.objects.filter(key__in=keys)}
    return [found[key] for key in keys]


def recall(*, template: str, about: str, reseller: Reseller, key: str = "") -> int:
    """Skip the emails of this kind that still wait, because what they say is no longer so.

    With `key` only the one of that key. Return how many. An email that a sender has just
    taken goes out.
    """
    waiting = Email.objects.undecided().filter(
        template=template, about=about, reseller=reseller, leased_until_at__isnull=True
    )
    if key:
        waiting = waiting.filter(key=key)
    return waiting.update(skipped_at=Now(), last_error="Overtaken before it was sent.")


def _row(draft: Draft) -> Email:
    if not rendering.exists(draft["template"]):
        raise LookupError(f"There is no email {draft['template']}.")
    return Email(
        template=draft["template"],
        key=draft["key"],
        to_address=draft["to_address"],
        to_name=draft.get("to_name", "")[:100],
        language=draft.get("language", "en"),
        context=json.loads(json.dumps(draft["context"], cls=DjangoJSONEncoder)),
        about=draft.get("about", ""),
        reseller=draft.get("reseller"),
        not_before_at=draft.get("not_before") or Now(),
    )


def preview(draft: Draft) -> rendering.Rendered:
    """Return an email as it would be sent now, its secret links left out; nothing is stored.

    Raises what `rendering.write` raises, and LookupError when there is no such email.
    """
    return rendering.without_secret_links(rendering.write(_row(draft)))
