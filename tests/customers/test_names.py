"""What may be typed as a name, a reference, an email address."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from customers.organization.names import (
    clean_email,
    clean_organization_name,
    clean_person_name,
    clean_reference,
)
from reseller_console.demo.organizations import organizations
from tests.each import each


def refusal(clean, text, **options) -> str:
    with pytest.raises(ValidationError) as refused:
        clean(text, **options)
    return refused.value.messages[0]


def test_of_the_real_organizations_exactly_four_are_refused():
    refused = []
    for organization in organizations():
        try:
            clean_organization_name(organization.name)
        except ValidationError:
            refused.append(organization.name)
    assert len(organizations()) == 10_232
    assert len(refused) == 4
    assert all("\x93" in name and "\x94" in name for name in refused)


@each(
    "name",
    [
        "Élan",
        "東京大学",
        "جامعة القاهرة",
        "האוניברסיטה העברית בירושלים",
        "ದಯಾನಂದ ಸಾಗರ",
        "می\u200cخواهم",
        "क्\u200dष विद्यालय",
        "University 🎓",
        "Family 👨\u200d👩\u200d👧 Trust",
        "1st",
        'A & B "Quoted" (Ltd.), 100% _really_ \\ honest; DROP TABLE',
        "=cmd()",
        "x" * 250,
        "𝒳" * 250,
    ],
)
def test_names_of_any_script_are_stored_as_typed(name):
    assert clean_organization_name(name) == name


def test_a_name_is_trimmed_and_composed():
    assert clean_organization_name("  E\u0301cole  A \n") == "\u00c9cole  A"


def test_length_counts_code_points_after_trimming_and_composing():
    assert len(clean_organization_name("e\u0301" * 250)) == 250
    assert "251" in refusal(clean_organization_name, "x" * 251)
    assert clean_organization_name(" abc ") == "abc"
    assert "has 2" in refusal(clean_organization_name, "  ab  ")


@each(
    "character",
    [
        "\x00",
        "\t",
        "\n",
        "\x85",
        "\x93",
        "\ud800",
        "\udfff",
        "\ue000",
        "\U000f0000",
        "\u0378",
        "\uffff",
        "\u2028",
        "\u2029",
        "\u202a",
        "\u202b",
        "\u202c",
        "\u202d",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",
        "\ufeff",
        "<",
        ">",
    ],
)
def test_characters_that_hide_or_harm_are_refused_everywhere(character):
    for clean in (clean_organization_name, clean_reference):
        assert "haracter" in refusal(clean, f"abc{character}def")
    assert "haracter" in refusal(clean_person_name, f"a{character}b", label="First name")
    assert refusal(clean_email, f"a{character}b@customer.example")


@pytest.mark.parametrize("name", ["abc\u200d", "\u200cabc", "abc \u200ddef", "abc\u200d def"])
def test_joiners_are_for_the_inside_of_words(name):
    assert "between two letters" in refusal(clean_organization_name, name)


@pytest.mark.parametrize("name", ["...", "👍👍👍", "— — —"])
def test_a_name_has_a_letter_or_digit(name):
    assert "letter or digit" in refusal(clean_organization_name, name)


@pytest.mark.parametrize("name", ["", "   ", "\u3000\u00a0"])
def test_a_name_is_required(name):
    assert refusal(clean_organization_name, name) == "Enter the organization's name."


def test_a_person_has_one_to_thirty_five_characters():
    assert clean_person_name(" Ö ", label="First name") == "Ö"
    assert clean_person_name("x" * 35, label="First name") == "x" * 35
    assert "36" in refusal(clean_person_name, "x" * 36, label="First name")
    assert "“Last name”" in refusal(clean_person_name, "  ", label="Last name")


def test_a_blank_reference_is_none():
    assert clean_reference("  ") == ""
    assert clean_reference(" PO 17/2 ") == "PO 17/2"
    assert clean_reference("x" * 35) == "x" * 35
    assert "36" in refusal(clean_reference, "x" * 36)


@each(
    "email",
    [
        "a@b.example",
        "First.Last+tag@sub.customer.example",
        "o'neil@customer.example",
        "jõgi@näide.example",
        "用户@例子.example",
        "उपयोगकर्ता@उदाहरण.example",
        "X@CUSTOMER.EXAMPLE",
        f"{'x' * 64}@customer.example",
    ],
)
def test_addresses_of_any_script_are_kept_as_typed(email):
    assert clean_email(f" {email} ") == email


@each(
    "email",
    [
        "",
        "plain",
        "@customer.example",
        "a@",
        "a@b",
        "a@@b.example",
        "a b@c.example",
        "a..b@c.example",
        ".a@c.example",
        "a@-c.example",
        "a@c-.example",
        "a@c..example",
        "a@192.0.2.1",
        "a@c_d.example",
        "a@c.example, b@c.example",
        "a@c.example\r\nBcc: b@c.example",
        "Vera <a@c.example>",
        f"{'x' * 65}@customer.example",
        f"a@{'x' * 64}.example",
        f"a@{'b.' * 120}example",
    ],
)
def test_what_is_no_address_is_refused(email):
    assert refusal(clean_email, email)
