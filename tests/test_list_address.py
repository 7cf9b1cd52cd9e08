"""What every list reads from an address in the same way."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from authorizations.licenses.lists import Listing as People
from authorizations.worklist.listing import Worklist
from customers.customer_list.listing import Listing as Customers
from notifications.mailbox.listing import Listing as Emails

LISTS = [
    Customers.from_query,
    Worklist.from_query,
    lambda query: People.from_query(query, path="/people/"),
    Emails.from_query,
]
NAMES = ["customers", "worklist", "people", "emails"]


@pytest.mark.parametrize("read", LISTS, ids=NAMES)
def test_every_list_reads_search_and_place_alike(read):
    usual = read(QueryDict(""))
    assert usual.parameters() == {}
    asked = read(QueryDict("q=first&q=+elan++corp&after=A&before=B&page=last&show=x&sort=y&z=1"))
    assert (asked.q, asked.after, asked.before, asked.last) == ("elan corp", "A", "B", True)
    assert asked.at_start(q="") == usual, "what is unknown falls back to the usual"
    assert read(QueryDict("page=7")) == usual
    assert asked.searches
    assert not usual.searches


@pytest.mark.parametrize("read", LISTS, ids=NAMES)
def test_every_list_finds_its_way_back_from_its_own_address(read):
    asked = read(QueryDict("q=o%27brien+%26+co&after=A&page=last"))
    assert read(QueryDict(asked.below("").removeprefix("?"))) == asked


def test_a_question_that_was_cut_is_known_to_be():
    assert Customers.from_query(QueryDict("q=" + "x" * 201)).q_was_cut
    assert not Customers.from_query(QueryDict("q=" + "x" * 200)).q_was_cut
