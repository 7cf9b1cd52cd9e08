"""Answers are packed for browsers that can unpack, and are the same for those that cannot."""

from __future__ import annotations

import gzip
import re

import pytest

PACKED = {"HTTP_ACCEPT_ENCODING": "gzip"}
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@pytest.mark.parametrize("path", ["/customers/", "/customers/export.csv", "/help/"])
def test_an_answer_is_packed_where_that_is_understood(login, alice, make_customer, path):
    for number in range(20):
        make_customer(name=f"Customer {number}", contact_email=f"c{number}@customer.example")
    client = login(alice)
    unpacked, packed = client.get(path), client.get(path, **PACKED)
    assert "Content-Encoding" not in unpacked.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    sent, plain = packed.getvalue(), unpacked.getvalue()
    assert _TOKEN.sub(b"", gzip.decompress(sent)) == _TOKEN.sub(b"", plain)
    assert len(sent) < len(plain) / 2
