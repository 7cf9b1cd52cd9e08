"""What tests of purchases look at."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.licenses.owned import product_rows
from customers.models import Customer
from customers.standing import FILTERS
from reseller_console.lib.refusals import ActionRefused

D = dt.timedelta


def filters_on(customer, date):
    day = customer.reseller.day(date)
    rows = Customer.objects.filter(pk=customer.pk)
    return [entry.slug for entry in FILTERS[1:] if rows.standing(entry, day).exists()]


def shown_anniversary(customer, date):
    day = customer.reseller.day(date)
    return Customer.objects.filter(pk=customer.pk).shown_on(day).get().anniversary


def licenses(customer, date):
    customer.refresh_from_db()
    rows = product_rows(customer, day=customer.reseller.day(date))
    return {
        row.product.name: (row.usable, row.awaiting_order, row.suspended, row.to_renew)
        for row in rows
    }


def refused(code, action, *args, **kwargs):
    with pytest.raises(ActionRefused) as caught:
        action(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value)
