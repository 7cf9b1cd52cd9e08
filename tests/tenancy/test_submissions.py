"""One form, one effect."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connections

from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Program
from reseller_console.tenancy.submissions import led_to, once


def make(name: str) -> str:
    Program.objects.create(name=name)
    return f"/made/{name}/"


def test_the_second_submission_leads_to_where_the_first_one_went(db):
    key = uuid.uuid4()
    assert once(key, lambda: make("one")) == "/made/one/"
    assert once(key, lambda: make("two")) == "/made/one/"
    assert list(Program.objects.values_list("name", flat=True)) == ["one"]


def test_where_a_form_has_led_is_known_as_soon_as_it_has(db):
    key = uuid.uuid4()
    assert led_to(key) == led_to(None) == ""
    once(key, lambda: make("one"))
    assert led_to(key) == "/made/one/"


def test_another_key_acts_again(db):
    once(uuid.uuid4(), lambda: make("one"))
    once(uuid.uuid4(), lambda: make("two"))
    assert Program.objects.count() == 2


def test_after_a_refusal_the_key_is_free_for_another_try(db):
    key = uuid.uuid4()

    def refuse() -> str:
        make("half")
        raise ActionRefused("No.")

    with pytest.raises(ActionRefused):
        once(key, refuse)
    assert once(key, lambda: make("whole")) == "/made/whole/"
    assert list(Program.objects.values_list("name", flat=True)) == ["whole"]


def submit_together(key: uuid.UUID, act, times: int = 8) -> list[str]:
    barrier, found = threading.Barrier(times), []

    def submit() -> None:
        barrier.wait()
        try:
            found.append(act(key))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_have_one_effect_and_one_answer():
    numbers = iter(range(100))
    found = submit_together(uuid.uuid4(), lambda key: once(key, lambda: make(f"n{next(numbers)}")))
    assert Program.objects.filter(name__startswith="n").count() == 1
    assert len(set(found)) == 1
    assert len(found) == 8


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_eight_at_once_have_eight_effects():
    numbers = iter(range(100))
    found = submit_together(uuid.uuid4(), lambda key: make(f"n{next(numbers)}"))
    assert Program.objects.filter(name__startswith="n").count() == 8
    assert len(set(found)) == 8
