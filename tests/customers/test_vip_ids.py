"""VIP IDs and PA numbers."""

from __future__ import annotations

import re

from authorizations.numbers import new_authorization_number
from customers.organization.vip_ids import is_vip_id, new_vip_id


def test_a_vip_id_is_twenty_capital_hexadecimal_characters():
    ids = {new_vip_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(re.fullmatch(r"[0-9A-F]{20}", one) for one in ids)
    assert all(map(is_vip_id, ids))
    assert not is_vip_id("0123456789abcdef0123")
    assert not is_vip_id("0123")


def test_a_pa_number_has_no_letter_that_reads_like_a_digit():
    numbers = {new_authorization_number() for _ in range(1_000)}
    assert len(numbers) == 1_000
    assert all(re.fullmatch(r"PA-[0-9A-HJKMNP-TV-Z]{8}", number) for number in numbers)
