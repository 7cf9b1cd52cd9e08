"""What the manager's digest tells of terms that end."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from notifications.models import Email
from tests.authorizations.term_notices.nights import AD, D, nights


def sections(address: str) -> dict[str, list[str]]:
    digest = Email.objects.filter(template="manager_digest", to_address=address).latest("pk")
    return {
        section["title"]: [row["organization"] for row in section["rows"]]
        for section in digest.context["sections"]
    }


def test_the_digest_tells_of_renewals_in_one_email(north, alice, make_customer, own, buy):
    first, second = make_customer(name="First"), make_customer(name="Second")
    own(first)
    own(second)
    buy("2026-04-23", of=make_customer(name="Third"))  # Overdue from the 24th of May.
    today = dt.date(2026, 5, 24)
    run_night(north, today=today)
    assert post_digests(north, day=north.day(today)) == 1
    assert sections(alice.email) == {
        "Overdue: new purchase authorizations are blocked": ["Third"],
        "The renewal window has opened": ["First", "Second"],
    }
    digest = Email.objects.get(template="manager_digest")
    assert digest.context["path"] == "/orders/?mine=1"
    assert post_digests(north, day=north.day(today)) == 0


def test_the_digest_leaves_out_what_was_renewed_before_the_morning(
    north, alice, make_customer, own, renew
):
    first, second = make_customer(name="First"), make_customer(name="Second")
    own(first)
    own(second)
    nights(north, 0, 0)
    renew(first, 0, quantity=5)
    post_digests(north, day=north.day(AD))
    assert sections(alice.email) == {"Not renewed at the anniversary date": ["Second"]}
    path = Email.objects.get(template="manager_digest").context["path"]
    assert path == "/customers/?show=ready&mine=1"


@pytest.mark.parametrize(
    ("days", "title"),
    [
        (-30, "The renewal window has opened"),
        (0, "Not renewed at the anniversary date"),
        (23, "Not renewed: access ends within a week"),
        (31, "Not renewed: the licenses are gone"),
    ],
)
def test_each_morning_has_its_title(north, alice, customer, own, days, title):
    own(customer)
    nights(north, days, days)
    post_digests(north, day=north.day(AD + D(days)))
    assert sections(alice.email) == {title: [customer.name]}
