"""When people last signed in: for the last thing they did."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from authorizations.models import Assignment, Order, OrderReport
from customers.models import CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Reseller


def remember_sign_ins(reseller: Reseller) -> None:
    """Let everyone who did something at a reseller have signed in for it."""
    newest: dict[int, dt.datetime] = {}
    # Whatever else a person does is in the activity of a customer.
    for rows, who, at in (
        (CustomerEvent.objects, "by", "at"),
        (Order.objects, "recorded_by", "recorded_at"),
        (Assignment.objects, "assigned_by", "assigned_at"),
        (OrderReport.objects, "uploaded_by", "uploaded_at"),
    ):
        done = rows.filter(reseller=reseller, **{f"{who}__isnull": False}).order_by()
        for person, last in done.values_list(who).annotate(Max(at)):
            newest[person] = max(last, newest.get(person, last))
    people = User.objects.in_bulk(newest)
    for key, person in people.items():
        person.last_login = max(newest[key], person.last_login or newest[key])
    User.objects.bulk_update(people.values(), ["last_login"], batch_size=500)
