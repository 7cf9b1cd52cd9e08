"""A machine that plays with the whole console at random, and the books it is held against."""

import pytest

# What an assertion compared is told by these modules as by tests.
for _name in (
    "checks",
    "play",
    "rules_admins",
    "rules_mail",
    "rules_people",
    "rules_time",
    "rules_year",
    "world",
):
    pytest.register_assert_rewrite(f"tests.machine.{_name}")
