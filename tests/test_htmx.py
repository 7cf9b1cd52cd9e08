"""One address, two shapes of the answer."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from reseller_console.lib.htmx import see_other, wants_fragment


def request_with(**headers):
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request": "yes"}, False),
    ],
)
def test_only_htmx_gets_a_fragment_and_not_for_its_history(headers, fragment):
    assert wants_fragment(request_with(**headers)) is fragment


def test_a_request_that_never_met_the_middleware_gets_the_page():
    assert wants_fragment(RequestFactory().get("/", headers={"HX-Request": "true"})) is False


def test_after_a_plain_form_the_browser_is_redirected():
    response = see_other(request_with(), "/customers/")
    assert (response.status_code, response["Location"]) == (302, "/customers/")


def test_after_htmx_the_whole_page_moves_on():
    response = see_other(request_with(**{"HX-Request": "true"}), "/customers/")
    assert (response.status_code, response["HX-Redirect"]) == (204, "/customers/")
    assert "HX-Refresh" not in response


def test_an_anchor_on_the_same_page_is_fetched_again():
    response = see_other(request_with(**{"HX-Request": "true"}), "/customers/X/#history")
    assert response["HX-Refresh"] == "true"
