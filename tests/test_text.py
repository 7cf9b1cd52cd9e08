"""How text is compared, searched and sorted."""

from __future__ import annotations

import string
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reseller_console.lib.text import comparison_key, fold, letters_that_may_follow, searchable
from tests.each import each

TEXTS = st.text(st.sampled_from("aB9 .-%_\\/@'éÖßł京大мо\u0301ÆﬃK℡"), max_size=12)


@each(
    ("typed", "folded"),
    [
        ("Universität", "universitat"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Æther  Øst", "aether ost"),
        ("ﬃ", "ffi"),
        ("℡", "tel"),
        ("МОСКВА", "москва"),
        ("東京", "東京"),
    ],
)
def test_folding_takes_case_and_accents_away(typed, folded):
    assert fold(typed) == folded


def test_names_are_compared_with_their_accents():
    assert comparison_key(" Élan\u00a0 Vital ") == comparison_key("E\u0301LAN VITAL")
    assert comparison_key("Élan") != comparison_key("Elan")


def test_searchable_text_is_letters_digits_and_blanks():
    allowed = set(string.ascii_letters + string.digits + " ")
    assert set(searchable("100% «Pure» Wáter, 京 & \\ sons <a@b.example>")) <= allowed


@given(TEXTS, TEXTS, TEXTS)
def test_a_part_of_folded_text_stays_a_part_and_nothing_else_becomes_one(before, part, after):
    whole, part = fold(before + part + after), fold(part)
    assert (part in whole) == (searchable(part) in searchable(whole))


@given(TEXTS, TEXTS)
def test_texts_without_each_other_stay_without_each_other(whole, other):
    assert (fold(other) in fold(whole)) == (searchable(other) in searchable(whole))


@given(TEXTS)
def test_what_may_follow_a_letter_is_known(text):
    stored = searchable(text)
    for here, following in pairwise(stored):
        if here in string.ascii_lowercase + string.digits:
            assert following in letters_that_may_follow()


def test_every_printable_character_of_ascii_has_a_code_of_its_own():
    codes = {searchable(char) for char in string.punctuation}
    assert len(codes) == len(string.punctuation)
    assert all(len(code) == 3 for code in codes)
