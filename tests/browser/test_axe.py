"""What axe is asked: whoever reads in the dark is not forgotten."""

from __future__ import annotations


def test_what_can_be_read_by_day_but_not_by_night_is_found(open_as, axe_day_and_night):
    page = open_as(None, "/accounts/login/")
    assert axe_day_and_night(page) == []
    page.evaluate("document.querySelector('h1').style.color = '#222'")
    (found,) = axe_day_and_night(page)
    assert found.startswith("color-contrast: <h1")
