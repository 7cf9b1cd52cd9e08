"""A page that asks for a name nobody gave is an error, though not a page of another package."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import engines
from django.template.loader import get_template

from reseller_console.lib.missing import MissingName


def test_one_of_our_pages_raises_for_a_name_that_is_not_there():
    page = get_template("mailbox/email.html")
    with pytest.raises(MissingName, match="The page has no name"):
        page.render({"opened": SimpleNamespace()})


@pytest.mark.parametrize("name", ["admin/index.html", "admin/tenancy/publish_terms.html"])
def test_pages_of_the_django_admin_rely_on_names_that_are_not_there(name):
    assert get_template(name).template.engine is engines["django"].engine


def test_a_part_of_one_of_our_pages_is_ours():
    part = get_template("customers/list.html#fragment")
    assert part.template.engine is not engines["django"].engine
