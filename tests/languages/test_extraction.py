"""Finding messages, and keeping translations while the messages change."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from reseller_console.catalogs import extraction, files, scope
from reseller_console.catalogs.extraction import Message
from tests.each import each

BORROWED = {Message(*words) for words in scope.BORROWED}


@pytest.fixture
def house(tmp_path: Path):
    """Return a function that writes a file into a small checkout and finds its messages."""

    def find(name: str, text: str) -> set[Message]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return set(extraction.messages(tmp_path)) - BORROWED

    return find


@each(
    ("written", "message"),
    [
        ('{% translate "Sign in" %}', Message("Sign in")),
        ("{% translate 'Sign in' as title %}", Message("Sign in")),
        ('{% translate "100 % sure" %}', Message("100 %% sure")),
        ('{% translate "May" context "month" %}', Message("May", context="month")),
        (
            "{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}",
            Message("Hello %(a)s"),
        ),
        (
            "{% blocktranslate trimmed %}\n  One,\n  two\n{% endblocktranslate %}",
            Message("One, two"),
        ),
        (
            "{% blocktranslate count n=b %}{{ n }} d{% plural %}{{ n }} ds{% endblocktranslate %}",
            Message("%(n)s d", "%(n)s ds"),
        ),
        ('{% if a %}{% else %}{% translate "Inside" %}{% endif %}', Message("Inside")),
        ('{% for a in b %}{% empty %}{% translate "None" %}{% endfor %}', Message("None")),
        ('{% block a %}{% translate "Block" %}{% endblock %}', Message("Block")),
        ('{% partialdef p %}{% translate "Part" %}{% endpartialdef %}', Message("Part")),
        ('{% with a=b %}{% translate "With" %}{% endwith %}', Message("With")),
        ('{% filter upper %}{% translate "Filter" %}{% endfilter %}', Message("Filter")),
    ],
)
def test_templates_are_read_as_django_reads_them(house, written, message):
    assert house("templates/member/page.html", "{% load i18n %}" + written) == {message}


def test_children_of_a_page_are_read_too(house):
    page = (
        '{% extends "base.html" %}{% load i18n %}{% block a %}{% translate "Child" %}{% endblock %}'
    )
    assert house("templates/member/page.html", page) == {Message("Child")}


@pytest.mark.parametrize("written", ["{% translate word %}", '{% url "home" as x %}{{ _("Now") }}'])
def test_what_no_catalog_can_hold_is_refused(house, written):
    with pytest.raises(extraction.NotTranslatable):
        house("templates/member/page.html", "{% load i18n %}" + written)


def test_modules_are_read_with_plurals_and_contexts(house):
    found = house(
        "customers/people.py",
        '_("One " "sentence.")\nngettext("%(n)d day", "%(n)d days", n)\npgettext("month", "May")\n',
    )
    assert found == {
        Message("One sentence."),
        Message("%(n)d day", "%(n)d days"),
        Message("May", context="month"),
    }


def test_what_a_page_includes_is_a_part_of_it(house):
    house("templates/lines/list.html", '{% load i18n %}{% translate "Line" %}')
    page = "{% include 'lines/list.html' with a=b %}{% include \"lines/list.html#part\" %}"
    assert house("templates/member/page.html", page) == {Message("Line")}


def test_pages_of_resellers_are_left_in_english(house):
    assert house("templates/team/list.html", '{% load i18n %}{% translate "Team" %}') == set()
    assert house("customers/django_admin/customers.py", '_("Standing")') == set()


def catalog(**translated: str) -> Catalog:
    old = Catalog(locale="de")
    for english, german in translated.items():
        old.add(english, string=german)
    return old


def test_translations_are_kept_new_messages_wait_and_old_ones_go():
    found = {Message("Yes"): ["a.py"], Message("Perhaps"): ["a.py"]}
    new = files.updated(catalog(Yes="Ja", No="Nein"), found)
    assert {entry.id: entry.string for entry in new if entry.id} == {"Yes": "Ja", "Perhaps": ""}
    assert [entry.id for entry in files.untranslated(new)] == ["Perhaps"]


def test_a_message_that_got_a_plural_is_translated_anew():
    new = files.updated(catalog(day="Tag"), {Message("day", "days"): ["a.py"]})
    assert [entry.id for entry in files.untranslated(new)] == [("day", "days")]


def test_writing_twice_writes_the_same():
    found = {Message("Yes"): ["a.py"], Message("day", "days"): ["b.py"]}
    once = files.updated(catalog(Yes="Ja"), found)
    again = files.updated(once, found)
    assert files.written(once) == files.written(again)
    assert files.compiled(once) == files.compiled(again)
