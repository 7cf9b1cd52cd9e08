"""Demo data goes into an empty database only, whoever asks for it and however."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from reseller_console.accounts.models import User
from reseller_console.demo import deleting, loading
from reseller_console.tenancy.models import Reseller
from tests import personas
from tests.each import each

EVERY_WAY = [(), ("--fresh",), ("--dry-run",), ("--if-empty",), ("--fresh", "--if-empty")]


def reseller() -> None:
    personas.make_reseller("West", program=personas.make_program("VIP"))


def reseller_called_like_one_of_the_demonstration() -> None:
    reseller()
    personas.make_reseller("North", program=personas.make_program("Another"))


def account() -> None:
    personas.make_ops("olga@real.example", "Olga Ops")


def account_of_the_demonstration_and_one_more() -> None:
    personas.make_ops("ops@console.example", "Olga Ops")
    account()


REAL = [
    reseller,
    reseller_called_like_one_of_the_demonstration,
    account,
    account_of_the_demonstration_and_one_more,
]


def rows() -> list[object]:
    tables = (Reseller.objects.order_by("pk"), User.objects.order_by("pk"))
    return [list(table.values()) for table in tables]


@each(("make", "options"), [(make, options) for make in REAL for options in EVERY_WAY])
def test_beside_a_reseller_or_an_account_nothing_is_written(db, monkeypatch, make, options):
    monkeypatch.setattr(deleting, "delete", lambda say: pytest.fail("it was about to delete"))
    make()
    before, out = rows(), StringIO()
    if "--if-empty" in options:
        call_command("load_demo", *options, stdout=out)
        assert "Nothing was changed" in out.getvalue()
    else:
        with pytest.raises(CommandError, match="only goes into an empty one"):
            call_command("load_demo", *options)
    with pytest.raises(loading.NotHere):
        loading.load(lambda line: None)
    assert rows() == before


def test_a_dry_run_on_an_empty_database_says_nothing_and_writes_nothing(db):
    out = StringIO()
    call_command("load_demo", "--dry-run", stdout=out)
    assert (out.getvalue(), rows()) == ("", [[], []])


def test_a_dry_run_takes_the_demonstration_for_data_too(db):
    personas.make_ops("ops@console.example", "Olga Ops")
    with pytest.raises(CommandError, match="only goes into an empty one"):
        call_command("load_demo", "--dry-run")


@each(
    ("tables", "said"),
    [
        ([], ""),
        (["django_migrations", "shop_order"], "holds something else"),
        (["shop_order"], "holds something else"),
    ],
)
def test_a_database_without_our_tables_is_empty_or_somebody_elses(db, monkeypatch, tables, said):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: tables)
    if not said:
        loading.refuse_beside_data()
        return
    with pytest.raises(loading.NotHere, match=said):
        loading.refuse_beside_data()


def test_no_accounts_are_told_where_there_is_no_demonstration(db):
    personas.make_ops("olga@real.example", "Olga Ops")
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert out.getvalue() == ""
