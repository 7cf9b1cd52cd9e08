"""Secrets that stand in files instead of the environment."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from reseller_console.configuration.environment import SECRETS, with_password, with_secrets
from tests.each import each


@each("name", SECRETS)
def test_each_secret_may_be_a_file(name, tmp_path):
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    found = with_secrets({f"{name}_FILE": str(file), "OTHER": "x", "OTHER_FILE": "/kept"})
    assert found == {name: "s3cret", "OTHER": "x", "OTHER_FILE": "/kept"}
    assert with_secrets({name: "plain"}) == {name: "plain"}
    assert with_secrets({name: "plain", f"{name}_FILE": ""}) == {name: "plain"}


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (None, {}, "cannot be read: FileNotFoundError"),
        (b"\n", {}, "nothing is in it"),
        (b"\xff\xfe\x00", {}, "cannot be read"),
        (b"s3cret", {"SMTP_PASSWORD": "other"}, "both set"),
    ],
)
def test_a_file_that_gives_no_secret_is_said_at_the_start(content, more, words, tmp_path):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=words) as caught:
        with_secrets({"SMTP_PASSWORD_FILE": str(file)} | more)
    assert "SMTP_PASSWORD_FILE" in str(caught.value) and "s3cret" not in str(caught.value)


@each(
    ("url", "password", "full"),
    [
        ("postgres://app@db:5432/x", "p/w:@", "postgres://app:p%2Fw%3A%40@db:5432/x"),
        ("redis://redis:6379/0", "pw", "redis://:pw@redis:6379/0"),
        ("redis://:had@redis:6379/0", "pw", "redis://:had@redis:6379/0"),
        ("redis://redis:6379/0", "", "redis://redis:6379/0"),
    ],
)
def test_a_password_of_its_own_goes_into_the_address(url, password, full):
    assert with_password(url, password) == full
