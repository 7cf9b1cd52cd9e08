"""Writing emails."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from customers.admins.links import path_for
from notifications import rendering, secret_links
from notifications.models import Email
from reseller_console.lib.missing import MissingName
from tests.each import each
from tests.notifications import facts

FOLDER = Path(settings.BASE_DIR) / "templates" / "email"
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.html") if path.stem != "layout")


def email(template: str, **changes: object) -> Email:
    context = facts.context_of(template) | changes
    return Email(template=template, to_name="Vera Vaher", language="en", context=context)


def read(template: str, **changes: object) -> rendering.Rendered:
    """Return the email as its recipient gets it."""
    row = email(template, **changes)
    return rendering.with_secret_links(rendering.write(row), row)


class Tags(HTMLParser):
    """Collects the tags and the words of an email."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words += data


@each("template", TEMPLATES)
def test_every_email_says_the_same_in_text_and_html(template):
    written = read(template)

    assert written.subject
    assert "\n" not in written.subject
    in_html = "".join(Tags(written.html).words.split())
    for paragraph in written.text.replace("\n-- \n", "\n").split("\n\n"):
        for line in paragraph.split("\n* "):
            plain = line.removeprefix("* ")
            if "http" in plain or ": " in plain or "(" in plain:
                continue
            assert "".join(plain.split()) in in_html


@each("template", TEMPLATES)
def test_no_email_has_gaps_or_trailing_noise(template):
    written = read(template)

    for part in (written.subject, written.text, written.html):
        for noise in ("None", "{{", "{%", "\ue000", "\ue001", "  ,", " ."):
            assert noise not in part
    assert "\n\n\n" not in written.text
    assert written.text == written.text.strip() + "\n"


@each("template", TEMPLATES)
def test_links_lead_to_the_configured_origin_and_nothing_is_loaded(template, settings):
    settings.CONSOLE_ORIGIN = "https://console.reseller.example"
    seen = Tags(read(template).html)

    assert all(link.startswith("https://console.reseller.example/") for link in seen.links)
    assert not {"img", "script", "link", "iframe", "form", "style"} & set(seen.tags)


def test_dates_cannot_be_misread():
    assert "Order due: 1 April 2026" in read("pa_created").text


def test_the_list_counts_licenses():
    text = read("pa_created").text
    assert "\n\n* 1 license of Photoshop\n* 20 licenses of Acrobat Pro\n\n" in text


def test_a_blank_fact_has_no_line():
    assert "Your PO number: PO 77" in read("pa_created").text
    assert "PO number" not in read("pa_created", po_number="").text


def test_the_invitation_carries_its_secret_link_in_text_and_html():
    address = settings.CONSOLE_ORIGIN + path_for("0123456789ABCDEF0123", 3)
    written = read("customer_invited")

    assert f"Join now:\n{address}\n" in written.text
    assert address in Tags(written.html).links


def test_an_email_is_written_without_its_secrets_first():
    written = rendering.write(email("customer_invited"))
    assert "/invitations/" not in written.text + written.html
    assert "[link]" in rendering.without_secret_links(written).text


def test_the_last_notice_before_a_lapse_says_so():
    straight = read("pa_suspends_soon", lapses_on="2026-05-02", straight_to_lapse=True).text
    usual = read("pa_suspends_soon").text

    assert "removed for good" in straight
    assert "work again" in usual
    assert "removed for good" not in usual


def test_a_suspension_told_late_says_that_the_licenses_are_gone():
    assert "removed for good" in read("pa_suspended", straight_to_lapse=True).text
    assert "work again at once" in read("pa_suspended", straight_to_lapse=False).text


def test_the_digest_lists_what_there_is_and_no_empty_section():
    text = read("manager_digest").text
    assert "Due today" in text
    assert "Overdue" not in text
    assert f"{settings.CONSOLE_ORIGIN}/customers/0123456789ABCDEF0123/" in text


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("en", "Requested by the customer"),
        ("de", "Vom Kunden angefordert"),
        ("et", "Kliendi taotletud"),
    ],
)
def test_the_digest_marks_what_the_customer_requested(language, mark):
    own = facts.DIGEST["sections"][0]["rows"][0]
    rows = [own | {"requested": False}, own | {"requested": True, "pa_number": "PA-REQUESTD"}]
    row = email("manager_digest", sections=[{"title": "Due today", "rows": rows}])
    row.language = language
    written = rendering.write(row)
    before, _number, after = written.text.partition("PA-REQUESTD")
    assert mark not in before
    assert mark in after
    assert written.html.count(mark) == 1


@each(
    "name",
    [
        "{{ settings.SECRET_KEY }}",
        "{% load static %}{% now 'Y' %}",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "%(manager_name)s %s",
        "\ue000link\ue001",
    ],
)
def test_what_people_typed_is_never_interpreted(name):
    written = read("customer_invited", organization=name, manager_name=name)
    seen = Tags(written.html)
    plain = name.replace("\ue000", "").replace("\ue001", "")

    assert plain in written.subject
    assert "".join(plain.split()) in "".join(written.text.split())
    assert plain in " ".join(seen.words.split())
    assert not {"img", "script"} & set(seen.tags)
    assert written.text.count("/invitations/") == 1


def test_line_breaks_in_a_name_make_no_new_lines():
    name = "Honest\r\nBcc: everybody@victim.example\r\n\r\nPay here\u2028now"
    written = read("pa_created", organization=name)

    flat = "Honest Bcc: everybody@victim.example Pay here now"
    assert written.subject == f"{flat}: products added, PA-0123ABCD"
    assert flat in written.text


def test_a_missing_fact_is_an_error_and_no_gap():
    context = {name: value for name, value in facts.AUTHORIZATION.items() if name != "due_on"}
    with pytest.raises(MissingName, match="due_on"):
        rendering.write(Email(template="pa_created", language="en", context=context))


def test_a_language_without_words_gets_english():
    row = email("pa_created")
    row.language = "fr"
    assert "1 April 2026" in rendering.write(row).text


def test_a_path_of_somebody_else_is_refused():
    sections = [
        {"title": "Due", "rows": [facts.DIGEST["sections"][0]["rows"][0] | {"path": "//evil"}]}
    ]
    with pytest.raises(ValueError, match="not a path"):
        read("manager_digest", sections=sections)


def test_a_purpose_is_registered_once():
    with pytest.raises(ValueError, match="already"):
        secret_links.register("customer-invitation", lambda: "/")


def test_a_purpose_nobody_registered_is_an_error():
    row = email("customer_invited", link={"secret_link": {"purpose": "nobody"}})
    with pytest.raises(LookupError, match="nobody"):
        rendering.with_secret_links(rendering.write(row), row)
