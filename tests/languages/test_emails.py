"""Emails in German and Estonian: every one of them, with everything it may say."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.utils import translation

from authorizations.night.ladders import LADDERS
from notifications import rendering
from notifications.models import Email
from reseller_console.catalogs import files
from tests.each import each
from tests.languages.english import assert_no_english, english_in
from tests.notifications import facts
from tests.notifications.test_emails import FOLDER, TEMPLATES

LANGUAGES = files.languages()
_IF = re.compile(r"{% (?:el)?if (.+?) %}")
_NAME = re.compile(r"\b(?!and\b|or\b|not\b|html\b|in\b|is\b)[a-z_]+\b")
# A fact that may be there or not, where the tests' facts leave it out.
GIVEN = {
    "invited_by": "Alice Adams",
    "expires_on": "2026-04-01",
    "role": "",
    "order_number": "4711",
}
GIVEN |= {
    "ordered_on": "2026-03-05",
    "losses": [{"product": "Photoshop", "people": ["Kalle Kask", "Mari Maasikas"], "more": 2}],
}


def typed(value: object) -> tuple[str, ...]:
    """Return the texts among the facts: what people typed is in no language of ours."""
    if isinstance(value, str):
        return (value,) if value else ()
    inside = value.values() if isinstance(value, dict) else value
    return (
        tuple(text for one in inside for text in typed(one))
        if isinstance(value, (dict, list))
        else ()
    )


def variants(template: str) -> list[dict[str, object]]:
    """Return the email's facts with each fact it asks for there and not there."""
    base = facts.context_of(template)
    source = (FOLDER / f"{template}.html").read_text()
    asked = sorted({name for test in _IF.findall(source) for name in _NAME.findall(test)})
    choices = [_both(name, base) for name in asked]
    return [base | dict(zip(asked, values, strict=True)) for values in product(*choices)]


def _both(name: str, base: dict[str, object]) -> tuple[object, ...]:
    there = base.get(name) or GIVEN.get(name, True)
    return there, type(there)()


def written(template: str, language: str, context: dict[str, object], to_name: str = "Vera Vaher"):
    row = Email(template=template, to_name=to_name, language=language, context=context)
    return rendering.without_secret_links(rendering.write(row))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_email_has_an_english_word_whatever_it_says(template, language):
    for context in variants(template):
        for to_name in ("Vera Vaher", ""):
            one = written(template, language, context, to_name)
            names = ("Vera Vaher", "[link]", *typed(context))
            assert_no_english(one.html, language, names=names)
            assert_no_english(one.text.replace("\n", " "), language, names=names, html=False)
            assert_no_english(one.subject, language, names=names, html=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_line_is_the_english_one(template, language):
    same = re.compile(r"[\W\d]*|.*(http|\[link\]).*|\* .*|-- |VIP ID: .*|Alice Adams, North")
    for context in variants(template):
        english, other = (written(template, code, context) for code in ("en", language))
        lines = {line for line in english.text.splitlines() if not same.fullmatch(line)}
        kept = lines & set(other.text.splitlines()) - set(typed(context))
        assert not kept
        assert english.subject != other.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_licenses_are_written_as_the_language_does(language):
    text = written("pa_created", language, facts.context_of("pa_created")).text
    dates = {"de": "Bestellung fällig: 1. April 2026", "et": "Tellimuse tähtaeg: 1. aprill 2026"}
    lists = {
        "de": "* 1 Lizenz für Photoshop\n* 20 Lizenzen für Acrobat Pro",
        "et": "* Photoshop: 1 litsents\n* Acrobat Pro: 20 litsentsi",
    }
    assert dates[language] in text
    assert lists[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sections_of_the_digest_are_translated(language):
    with translation.override(language):
        for kind in (kind for ladder in LADDERS for kind in ladder.kinds):
            assert_no_english(str(kind.digest), language, html=False)


def test_english_is_found():
    """The checker itself: without this, its silence would mean nothing."""
    context = facts.context_of("pa_created")
    english = written("pa_created", "en", context)
    for language in LANGUAGES:
        found = english_in(english.html, language, names=typed(context))
        assert len(found) > 8
        assert any("You can use the licenses" in text for text in found)
        assert any("Order due" in text for text in found)
        assert english_in('<nav aria-label="Skip to content"></nav>', language)
        assert english_in("<p>3 March 2026</p>", language)
        assert not english_in('<button lang="en">Skip to content</button>', language)


@pytest.mark.parametrize("language", LANGUAGES)
@each("template", TEMPLATES)
def test_the_details_of_an_email_wrap_on_a_narrow_screen(template, language):
    for context in variants(template):
        assert "nowrap" not in written(template, language, context).html
