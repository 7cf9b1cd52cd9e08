"""Several purchase authorizations are past due: all are named, and one order clears them."""

from __future__ import annotations

import re
import uuid

import pytest

from authorizations.models import PurchaseAuthorization
from tests.authorizations.test_create_page import form, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(path_to):
    return path_to("authorizations/new/")


def late_ones(buy, number: int) -> list[PurchaseAuthorization]:
    """Return PAs that are past due, the longest first."""
    return [buy(f"2026-01-{day:02}") for day in range(20, 20 + number)]


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (
            2,
            "{0} (order due on 19 February 2026, licenses work until 21 March 2026) and {1} (order",
        ),
        (
            3,
            "licenses work until 21 March 2026), {1} (order due on 20 February 2026, licenses work",
        ),
        (4, "until 22 March 2026) and 2 more are past due, the first of them since"),
        (7, "until 22 March 2026) and 5 more are past due, the first of them since"),
    ],
)
def test_all_that_block_are_named_or_counted(login, alice, path, buy, photoshop, number, named):
    late = late_ones(buy, number)
    client = login(alice)
    dialog = page(client.get(path))
    assert named.format(*(pa.number for pa in late)) in dialog
    assert "since 20 February 2026" in dialog
    assert "after the last one" in dialog
    assert "Place that order" not in dialog
    assert f"Record an order for all {number}" in " ".join(dialog.split())
    assert named.format(*(pa.number for pa in late)) in page(
        client.post(path, form((photoshop, "1")))
    )
    details = path.removesuffix("authorizations/new/")
    assert named.format(*(pa.number for pa in late)) in page(client.get(details))


def test_one_order_is_recorded_for_all_that_block(login, alice, path, buy, photoshop):
    pending, late = buy("2026-02-20"), late_ones(buy, 3)
    client = login(alice)
    (link,) = set(re.findall(r'href="([^"]+/order/[^"]*)"', page(client.get(path))))
    record = page(client.get(link.replace("&amp;", "&")))
    ticked = re.findall(r'value="(PA-\w+)"[^>]*checked', record)
    assert sorted(ticked) == sorted(pa.number for pa in late)
    assert pending.number in record
    sent = {"key": str(uuid.uuid4()), "number": "SO-1", "ordered_on": "2026-03-02", "more": ""}
    assert client.post(link, sent | {"authorizations": ticked}).status_code == 302
    assert 'name="quantity"' in page(client.get(path))


def test_ordering_one_of_two_promises_nothing(login, alice, path, buy):
    first, second = late_ones(buy, 2)
    client = login(alice)
    sent = {"key": str(uuid.uuid4()), "number": "SO-1", "ordered_on": "2026-03-02", "more": ""}
    customer = path.removesuffix("authorizations/new/")
    client.post(
        f"{customer}authorizations/{first.number}/order/",
        sent | {"authorizations": [first.number]},
    )
    shown = page(client.get(path))
    assert f"{second.number} has been past due since" in shown
    assert 'name="quantity"' not in shown
